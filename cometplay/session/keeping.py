"""A run's task written down as it goes: before its create leaves, and before anybody sees its answer."""

from collections.abc import Callable
from dataclasses import replace

from cometplay.core import redact, wire
from cometplay.core.connection import Connection
from cometplay.core.doubt import made_nothing
from cometplay.core.drafts import Draft
from cometplay.core.events import Broke, Ended, Polled, Replied, Saved, Sent, TaskCreated, Waiting
from cometplay.core.models import route_of
from cometplay.core.redact import Redactor
from cometplay.core.routes import ADAPTERS
from cometplay.core.states import TaskReading, TaskState, read_task
from cometplay.core.tasks import KnownTask, NotKeptError, PastRun, Stage
from cometplay.core.wire import Phase, WireRequest
from cometplay.session.clock import Clock, PauseEnd
from cometplay.session.conductor import Observe
from cometplay.session.plan import Plan
from cometplay.session.state import Run
from cometplay.session.store import TaskStore

MARGIN_S = 90.0
"""Seconds that a claim outlasts what is waited for: a busy machine must not lose its task."""
LONGEST_WORD = 200


def _kept_text(text: str, connection: Connection) -> str:
    """Text as it may be kept: without the key of the run, and whatever else is secret."""
    return redact.keepable(Redactor(connection.key).text(text))


def known_of(draft: Draft, connection: Connection, key: str, at: float, resumed: str = "") -> KnownTask:
    """The task that a draft is about to become, or the one of the id `resumed` that is watched again."""
    return KnownTask(
        key=key,
        kind=draft.kind,
        route=route_of(draft),
        model=_kept_text(draft.model, connection),
        prompt="" if resumed else _kept_text(draft.prompt, connection),
        base_url=connection.base_url,
        created_at=at,
        stage=Stage.MADE if resumed else Stage.SENT,
        id=resumed,
    )


def past_run(run: Run, scenario: str = "") -> PastRun:
    """What is kept of a run that is over."""
    deciding = run.deciding
    return PastRun(
        at=run.began_at,
        kind=run.draft.kind,
        model=_kept_text(run.draft.model, run.connection),
        prompt=_kept_text(run.draft.prompt, run.connection),
        target=redact.url(run.connection.base_url),
        scenario=scenario,
        verdict=run.verdict.mode if run.verdict else "",
        request_id=next(iter(run.request_ids), ""),
        status=deciding.status if deciding else 0,
        elapsed_s=run.transcript.now,
    )


