"""Events folded into the evidence of one run: what was asked, what came back, how far it got."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cometplay.core import bodies
from cometplay.core.answers import NO_ANSWER, ChatAnswer, answer_in, is_file, streamed_answer
from cometplay.core.bodies import Reading
from cometplay.core.drafts import Kind
from cometplay.core.events import (
    SUCCESS,
    Broke,
    Chunk,
    Ended,
    EndReason,
    Event,
    Expires,
    Fault,
    Headers,
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
)
from cometplay.core.expectations import Expectation
from cometplay.core.jsons import JsonObject
from cometplay.core.polling import PollPolicy
from cometplay.core.states import TaskReading, read_task
from cometplay.core.stream import Stream
from cometplay.core.wire import Phase, WireRequest, fields_sent

USUAL = PollPolicy()

REFUSALS = frozenset(range(400, 500)) - {408, 429}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it. `fault` is set when no whole answer came.

    `answer` is that of a chat, `look` what a picture's or video's answer says of a task, be it one or not.
    """

    phase: Phase
    request: WireRequest | None
    status: int
    headers: Headers
    body: bytes = field(repr=False)
    reading: Reading
    elapsed_s: float
    fault: Fault | None = None
    detail: str = ""
    answer: ChatAnswer = field(default=NO_ANSWER, repr=False)
    look: TaskReading | None = field(default=None, repr=False)
    succeeded: bool = field(init=False)
    """A whole answer with a status of success, no error in its body, and what its phase is for in it."""
    refused: bool = field(init=False)
    """A whole answer that tells of a failure, by its status or in its body."""

    def __post_init__(self) -> None:
        # worked out once, because every mode asks
        good = self.status in SUCCESS and not self.reading.layers
        good = good and _DELIVERS[self.phase](self)
        object.__setattr__(self, "succeeded", self.fault is None and good)
        object.__setattr__(self, "refused", self.fault is None and not good)

    @property
    def told_status(self) -> int:
        """The status that counts: a numeric code in the body replaces that of HTTP."""
        return self.reading.status or self.status


