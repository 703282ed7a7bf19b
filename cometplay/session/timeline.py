"""An event as one line for a person: what the command line prints and a timeline lists."""

import time
from typing import TYPE_CHECKING

from cometplay.core import plain
from cometplay.core.events import (
    Broke,
    Chunk,
    Ended,
    EndReason,
    Event,
    Expires,
    Mended,
    NotSaved,
    Polled,
    Progress,
    Replied,
    Retrying,
    Saved,
    Sent,
    Slipped,
    Stopped,
    TaskCreated,
    Waiting,
    WaitReason,
)

if TYPE_CHECKING:
    from cometplay.core.polling import Slip
    from cometplay.core.transcript import Transcript
    from cometplay.session.state import Run

LONGEST_PATH = 34


def clock_time(run: "Run", at: float) -> str:
    """The time of day, with milliseconds, of something `at` seconds into the run."""
    moment = run.began_at + at
    return f"{time.strftime('%H:%M:%S', time.localtime(moment))}.{int(moment % 1 * 1000):03d}"


def describe(event: Event) -> str:  # noqa: C901, PLR0912  one case for each event, and nothing else
    """One line. Server text in it is harmless for a terminal; "" for what needs no line."""
    match event:
        case Mended(how=how):
            line = plain.line(how)
        case Sent(request=request):
            line = f"{request.method} {_tail(request.path)}"
        case Replied(status=status, elapsed_s=elapsed):
            line = f"{status} in {duration(elapsed)}"
        case Broke(fault=fault, detail=detail, elapsed_s=elapsed):
            line = f"{fault.value} after {duration(elapsed)}: {plain.line(detail)}"
        case Chunk() | Progress():
            line = ""  # the first chunk is told by first_text, how a file grows by a bar
        case TaskCreated(task_id=task_id, resumed=resumed):
            line = f"{'watches' if resumed else 'created'} {plain.line(task_id)}"
        case Polled(task=task, elapsed_s=elapsed):
            word, state = plain.line(task.word, 40) or "(no status)", task.state.value
            progress = f" {plain.line(task.progress, 10).removesuffix('%')} %" if task.progress else ""
            line = f"{word if word == state else f'{word} ({state})'}{progress}, {duration(elapsed)}"
        case Waiting(seconds=seconds, reason=WaitReason.POLL):
            line = f"polls again in {duration(seconds)}"
        case Waiting(seconds=seconds, reason=reason):
            line = f"waits {duration(seconds)}: {reason.value}"
        case Slipped(slip=slip):
            line = _slipped(slip)
        case Retrying(repeat=repeat, of=of):
            line = f"repeat {repeat} of {of}"
        case Stopped(why=why):
            line = f"not repeated: {why}"
        case Saved(path=path, size=size, mime=mime):
            line = f"saved {plain.line(path)} ({amount(size)}, {mime})"
        case NotSaved(why=why):
            line = f"not saved: {plain.line(why)}"
        case Expires():
            line = link_life(event)
        case Ended(reason=reason):
            line = "" if reason is EndReason.DONE else reason.value
    return line


def link_life(link: Expires) -> str:
    """How long the link of a result lives, and until when by the clock of this machine."""
    on = time.strftime("%H:%M on %d %b", time.localtime(link.moment))
    if link.in_s > 0:
        return f"its link dies in {duration(link.in_s)}, at {on}"
    return f"its link died {duration(-link.in_s)} ago, at {on}"


def _slipped(slip: "Slip") -> str:
    if slip.asleep_s:
        return f"the machine slept for {duration(slip.asleep_s)}: goes on where it was"
    if slip.ahead_s < 0:
        return f"the clock was set back by {duration(-slip.ahead_s)}: goes on by its own count"
    return f"the machine slept, or its clock was set ahead, by {duration(slip.ahead_s)}: goes on"


def first_text(transcript: "Transcript") -> str:
    """How long the first text of a streamed answer took; "" where none came yet, or nothing is streamed."""
    took_s = transcript.first_chunk_at
    return f"first text after {duration(took_s)}" if took_s is not None else ""


def _tail(path: str) -> str:
    """The last segments of a path, which tell one call from another."""
    shown, cut = plain.line(path, 400), False
    while len(shown) > LONGEST_PATH and "/" in shown[1:]:
        shown, cut = shown[shown.index("/", 1) :], True
    return f"…{shown}" if cut else shown


def duration(seconds: float) -> str:
    """84 ms, 2.3 s, 4 min 10 s, 24 h 0 min."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004  a minute
        return f"{seconds:.1f} s"
    if seconds < 3600:  # noqa: PLR2004  an hour
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def amount(size: int) -> str:
    """512 bytes, 3.4 kB, 12.0 MB."""
    if size < 1000:  # noqa: PLR2004  a kB, as disks count
        return f"{size} bytes"
    return f"{size / 1e3:.1f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"  # noqa: PLR2004  likewise
