"""The scenario picker: a failure to play, found by typing any part of it."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from cometplay.core.drafts import Kind
from cometplay.core.findings import ModeClass, Reply
from cometplay.failures import catalogue
from cometplay.failures.mode import FailureMode
from cometplay.tui.panel import STYLES

NONE = "none"
NOTHING = "  Nothing matches. A part of an id, of a title or of an error's code will do."


class ScenarioPicker(ModalScreen[str | None]):
    """Gives the id of a mode, "" for no scenario, or None when nothing was chosen."""

    DEFAULT_CSS = """
    ScenarioPicker {
        align: center middle;
        #box {
            width: 76; max-width: 95%; height: 80%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #wanted { border: none; height: 1; background: $panel; padding: 0; }
        #found { height: 1fr; border: none; padding: 0; background: $surface; }
        #hint { height: 1; color: $text-muted; }
    }
    """
    BINDINGS = (
        Binding("escape", "close", "Close"),
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
    )

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind = kind

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = f"Scenarios for {self._kind.value}"
            yield Input(placeholder="type to search", id="wanted", compact=True)
            yield OptionList(id="found", markup=False)
            yield Static("↑ ↓ choose   enter play   esc close", id="hint", markup=False)

    def on_mount(self) -> None:
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        self.query_one("#found", OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        chosen = event.option_id or NONE
        self.dismiss("" if chosen == NONE else chosen)

    def action_move(self, by: int) -> None:
        found = self.query_one("#found", OptionList)
        if by > 0:
            found.action_cursor_down()
        else:
            found.action_cursor_up()

    def action_close(self) -> None:
        self.dismiss(None)

    def _fill(self, wanted: str) -> None:
        found = self.query_one("#found", OptionList)
        options = [*_options(self._kind, wanted.lower().split())]
        found.clear_options()
        found.add_options(options or [Option(Content(NOTHING), disabled=True)])
        found.highlighted = next(
            (place for place, option in enumerate(found.options) if not option.disabled), None
        )


def _options(kind: Kind, words: list[str]) -> Iterator[Option]:
    """The modes that hold every word, under the name of their class."""
    if not words:
        yield Option(Content("  (no scenario: everything succeeds)"), id=NONE)
    # an id that is being typed stands before words that are only mentioned
    known = sorted(catalogue.of_kind(kind), key=lambda mode: bool(words) and not mode.id.startswith(words[0]))
    for cls in ModeClass:
        modes = [mode for mode in known if mode.cls is cls and _matches(mode, words)]
        if modes:
            yield Option(
                Content.styled(f"{cls.sign} {cls.value.upper()}", f"bold {STYLES[cls]}"), disabled=True
            )
        for mode in modes:
            line = Content.assemble(("  ", ""), (f"{mode.id:24} ", "$foreground-muted"), mode.title)
            yield Option(line, id=mode.id)


def _matches(mode: FailureMode, words: list[str]) -> bool:
    script = mode.reproduce.script
    answers = [rule.step.body for rule in script.rules if isinstance(rule.step, Reply)] if script else []
    text = " ".join((mode.id, mode.title, mode.cls.value, mode.meaning, mode.cause, *answers)).lower()
    return all(word in text for word in words)
