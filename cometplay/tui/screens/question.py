"""A question with two answers, asked in front of the screen; enter says yes, esc says no."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cometplay.core import plain
from cometplay.core.findings import Fix
from cometplay.tui import panel
from cometplay.tui.messages import Asked
from cometplay.tui.widgets.press import Press


class Question(ModalScreen[bool]):
    """Gives True for yes. `body` is shown as it stands."""

    DEFAULT_CSS = """
    Question {
        align: center middle;
        #box {
            width: 76; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #body { height: auto; max-height: 16; margin: 1 0; }
        #answers { height: 2; }
    }
    """
    BINDINGS = (Binding("enter", "yes", "Yes"), Binding("escape", "no", "No"))

    def __init__(self, title: str, body: Content, yes: str, no: str) -> None:
        super().__init__()
        self._title, self._body, self._yes, self._no = title, body, yes, no

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(self._title)
            with VerticalScroll(id="body"):
                yield Static(self._body, markup=False)
            with Vertical(id="answers"):
                yield Press(f"enter  {self._yes}", "yes")
                yield Press(f"esc    {self._no}", "no")

    def on_asked(self, event: Asked) -> None:
        event.stop()
        self.dismiss(event.action == "yes")

    def action_yes(self) -> None:
        self.dismiss(True)  # noqa: FBT003  the answer

    def action_no(self) -> None:
        self.dismiss(False)  # noqa: FBT003  likewise


def about_key(host: str) -> Question:
    """Whether a host gets the key, which belongs to another one."""
    body = Content(f"The key belongs to another host. Send it to {plain.line(host)} too?")
    return Question("Your key", body, "send the key along", "send without it")


def about_forgetting(task_id: str) -> Question:
    """Whether a task that goes on is taken off the list."""
    body = Content(
        f"The task {plain.line(task_id, 80)} goes on, and is billed. "
        "Once it is forgotten here, only its id leads back to it."
    )
    return Question("Forget", body, "forget it", "keep it")


def about_fix(fix: Fix, *, billed: bool) -> Question:
    """Whether the mended request goes out."""
    body = panel.mended(fix)
    if billed:
        body += Content("\n\nThis makes a job, which is billed.")
    return Question("Fix", body, "send it like this", "leave it as it was")
