"""Any status word -> task state, and what any route's answer says of a task (api-contract.md 6 to 8)."""

from dataclasses import dataclass
from enum import StrEnum

from cometplay.core import accounts
from cometplay.core.jsons import Json, JsonObject, as_text, dig, dig_text


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
_LOST = frozenset({TaskState.FAILED, TaskState.CANCELLED, TaskState.EXPIRED})

_WORDS: dict[TaskState, str] = {
    TaskState.QUEUED: (
        "queued queueing submitted pending not_start starting preparing created throttled queue "
        # seen on fal, Jimeng, HeyGen and Novita, which no page of the gateway names
        "in_queue queuing waiting task_status_queued"
    ),
    TaskState.RUNNING: (
        "in_progress processing running generating "  # then Luma's and Novita's own
        "dreaming task_status_processing"
    ),
    TaskState.SUCCEEDED: (
        "completed success succeed succeeded done finished "  # then Flux's and Novita's own
        "ready task_status_succeed"
    ),
    TaskState.FAILED: (
        "failed failure fail error violation "
        # a job's time limit; then what Novita, Flux, Tripo and Higgsfield say of a refusal
        "timeout timed_out task_status_failed request_moderated content_moderated banned nsfw rejected"
    ),
    TaskState.CANCELLED: "cancelled canceled cancel aborted",
    TaskState.EXPIRED: "expired",
    TaskState.NEEDS_ACTION: "modal",
}

VOCABULARY = {word: state for state, words in _WORDS.items() for word in words.split()}
"""Every word that has a meaning (api-contract.md 8.1), in lower case, a blank written as `_`."""


