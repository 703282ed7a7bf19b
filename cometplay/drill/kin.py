"""A run's processes, its children's children too, found and ended when the run is over.

Every program leads a session of its own, so that one signal reaches all that did not leave it. On Linux
whatever did leave is known by the run's own key in its environment; what wiped even that becomes a child of
this process, their subreaper, and is ended after the last run. Elsewhere only the session is reached.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_PROC = Path("/proc")
_PR_SET_CHILD_SUBREAPER = 36
_ROUNDS = 20
"""How often what is left is looked for: a process that forks while it is ended is found the next time."""


def signal_session(leader: int, number: signal.Signals) -> None:
    """Signals everything in the session of a program; nothing where all of it is gone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def end_marked(mark: str) -> None:
    """Kills every process that has `mark` in its environment, but this one."""
    for _ in range(_ROUNDS):
        found = [pid for pid in _pids() if pid != os.getpid() and mark.encode() in _read(pid, "environ")]
        alive = [pid for pid in found if not _is_zombie(pid)]
        for pid in alive:
            _kill(pid)
        if not alive:
            return


@contextmanager
def adopting() -> Generator[None]:
    """While it lasts, orphans of our programs become our children; at its end they are killed."""
    if not sys.platform.startswith("linux"):
        yield
        return
    before = set(_children())
    _be_subreaper(on=True)
    try:
        yield
    finally:
        for _ in range(_ROUNDS):
            orphans = [pid for pid in _children() if pid not in before]
            for pid in orphans:
                _kill(pid)
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)
            if not orphans:
                break
        _be_subreaper(on=False)


def _be_subreaper(*, on: bool) -> None:
    with suppress(OSError, AttributeError):  # a C library without prctl: orphans go to init as ever
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def _pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()] if _PROC.is_dir() else []


def _children() -> list[int]:
    return [pid for pid in _pids() if _stat(pid)[1:2] == [str(os.getpid())]]


def _stat(pid: int) -> list[str]:
    """State, parent and so on; empty for a process that is gone. Its name, in brackets, may hold anything."""
    return _read(pid, "stat").decode("utf-8", "replace").rpartition(")")[2].split()


def _is_zombie(pid: int) -> bool:
    return _stat(pid)[:1] in ([], ["Z"])


def _read(pid: int, name: str) -> bytes:
    try:
        return (_PROC / str(pid) / name).read_bytes()
    except OSError:  # it has ended, or is another user's
        return b""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
