"""Floor 6: the command line. Every command is a module; this is their outermost edge."""

import io
import os
import sys

from cometplay.cli.output import CLOSED_STATUS, OutputError, UsageError, warn


def run(arguments: list[str]) -> int:
    """Runs a command and gives its exit status. Whatever goes wrong is one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]  it is, when a shell says >&-
        warn("standard output is closed; give it somewhere to go")
        return CLOSED_STATUS
    try:
        status = _carry_out(arguments)
        sys.stdout.flush()
    except UsageError as error:
        warn(str(error))
        return 2
    except (OutputError, BrokenPipeError) as error:
        # what is left in the buffer must not raise again while the interpreter shuts down
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        warn(str(error))
        return CLOSED_STATUS
    return status


def _carry_out(arguments: list[str]) -> int:
    if not arguments:
        from cometplay.cli.terminal import terminal

        return terminal(None)  # the most common call need not wait for the parser of all the others
    from cometplay.cli.parser import parse

    return parse(arguments)
