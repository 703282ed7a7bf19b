"""What a person can do with the tasks of the video tab, one by one and all together."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from cometplay.core import plain
from cometplay.core.drafts import Draft, Kind
from cometplay.core.fitting import fitted
from cometplay.session.clock import PauseEnd
from cometplay.tui.actions import key_of
from cometplay.tui.habits import SWITCHED, Habit
from cometplay.tui.messages import TaskChosen
from cometplay.tui.screens.viewing import Viewing
from cometplay.tui.sheet import Sheet

if TYPE_CHECKING:
    from cometplay.core.connection import Connection
    from cometplay.session.taskview import TaskView


class Tasking(Viewing):
    """One method for each row of ACTIONS that concerns a task."""

    def _remember(self) -> None:
        """Looks for the tasks of earlier starts, once the screen stands, and leaves all tasks at the end."""
        self.run_worker(self._runner.keep_tasks(self._recalled), name="tasks")

    def _recalled(self, left: int) -> None:
        if left and Habit.WATCH_ON in self._habits:
            self._say(f"{left} earlier task{'s are' if left > 1 else ' is'} watched on: F4 shows them")
            self._watch_idle()
        elif left:
            many = f"{left} earlier tasks go on" if left > 1 else "An earlier task goes on"
            self._say(f"{many}: F4 shows what is known, {key_of('watch_all')} there watches on")

    def on_task_chosen(self, event: TaskChosen) -> None:
        event.stop()
        self._runner.board.choose(event.key)

    def action_tasks(self) -> None:
        for lines in self.query("#tasks"):  # none yet, just after the first task was begun
            lines.focus()
        if self.sheet.task is None and self.sheet.tasks:
            self._runner.board.choose(self.sheet.tasks[0].task.key)

    def action_poll_now(self) -> None:
        self._runner.end_pause(self.sheet.kind, PauseEnd.SKIPPED)

    def action_stop_watching(self) -> None:
        self._runner.board.stop(self.sheet.chosen)

    def action_watch_again(self) -> None:
        if self.sheet.task:
            self.run_worker(self._watch_on((self.sheet.task,)), group="watch")

    def action_watch_all(self) -> None:
        self._watch_idle()

    def _watch_idle(self) -> None:
        idle = tuple(view for view in self._runner.board.views if view.idle)
        self.run_worker(self._watch_on(idle), group="watch")

    async def _watch_on(self, views: "tuple[TaskView, ...]") -> None:
        board, refused = self._runner.board, list[str]()
        for view in views:
            if self._runner.resuming(view.task) is None:
                refused.append(view.task.base_url)
            elif not await board.resume(view.task.key, self._runner.resuming):
                self._say("Another cometplay watches that task, or it is over", severity="warning")
        for host in dict.fromkeys(refused):
            self._say(f"Not watched: that needs a start with --target {plain.line(host)}", severity="warning")

    def action_forget(self) -> None:
        from cometplay.tui.screens.question import about_forgetting

        view = self.sheet.task
        if view is None:
            return
        if view.task.open:
            self._ask(about_forgetting(view.task.id), lambda yes: self._forget(view) if yes else None)
        else:
            self._forget(view)

    def _forget(self, view: "TaskView") -> None:
        self.run_worker(self._forget_it(view.task.key), group="forget")

    async def _forget_it(self, key: str) -> None:
        if not await self._runner.board.forget(key):
            self._say("That task is watched, here or by another cometplay: it stays", severity="warning")

    async def action_copy_task(self) -> None:
        if self.sheet.task:
            await self._copy(self.sheet.task.task.id, "The task id")

    def watch_sheet(self, sheet: Sheet) -> None:
        """Looks at the file of the task that is shown, once that is there."""
        task = sheet.task
        if task and not task.watched and sheet.reel is None and task.task.files:
            self.run_worker(self._runner.board.learn(sheet.chosen, self._way_to(task)), group="reels")

    def _way_to(self, view: "TaskView") -> "Connection | None":
        plan = None if view.run else self._runner.resuming(view.task)
        return view.run.connection if view.run else plan.connection if plan else None

    def action_second(self) -> None:
        """Offers the other models for a job that waits in its queue for long."""
        from cometplay.tui.screens.choices import Choices

        first = self.sheet.task
        run = first.run if first else None
        if first is None or run is None:
            return
        known = self._runner.offers.known(Kind.VIDEO, self._runner.target())
        others = tuple(name for name in known if name != first.task.model)
        self._program.push_screen(
            Choices("A second job on another model: both are billed", others),
            lambda name: self._doubled(run.draft, name),
        )

    def _doubled(self, draft: Draft, model: str | None) -> None:
        if not model:
            return
        from cometplay.tui.screens.billing import about_second

        fit = fitted(replace(draft, model=model))
        question = about_second(fit.draft, self.sheet)
        self._ask(question, lambda yes: self._send(fit.draft, agreed=True) if yes else None)

    def action_habits(self) -> None:
        """Offers what is done without being asked each time, to turn it on or off."""
        from cometplay.tui.screens.choices import Choices

        told = {habit: f"{habit.value}: {'on' if habit in self._habits else 'off'}" for habit in SWITCHED}
        by_line = {line: habit for habit, line in told.items()}
        self._program.push_screen(
            Choices("Habits", tuple(by_line), "enter turns it on or off"),
            lambda line: self._switch(by_line.get(line or "")),
        )

    def _switch(self, habit: Habit | None) -> None:
        if habit is not None:
            self._habits ^= {habit}
            self._say(f"{habit.value}: {'on' if habit in self._habits else 'off'}")

    def action_answers(self) -> None:
        """Offers every answer of the run, as it came."""
        from cometplay.tui.answers import chosen, offered
        from cometplay.tui.screens.choices import Choices

        kind, run = self.sheet.kind, self.sheet.run
        if run is None:
            return

        def look(line: str | None) -> None:
            if line is not None:
                self._result.show_answers()
                self._runner.look_at(kind, chosen(line))

        self._program.push_screen(Choices("Answers", offered(run)), look)

    def _task_ended(self, view: "TaskView") -> None:
        """A watch is over; who looks elsewhere is told, unless it was a person who ended it."""
        from cometplay.core.events import EndReason
        from cometplay.tui.standing import standing

        by_hand = view.run is not None and view.run.transcript.ended in (EndReason.CANCELLED, None)
        away = not self._program.app_focus
        if by_hand or not (away or self.sheet.kind is not Kind.VIDEO):
            return
        told = f"{view.task.model}: {standing(view).word}"
        self._say(f"{told}; F4 shows it")
        if Habit.BELL in self._habits:
            self._alert(told)

    def _alert(self, told: str) -> None:
        from cometplay.tui.alerts import alert

        driver = self._program._driver  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  there is no other way
        if driver is not None:
            driver.write(alert(os.environ, told))
