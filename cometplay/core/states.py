"""Any status word -> task state, and where a route keeps what it says of a task (api-contract.md 8.1)."""

from dataclasses import dataclass
from enum import StrEnum

from cometplay.core.jsons import Json, dig, dig_text


class TaskState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NEEDS_ACTION = "needs action"
    UNKNOWN = "unknown"

    @property
    def terminal(self) -> bool:
        """Whether polling on can change nothing. An unknown word is not terminal."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {
        TaskState.SUCCEEDED,
        TaskState.FAILED,
        TaskState.CANCELLED,
        TaskState.EXPIRED,
        TaskState.NEEDS_ACTION,
    }
)

_WORDS: dict[TaskState, str] = {
    TaskState.QUEUED: (
        "queued queueing submitted pending not_start starting preparing created throttled queue"
    ),
    TaskState.RUNNING: "in_progress processing running generating",
    TaskState.SUCCEEDED: "completed success succeed succeeded done finished",
    TaskState.FAILED: "failed failure fail error violation",
    TaskState.CANCELLED: "cancelled canceled",
    TaskState.EXPIRED: "expired",
    TaskState.NEEDS_ACTION: "modal",
}

VOCABULARY = {word: state for state, words in _WORDS.items() for word in words.split()}


def state_of(word: str) -> TaskState:
    """What a status word means, whatever its case."""
    return VOCABULARY.get(word.strip().lower(), TaskState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class TaskReading:
    """What one answer of /v1/videos says of a task. Empty text where it says nothing."""

    task_id: str
    word: str
    state: TaskState
    progress: str
    reason: str
    url: str


_RESULT_URLS: tuple[tuple[str | int, ...], ...] = (
    ("video_url",),
    ("result_url",),
    ("url",),
    ("output", 0),
    ("metadata", "url"),
    ("fail_reason",),
)
"""Where /v1/videos keeps the result, best first. `fail_reason` holds it in the wrapped form (6.2)."""

_REASONS: tuple[tuple[str | int, ...], ...] = (
    ("error", "message"),
    ("error",),
    ("fail_reason",),
    ("message",),
)


def read_task(value: Json) -> TaskReading:
    """A create or poll answer of /v1/videos, flat or wrapped in `data` (api-contract.md 6.1, 6.2)."""
    inner = dig(value, "data")
    task = inner if isinstance(inner, dict) and "status" in inner else value
    word = dig_text(task, "status")
    state = state_of(word)
    failed = state.terminal and state is not TaskState.SUCCEEDED
    return TaskReading(
        task_id=dig_text(task, "id") or dig_text(task, "task_id") or dig_text(value, "data", "task_id"),
        word=word,
        state=state,
        progress=dig_text(task, "progress"),
        reason=_first(task, _REASONS) if failed else "",
        url=_first(task, _RESULT_URLS, "http") if state is TaskState.SUCCEEDED else "",
    )


def _first(task: Json, places: tuple[tuple[str | int, ...], ...], prefix: str = "") -> str:
    """The first text that stands at one of the places and begins as it must."""
    texts = (dig_text(task, *place) for place in places)
    return next((text for text in texts if text and text.startswith(prefix)), "")
