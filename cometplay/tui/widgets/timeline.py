"""What happened, line by line as it happens, with a countdown while the session waits."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.telling import tell


class Timeline(VerticalScroll):
    """The runs of a tab, the newest last. `now` gives seconds since the epoch, for the countdown."""

    DEFAULT_CSS = """
    Timeline {
        height: 2fr;
        min-height: 3;
        #all-lines { height: auto; min-height: 100%; }
        #before, #lines { text-wrap: nowrap; text-overflow: ellipsis; }
        #before { display: none; }
        &.-before #before { display: block; }
    }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(id="timeline")
        self._now = now
        self._timer: Timer | None = None
        self._settled = Content("")

    def compose(self) -> ComposeResult:
        with Vertical(id="all-lines"):
            yield Static("", id="before", markup=False)  # apart: what is over is not drawn anew by each event
            yield Static("", id="lines", markup=False)

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None or (old and _same(old, sheet)):
            return
        before, newest = _told(sheet)
        self._settled = newest or _invitation(sheet)
        tell(self.query_one("#before", Static), before)
        self.set_class(bool(before), "-before")
        self._show()
        self._keep_time(sheet.busy)
        new = old is None or not old.runs or old.kind is not sheet.kind or old.busy != sheet.busy
        if new and sheet.runs:
            self.anchor()  # the newest line stays in sight, until the person scrolls away from it

    def _keep_time(self, running: bool) -> None:  # noqa: FBT001  a state
        if running and self._timer is None:
            self._timer = self.set_interval(0.1, self._show)
        elif not running and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _show(self) -> None:
        live = self._live()
        shown = Content("\n").join([self._settled, live]) if live else self._settled
        tell(self.query_one("#lines", Static), shown)

    def _live(self) -> Content | None:
        if self.sheet is None or self.sheet.run is None or not self.sheet.busy:
            return None
        from cometplay.tui import meanwhile

        return meanwhile.line(self.sheet, self._now())


def _same(old: Sheet, new: Sheet) -> bool:
    """Whether there is nothing new to show; without a run the tab and the target are named."""
    if new.runs:
        told = (old.moment, old.begun) == (new.moment, new.begun)
        return told and len(old.runs) == len(new.runs) and old.kind is new.kind
    told = [(sheet.kind, sheet.place, sheet.busy, sheet.chosen) for sheet in (old, new)]
    return not old.runs and told[0] == told[1]


def _told(sheet: Sheet) -> tuple[Content, Content]:
    if not sheet.runs:
        return Content(""), Content("")
    from cometplay.tui import lines

    return lines.of_runs(sheet)


def _invitation(sheet: Sheet) -> Content:
    if sheet.task:
        on = f" {key_of('watch_again')} watches it on." if sheet.task.idle else ""
        return Content(f"Made by an earlier start: what is kept stands below.{on}")
    return Content.assemble(
        ("Ready. ", "bold"),
        (key_of("send"), "bold $text-accent"),
        f" sends this {sheet.kind.value} request to {sheet.place.name}.",
        (
            "\nNo key is needed there." if sheet.place.free else "",
            "$foreground-muted",
        ),
    )
