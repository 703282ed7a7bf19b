"""Events folded into the evidence of one run: what was asked, what came back, how far it got."""

from dataclasses import dataclass, field, replace

from cometplay.core import bodies
from cometplay.core.bodies import Reading
from cometplay.core.drafts import Expectation, Kind
from cometplay.core.events import (
    SUCCESS,
    Broke,
    Ended,
    EndReason,
    Event,
    Fault,
    Headers,
    NotSaved,
    Polled,
    Replied,
    Retrying,
    Saved,
    Sent,
    Stopped,
    TaskCreated,
    Waiting,
)
from cometplay.core.polling import PollPolicy
from cometplay.core.states import TaskReading
from cometplay.core.wire import Phase, WireRequest

REFUSALS = frozenset(range(400, 500)) - {408, 429}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it. `fault` is set when no whole answer came."""

    phase: Phase
    request: WireRequest | None
    status: int
    headers: Headers
    body: bytes = field(repr=False)
    reading: Reading
    elapsed_s: float
    fault: Fault | None = None
    detail: str = ""

    @property
    def succeeded(self) -> bool:
        """A whole answer with a status of success and no error in its body."""
        return self.fault is None and self.status in SUCCESS and self.reading.error is None


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
    were refused, `lost` the first download that failed, `api` the
    last answer of the gateway itself, `policy` the marks by which a task is young,
    late or lost.
    """

    kind: Kind
    expect: Expectation | None = None
    policy: PollPolicy = field(default_factory=PollPolicy)
    now: float = 0.0
    events: tuple[Event, ...] = field(default=(), repr=False)
    sent: WireRequest | None = None
    last: Exchange | None = None
    lost: Exchange | None = None
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
    """The transcript after one more event."""
    kept = replace(transcript, now=event.at, events=(*transcript.events, event))
    match event:
        case Sent(request=request):
            created = request.phase is Phase.CREATE
            kept = replace(kept, sent=request, creates=kept.creates + created)
        case Replied() | Broke():
            kept = _answered(kept, _exchange(kept, event))
        case TaskCreated(at=at, task_id=task_id, resumed=resumed):
            kept = replace(kept, task=Task(task_id, at, resumed))
        case Polled(task=look) if kept.task:
            kept = replace(kept, task=replace(kept.task, look=look), misses=0)
        case Saved():
            kept = replace(kept, saved=(*kept.saved, event))
        case Ended(reason=reason):
            kept = replace(kept, ended=reason)
        case Polled() | Waiting() | Retrying() | Stopped() | NotSaved():
            pass
    return kept


def _answered(transcript: Transcript, exchange: Exchange) -> Transcript:
    if exchange.request is None or exchange.request.keyed:
        transcript = replace(transcript, api=exchange)
    match exchange.phase:
        case Phase.CREATE:
            return replace(transcript, last=exchange, create=exchange)
        case Phase.POLL:
            # a timeout or a 502 says nothing of the task, so only a refusal counts as a miss
            refused = exchange.status in REFUSALS or (exchange.status in SUCCESS and not exchange.succeeded)
            missed = transcript.misses + (refused and exchange.fault is None)
            return replace(transcript, last=exchange, polls=transcript.polls + 1, misses=missed)
        case Phase.PROBE:
            return replace(transcript, last=exchange)
        case Phase.DOWNLOAD:
            lost = transcript.lost or (None if exchange.succeeded else exchange)
            return replace(transcript, last=exchange, lost=lost)


def _exchange(transcript: Transcript, event: Replied | Broke) -> Exchange:
    request = transcript.sent
    broke = event if isinstance(event, Broke) else None
    return Exchange(
        phase=request.phase if request else Phase.CREATE,
        request=request,
        status=event.status,
        headers=event.headers,
        body=event.body,
        reading=bodies.read(event.body, event.headers),
        elapsed_s=event.elapsed_s,
        fault=broke.fault if broke else None,
        detail=broke.detail if broke else "",
    )