_DELIVERS: dict[Phase, Callable[[Exchange], bool]] = {
    Phase.CREATE: lambda _: True,  # the modes of each kind look closer
    Phase.POLL: lambda exchange: isinstance(exchange.reading.value, dict | list),
    Phase.PROBE: lambda _: True,
    Phase.DOWNLOAD: lambda exchange: is_file(exchange.body),
}
"""Whether an answer without an error has what its phase is for. A page, or nothing, tells of no task."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task, and the last look at it that showed a state (None: none did yet)."""

    id: str
    created_at: float
    resumed: bool = False
    look: TaskReading | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The evidence of one run.

    `now` is the time of the last event in seconds since the start, `misses` the polls in a row that
    were refused, `lost` the first download that failed, `api` the last answer of the gateway itself,
    `policy` the marks by which a task is young, late or lost, `asked` the fields of the create's body.
    `probe` is what the content route said of a task that failed without a word: it only adds to what is
    known, so `last` and `api` stay those before it.
    `stream` is what came of a streamed answer that still goes on, `first_chunk_at` how many seconds after
    its request the first text of one came; None for none. `progress` is of the file that comes just now.
    """

    kind: Kind
    expect: Expectation | None = None
    asked: JsonObject = field(default_factory=JsonObject, repr=False)
    policy: PollPolicy = USUAL
    now: float = 0.0
    events: tuple[Event, ...] = field(default=(), repr=False)
    sent: WireRequest | None = None
    sent_at: float = 0.0
    stream: Stream | None = field(default=None, repr=False)
    first_chunk_at: float | None = None
    progress: Progress | None = None
    last: Exchange | None = None
    lost: Exchange | None = None
    probe: Exchange | None = None
    api: Exchange | None = None
    create: Exchange | None = None
    creates: int = 0
    polls: int = 0
    misses: int = 0
    task: Task | None = None
    saved: tuple[Saved, ...] = ()
    ended: EndReason | None = None

    @property
    def task_is_young(self) -> bool:
        """Whether a task that is not found may only be not visible yet (api-contract.md 7.4)."""
        if self.task is None or self.task.resumed or self.misses >= self.policy.not_visible_polls:
            return False
        return self.now - self.task.created_at <= self.policy.not_visible_for_s


def fold(transcript: Transcript, event: Event) -> Transcript:
    """The transcript after one more event.

    A chunk is no part of `events`: each holds the whole answer so far, so that all of them would take
    memory by the square of its length, and none tells what the newest, or the answer itself, does not.
    Nor is the progress of a file, of which only the newest tells anything.
    """
    told = () if isinstance(event, Chunk | Progress) else (event,)
    changes = {"now": event.at, "events": (*transcript.events, *told)} | _changes(transcript, event)
    return replace(transcript, **changes)


def _changes(  # noqa: PLR0911  one for each event
    transcript: Transcript, event: Event
) -> dict[str, Any]:
    """The fields that an event changes: one replacement for all, because a log has millions of answers."""
    match event:
        case Sent():
            return _sent(transcript, event)
        case Chunk():
            return _streamed(transcript, event)
        case Progress():
            return {"progress": event}
        case Replied() | Broke():
            read = read_exchange(transcript.kind, transcript.sent, event, transcript.stream)
            return answered(read, polls=transcript.polls, misses=transcript.misses, lost=transcript.lost)
        case TaskCreated(at=at, task_id=task_id, resumed=resumed):
            return {"task": Task(task_id, at, resumed)}
        case Polled(task=look) if transcript.task:
            return {"task": replace(transcript.task, look=look), "misses": 0}
        case Saved():
            return {"saved": (*transcript.saved, event)}
        case Ended(reason=reason):
            return {"ended": reason}
        case Mended() | Polled() | Waiting() | Slipped() | Retrying() | Stopped() | NotSaved() | Expires():
            return {}


def _sent(transcript: Transcript, event: Sent) -> dict[str, Any]:
    request = event.request
    created = request.phase is Phase.CREATE
    return {
        "sent": request,
        "sent_at": event.at,
        "creates": transcript.creates + created,
        # a poll may have a body of its own, which asks for nothing
        "asked": fields_sent(request) if created else transcript.asked,
        "stream": None,
        "first_chunk_at": None,
        "progress": None,
    }


def _streamed(transcript: Transcript, chunk: Chunk) -> dict[str, Any]:
    first = transcript.first_chunk_at
    if first is None:
        answer = streamed_answer(chunk.stream)
        first = chunk.at - transcript.sent_at if answer.content.strip() or answer.refusal else None
    return {"stream": chunk.stream, "first_chunk_at": first}


def answered(
    exchange: Exchange, *, polls: int = 0, misses: int = 0, lost: Exchange | None = None
) -> dict[str, Any]:
    """The fields that an answer changes; `polls`, `misses` and `lost` are those before it."""
    if exchange.phase is Phase.PROBE:
        return {"probe": exchange}
    changes: dict[str, Any] = {"last": exchange, "stream": None, "progress": None}
    if exchange.request is None or exchange.request.keyed:
        changes["api"] = exchange
    match exchange.phase:
        case Phase.CREATE:
            changes["create"] = exchange
        case Phase.POLL:
            # a timeout or a 502 says nothing of the task, so only a refusal counts as a miss
            refused = exchange.status in REFUSALS or (exchange.status in SUCCESS and not exchange.succeeded)
            changes["polls"] = polls + 1
            changes["misses"] = misses + (refused and exchange.fault is None)
        case Phase.DOWNLOAD:
            changes["lost"] = lost or (None if exchange.succeeded else exchange)
    return changes


def read_exchange(
    kind: Kind, request: WireRequest | None, event: Replied | Broke, streamed: Stream | None = None
) -> Exchange:
    """What came of a request, read. `streamed` is what the last chunk before its end told."""
    broke = event if isinstance(event, Broke) else None
    reading = bodies.read(event.body, event.headers, status=event.status, streamed=streamed)
    chat = kind is Kind.TEXT
    return Exchange(
        phase=request.phase if request else Phase.CREATE,
        request=request,
        status=event.status,
        headers=event.headers,
        body=event.body,
        reading=reading,
        elapsed_s=event.elapsed_s,
        fault=broke.fault if broke else None,
        detail=broke.detail if broke else "",
        answer=answer_in(reading) if chat else NO_ANSWER,
        look=None if chat else read_task(reading.value),
    )
