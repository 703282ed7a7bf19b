"""What a timeline lists of the runs of a tab. Loaded with the first run: an empty one needs none of it."""

from textual.content import Content

from cometplay.core import plain, retry
from cometplay.core.events import (
    SUCCESS,
    Broke,
    Ended,
    EndReason,
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
from cometplay.session.timeline import clock_time, describe, duration, first_text

MOST_LINES = 200
"""Of the newest run, and of all that were before it."""


def of_before(runs: tuple[Run, ...]) -> Content:
    """The lines of the runs before the newest."""
    told = [line for number, run in enumerate(runs, 1) for line in _of_run(run, number)]
    return Content("\n").join(told[-MOST_LINES:])


def of_newest(runs: tuple[Run, ...]) -> Content:
    """The lines of the last of some runs; one that stands alone has no number."""
    told = _of_run(runs[-1], len(runs) if len(runs) > 1 else 0)
    return Content("\n").join(told[-MOST_LINES:])


def _of_run(run: Run, number: int) -> list[Content]:
    head = [Content.styled(f"── run {number} ──", "$foreground-muted")] if number else []
    if run.pasted:
        return [*head, _pasted(run)]
    events = run.transcript.events[-MOST_LINES:]
    around = zip((None, *events[:-1]), events, (*events[1:], None), strict=True)
    lines: list[Content] = []
    for before, event, after in around:
        if not _told_by_another(event, after) and (text := _text(event, before, run)):
            lines.append(_line(run, event.at, text, _style(event)))
        if isinstance(event, Sent) and event.at == run.transcript.sent_at:
            lines += _first_text(run)
    return head + lines


def _first_text(run: Run) -> list[Content]:
    """When a streamed answer began to speak: a chunk is no event that a run keeps."""
    word, after_s = first_text(run.transcript), run.transcript.first_chunk_at or 0.0
    return [_line(run, run.transcript.sent_at + after_s, word, "")] if word else []


def _line(run: Run, at: float, text: str, style: str) -> Content:
    return Content.assemble((clock_time(run, at), "$foreground-muted"), "  ", (text, style))


def _text(event: Event, before: Event | None, run: Run) -> str:
    """The line of an event, with what the event before it adds."""
    match event, before:
        case Waiting(seconds=seconds, reason=WaitReason.RETRY_AFTER), Replied(headers=headers):
            return f"waits {duration(seconds)}: asked by {plain.line(retry.asked(headers), 60)}"
        case Sent(request=request), _ if request.phase is Phase.PROBE:
            return f"asks why it failed: {describe(event)}"
        case Ended(reason=EndReason.CANCELLED), _:
            return f"{describe(event)} {_stage(before, run)}"
        case _:
            return describe(event)


def _stage(before: Event | None, run: Run) -> str:
    """How far a run had come when it was cancelled."""
    match before:
        case Sent() if run.transcript.stream is not None:
            return "mid-answer: a part is kept"
        case Sent():
            return "before an answer came"
        case Waiting(reason=WaitReason.POLL):
            return "between two looks at the task, which goes on"
        case Waiting():
            return "while it waited to repeat"
        case None:
            return "before anything was sent"
        case _:
            return "after what stands above"


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
