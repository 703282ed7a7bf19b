"""What happened, line by line as it happens, with a countdown while the session waits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from cometplay.core.events import (
    SUCCESS,
    Broke,
    Event,
    NotSaved,
    Polled,
    Replied,
    Sent,
    Stopped,
    Waiting,
    WaitReason,
)
from cometplay.core.wire import Phase
from cometplay.session.timeline import clock_time, describe
from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet

if TYPE_CHECKING:
    from cometplay.session.state import Run

MOST_LINES = 200
BAR_CELLS = 10


class Timeline(VerticalScroll):
    """The runs of a tab, the newest last. `now` gives seconds since the epoch, for the countdown."""

    DEFAULT_CSS = """
    Timeline {
        height: 2fr;
        min-height: 3;
        #lines { min-height: 100%; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(id="timeline")
        self._now = now
        self._timer: Timer | None = None
        self._settled = Content("")

    def compose(self) -> ComposeResult:
        yield Static("", id="lines", markup=False)

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None or (old and _same(old, sheet)):
            return
        lines = [line for number, run in enumerate(sheet.runs, 1) for line in _run_lines(sheet, run, number)]
        self._settled = Content("\n").join(lines[-MOST_LINES:]) if lines else _invitation(sheet)
        self._show()
        self._keep_time(sheet.waiting is not None)
        if old is None or old.kind is not sheet.kind or old.busy != sheet.busy:
            self.anchor()  # the newest line stays in sight, until the person scrolls away from it

    def _keep_time(self, running: bool) -> None:  # noqa: FBT001  a state
        if running and self._timer is None:
            self._timer = self.set_interval(0.1, self._show)
        elif not running and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _show(self) -> None:
        live = self._countdown()
        shown = Content("\n").join([self._settled, live]) if live else self._settled
        self.query_one("#lines", Static).update(shown)

    def _countdown(self) -> Content | None:
        sheet = self.sheet
        if sheet is None or sheet.run is None or sheet.waiting is None:
            return None
        waiting = sheet.waiting
        left = max(0.0, sheet.run.began_at + waiting.at + waiting.seconds - self._now())
        part = left / waiting.seconds if waiting.seconds else 0.0
        full = min(BAR_CELLS, round(part * BAR_CELLS))
        poll = waiting.reason is WaitReason.POLL
        keys = f"{key_of('again')} now" + ("" if poll else f", {key_of('stop_repeating')} never")
        return Content.assemble(
            (f"{'polls' if poll else 'repeats'} in {left:4.1f} s  ", "bold $text-accent"),
            ("█" * full, "$text-accent"),
            ("░" * (BAR_CELLS - full), "$foreground-muted"),
            (f"  {keys}", "$foreground-muted"),
        )


def _same(old: Sheet, new: Sheet) -> bool:
    """Whether there is nothing new to show; without a run the tab and the target are named."""
    if new.runs:
        return old.runs is new.runs and old.busy == new.busy
    return not old.runs and (old.kind, old.place, old.busy) == (new.kind, new.place, new.busy)


def _invitation(sheet: Sheet) -> Content:
    return Content.assemble(
        ("Ready. ", "bold"),
        (key_of("send"), "bold $text-accent"),
        f" sends this {sheet.kind.value} request to {sheet.place.name}.",
        (
            "\nNo key is needed there." if sheet.place.free else "",
            "$foreground-muted",
        ),
    )


def _run_lines(sheet: Sheet, run: "Run", number: int) -> list[Content]:
    head = [Content.styled(f"── run {number} ──", "$foreground-muted")] if len(sheet.runs) > 1 else []
    events = run.transcript.events[-MOST_LINES:]
    lines = [
        Content.assemble((clock_time(run, event.at), "$foreground-muted"), "  ", (text, _style(event)))
        for event, after in zip(events, (*events[1:], None), strict=True)
        if not _told_by_another(event, after) and (text := describe(event))
    ]
    return head + lines


def _told_by_another(event: Event, after: Event | None) -> bool:
    """A poll is one line, its state; the request, the 200 and the pause before it need none."""
    match event:
        case Sent(request=request):
            return request.phase is Phase.POLL
        case Replied():
            return isinstance(after, Polled)
        case Waiting(reason=reason):
            return reason is WaitReason.POLL
        case _:
            return False


def _style(event: Event) -> str:
    match event:
        case Replied(status=status):
            return "bold $text-success" if status in SUCCESS else "bold $text-error"
        case Broke() | NotSaved():
            return "bold $text-error"
        case Waiting():
            return "$text-accent"
        case Stopped():
            return "$text-warning"
        case _:
            return ""