def state_of(word: str) -> TaskState:
    """What a status word means, whatever its case."""
    return VOCABULARY.get(word.strip().lower().replace(" ", "_"), TaskState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class TaskReading:
    """What one answer says of a task. Empty text where it says nothing.

    `reason` and `code` are of a task that ended without a result, `url` of one that has one.
    """

    task_id: str
    word: str
    state: TaskState
    progress: str
    reason: str
    url: str
    code: str = ""

    @property
    def lost(self) -> bool:
        """Whether it ended without a result."""
        return self.state in _LOST

    @property
    def unexplained(self) -> bool:
        """Whether it failed and says nothing of the reason, so that the content route is asked (6.4)."""
        return self.state is TaskState.FAILED and not (self.reason or self.code)


_WORD_FIELDS = ("task_status", "status", "state", "taskStatus")
_OWN_WORDS = (
    "id task_id taskId fail_reason failReason failure failureCode progress video_url result_url content "
    "output task_result imageUrl videoUrl file_id creations action submit_time video"
)
_TASK_FIELDS = frozenset(_OWN_WORDS.split())
"""Fields by which an object with a status word is a task's own, and no wrapper around one."""

_INSIDE = ("data", "output", "result", "Resp", "response")
"""Where a wrapper keeps a task, and a task what its provider told of it."""

_DEEPEST = 4

WITHHELD = "respect_moderation: false"
"""The code of a result that moderation keeps back without giving one."""


def read_task(value: Json) -> TaskReading:
    """What an answer says of a task, on whichever route it was asked (6.1 to 8).

    The state is that of the task's own object, not of what wraps it; a provider's answer inside that
    object adds what it leaves out. A task that only names itself is under way (7.3, Grok in 8).
    """
    layers = _layers(value)
    if not layers:
        return TaskReading("", "", TaskState.UNKNOWN, "", "", "")
    own = _own_place(layers)
    inward = layers[own:]
    url = accounts.url(inward)
    task_id = _id_of(inward[0]) or next((found for layer in layers if (found := _id_of(layer))), "")
    task_id = task_id or _submitted(layers[0])
    word, state = _state(inward, url, task_id)
    withheld = any(_withheld(layer) for layer in inward)
    if state is TaskState.SUCCEEDED and (withheld or (not url and any(map(_tells_of_an_error, inward)))):
        state = TaskState.FAILED
    ended_badly = state.terminal and state is not TaskState.SUCCEEDED
    code = accounts.first_telling(layers, own, accounts.CODES) if ended_badly else ""
    return TaskReading(
        task_id=task_id,
        word=word,
        state=state,
        progress=next((text for layer in inward if (text := accounts.progress(layer))), ""),
        reason=accounts.first_telling(layers, own, accounts.REASONS) if ended_badly else "",
        url=url if state is TaskState.SUCCEEDED else "",
        code=code or (WITHHELD if withheld and ended_badly else ""),
    )


def names_a_task(value: Json) -> bool:
    """Whether an answer is a task's own account, so that an error in it is why the task failed.

    An error beside no task is one of the request, whatever words stand around it.
    """
    if not isinstance(value, dict) or "choices" in value or value.get("object") == "response":
        return False
    if _is_operation(value):
        return value.get("done") is True
    layers = _layers(value)
    own = _own_place(layers)
    word = _word(layers[own])
    if not word or _id_of(layers[own]):
        return bool(word)
    state = state_of(word)
    if own:
        return state is not TaskState.UNKNOWN
    if value.get("error"):
        return bool(dig_text(value, "request_id")) and state in _LOST and word.lower() != "error"
    known = state is not TaskState.UNKNOWN and bool(_submitted(value))
    return known or not _TASK_FIELDS.isdisjoint(value)


def _layers(value: Json) -> list[JsonObject]:
    """An object and the objects inside it that may be a task's, the outermost first."""
    found: list[JsonObject] = []
    while isinstance(value, dict) and len(found) < _DEEPEST:
        found.append(value)
        value = _inside(value)
    return found


def _inside(layer: JsonObject) -> JsonObject | None:
    for name in _INSIDE:
        if name in layer and (inner := _object(layer[name])):
            return inner
    return None


def _object(value: Json) -> JsonObject | None:
    """An object, or the first of a list of tasks."""
    if isinstance(value, list) and value:
        value = value[0]
        return value if isinstance(value, dict) and _word(value) else None
    return value if isinstance(value, dict) else None


def _word(layer: JsonObject) -> str:
    """The status word; a number is a wrapper's code, and no word."""
    for name in _WORD_FIELDS:
        word = layer.get(name)
        if isinstance(word, str) and (told := word.strip()) and not told.isdecimal():
            return word
    return ""


def _own_place(layers: list[JsonObject]) -> int:
    """Which layer is the task's own: the first with a word and a task's fields, else the last with a word."""
    if len(layers) == 1:
        return 0
    told = [place for place, layer in enumerate(layers) if _word(layer)]
    named = [place for place in told if not _TASK_FIELDS.isdisjoint(layers[place])]
    # where none has a word, the one that names the task
    known = named[:1] or told[-1:] or [place for place, layer in enumerate(layers) if _id_of(layer)]
    return known[0] if known else 0


def _id_of(layer: JsonObject) -> str:
    task_id = as_text(layer.get("task_id")) or as_text(layer.get("taskId"))
    own = layer.get("id")
    # beside a task's id a number is the row in some database
    return task_id if task_id and isinstance(own, int) else as_text(own) or task_id


def _submitted(value: JsonObject) -> str:
    """The id in answers that hold no field of that name: Midjourney's, Suno's, then Grok's and fal's."""
    if "description" in value:
        return dig_text(value, "result")
    if dig_text(value, "code") == "success":
        return dig_text(value, "data")
    if _is_operation(value):
        return dig_text(value, "name")
    told = {"error", "code", "message", "data", "output", "choices"} & value.keys()
    return "" if told else dig_text(value, "request_id")


def _state(inward: list[JsonObject], url: str, task_id: str) -> tuple[str, TaskState]:
    """The word that counts and what it means; ("", RUNNING) for a task that is only named."""
    word = _word(inward[0])
    state = state_of(word)
    if not word:
        return "", _unspoken(inward[0], url, task_id)
    for layer in inward[1:]:
        inner = state_of(_word(layer))
        if inner is TaskState.UNKNOWN or state in _LOST:
            continue
        # what the provider ended, the gateway may not know yet; what wraps a task may have its own success
        unfinished = state is TaskState.SUCCEEDED and not url and not inner.terminal
        if state is TaskState.UNKNOWN or inner in _LOST or unfinished:
            return _word(layer), inner
        if inner is TaskState.SUCCEEDED and url:
            return (word, state) if state is inner else (_word(layer), inner)
    return word, state


def _unspoken(layer: JsonObject, url: str, task_id: str) -> TaskState:
    """The state of a task that says no word."""
    if _is_operation(layer):
        return TaskState.SUCCEEDED if layer.get("done") is True else TaskState.RUNNING
    if url:
        return TaskState.SUCCEEDED
    silent = any(name in layer for name in _WORD_FIELDS)
    return TaskState.RUNNING if task_id and not silent else TaskState.UNKNOWN


def _is_operation(value: JsonObject) -> bool:
    """Google's long-running operation, whose state is `done` or not."""
    return "/operations/" in f"/{as_text(value.get('name'))}"


def _withheld(layer: JsonObject) -> bool:
    """Whether moderation keeps a finished result back, as Grok says in one flag."""
    return layer.get("respect_moderation") is False or dig(layer, "video", "respect_moderation") is False


def _tells_of_an_error(layer: JsonObject) -> bool:
    """Whether one stands beside a success; Veo's is a reason why the videos were left out."""
    filtered = dig(layer, "generateVideoResponse", "raiMediaFilteredReasons")
    return bool(layer.get("error") or filtered or layer.get("raiMediaFilteredReasons"))
