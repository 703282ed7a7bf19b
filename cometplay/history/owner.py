"""Who watches a task: one opened history of one process, told from any other, living or dead."""

import os
import platform
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

_START_FIELD = 19
"""Where /proc/PID/stat has the start time, counted after the name; the state is the first there."""


@dataclass(frozen=True, slots=True)
class Owner:
    """`place`: the machine, and on Linux the space its process ids are counted in. `started` is "" unknown.

    `token` tells two histories of one process apart.
    """

    place: str
    pid: int
    started: str
    token: str

    def __str__(self) -> str:
        return f"{self.place} {self.pid} {self.started or '-'} {self.token}"


def myself() -> Owner:
    """A new owner of this process."""
    return Owner(_place(), os.getpid(), _started(os.getpid()) or "", secrets.token_hex(8))


def is_dead(text: str) -> bool:
    """Whether an owner, as it was written down, surely lives no more: not for one of another machine."""
    place, pid, started, _ = (*text.rsplit(" ", 3), "", "", "", "")[:4]
    if place != _place() or not pid.isdecimal():
        return False
    if _has_proc():
        return _started(int(pid)) != started
    return _is_gone(int(pid))


def _is_gone(pid: int) -> bool:
    """Where nothing tells when a process began, a living one may be another of the same number."""
    if sys.platform == "win32":  # where a signal is none, and would end it
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    return False


def _place() -> str:
    try:
        space = f"/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        space = ""
    return (platform.node() or "here").replace(" ", "-") + space


def _has_proc() -> bool:
    return Path("/proc/self/stat").exists()


def _started(pid: int) -> str | None:
    """When a process began, in ticks since the machine did; None where there is none, or only its remains."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()
    return None if state in "ZX" else rest[_START_FIELD - 1]
