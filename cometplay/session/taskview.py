"""TaskView: a task as a list shows it; loaded without anything that sends, for a start that only lists."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cometplay.core.tasks import Held, KnownTask

if TYPE_CHECKING:
    from cometplay.session.state import Run


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a list shows it. `run` is the newest of this program, None where it had none.

    `next_poll_at` in epoch seconds, None while it waits for no poll.
    """

    task: KnownTask
    run: "Run | None" = None
    watched: bool = False
    next_poll_at: float | None = None

    @property
    def can_resume(self) -> bool:
        return self.task.open and self.task.held is Held.FREE

    @property
    def idle(self) -> bool:
        """Whether it goes on, nobody watches it, and it could be watched here."""
        return self.can_resume and not self.watched

    def elapsed_s(self, now: float) -> float:
        """Seconds since it was made; `now` in epoch seconds. A clock that was set back shows none."""
        return max(0.0, now - self.task.created_at)
