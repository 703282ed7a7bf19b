"""What lies between the first and the last line: the request, what came of it, and what that means."""

from collections.abc import Callable

from textual.app import App, ComposeResult
from textual.containers import Container
from textual.reactive import reactive
from textual.widget import Widget

from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.composer import Composer
from cometplay.tui.widgets.diagnosis import Diagnosis
from cometplay.tui.widgets.result import Result
from cometplay.tui.widgets.timeline import Timeline


class Panels(Container):
    """The three panels of a tab. `now` gives seconds since the epoch, for the countdown."""

    SCOPED_CSS = False  # how the panels lie depends on the width of the screen
    DEFAULT_CSS = """
    Panels {
        height: 1fr; layout: grid; grid-size: 3 1; grid-columns: 10fr 14fr 11fr;
        #composer, #middle, #diagnosis {
            width: 100%; height: 100%;
            border: round $secondary;
            border-title-color: $text-primary;
            border-subtitle-color: $text-muted;
            padding: 0 1;
            scrollbar-size-vertical: 1;
            &.-active { border: round $accent; border-title-style: bold reverse; }
        }
        #middle { layout: vertical; padding: 0 1 0 0; }
        #timeline, #text, #pages {
            scrollbar-size-vertical: 1; scrollbar-gutter: stable;
            border-left: blank;
            &:focus { border-left: thick $accent; }
        }
        #views-line, #figures { padding: 0 0 0 1; }
    }
    .-normal Panels {
        grid-size: 2 2; grid-columns: 38 1fr; grid-rows: 3fr 2fr;
        #composer { row-span: 2; }
    }
    .-narrow Panels {
        layout: vertical;
        #composer { height: 12; max-height: 50%; }
        #composer .tall { min-height: 2; }
        #middle { height: 1fr; }
        #bottom { margin-top: 0; }
        #diagnosis {
            layer: drawer; dock: bottom; height: 70%; background: $surface; display: none;
        }
        #timeline { height: 3; min-height: 2; }
    }
    .-normal.-drawn Panels #timeline, .-normal.-coding Panels #timeline { height: 4; }
    .-wide.-coding Panels #timeline { height: 6; }
    .-wide.-drawn Panels Gallery { min-height: 8; }
    .-narrow.-drawn Panels, .-narrow.-coding Panels {
        #timeline { height: 2; }
        #composer { height: 9; }
    }
    .-narrow.-tasks Panels {
        #timeline { height: 2; }
        #composer { height: 9; }
    }
    .-narrow.-listing Panels {
        #composer { height: 4; }
        #task-list { max-height: 60%; }
    }
    .-narrow.-drawer Panels #diagnosis { display: block; }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, sheet: Sheet, now: Callable[[], float]) -> None:
        super().__init__(id="body")
        self.set_reactive(Panels.sheet, sheet)
        self._first = sheet
        self._now = now

    async def watch_sheet(self, sheet: Sheet | None) -> None:
        """The list of tasks comes with the first task: until then it would only take time."""
        if sheet is None or not sheet.tasks or self.query("#task-list"):
            return
        from cometplay.tui.widgets.tasklist import TaskList

        tasks = TaskList(self._now).data_bind(sheet=Panels.sheet)
        await self.query_one("#middle").mount(tasks, before="#timeline")

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._mark)

    def _mark(self, focused: Widget | None) -> None:
        """Frames the panel that has the focus. With :focus-within all that lies in it were styled anew."""
        around = focused.ancestors_with_self if focused else []
        program: App[object] = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  textual leaves it open
        for panel in self.children:
            if panel.has_class("-active") != (panel in around):
                panel.set_class(panel in around, "-active", update=False)
                program.stylesheet.update_nodes([panel])

    def compose(self) -> ComposeResult:
        yield Composer(self._first).data_bind(sheet=Panels.sheet)
        with Container(id="middle") as middle:
            middle.border_title = "Result"
            yield Timeline(self._now).data_bind(sheet=Panels.sheet)
            yield Result().data_bind(sheet=Panels.sheet)
        yield Diagnosis().data_bind(sheet=Panels.sheet)
