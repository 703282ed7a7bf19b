"""The last line of a timeline while something goes on: a countdown, the time that it takes, how far it is."""

from textual.content import Content

from cometplay.core.drafts import ImageDraft
from cometplay.core.events import Progress, Sent, Waiting
from cometplay.core.options import usual_s
from cometplay.core.wire import Phase, WireRequest
from cometplay.session.plan import REQUEST_LIMITS_S
from cometplay.session.timeline import amount
from cometplay.tui import standing
from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet

BAR_CELLS = 10


def line(sheet: Sheet, now: float) -> Content | None:
    """What goes on just now, `now` being epoch seconds; None for nothing that takes time."""
    newest = _newest(sheet, now)
    if newest is None or sheet.task is None or not standing.long_queue(sheet.task):
        return newest
    warning = Content.styled(
        f"! Queued for long: {key_of('second')} makes a second job on another model; both are billed",
        "bold $text-warning",
    )
    return Content("\n").join([warning, newest])


def _newest(sheet: Sheet, now: float) -> Content | None:
    run = sheet.run
    if run is None or not sheet.busy or not run.transcript.events:
        return None
    since = now - run.began_at
    match run.transcript.events[-1]:
        case Waiting() as waiting:
            return _countdown(sheet, waiting, since)
        case Sent() if run.transcript.progress:
            return _progress(run.transcript.progress)
        case Sent(at=at, request=request) if run.transcript.stream is None:
            return _awaited(sheet, request, max(0.0, since - at))
        case _:
            return None


def _bar(part: float) -> tuple[tuple[str, str], tuple[str, str]]:
    full = max(0, min(BAR_CELLS, round(part * BAR_CELLS)))
    return ("█" * full, "$text-accent"), ("░" * (BAR_CELLS - full), "$foreground-muted")


def _countdown(sheet: Sheet, waiting: Waiting, since: float) -> Content:
    left = max(0.0, waiting.at + waiting.seconds - since)
    poll = not sheet.waits_to_repeat
    keys = f"{key_of('again')} now" + ("" if poll else f", {key_of('stop_repeating')} never")
    return Content.assemble(
        (f"{'polls' if poll else 'repeats'} in {left:4.1f} s  ", "bold $text-accent"),
        *_bar(left / waiting.seconds if waiting.seconds else 0.0),
        (f"  {keys}", "$foreground-muted"),
    )


def _progress(progress: Progress) -> Content:
    if not progress.of:
        return Content.assemble((f"{amount(progress.size)} so far", "bold $text-accent"))
    return Content.assemble(
        *_bar(progress.size / progress.of),
        (f"  {amount(progress.size)} of {amount(progress.of)}", "bold $text-accent"),
    )


def _awaited(sheet: Sheet, request: WireRequest, elapsed: float) -> Content:
    usual = _usual(sheet, request)
    limit = (
        "" if sheet.scenario else f"  gives up after {REQUEST_LIMITS_S[request.kind, request.phase]:.0f} s"
    )
    return Content.assemble(
        (f"{elapsed:.1f} s", "bold $text-accent"),
        (f"  {usual}" if usual else "", ""),
        (f"  {key_of('cancel')} cancels{limit}", "$foreground-muted"),
    )


def _usual(sheet: Sheet, request: WireRequest) -> str:
    """How long one picture takes as a rule; "" for what is not known, and for tasks."""
    draft = sheet.run.draft if sheet.run else sheet.draft
    if not isinstance(draft, ImageDraft) or request.phase is not Phase.CREATE or request.watched:
        return ""
    low, high = usual_s(draft.quality)
    seconds = f"{low:.0f} s" if low == high else f"{low:.0f} to {high:.0f} s"
    quality = f" at {draft.quality}" if draft.quality else ""
    faster = f", here ×{sheet.place.speed:g} faster" if sheet.place.speed != 1 else ""
    return f"usual{quality}: {seconds}{faster}"
