"""What every command prints with: one line for a fault, harmless text for the rest."""

import json
import sys
from contextlib import suppress

from cometplay.core import plain
from cometplay.core.jsons import Json

CLOSED_STATUS = 74
"""Nobody reads what is printed (EX_IOERR of sysexits.h)."""

CANCELLED_STATUS = 130
NOT_SAVED_STATUS = CLOSED_STATUS
"""The generation went well, and its file could not be written."""


class OutputError(Exception):
    """Standard output takes no more; the text says why."""


class UsageError(Exception):
    """Something in the call, in one line: what, where and what to do."""


def warn(message: str) -> None:
    """One line to standard error; nothing when that is closed."""
    tell(f"cometplay: {plain.line(message, 500)}")


def tell(text: str) -> None:
    """Text to standard error; nothing when that is closed or full: the output does not depend on it."""
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]  it is, when a shell says 2>&-
        with suppress(OSError):
            print(plain.block(text), file=sys.stderr, flush=True)


def out(text: str) -> None:
    """Text to standard output, harmless for a terminal."""
    _print(plain.block(text) + "\n")


def out_code(code: str) -> None:
    """Code to standard output, byte for byte: it is made of the person's own words only."""
    _print(code)


def out_json(value: Json, indent: int | None = None, *, at_once: bool = True) -> None:
    """One JSON value; control characters in its strings are escaped, so that nothing is lost.

    Not `at_once`: it may be kept back until `flush`, for output of many lines.
    """
    # what another encoding lacks would be spelled in a way that is no JSON
    in_ascii = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=in_ascii, indent=indent)
    _print(plain.escaped_json(text) + "\n", at_once=at_once)


def flush() -> None:
    """Passes on what was kept back."""
    _print("")


def _print(text: str, *, at_once: bool = True) -> None:
    try:
        print(text, end="", flush=at_once)
    except OSError as error:
        raise OutputError(f"standard output takes no more: {error.strerror or error}") from None
