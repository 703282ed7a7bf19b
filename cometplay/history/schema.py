"""The database's tables and its file: private, versioned, and set aside rather than overwritten."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cometplay.core.tasks import NotKeptError

VERSION = 1
BUSY_S = 2.0
"""How long to wait for another program's write; each takes a few milliseconds."""

_TABLES = """
CREATE TABLE tasks (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, route TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
    base_url TEXT NOT NULL, created_at REAL NOT NULL, stage TEXT NOT NULL, id TEXT NOT NULL,
    poll_path TEXT NOT NULL, state TEXT, word TEXT NOT NULL, progress TEXT NOT NULL, looked_at REAL,
    files TEXT NOT NULL, owner TEXT NOT NULL DEFAULT '', held_until REAL NOT NULL DEFAULT 0
);
CREATE TABLE runs (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
    target TEXT NOT NULL, scenario TEXT NOT NULL, verdict TEXT NOT NULL, request_id TEXT NOT NULL,
    status INTEGER NOT NULL, elapsed_s REAL NOT NULL
);
CREATE INDEX runs_of_kind ON runs (kind, n);
"""

BROKEN = "broken"
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class UnusableError(Exception):
    """The file holds no history that can be read; the text says what it is instead."""


def open_file(path: Path) -> sqlite3.Connection:
    """The database in that file, made where there is none; only its owner may read it.

    Raises UnusableError for what is broken or of a newer program, NotKeptError where nothing can be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        path.touch(mode=0o600)
        path.chmod(0o600)  # the files beside it, which SQLite makes, follow
    except OSError as error:
        raise NotKeptError(f"{path}: {error.strerror or error}") from error
    db = None
    try:
        # a screen has it opened and read beside itself; SQLite takes its calls one at a time
        db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        # kill -9 loses nothing in this mode, and readers never wait for a writer
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        _check_version(db)
    except (sqlite3.Error, UnusableError) as error:
        if db is not None:
            db.close()
        if isinstance(error, UnusableError):
            raise
        raise UnusableError(BROKEN) if _family(error) in _BROKEN else not_kept(error) from error
    return db


def not_kept(error: sqlite3.Error) -> NotKeptError:
    """What a database's error is to whoever wanted something kept."""
    return NotKeptError(f"the history refused it ({error})")


def _family(error: sqlite3.Error) -> int:
    """The low byte of an error's code; those without one are of the call itself."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def set_aside(path: Path, moment: float) -> Path:
    """Moves a database out of the way, with what belongs to it; nothing of it is lost.

    `moment` in epoch seconds goes into its name. Raises NotKeptError.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(moment))
    aside = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}-{stamp}-{number}{path.suffix}")
    try:
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    except OSError as error:
        raise NotKeptError(f"{path}: {error.strerror or error}") from error
    return aside


def opened(
    path: Path, moment: float, tell: Callable[[str], None], check: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    """The database of a file, or a new one where that is unusable; the person is told, in one line.

    `check` reads what is needed of it, and raises ValueError for what it cannot make sense of.
    """
    before = _inode(path)
    try:
        return _checked(path, check)
    except UnusableError as error:
        if _inode(path) == before:  # else another program did it meanwhile
            aside = set_aside(path, moment)
            tell(f"the history was {error}: it is kept as {aside}, and a new one begins")
    try:
        return _checked(path, check)
    except UnusableError as error:
        raise NotKeptError(f"the history is {error}") from error


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _checked(path: Path, check: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    db = open_file(path)
    try:
        check(db)
    except (sqlite3.Error, ValueError, TypeError) as error:
        db.close()
        if isinstance(error, sqlite3.Error) and _family(error) not in _BROKEN | {sqlite3.SQLITE_ERROR}:
            raise not_kept(error) from error
        raise UnusableError(BROKEN) from error
    return db


def _check_version(db: sqlite3.Connection) -> None:
    """Makes the tables of an empty file. Raises UnusableError for another version's."""
    if _version(db) == VERSION:
        return
    with transaction(db):  # another program may have made them meanwhile
        found = _version(db)
        if found > VERSION:
            raise UnusableError(f"written by a newer CometPlay (form {found}, known here is {VERSION})")
        if found == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in _TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        elif found != VERSION:
            raise UnusableError("no history of CometPlay")


def _version(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


class transaction:  # noqa: N801  it is used as a word of the with statement
    """One write of several statements: whole, or not at all."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:  # a full disk has undone it already
                self._db.execute("ROLLBACK")
