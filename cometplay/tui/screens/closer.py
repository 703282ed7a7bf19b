"""The pictures of a run on the whole screen: in a panel of a few lines little can be seen of one."""

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from cometplay.tui.widgets.gallery import Gallery


class Closer(ModalScreen[None]):
    """One picture at a time; left and right lead to the others."""

    DEFAULT_CSS = """
    Closer {
        background: $background;
        #keys { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    }
    """
    BINDINGS = (
        Binding("escape,enter,q", "close", "Close"),
        Binding("left", "step(-1)"),
        Binding("right", "step(1)"),
    )

    def __init__(self, paths: tuple[Path, ...], chosen: int) -> None:
        super().__init__()
        self._paths, self._place = paths, chosen

    def compose(self) -> ComposeResult:
        yield Gallery()
        yield Static("", id="keys", markup=False)

    def on_mount(self) -> None:
        self.action_step(0)

    def action_step(self, by: int) -> None:
        self._place = (self._place + by) % len(self._paths)
        self.query_one(Gallery).paths = (self._paths[self._place],)
        others = f"{self._place + 1} of {len(self._paths)}   ← →   " if len(self._paths) > 1 else ""
        self.query_one("#keys", Static).update(Content(f"{others}esc closes"))

    def action_close(self) -> None:
        self.dismiss(None)
