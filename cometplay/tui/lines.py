"""What a timeline lists of the runs of a tab. Loaded with the first run: an empty one needs none of it."""

from textual.content import Content

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
from cometplay.session.state import Run
from cometplay.session.timeline import clock_time, describe
from cometplay.tui.sheet import Sheet

MOST_LINES = 200


def of_runs(sheet: Sheet) -> Content | None:
    """The newest lines of the runs, or None while there is not a single one."""
    lines = [line for number, run in enumerate(sheet.runs, 1) for line in _of_run(sheet, run, number)]
    return Content("\n").join(lines[-MOST_LINES:]) if lines else None


def _of_run(sheet: Sheet, run: Run, number: int) -> list[Content]:
    head = [Content.styled(f"── run {number} ──", "$foreground-muted")] if len(sheet.runs) > 1 else []
    if run.pasted:
        return [*head, _pasted(run)]
    events = run.transcript.events[-MOST_LINES:]
    lines = [
        Content.assemble((clock_time(run, event.at), "$foreground-muted"), "  ", (text, _style(event)))
        for event, after in zip(events, (*events[1:], None), strict=True)
        if not _told_by_another(event, after) and (text := describe(event))
    ]
    return head + lines


def _pasted(run: Run) -> Content:
    status = run.transcript.last.status if run.transcript.last else 0
    told = (f"{status}", _of_status(status)) if status else "(no status)"
    return Content.assemble((clock_time(run, 0.0), "$foreground-muted"), "  pasted answer  ", told)


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


def _of_status(status: int) -> str:
    return "bold $text-success" if status in SUCCESS else "bold $text-error"


def _style(event: Event) -> str:
    match event:
        case Replied(status=status):
            return _of_status(status)
        case Broke() | NotSaved():
            return "bold $text-error"
        case Waiting():
            return "$text-accent"
        case Stopped():
            return "$text-warning"
        case _:
            return ""
