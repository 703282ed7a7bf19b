"""What happened, line by line as it happens, with a countdown while the session waits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer

from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.telling import Told, settled_size, tell

if TYPE_CHECKING:
    from cometplay.session.state import Run


class Lines(Vertical):
    """What stands one below the other in the timeline."""

    virtual_size = settled_size()


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

    virtual_size = settled_size()
    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(id="timeline")
        self._now = now
        self._timer: Timer | None = None
        self._settled = Content("")
        self._before: tuple[Run, ...] = ()

    def compose(self) -> ComposeResult:
        with Lines(id="all-lines"):
            yield Told(id="before")  # apart: what is over is not drawn anew by each event
            yield Told(id="lines")

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None or (old and _same(old, sheet)):
            return
        self._settled = _newest(sheet) if sheet.runs else _invitation(sheet)
        self._show_before(sheet.runs[:-1])
        self._show()
        self._keep_time(sheet.busy)
        new = old is None or not old.runs or old.kind is not sheet.kind or old.busy != sheet.busy
        if new and sheet.runs:
            self.anchor()  # the newest line stays in sight, until the person scrolls away from it

    def _show_before(self, runs: "tuple[Run, ...]") -> None:
        """What is over is told when it becomes more, and not at each event of what goes on."""
        if runs == self._before:
            return
        self._before = runs
        tell(self.query_one("#before", Told), _before(runs))
        self.set_class(bool(runs), "-before")

    def _keep_time(self, running: bool) -> None:  # noqa: FBT001  a state
        if running and self._timer is None:
            self._timer = self.set_interval(0.1, self._show)
        elif not running and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _show(self) -> None:
        live = self._live()
        shown = Content("\n").join([self._settled, live]) if live else self._settled
        tell(self.query_one("#lines", Told), shown)

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


def _newest(sheet: Sheet) -> Content:
    from cometplay.tui import lines

    return lines.of_newest(sheet.runs)


def _before(runs: "tuple[Run, ...]") -> Content:
    from cometplay.tui import lines

    return lines.of_before(runs)


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
