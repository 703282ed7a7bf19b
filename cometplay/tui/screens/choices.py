"""A list of values to choose from, found by typing; what is typed can be taken as it stands."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cometplay.core import plain

MOST_SHOWN = 200


class Choices(ModalScreen[str | None]):
    """Gives the value that was chosen, or with `others` typed, or None when nothing was."""

    DEFAULT_CSS = """
    Choices {
        align: center middle;
        #box {
            width: 76; max-width: 95%; height: 70%; max-height: 26;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #wanted { border: none; height: 1; background: $panel; padding: 0; }
        #found { height: 1fr; border: none; padding: 0; background: $surface; }
        #hint { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """
    BINDINGS = (
        Binding("escape", "close", "Close"),
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
    )

    def __init__(self, title: str, values: tuple[str, ...], note: str = "", *, others: bool = True) -> None:
        super().__init__()
        self._title, self._values, self._note = title, values, note
        self._others = others

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = Content(self._title)
            hint = "type to search, or any other value" if self._others else "type to search"
            yield Input(placeholder=hint, id="wanted", compact=True)
            yield OptionList(id="found", markup=False)
            yield Static(Content(self._hint()), id="hint", markup=False)

    def _hint(self) -> str:
        return f"↑ ↓ choose   enter take   esc close   {self._note}"

    def on_mount(self) -> None:
        self._fill("")

    def offer(self, values: tuple[str, ...], note: str) -> None:
        """Other values, which came after the screen had opened."""
        self._values, self._note = values, note
        self.query_one("#hint", Static).update(Content(self._hint()))
        self._fill(self.query_one("#wanted", Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        self.query_one("#found", OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._offered[event.option_index])

    def action_move(self, by: int) -> None:
        found = self.query_one("#found", OptionList)
        if by > 0:
            found.action_cursor_down()
        else:
            found.action_cursor_up()

    def action_close(self) -> None:
        self.dismiss(None)

    def _fill(self, wanted: str) -> None:
        words, bare = wanted.lower().split(), wanted.strip()
        known = [value for value in self._values if all(word in value.lower() for word in words)]
        typed = [bare] if self._others and bare and bare not in known else []
        self._offered = [*known[:MOST_SHOWN], *typed]
        found = self.query_one("#found", OptionList)
        found.clear_options()
        found.add_options(
            Option(Content.assemble("" if value in known else "as typed: ", plain.line(value, 120)))
            for value in self._offered
        )
        found.highlighted = 0 if self._offered else None
