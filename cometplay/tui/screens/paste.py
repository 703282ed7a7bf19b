"""An answer that a person has, pasted to be diagnosed: its text, and what its text does not tell."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase
from cometplay.session import pasted
from cometplay.tui.messages import Asked
from cometplay.tui.widgets.pad import Pad
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.strip import Strip

Diagnose = Callable[[str, str, Phase], None]
"""Text, status and phase. Raises NoAnswerError where there is nothing to diagnose."""

PHASES = {phase.value: phase for phase in pasted.PHASES}


class PasteScreen(ModalScreen[bool]):
    """Hands the text to `diagnose`, and gives True once that took it; what it refuses stays here."""

    DEFAULT_CSS = """
    PasteScreen {
        align: center middle;
        #box {
            width: 100; max-width: 95%; height: 80%; max-height: 34;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #pad { height: 1fr; border: none; padding: 0; background: $panel; scrollbar-size-vertical: 1; }
        #known { height: 1; margin: 1 0; }
        .name { width: auto; color: $text-muted; padding: 0 1 0 0; }
        #status { width: 12; height: 1; border: none; padding: 0; background: $panel; }
        #status:focus { border: none; background: $accent 30%; }
        #call { padding: 0 1 0 3; }
        #note { height: 2; color: $text-muted; }
        #note.-bad { color: $text-error; text-style: bold; }
        #answers { height: 1; }
    }
    """
    AUTO_FOCUS = "#pad"
    BINDINGS = (Binding("ctrl+s", "diagnose", "Diagnose"), Binding("escape", "close", "Close"))

    def __init__(self, kind: Kind, diagnose: Diagnose) -> None:
        super().__init__()
        self._kind = kind
        self._diagnose = diagnose

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = f"Diagnose a body: {self._kind.value}"
            yield Pad()
            with Horizontal(id="known"):
                yield Static("Status", classes="name", markup=False)
                yield Input(
                    id="status", placeholder="if known", restrict=r"\d*", max_length=3, select_on_focus=False
                )
                if self._kind is not Kind.TEXT:  # a chat is one call
                    yield Static("Call", id="call", classes="name", markup=False)
                    yield Strip(tuple(PHASES), Phase.CREATE.value, id="phase")
            yield Static("", id="note", markup=False)
            with Horizontal(id="answers"):
                yield Press("^s  diagnose", "diagnose")
                yield Press("esc  close", "close")

    def on_text_area_changed(self) -> None:
        self._tell(self._read())

    def on_input_changed(self) -> None:
        self._tell(self._read())

    def on_input_submitted(self) -> None:
        self.action_diagnose()

    def on_strip_chosen(self, event: Strip.Chosen) -> None:
        event.strip.chosen = event.name

    def on_asked(self, event: Asked) -> None:
        event.stop()
        if event.action == "close":
            self.action_close()
        else:
            self.action_diagnose()

    def action_close(self) -> None:
        self.dismiss(False)  # noqa: FBT003  nothing was taken

    def action_diagnose(self) -> None:
        phases = self.query("#phase").results(Strip)
        phase = next((PHASES[strip.chosen] for strip in phases), Phase.CREATE)
        try:
            self._diagnose(self._pad.whole, self._status, phase)
        except pasted.NoAnswerError as refusal:
            self._tell(str(refusal), bad=True)
        else:
            self.dismiss(True)  # noqa: FBT003  it was taken

    @property
    def _pad(self) -> Pad:
        return self.query_one(Pad)

    @property
    def _status(self) -> str:
        return self.query_one("#status", Input).value

    def _read(self) -> str:
        """What can be told of the text so far."""
        try:
            answer = pasted.answer(self._kind, self._pad.whole, self._status)
        except pasted.NoAnswerError:  # told when it is asked for: a status is still being typed
            return ""
        parts = [
            "No status in it" if answer.status is None else f"Status {answer.status}",
            f"{len(answer.headers)} headers" if answer.headers else "",
            f"{len(answer.body):,} bytes of body",
        ]
        kept = " A part is shown, the whole is kept; delete clears it." if self._pad.in_part else ""
        return f"{', '.join(part for part in parts if part)}.{kept}"

    def _tell(self, text: str, *, bad: bool = False) -> None:
        note = self.query_one("#note", Static)
        note.set_class(bad, "-bad")
        note.update(Content(f"! {text}" if bad else text))