class Keeper:
    """Stands before the observers of a run: what it is shown is kept first.

    `task` is as it was kept last. `lost`: another program watches it now. A store that refuses is told to
    `fault` once, and the run goes on without it.
    """

    def __init__(
        self,
        store: TaskStore,
        plan: Plan,
        task: KnownTask,
        *,
        name: Callable[[], str],
        fault: Callable[[str], None],
    ) -> None:
        self._store = store
        self._plan = plan
        self._name = name
        self._fault = fault
        self._faulty = False
        self.task = task
        self.lost = False

    def before(self, observe: Observe) -> Observe:
        """An observer that keeps, and then shows."""

        def kept_and_shown(run: Run) -> None:
            self._note(run)
            observe(run)

        return kept_and_shown

    def clock(self, clock: Clock) -> Clock:
        """The same time, in which nothing is polled once another program watches the task."""
        return _ClaimedClock(clock, self._claim)

    def _note(self, run: Run) -> None:
        if self.lost or run.transcript.stream is not None:
            return
        match run.transcript.events[-1]:
            case Sent(request=request):
                self._sent(run, request)
            case Replied() | Broke():
                self._answered(run)
            case TaskCreated(task_id=task_id) if task_id != self.task.id or not self.task.poll_path:
                self._made(run, task_id)
            case Waiting(seconds=seconds) if self.task.id:
                self._keep(seconds)
            case Polled(at=at, task=look):
                self._looked(look, run, run.began_at + at)
            case Saved(path=path):
                self._know(files=(*self.task.files, path))
            case Ended():
                self._conclude(run)
            case _:
                return

    def _sent(self, run: Run, request: WireRequest) -> None:
        if request.phase is not Phase.CREATE:
            self._claim(request.phase)
        elif request.watched:
            if self.task.id:  # another of the same run is a task of its own
                self._conclude(run)
            key = self._name() if self.task.id else self.task.key
            at = run.began_at + run.transcript.now
            self.task = known_of(run.draft, run.connection, key, at)
            self._keep(self._plan.limit_s(request.kind, request.phase))

    def _answered(self, run: Run) -> None:
        answer, request = run.transcript.last, run.transcript.sent
        if answer is None or request is None or answer.phase is not Phase.CREATE or not request.watched:
            return
        task_id = read_task(answer.reading.value).task_id if answer.succeeded else ""
        if task_id:
            self._made(run, task_id)
        elif made_nothing(answer):
            self.task = replace(self.task, stage=Stage.NOT_MADE)
            self._try(lambda: self._store.forget(self.task.key))

    def _made(self, run: Run, task_id: str) -> None:
        base_url = run.connection.base_url
        created = run.transcript.sent or wire.encode(run.draft, base_url)
        path = wire.poll(created, base_url, task_id).path
        self._know(id=task_id, poll_path=path, stage=Stage.MADE)

    def _looked(self, look: TaskReading, run: Run, at: float) -> None:
        self.task = replace(
            self.task,
            state=look.state,
            word=_kept_text(look.word, run.connection)[:LONGEST_WORD],
            progress=_kept_text(look.progress, run.connection)[:LONGEST_WORD],
            looked_at=at,
        )
        if look.state.terminal:
            self._keep(0)

    def _conclude(self, run: Run) -> None:
        if self.task.id:
            over = _is_over(self.task, run)
            self._know(stage=Stage.OVER if over else self.task.stage)
        elif not run.transcript.creates:
            self.task = replace(self.task, stage=Stage.NOT_MADE)
        self._try(lambda: self._store.release(self.task.key))

    def _know(self, **changes: object) -> None:
        self.task = replace(self.task, **changes)  # pyright: ignore[reportArgumentType]  fields of it
        self._keep(0)

    def _keep(self, seconds: float) -> None:
        self.lost |= not self._try(lambda: self._store.keep(self.task, seconds + MARGIN_S))

    def _claim(self, phase: Phase = Phase.POLL) -> bool:
        """Holds the task for one request of that phase; False when another program has it."""
        if self.task.id and not self.lost:
            for_s = self._plan.limit_s(self.task.kind, phase) + MARGIN_S
            self.lost = not self._try(lambda: self._store.claim(self.task.key, for_s))
        return not self.lost

    def _try(self, act: Callable[[], bool | None]) -> bool:
        """What the store says; a store that refuses takes no task away."""
        try:
            taken = act() is not False
        except NotKeptError as error:
            if not self._faulty:
                self._fault(f"this task is not kept: {error}; note its id")
            self._faulty = True
            return True
        self._faulty = False
        return taken


def _is_over(task: KnownTask, run: Run) -> bool:
    """Whether there is nothing left to watch: it ended without a file, its file is here, or it is not found.

    A file that could not be fetched or written leaves the task open.
    """
    if task.state is TaskState.SUCCEEDED:
        return bool(task.files)
    ended = task.state is not None and task.state.terminal
    return ended or bool(run.verdict and run.verdict.seen.settled)


class _ClaimedClock:
    def __init__(self, clock: Clock, claim: Callable[[], bool]) -> None:
        self._clock = clock
        self._claim = claim
        self.monotonic = clock.monotonic
        self.wall = clock.wall

    async def pause(self, seconds: float) -> PauseEnd:
        end = await self._clock.pause(seconds)
        return end if self._claim() else PauseEnd.GIVEN_UP


def lasts(plan: Plan) -> bool:
    """Whether a plan's task goes on when this program ends."""
    return plan.connection.lasting and ADAPTERS[route_of(plan.draft)].poll is not None
