"""History: the tasks and runs of a person in one small database, shared by every program of theirs."""

import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from cometplay.core.drafts import Kind
from cometplay.core.tasks import Held, KnownTask, PastRun, Stage
from cometplay.history import rows, schema
from cometplay.history.owner import is_dead, myself
from cometplay.history.place import FILE, folder_of_person

LONGEST_CLAIM_S = 3600.0
"""A claim that reaches further was written before the clock was set back, and holds nothing."""
KEPT_OVER = 500
"""Tasks that are over and stay listed, the newest; runs are kept all."""

_TASK_COLUMNS = ", ".join(rows.TASK)
_RUN_COLUMNS = ", ".join(rows.RUN)
_PUT_TASK = (
    f"INSERT INTO tasks ({_TASK_COLUMNS}, owner, held_until) "  # noqa: S608  names of our own
    f"VALUES ({', '.join('?' * (len(rows.TASK) + 2))}) ON CONFLICT (key) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*rows.TASK[1:], "owner", "held_until"))
)


class History:
    """The database in a folder; closing lets go of every task that is watched here.

    It is a session's TaskStore, shared with other programs: each write is one transaction. What is broken,
    or from a newer program, is set aside and told to `tell` in one line. Every method raises NotKeptError
    when the disk refuses, opening included.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        wall: Callable[[], float] = time.time,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._wall = wall
        self._me = str(myself())
        self._stages: dict[str, Stage] = {}
        path = (folder or folder_of_person()) / FILE
        self._db = schema.opened(path, wall(), tell, self._check)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Never raises: what a disk does not take now, the end of this process tells as well."""
        with suppress(sqlite3.Error):
            self._db.execute("UPDATE tasks SET owner = '', held_until = 0 WHERE owner = ?", (self._me,))
        self._db.close()

    def keep(self, task: KnownTask, for_s: float) -> bool:
        """Writes a task and holds it for so long; False when another does."""
        with self._safely(), self._lasting(task), schema.transaction(self._db):
            before = self._db.execute(
                "SELECT owner, held_until, stage FROM tasks WHERE key = ?", (task.key,)
            ).fetchone()
            mine = before is not None and before[0] == self._me
            if before and not mine and (before[2] == Stage.OVER or not self._is_free(*before[:2])):
                return False
            self._db.execute(_PUT_TASK, (*rows.task_row(task), self._me, self._until(for_s)))
        return True

    def claim(self, key: str, for_s: float) -> bool:
        """Takes an open task, or holds it longer; False when another does, or it is over or unknown."""
        with self._safely(), schema.transaction(self._db):
            found = self._db.execute(
                "SELECT owner, held_until FROM tasks WHERE key = ? AND stage = ?", (key, Stage.MADE)
            ).fetchone()
            if found is None or (found[0] != self._me and not self._is_free(*found)):
                return False
            self._db.execute(
                "UPDATE tasks SET owner = ?, held_until = ? WHERE key = ?",
                (self._me, self._until(for_s), key),
            )
        return True

    def release(self, key: str) -> None:
        with self._safely():
            self._db.execute(
                "UPDATE tasks SET owner = '', held_until = 0 WHERE key = ? AND owner = ?", (key, self._me)
            )

    def forget(self, key: str) -> bool:
        with self._safely(), schema.transaction(self._db):
            found = self._db.execute("SELECT owner, held_until FROM tasks WHERE key = ?", (key,)).fetchone()
            if found and found[0] != self._me and not self._is_free(*found):
                return False
            self._db.execute("DELETE FROM tasks WHERE key = ?", (key,))
        return True

    def tasks(self) -> tuple[KnownTask, ...]:
        with self._safely():
            return self._read_tasks(self._db)

    def add_run(self, run: PastRun) -> None:
        with self._safely():
            self._db.execute(
                f"INSERT INTO runs ({_RUN_COLUMNS}) VALUES ({', '.join('?' * len(rows.RUN))})",  # noqa: S608
                rows.run_row(run),
            )

    def runs(self, most: int, *, skipped: int = 0, kind: Kind | None = None) -> tuple[PastRun, ...]:
        """At most so many runs, the newest first, without the `skipped` newest."""
        chosen, given = ("WHERE kind = ?", (kind,)) if kind else ("", ())
        with self._safely():
            found = self._db.execute(
                f"SELECT {_RUN_COLUMNS} FROM runs {chosen} ORDER BY n DESC LIMIT ? OFFSET ?",  # noqa: S608
                (*given, most, skipped),
            )
            return tuple(map(rows.run_of, found))

    def _check(self, db: sqlite3.Connection) -> None:
        """Reads what a start needs, and lets the oldest that is over go. Raises ValueError."""
        self._read_tasks(db)
        db.execute(f"SELECT {_RUN_COLUMNS} FROM runs ORDER BY n DESC LIMIT 1").fetchone()  # noqa: S608
        db.execute(
            "DELETE FROM tasks WHERE stage = ? AND key NOT IN "
            "(SELECT key FROM tasks WHERE stage = ? ORDER BY created_at DESC LIMIT ?)",
            (Stage.OVER, Stage.OVER, KEPT_OVER),
        )

    def _read_tasks(self, db: sqlite3.Connection) -> tuple[KnownTask, ...]:
        found = db.execute(
            f"SELECT owner, held_until, {_TASK_COLUMNS} FROM tasks ORDER BY created_at DESC"  # noqa: S608
        )
        return tuple(rows.task_of(tuple(row), self._held(owner, until)) for owner, until, *row in found)

    def _held(self, owner: str, until: float) -> Held:
        if owner == self._me:
            return Held.HERE
        return Held.FREE if self._is_free(owner, until) else Held.ELSEWHERE

    def _is_free(self, owner: str, until: float) -> bool:
        """Whether nobody holds a task: its owner let go, is dead, or did not say in time that it lives."""
        in_time = 0 < until - self._wall() <= LONGEST_CLAIM_S
        return not owner or not in_time or is_dead(owner)

    def _until(self, for_s: float) -> float:
        return self._wall() + min(for_s, LONGEST_CLAIM_S)

    @contextmanager
    def _lasting(self, task: KnownTask) -> Generator[None]:
        """A write that outlives a power cut as well where the task comes to a new stage."""
        if self._stages.get(task.key) is task.stage:
            yield
            return
        self._db.execute("PRAGMA synchronous = FULL")
        try:
            yield
        finally:
            self._db.execute("PRAGMA synchronous = NORMAL")
        self._stages[task.key] = task.stage

    @contextmanager
    def _safely(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise schema.not_kept(error) from error
