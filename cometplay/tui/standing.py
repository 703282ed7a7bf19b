"""How a task stands, as a list tells it: sign and word, warnings, times, and whether a search finds it."""

import time
from dataclasses import dataclass
from enum import Enum

from cometplay.core import plain
from cometplay.core.events import SUCCESS, Waiting, WaitReason
from cometplay.core.states import TaskState
from cometplay.core.tasks import Held, KnownTask, Stage
from cometplay.core.wire import Phase
from cometplay.session.taskview import TaskView


class Standing(Enum):
    """What a line says of a task: a sign, a word, and the colour that helps to see it."""

    SENDING = ("→", "sending", "$text-accent")
    MADE = ("○", "made", "$text-accent")
    QUEUED = ("○", "queued", "$text-accent")
    RUNNING = ("◐", "running", "$text-accent")
    FETCHING = ("↓", "fetching", "$text-accent")
    SUCCEEDED = ("✓", "succeeded", "$text-success")
    NO_FILE = ("✓", "no file", "$text-warning")
    FAILED = ("✗", "failed", "$text-error")
    CANCELLED = ("✗", "cancelled", "$text-error")
    EXPIRED = ("✗", "expired", "$text-error")
    NEEDS_ACTION = ("!", "needs action", "$text-warning")
    UNKNOWN = ("?", "unknown", "$text-warning")
    LEFT = ("‖", "not watched", "$text-warning")
    ELSEWHERE = ("‖", "elsewhere", "$foreground-muted")
    LOST = ("?", "not found", "$text-error")
    REFUSED = ("✗", "not made", "$text-error")
    IN_DOUBT = ("?", "in doubt", "$text-warning")

    @property
    def sign(self) -> str:
        return self.value[0]

    @property
    def word(self) -> str:
        return self.value[1]

    @property
    def style(self) -> str:
        return self.value[2]


_STATES = {
    TaskState.QUEUED: Standing.QUEUED,
    TaskState.RUNNING: Standing.RUNNING,
    TaskState.SUCCEEDED: Standing.SUCCEEDED,
    TaskState.FAILED: Standing.FAILED,
    TaskState.CANCELLED: Standing.CANCELLED,
    TaskState.EXPIRED: Standing.EXPIRED,
    TaskState.NEEDS_ACTION: Standing.NEEDS_ACTION,
    TaskState.UNKNOWN: Standing.UNKNOWN,
}


def standing(view: TaskView) -> Standing:
    """What is to be said first of a task."""
    task = view.task
    if view.watched:
        return _under_way(view)
    if task.stage is Stage.NOT_MADE:
        return Standing.REFUSED
    if task.unanswered:
        return Standing.IN_DOUBT
    if task.held is Held.ELSEWHERE:
        return Standing.ELSEWHERE
    return _left(task)


def _left(task: KnownTask) -> Standing:
    if task.state is TaskState.SUCCEEDED and not task.files:
        return Standing.NO_FILE
    if task.state is not None and task.state.terminal:
        return _STATES[task.state]
    return Standing.LEFT if task.open else Standing.LOST


def _under_way(view: TaskView) -> Standing:
    task = view.task
    sent = view.run.transcript.sent if view.run else None
    if not task.id:
        return Standing.SENDING
    if task.state is TaskState.SUCCEEDED:
        fetches = sent is not None and sent.phase is Phase.DOWNLOAD and not task.files
        return Standing.FETCHING if fetches else Standing.SUCCEEDED
    return _STATES[task.state] if task.state else Standing.MADE


_LONG_QUEUE = "long queue"


@dataclass(frozen=True, slots=True)
class Warned:
    """Why a task deserves a look, each in a word or two."""

    words: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words)


def warned(view: TaskView) -> Warned:
    """What is odd about a task that goes on, or how one ended that is worth a look."""
    run, words = view.run, list[str]()
    if run is None:
        return Warned(())
    transcript = run.transcript
    look = transcript.task.look if transcript.task else None
    age_s = transcript.now - (transcript.task.created_at if transcript.task else 0.0)
    if look and look.state is TaskState.QUEUED and age_s > transcript.policy.queued_warning_s:
        words.append(_LONG_QUEUE)
    if look and look.state is TaskState.UNKNOWN:
        words.append("strange word")
    last = transcript.last
    if view.watched and last and not last.succeeded and last.phase is not Phase.CREATE:
        words.append(f"HTTP {last.status}" if last.status not in SUCCESS and last.status else "poll failed")
    newest = transcript.events[-1] if transcript.events else None
    if view.watched and isinstance(newest, Waiting) and newest.reason is not WaitReason.POLL:
        words.append("repeats")
    return Warned(tuple(words))


def progress(view: TaskView) -> str:
    """40 %; of a file that is fetched how much of it came; "" where nobody says."""
    fetched = view.run.transcript.progress if view.run and view.watched else None
    if fetched and fetched.of:
        return f"{100 * fetched.size // fetched.of} %"
    told = plain.line(view.task.progress, 5).removesuffix("%").strip()
    return f"{told} %" if told else ""


def clock(seconds: float) -> str:
    """0:09, 12:04, 3:00:00."""
    whole = int(seconds)
    minutes, hours = whole // 60 % 60, whole // 3600
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def elapsed(view: TaskView, now: float) -> str:
    """How long a task that goes on has gone on; of one that is over how long it was watched here."""
    run = view.run
    if run and not view.watched:
        return clock(max(0.0, run.began_at + run.transcript.now - view.task.created_at))
    if view.watched or view.task.open:
        return clock(view.elapsed_s(now))
    looked = view.task.looked_at
    return clock(max(0.0, looked - view.task.created_at)) if looked else ""


def next_poll(view: TaskView, now: float) -> str:
    """in 6 s; "" where none is due."""
    if view.next_poll_at is None:
        return ""
    return f"in {max(0.0, view.next_poll_at - now):.0f} s"


def matches(view: TaskView, wanted: str) -> bool:
    """Whether every word of a search stands in what is told of a task."""
    task = view.task
    parts = (standing(view).word, task.word, task.model, task.id, task.prompt, *warned(view).words)
    told = " ".join(parts).lower()
    return all(word in told for word in wanted.lower().split())


def facts(task: KnownTask) -> str:
    """What is kept of a task, a line each."""
    told = (
        ("task", task.id or "(its create was sent, and nobody read the answer: it may be billed)"),
        ("model", task.model),
        ("status", f"{task.word}  ({task.state.value})" if task.state else ""),
        ("progress", task.progress),
        ("made", _day(task.created_at)),
        ("last look", _day(task.looked_at) if task.looked_at else ""),
        ("at", task.base_url),
        ("prompt", task.prompt),
        *(("file", path) for path in task.files),
    )
    return "\n".join(f"{name:<10}{text}" for name, text in told if text)


def _day(moment: float) -> str:
    return time.strftime("%d %b %H:%M:%S", time.localtime(moment))


def long_queue(view: TaskView) -> bool:
    """Whether a task waits in its queue for longer than is usual."""
    return view.watched and _LONG_QUEUE in warned(view).words
