"""TaskStore: what a session needs of whoever keeps its tasks, and a keeper for those that end with it."""

from dataclasses import replace
from typing import Protocol

from cometplay.core.tasks import Held, KnownTask, Stage


class TaskStore(Protocol):
    """Keeps tasks beyond a run. Whoever watches one holds a claim on it, for so many seconds more.

    Every method raises NotKeptError when the place where they are kept refuses.
    """

    def keep(self, task: KnownTask, for_s: float) -> bool:
        """Writes what is known of a task and holds it; False, and nothing written, when another does."""
        ...

    def claim(self, key: str, for_s: float) -> bool:
        """Takes a task, or holds it longer; False when another does, or nothing is left to watch."""
        ...

    def release(self, key: str) -> None:
        """Lets go of a task; one that another holds stays as it is."""
        ...

    def forget(self, key: str) -> bool:
        """Drops a task; False when another holds it."""
        ...

    def tasks(self) -> tuple[KnownTask, ...]:
        """All of them, the newest first."""
        ...

    def close(self) -> None:
        """Lets go of every task that is held here. Never raises."""
        ...


class Transient:
    """Tasks that end with this program, as those of a lab inside it do."""

    def __init__(self) -> None:
        self._tasks: dict[str, KnownTask] = {}

    def keep(self, task: KnownTask, for_s: float) -> bool:  # noqa: ARG002  nobody else could take it
        self._tasks[task.key] = replace(task, held=Held.HERE)
        return True

    def claim(self, key: str, for_s: float) -> bool:  # noqa: ARG002  likewise
        task = self._tasks.get(key)
        if task is None or not task.open:
            return False
        self._tasks[key] = replace(task, held=Held.HERE)
        return True

    def release(self, key: str) -> None:
        if key in self._tasks:
            self._tasks[key] = replace(self._tasks[key], held=Held.FREE)

    def forget(self, key: str) -> bool:
        self._tasks.pop(key, None)
        return True

    def tasks(self) -> tuple[KnownTask, ...]:
        return tuple(sorted(self._tasks.values(), key=lambda task: task.created_at, reverse=True))

    def close(self) -> None:
        self._tasks.clear()


def known(store: TaskStore, task_id: str) -> KnownTask | None:
    """The newest task with that id."""
    return next((task for task in store.tasks() if task.id == task_id), None)


def unanswered(store: TaskStore) -> tuple[KnownTask, ...]:
    """Tasks whose create was sent and whose answer nobody read, which the person was not told yet."""
    return tuple(task for task in store.tasks() if task.unanswered and task.stage is Stage.SENT)
