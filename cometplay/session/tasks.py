"""Many tasks side by side: each started, watched, resumed, asked after at once, or left, one by one."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from cometplay.core.connection import Connection
from cometplay.core.events import Waiting, WaitReason
from cometplay.core.polling import PollPolicy
from cometplay.core.tasks import Held, KnownTask
from cometplay.gateway import Pool
from cometplay.session import engine
from cometplay.session.clock import PatientClock, PauseEnd
from cometplay.session.keeping import MARGIN_S, Keeper, known_of, lasts
from cometplay.session.plan import Plan
from cometplay.session.state import Run
from cometplay.session.store import TaskStore, Transient
from cometplay.session.taskview import TaskView

Seen = Callable[[TaskView], None]


def _tell_loop(error: BaseException) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": "a watch crashed", "exception": error})


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every watch is given: a clock of its own, jitter from 0 to 1, a folder for files, new names.

    `fault` gets a line when a task cannot be kept, `crashed` what ended a watch that should not have ended.
    """

    clock: Callable[[], PatientClock]
    jitter: Callable[[], float]
    folder: Path
    name: Callable[[], str]
    fault: Callable[[str], None]
    crashed: Callable[[BaseException], None] = _tell_loop


@dataclass(slots=True)
class _Watch:
    keeper: Keeper
    clock: PatientClock
    run: Run | None = None
    going: asyncio.Task[Run] | None = None
    next_poll_at: float | None = None

    @property
    def on(self) -> bool:
        return self.going is not None and not self.going.done()


class Tasks:
    """The tasks of one session and those that its store knows. An async context manager.

    Leaving it leaves every watch: the jobs themselves go on and are billed. `seen` gets a task's view after
    each of its events, and once more when its watch is over.
    """

    def __init__(self, store: TaskStore, means: Means, seen: Seen) -> None:
        self._store = store
        self._own = Transient()
        self._means = means
        self._seen = seen
        self.folder = means.folder
        """Where the files go of what is begun from now on."""
        self._pool = Pool()
        self._watches: dict[str, _Watch] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for key in self._watches:
            self.stop(key)
        await self.over()
        await self._close_pool()

    def start(self, plan: Plan) -> str:
        """Begins a run that makes a task; gives the key by which the task is known here."""
        key = self._means.name()
        clock = self._means.clock()
        self._watch(plan, known_of(plan.draft, plan.connection, key, clock.wall(), plan.resume), clock)
        return key

    def resume(self, key: str, connection: Connection, policy: PollPolicy) -> bool:
        """Watches a kept task on; False when another program does, it is watched here, or it is over.

        Raises NotKeptError when that cannot be told.
        """
        task = self._known().get(key)
        if task is None or self.watches(key) or not self._store_of(connection).claim(key, MARGIN_S):
            return False
        plan = Plan(draft=task.draft, connection=connection, policy=policy, resume=task.id)
        self._watch(plan, task, self._means.clock())
        return True

    def stop(self, key: str) -> bool:
        """Leaves a task alone: the job goes on, and is billed. False when it was not watched."""
        watch = self._watches.get(key)
        return watch is not None and watch.going is not None and watch.going.cancel()

    def poll_now(self, key: str) -> bool:
        """Ends the pause before the next request; False when there is none."""
        return self.end_pause(key, PauseEnd.SKIPPED)

    def end_pause(self, key: str, how: PauseEnd) -> bool:
        """Ends the pause of a task's run, so or so; False when there is none."""
        watch = self._watches.get(key)
        return watch is not None and watch.clock.end_pause(how)

    def forget(self, key: str) -> bool:
        """Takes a task off the list; False while anybody watches it. Raises NotKeptError."""
        if self.watches(key) or not self._store.forget(key):
            return False
        self._own.forget(key)
        self._watches.pop(key, None)
        return True

    def watches(self, key: str) -> bool:
        return key in self._watches and self._watches[key].on

    def views(self) -> tuple[TaskView, ...]:
        """Every known task, the newest first. Raises NotKeptError."""
        return tuple(
            sorted(
                map(self._view, self._known().values()), key=lambda view: view.task.created_at, reverse=True
            )
        )

    async def over(self) -> None:
        """Waits until nothing is watched any more."""
        while going := [watch.going for watch in self._watches.values() if watch.going and watch.on]:
            await asyncio.wait(going)

    def _store_of(self, connection: Connection) -> TaskStore:
        return self._store if connection.lasting else self._own

    def _known(self) -> dict[str, KnownTask]:
        kept = {task.key: task for task in (*self._store.tasks(), *self._own.tasks())}
        return kept | {key: self._newest(watch, kept.get(key)) for key, watch in self._watches.items()}

    @staticmethod
    def _newest(watch: _Watch, kept: KnownTask | None) -> KnownTask:
        """A watched task as its run knows it; one that is left as it is kept, if it is."""
        mine = replace(watch.keeper.task, held=Held.HERE if watch.on else Held.FREE)
        return mine if kept is None or (watch.on and not watch.keeper.lost) else kept

    def _view(self, task: KnownTask) -> TaskView:
        watch = self._watches.get(task.key)
        if watch is None:
            return TaskView(task)
        return TaskView(task, watch.run, watch.on, watch.next_poll_at if watch.on else None)

    def _watch(self, plan: Plan, task: KnownTask, clock: PatientClock) -> None:
        # one task alone keeps the schedule to the second; of many each has its own place in it
        if any(self._watching()):
            plan = replace(plan, policy=plan.policy.side_by_side())
        store = self._store if lasts(plan) else self._own
        keeper = Keeper(store, plan, task, name=self._means.name, fault=self._means.fault)
        watch = self._watches[task.key] = _Watch(keeper, clock)
        watch.going = asyncio.create_task(self._run(plan, watch))
        watch.going.add_done_callback(lambda going: self._over(watch, going))

    def _over(self, watch: _Watch, going: asyncio.Task[Run]) -> None:
        self._show(watch)
        error = None if going.cancelled() else going.exception()
        if error:
            self._means.crashed(error)

    def _watching(self) -> Iterator[_Watch]:
        return (watch for watch in self._watches.values() if watch.on)

    async def _run(self, plan: Plan, watch: _Watch) -> Run:
        def observe(run: Run) -> None:
            watch.run, watch.next_poll_at = run, _next_poll_at(run)
            self._show(watch)

        try:
            return await engine.run(
                plan,
                clock=watch.keeper.clock(watch.clock),
                jitter=self._means.jitter,
                folder=self.folder,
                observe=watch.keeper.before(observe),
                pool=self._pool,
            )
        finally:
            if not any(other is not watch for other in self._watching()):
                await self._close_pool()

    async def _close_pool(self) -> None:
        """Nobody is left who shares the sockets; the next who comes gets others."""
        pool, self._pool = self._pool, Pool()
        await pool.__aexit__(None, None, None)

    def _show(self, watch: _Watch) -> None:
        task = self._newest(watch, None)
        self._seen(TaskView(task, watch.run, watch.on, watch.next_poll_at if watch.on else None))


def _next_poll_at(run: Run) -> float | None:
    match run.transcript.events[-1]:
        case Waiting(at=at, seconds=seconds, reason=WaitReason.POLL):
            return run.began_at + at + seconds
        case _:
            return None
