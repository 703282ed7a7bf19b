"""What happens in a run, one value an occurrence. `at` is seconds since the run began."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from cometplay.core.polling import Slip
from cometplay.core.states import TaskReading
from cometplay.core.stream import Stream
from cometplay.core.wire import WireRequest

SUCCESS = range(200, 300)
"""The HTTP statuses that say so."""

BATCH_S = 0.04
"""Seconds between two looks at a streamed answer: 25 a second are as many as an eye and a terminal take."""

PROGRESS_S = 0.1
"""Seconds between two words on how much of a file has come."""

Headers: TypeAlias = tuple[tuple[str, str], ...]


class Fault(StrEnum):
    """Why no whole HTTP answer came. gateway/faults.py says which exception is which."""

    CONNECT = "could not connect"
    UNSENDABLE = "no request can be made of this"
    TLS = "no secure connection"
    TIMEOUT = "no answer in time"
    INTERRUPTED = "the connection closed early"


class WaitReason(StrEnum):
    RETRY_AFTER = "the server asked for it"
    BACKOFF = "backoff with jitter"
    SATURATED = "the upstream is saturated"
    POLL = "next poll"


class EndReason(StrEnum):
    DONE = "done"
    BLOCKED = "not sent"
    CANCELLED = "cancelled"
    DETACHED = "left to run"
    GAVE_UP = "stopped watching"


@dataclass(frozen=True, slots=True)
class Mended:
    """The connection is used without a fault that it has, for this run only; `how` never holds a key."""

    at: float
    how: str


@dataclass(frozen=True, slots=True)
class Sent:
    at: float
    request: WireRequest
    attempt: int


@dataclass(frozen=True, slots=True)
class Replied:
    """A whole answer. `body` is decoded; of a body that went to a file it is the first 4 kB."""

    at: float
    status: int
    headers: Headers
    body: bytes
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Broke:
    """No whole answer; `status`, `headers` and `body` are what came of it (0 and empty for nothing)."""

    at: float
    fault: Fault
    detail: str
    elapsed_s: float
    status: int = 0
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Chunk:
    """More of a streamed answer: `stream` is all that came so far.

    Where anything came, the last one holds all of it, just before Replied or Broke; a cancelled run has none.
    """

    at: float
    stream: Stream


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a file has come: `size` bytes of `of`, 0 where the server does not say how many.

    At most one each PROGRESS_S.
    """

    at: float
    size: int
    of: int


@dataclass(frozen=True, slots=True)
class TaskCreated:
    """A task is known by its id: made by this run, or, `resumed`, by an earlier one."""

    at: float
    task_id: str
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Polled:
    """One look at a task that showed a state, `elapsed_s` after the submit."""

    at: float
    task: TaskReading
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Waiting:
    at: float
    seconds: float
    reason: WaitReason


@dataclass(frozen=True, slots=True)
class Slipped:
    """A wait during which the machine slept, or its clock was set."""

    at: float
    slip: Slip


@dataclass(frozen=True, slots=True)
class Retrying:
    """Repeat number `repeat` of at most `of` is about to be sent."""

    at: float
    repeat: int
    of: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A failure that will not be repeated, and the rule that says so."""

    at: float
    why: str


@dataclass(frozen=True, slots=True)
class Saved:
    at: float
    path: str
    size: int
    mime: str


@dataclass(frozen=True, slots=True)
class NotSaved:
    """A result that came and could not be written: the answer still holds it, or its url."""

    at: float
    why: str


@dataclass(frozen=True, slots=True)
class Expires:
    """The link to a result that was just fetched, or could not be, dies at `moment` (epoch seconds).

    That is `in_s` from now; 0 or less where it is dead already.
    """

    at: float
    moment: float
    in_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    at: float
    reason: EndReason


Event: TypeAlias = (
    Mended
    | Sent
    | Replied
    | Broke
    | Chunk
    | Progress
    | TaskCreated
    | Polled
    | Waiting
    | Slipped
    | Retrying
    | Stopped
    | Saved
    | NotSaved
    | Expires
    | Ended
)
