"""A place for the mouse: a short text that stands for an action of the screen."""

from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from cometplay.tui.messages import Asked


class Press(Static):
    """Asks for `action` when it is clicked. The keyboard has a key for each of them."""

    DEFAULT_CSS = """
    Press {
        width: auto;
        height: 1;
        padding: 0 1;
        &:hover { text-style: underline; background: $panel; }
    }
    """

    def __init__(self, text: str, action: str, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002  as every widget
        super().__init__(Content(text), id=id, classes=classes, markup=False)
        self._action = action

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(Asked(self._action))
