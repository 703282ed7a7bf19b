"""A file handed to the system's own viewer. Blocking: for a thread."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

PATIENCE_S = 5.0
"""Seconds after which a viewer that has not ended is taken to show the file."""


class NotOpenedError(Exception):
    """Nothing here can show the file; the text is a clause that says why."""


def command(
    platform: str, environ: Mapping[str, str], which: Callable[[str], str | None] = shutil.which
) -> str:
    """The program that opens a file. Raises NotOpenedError."""
    seen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if not seen and any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY")):
        raise NotOpenedError("this terminal is on another machine (ssh)")
    if platform == "darwin":
        return "open"
    if not seen:
        raise NotOpenedError("there is no display")
    found = which("xdg-open")
    if not found:
        raise NotOpenedError("this system has no xdg-open")
    return found


def open_file(path: Path) -> None:
    """Raises NotOpenedError."""
    if not path.is_file():
        raise NotOpenedError("the file is gone")
    if sys.platform == "win32":
        try:
            os.startfile(path)  # noqa: S606  what the person asked for
        except OSError as error:
            raise NotOpenedError(f"Windows cannot open it: {error.strerror}") from None
        return
    program = command(sys.platform, os.environ)
    silent = subprocess.DEVNULL
    try:
        viewer = subprocess.Popen(  # noqa: S603  no shell, and the path is one of our own
            [program, str(path)], stdin=silent, stdout=silent, stderr=silent, start_new_session=True
        )
        code = viewer.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        return
    except OSError as error:
        raise NotOpenedError(f"{program} cannot be started: {error.strerror}") from None
    if code:
        raise NotOpenedError(f"{Path(program).name} gave up with {code}")
