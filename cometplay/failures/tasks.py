"""What the modes of tasks share: the task's own account in a transcript, its age, and both as evidence."""

from cometplay.core import plain, redact
from cometplay.core.events import SUCCESS, EndReason
from cometplay.core.findings import Evidence
from cometplay.core.states import TaskReading, TaskState, state_of
from cometplay.core.transcript import REFUSALS, Exchange, Transcript
from cometplay.core.wire import Phase
from cometplay.failures import signs

GOING_ON = (TaskState.QUEUED, TaskState.RUNNING, TaskState.NEEDS_ACTION)


def account(transcript: Transcript) -> TaskReading | None:
    """What a task says of itself in the last answer, or said when its file was asked for.

    None where the last answer is about something else: an error of the request, or no task at all.
    """
    last = transcript.last
    if last is None or last.fault or last.look is None:
        return None
    if last.phase is Phase.DOWNLOAD:
        return transcript.task.look if transcript.task else None
    if last.reading.layers and not (last.phase is Phase.POLL and last.status in SUCCESS):
        return None
    return last.look if _is_told(last, last.look) else None


def _is_told(last: Exchange, look: TaskReading) -> bool:
    """Whether an answer gives an account of a task. A poll that names none is about the one it asked for."""
    value = last.reading.value
    if not isinstance(value, dict) or "choices" in value:
        return False
    if last.status not in SUCCESS:
        # a failed request whose body tells how the task ended
        return look.lost and last.reading.names_a_task
    if last.reading.layers:
        return look.lost and state_of(look.word) is look.state
    asked = last.phase is Phase.POLL and (bool(look.word) or bool(look.url))
    return asked or last.reading.names_a_task or (bool(look.task_id) and not look.word)


def standing(transcript: Transcript) -> TaskReading | None:
    """The account that the verdict is about: once nobody watches any more, the last one that was seen."""
    if transcript.ended is EndReason.GAVE_UP:
        return transcript.task.look if transcript.task else None
    return account(transcript)


def age_s(transcript: Transcript) -> float:
    """Seconds since the submit, as far as this run knows of it."""
    return transcript.now - (transcript.task.created_at if transcript.task else 0.0)


def age(transcript: Transcript) -> Evidence:
    task = transcript.task
    since = "watched for" if task and task.resumed else "since the submit"
    return Evidence(since, f"{age_s(transcript):.0f} s")


def is_late(transcript: Transcript, look: TaskReading) -> bool:
    """Whether it has been in the queue for longer than is usual."""
    return look.state is TaskState.QUEUED and age_s(transcript) > transcript.policy.queued_warning_s


def is_strange(look: TaskReading) -> bool:
    """Whether its status is in no vocabulary, or is there and empty."""
    return look.state is TaskState.UNKNOWN and not is_nowhere(look)


def is_nowhere(look: TaskReading) -> bool:
    """Whether its status says that there is no such task, as Flux and Jimeng do."""
    return look.word.strip().lower().replace(" ", "_") in ("not_found", "task_not_found")


def told(look: TaskReading) -> tuple[Evidence, ...]:
    """A task's account, quoted."""
    fields = (
        ("status", look.word or "(none)"),
        ("progress", look.progress),
        ("code", look.code),
        ("reason", look.reason),
        ("result", redact.url(look.url) if look.url else ""),
        ("task id", look.task_id),
    )
    return tuple(Evidence(name, plain.line(value, signs.QUOTE)) for name, value in fields if value)


def probed(transcript: Transcript) -> str:
    """What the content route said of a task that failed (api-contract.md 6.4); "" where nobody asked.

    An answer that is no refusal tells of the route, or of the network, and nothing of the task.
    """
    probe = transcript.probe
    if probe is None or probe.fault or probe.status not in REFUSALS or not probe.reading.layers:
        return ""
    return probe.reading.layers[-1].message
