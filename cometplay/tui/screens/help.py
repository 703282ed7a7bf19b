"""Every key, from the table of actions."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cometplay.tui.actions import ACTIONS, key_name

OTHERS = (
    ("tab, shift+tab", "Go to the next or the previous field"),
    ("^p", "Commands: all of this by name, and the themes"),
    ("^q", "Quit"),
)


class Help(ModalScreen[None]):
    """A list of keys; any of esc, F1 and enter closes it."""

    DEFAULT_CSS = """
    Help {
        align: center middle;
        #box {
            width: 76; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 0 1;
        }
    }
    """
    BINDINGS = (Binding("escape,f1,enter", "close", "Close"),)

    def compose(self) -> ComposeResult:
        rows = [(key_name(action.key), action.help) for action in ACTIONS] + list(OTHERS)
        lines = [Content.assemble((f"{key:<15} ", "bold $text-accent"), text, end="\n") for key, text in rows]
        with VerticalScroll(id="box") as box:
            box.border_title = "Keys"
            yield Static(Content("").join(lines), markup=False)

    def action_close(self) -> None:
        self.dismiss(None)
