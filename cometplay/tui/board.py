"""The tasks behind the video tab: those of this program and those that its history knows, side by side.

What sends is loaded with the first task that is watched: a start that only lists needs none of it.
"""

import asyncio
import importlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cometplay.core.drafts import Kind
from cometplay.core.tasks import KnownTask, NotKeptError
from cometplay.session.clock import PauseEnd
from cometplay.session.store import TaskStore, Transient
from cometplay.session.taskview import TaskView
from cometplay.tui.outset import Outset
from cometplay.tui.sheet import Sheet
from cometplay.tui.together import Together

if TYPE_CHECKING:
    from cometplay.core.connection import Connection
    from cometplay.session.plan import Plan
    from cometplay.session.tasks import Tasks
    from cometplay.tui.reels import Reel

TOGETHER_S = 0.25
"""Seconds within which the news of tasks that nobody looks at are taken together."""


Ended = Callable[[TaskView], None]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who is told: `changed` of any news, `ended` of a watch that is over, `fault` of what is not kept."""

    changed: Callable[[], None]
    ended: Ended
    fault: Callable[[str], None]


class Board:
    """Every known task by its key, and the one that is `chosen`; "" for none."""

    def __init__(self, outset: Outset, folder: Path, hearing: Hearing) -> None:
        self._outset = outset
        self._hearing = hearing
        self._views: dict[str, TaskView] = {}
        self._store: TaskStore | None = None
        self._tasks: Tasks | None = None
        self._opening = asyncio.Lock()
        self._reels: dict[str, Reel | None] = {}
        self._scraps: TemporaryDirectory[str] | None = None
        self._news = Together(TOGETHER_S, hearing.changed)
        self.folder = folder
        self.chosen = ""
        self._closed = False
        self._crash: asyncio.Future[None] | None = None

    @property
    def views(self) -> tuple[TaskView, ...]:
        """The newest first."""
        newest_known = reversed(self._views.values())
        return tuple(sorted(newest_known, key=lambda view: -view.task.created_at))

    def shown_in(self, sheet: Sheet) -> Sheet:
        """The tab's sheet, with the tasks as they are and the run of the chosen one."""
        view = self.view(self.chosen)
        runs = sheet.runs if self.chosen == sheet.chosen else ()
        if view and view.run and (not runs or runs[-1] is not view.run):
            runs = (view.run,)
        same = [run.began_at for run in runs] == [run.began_at for run in sheet.runs]
        return replace(
            sheet,
            tasks=self.views,
            chosen=self.chosen,
            runs=runs,
            busy=view is not None and view.watched,
            looked_at=sheet.looked_at if same else None,
            reel=self._reels.get(self.chosen),
        )

    def view(self, key: str) -> TaskView | None:
        return self._views.get(key)

    def choose(self, key: str) -> None:
        self.chosen = key
        self._news.now()

    async def recall(self) -> tuple[KnownTask, ...]:
        """What earlier starts left, read beside the screen; gives the tasks of videos."""
        if not self._outset.recalls():
            return ()
        store = await self._kept()
        try:
            tasks = tuple(task for task in await asyncio.to_thread(store.tasks) if task.kind is Kind.VIDEO)
        except NotKeptError as error:
            self._hearing.fault(f"what was left by earlier starts is not known: {error}")
            return ()
        for task in tasks:
            self._views.setdefault(task.key, TaskView(task))
        self._news.now()
        return tasks

    async def start(self, plan: "Plan") -> str:
        """Begins a task, and chooses it."""
        tasks = await self._watching()
        self.chosen = tasks.start(plan)
        return self.chosen

    async def resume(self, key: str, plan: "Callable[[KnownTask], Plan | None]") -> bool:
        """Watches a task on, where `plan` leads to it; False where that cannot be."""
        tasks, view = await self._watching(), self._views.get(key)
        wanted = plan(view.task) if view else None
        try:
            return wanted is not None and tasks.resume(key, wanted.connection, wanted.policy)
        except NotKeptError as error:
            self._hearing.fault(f"whether that task is free is not known: {error}")
            return False

    def stop(self, key: str) -> bool:
        """Leaves a task alone, which goes on."""
        return self._tasks is not None and self._tasks.stop(key)

    def end_pause(self, key: str, how: PauseEnd) -> bool:
        return self._tasks is not None and self._tasks.end_pause(key, how)

    async def forget(self, key: str) -> bool:
        """Takes a task off the list and out of the history; False while anybody watches it."""
        places = [view.task.key for view in self.views]
        store = self._tasks or await self._kept()
        try:
            gone = store.forget(key)
        except NotKeptError as error:
            self._hearing.fault(f"that task is not forgotten: {error}")
            return False
        if gone:
            self._views.pop(key, None)
            if self.chosen == key:
                place = places.index(key)
                beside = [*places[place + 1 :], *reversed(places[:place])]
                self.chosen = next(iter(beside), "")
            self._news.now()
        return gone

    async def learn(self, key: str, connection: "Connection | None") -> None:
        """Looks at the file of a task that is over, once."""
        view = self._views.get(key)
        if view is None or view.watched or key in self._reels or not view.task.files:
            return
        self._reels[key] = None
        await asyncio.to_thread(importlib.import_module, "cometplay.tui.reels")
        from cometplay.tui.reels import reel

        if self._scraps is None:
            self._scraps = TemporaryDirectory(prefix="cometplay-", ignore_cleanup_errors=True)
        folder = Path(self._scraps.name)
        self._reels[key] = await reel(view.task, Path(view.task.files[0]), connection, folder)
        self._news.now()

    async def _kept(self) -> TaskStore:
        """Where tasks are kept: the history, or only this program where that cannot be opened."""
        async with self._opening:
            if self._store is None:
                loop = asyncio.get_running_loop()
                told: list[str] = []
                try:
                    self._store = await asyncio.to_thread(self._outset.history, told.append)
                except NotKeptError as error:
                    self._store = Transient()
                    told.append(f"tasks are kept only until the end: {error}")
                for fault in told:
                    loop.call_soon(self._hearing.fault, fault)
            return self._store

    async def _watching(self) -> "Tasks":
        store = await self._kept()
        await asyncio.to_thread(importlib.import_module, "cometplay.session.tasks")
        if self._tasks is None:
            import random
            import secrets

            from cometplay.session.tasks import Means, Tasks

            means = Means(
                clock=self._outset.clock,
                jitter=random.random,
                folder=self.folder,
                name=lambda: secrets.token_hex(8),
                fault=self._hearing.fault,
                crashed=self._take_crash,
            )
            self._tasks = Tasks(store, means, self._seen)
        self._tasks.folder = self.folder
        return self._tasks

    def _take_crash(self, error: BaseException) -> None:
        if self._crash and not self._crash.done():
            self._crash.set_exception(error)

    async def crashed(self) -> None:
        """Waits for good; raises what ended a watch that should not have ended."""
        self._crash = asyncio.get_running_loop().create_future()
        await self._crash

    async def close(self) -> None:
        """Leaves every watch, and lets go of the tasks for whoever comes next."""
        self._closed = True
        self._news.drop()
        if self._tasks:
            with suppress(NotKeptError):
                await self._tasks.__aexit__(None, None, None)
        if self._store:
            self._store.close()
        if self._scraps:
            self._scraps.cleanup()

    def _seen(self, view: TaskView) -> None:
        if self._closed:
            return
        before = self._views.get(view.task.key)
        self._views[view.task.key] = view
        if before and before.watched and not view.watched:
            self._hearing.ended(view)
        if before is None or view.task.key == self.chosen or before.watched != view.watched:
            self._news.now()
        else:
            self._news.soon()
