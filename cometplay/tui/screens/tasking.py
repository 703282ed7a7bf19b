"""What a person can do with the tasks of the video tab, one by one and all together."""

from typing import TYPE_CHECKING

from cometplay.core import plain
from cometplay.session.clock import PauseEnd
from cometplay.tui.actions import key_of
from cometplay.tui.messages import TaskChosen
from cometplay.tui.screens.viewing import Viewing

if TYPE_CHECKING:
    from cometplay.session.taskview import TaskView


class Tasking(Viewing):
    """One method for each row of ACTIONS that concerns a task."""

    def _remember(self) -> None:
        """Looks for the tasks of earlier starts, once the screen stands, and leaves all tasks at the end."""
        self.run_worker(self._runner.keep_tasks(self._recalled), name="tasks")

    def _recalled(self, left: int) -> None:
        if left:
            many = f"{left} earlier tasks go on" if left > 1 else "An earlier task goes on"
            self._say(f"{many}: F4 shows what is known, {key_of('watch_all')} there watches on")

    def on_task_chosen(self, event: TaskChosen) -> None:
        event.stop()
        self._runner.board.choose(event.key)

    def action_tasks(self) -> None:
        self.query_one("#tasks").focus()

    def action_poll_now(self) -> None:
        self._runner.end_pause(self.sheet.kind, PauseEnd.SKIPPED)

    def action_stop_watching(self) -> None:
        self._runner.board.stop(self.sheet.chosen)

    def action_watch_again(self) -> None:
        if self.sheet.task:
            self.run_worker(self._watch_on((self.sheet.task,)), group="watch")

    def action_watch_all(self) -> None:
        self.run_worker(self._watch_on(tuple(view for view in self.sheet.tasks if view.idle)), group="watch")

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

    def _task_ended(self, view: "TaskView") -> None:
        """A watch is over."""
