"""A file in the person's own editor, $EDITOR, which gets the whole terminal."""

import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path


class NotEditedError(Exception):
    """No editor could show the file; the text is a clause that says why."""


def editor(environ: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """The command that EDITOR names, with its options. Raises NotEditedError."""
    wanted = environ.get("EDITOR", "").strip()
    if not wanted:
        raise NotEditedError("EDITOR is not set; `export EDITOR=nano`, for one, sets it")
    try:
        program, *options = shlex.split(wanted)
    except ValueError as error:
        raise NotEditedError(f"EDITOR is no command ({error}): {wanted}") from None
    found = which(program)
    if found is None:
        raise NotEditedError(f"EDITOR names {program}, and there is no such program")
    return [found, *options]


def edit(command: list[str], path: Path) -> str:
    """Waits until the editor ends. Blocking: for a thread. Why it failed, in a clause; "" when it did not.

    It raises nothing, because a terminal that is lent is not given back to who is in an exception.
    """
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603  the person's own choice
    except OSError as error:
        return f"{command[0]} cannot be started ({error.strerror})"
    return f"{Path(command[0]).name} gave up with {code}" if code else ""


def _nothing(_number: int, _frame: object) -> None:
    pass


@contextmanager
def undisturbed() -> Generator[None]:
    """While it lasts, a ctrl+c in the terminal is the editor's alone. In the main thread only."""
    before = signal.signal(signal.SIGINT, _nothing)  # not SIG_IGN, which the editor would inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
