"""What `send` keeps for the next start, and what it finds of the last one."""

import argparse
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from cometplay.cli.compose import Composed
from cometplay.cli.output import UsageError, tell, warn
from cometplay.core import plain
from cometplay.core.drafts import Kind
from cometplay.core.tasks import Held, KnownTask, NotKeptError, Stage
from cometplay.history import History
from cometplay.session.farewell import in_doubt
from cometplay.session.keeping import MARGIN_S, Keeper, known_of, lasts, past_run
from cometplay.session.plan import Plan
from cometplay.session.state import Run
from cometplay.session.store import known, unanswered

RECENT = timedelta(days=1)
"""How long a task that was left is worth a word: the links of results live about as long (6.2)."""


class Memory:
    """The history, or none where it cannot be opened: sending does not depend on it."""

    def __init__(self, history: History | None, now: float) -> None:
        self._history = history
        self._now = now
        self._resumed: KnownTask | None = None

    def resume(self, options: argparse.Namespace, composed: Composed) -> Composed:
        """The draft that leads to the task of --resume, and its target, where the history knows it.

        What the person says otherwise holds. Raises UsageError when another program watches the task.
        """
        task = self._resumed = self._claimed(options.resume)
        if task is None:
            return composed
        if task.kind is not Kind(options.kind):
            raise UsageError(f"that task makes {task.kind.value}: say send {task.kind.value} --resume")
        if options.target is None and not options.scenario:
            options.target = task.base_url
        if options.model is None and not options.param:
            headers = composed.draft.headers
            return replace(composed, draft=replace(task.draft, headers=headers))
        return composed

    def _claimed(self, task_id: str) -> KnownTask | None:
        if self._history is None:
            return None
        try:
            task = known(self._history, task_id)
            if task and task.open and not self._history.claim(task.key, MARGIN_S):
                raise UsageError("another cometplay watches that task; end that one first")
        except NotKeptError as error:
            warn(f"that task is not looked up: {error}")
            return None
        return task

    def recall(self) -> None:
        """Tells of what was left by earlier runs; of a create without an answer once."""
        if self._history is None:
            return
        try:
            self._tell_doubts(self._history)
            self._tell_left(self._history)
        except NotKeptError as error:
            warn(f"what was left by earlier runs is not known: {error}")

    @staticmethod
    def _tell_doubts(history: History) -> None:
        for task in unanswered(history):
            tell(in_doubt(task))
            history.keep(replace(task, stage=Stage.LOST), 0)
            history.release(task.key)

    def _tell_left(self, history: History) -> None:
        since = self._now - RECENT.total_seconds()
        free = (task for task in history.tasks() if task.open and task.held is Held.FREE)
        left = [task for task in free if task.created_at > since]
        if left:
            many = f"{len(left)} earlier tasks go on unwatched; the newest" if left[1:] else "An earlier task"
            command = f"cometplay send {left[0].kind.value} --resume {plain.line(left[0].id)}"
            tell(f"{many} is watched again with: {command}")

    def keeper(self, plan: Plan) -> Keeper | None:
        """Who keeps the task of a run; None where there is none to keep, or it is over and only looked at."""
        task = self._resumed
        if self._history is None or not lasts(plan) or (task and not task.open):
            return None
        new = known_of(plan.draft, plan.connection, secrets.token_hex(8), self._now, plan.resume)
        return Keeper(self._history, plan, task or new, name=lambda: secrets.token_hex(8), fault=warn)

    def add(self, run: Run) -> None:
        """Keeps a run that is over."""
        if self._history is None:
            return
        try:
            self._history.add_run(past_run(run))
        except NotKeptError as error:
            warn(f"this run is not in the history: {error}")


@contextmanager
def memory(now: float, *, wanted: bool) -> Generator[Memory]:
    """The history of the person, for one command."""
    history = _opened() if wanted else None
    try:
        yield Memory(history, now)
    finally:
        if history is not None:
            history.close()


def _opened() -> History | None:
    try:
        return History(tell=warn)
    except NotKeptError as error:
        warn(f"nothing is kept of this run: {error}")
        return None
