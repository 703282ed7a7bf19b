"""The result of a tool, sent back to the model that called it."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from cometplay.core import plain
from cometplay.core.drafts import ToolCall
from cometplay.tui.messages import Asked
from cometplay.tui.views import written_call
from cometplay.tui.widgets.press import Press


class CallResults(ModalScreen[tuple[str, ...] | None]):
    """Gives a text for each call, in their order, or None when nothing is to be sent."""

    DEFAULT_CSS = """
    CallResults {
        align: center middle;
        #box {
            width: 90; max-width: 95%; height: auto; max-height: 90%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #calls { height: auto; max-height: 24; }
        .call { height: auto; color: $text-accent; }
        TextArea { height: 4; border: none; padding: 0; background: $panel; margin: 0 0 1 0; }
        TextArea:focus { border: none; background: $panel; }
        #answers { height: 1; }
    }
    """
    AUTO_FOCUS = "TextArea"
    BINDINGS = (Binding("ctrl+s", "send", "Send"), Binding("escape", "close", "Close"))

    def __init__(self, calls: tuple[ToolCall, ...]) -> None:
        super().__init__()
        self._calls = calls

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = "Send a result back"
            with VerticalScroll(id="calls", can_focus=False):
                for call in self._calls:
                    yield Static(Content(plain.block(written_call(call))), classes="call", markup=False)
                    yield TextArea(soft_wrap=True, placeholder="What your tool gave", tab_behavior="focus")
            with Horizontal(id="answers"):
                yield Press("^s  send it", "send")
                yield Press("esc  close", "close")

    async def on_asked(self, event: Asked) -> None:
        event.stop()
        await self.run_action(event.action)

    def action_send(self) -> None:
        self.dismiss(tuple(area.text for area in self.query(TextArea)))

    def action_close(self) -> None:
        self.dismiss(None)
