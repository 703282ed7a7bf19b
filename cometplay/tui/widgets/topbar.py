"""The first line: the three tabs, and where a Send goes."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from cometplay.core import plain
from cometplay.core.drafts import Kind
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.strip import Strip
from cometplay.tui.widgets.telling import tell

TAB_NAMES = {kind: kind.value.capitalize() for kind in Kind}


class TopBar(Horizontal):
    """Tabs to the left; target and scenario to the right, each a place for the mouse."""

    DEFAULT_CSS = """
    TopBar {
        height: 1;
        background: $panel;
        #brand { width: auto; padding: 0 1; text-style: bold; color: $text-primary; }
        #gap { width: 1fr; }
        #target { padding: 0 0 0 1; }
        #scenario { color: $text-warning; max-width: 60%; }
    }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def compose(self) -> ComposeResult:
        yield Static("CometPlay", id="brand", markup=False)
        yield Strip(tuple(TAB_NAMES.values()), TAB_NAMES[Kind.TEXT], id="tabs")
        yield Static("", id="gap")
        yield Press("", "target", id="target")
        yield Press("", "target", id="address")
        yield Press("", "scenario", id="scenario")
        yield Press("✕", "app.quit", id="quit")

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None:
            return
        self.query_one("#tabs", Strip).chosen = TAB_NAMES[sheet.kind]
        if old is None or old.place != sheet.place:
            pace = f"×{sheet.place.speed:g} " if sheet.place.speed != 1 else ""
            tell(self.query_one("#target", Press), Content(f"{sheet.place.name} {pace}".strip()))
            tell(self.query_one("#address", Press), Content(plain.line(sheet.place.address, 40)))
        if old is None or (old.scenario, old.phase) != (sheet.scenario, sheet.phase):
            phase = f"@{sheet.phase.value}" if sheet.phase else ""
            name = f"{sheet.scenario}{phase}" if sheet.scenario else "no scenario"
            tell(self.query_one("#scenario", Press), Content(f"{name} ▾"))
