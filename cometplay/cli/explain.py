"""`explain` and `modes`: the catalogue, read aloud. Loads neither an HTTP client nor a screen."""

import argparse
from pathlib import Path

from cometplay.cli.output import UsageError, out, out_json
from cometplay.failures import catalogue, guide
from cometplay.failures.catalogue import CATALOGUE, UnknownModeError
from cometplay.failures.mode import FailureMode


def mode_of(mode_id: str) -> FailureMode:
    """The mode of an id that a person typed. Raises UsageError with the nearest ids."""
    try:
        return catalogue.get(mode_id)
    except UnknownModeError as error:
        near = f"did you mean {' or '.join(error.near)}?" if error.near else "`cometplay modes` lists them"
        raise UsageError(f"there is no failure mode {mode_id!r}; {near}") from None


def explain(options: argparse.Namespace) -> int:
    """A mode, one answer or many, whichever the options name. Raises UsageError."""
    given = [name for name in _OF_AN_ANSWER if getattr(options, name)]
    if options.jsonl is not None:
        if given or options.kind is not None or options.what is not None:
            raise UsageError("--jsonl stands alone: each line has its own kind, phase, status and headers")
        from cometplay.cli import lines

        return lines.explain_lines(options.jsonl)
    if options.kind is not None:
        from cometplay.cli import diagnose

        return diagnose.explain_body(options)
    if given:
        raise UsageError(f"--{given[0]} belongs to an answer: add --kind text|image|video")
    if options.what is None:
        raise UsageError("explain what? The ID of a mode, or an answer with --kind, or many with --jsonl")
    return _explain_mode(options.what, as_json=options.json)


_OF_AN_ANSWER = ("phase", "status", "header", "model")


def _explain_mode(mode_id: str, *, as_json: bool) -> int:
    if not catalogue.knows(mode_id) and _is_file(mode_id):
        raise UsageError(f"{mode_id} is a file, and no mode: add --kind text|image|video to diagnose it")
    mode = mode_of(mode_id)
    if as_json:
        out_json(guide.as_json(mode), indent=2)
    else:
        out(guide.markdown(mode).rstrip())
    return 0


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name too long, or with NUL in it
        return False


def modes(*, as_json: bool) -> int:
    if as_json:
        out_json([guide.summary(mode) for mode in CATALOGUE], indent=2)
        return 0
    width = max(len(mode.id) for mode in CATALOGUE)
    for mode in CATALOGUE:
        sign = f"{mode.cls.sign} {mode.cls.value}"
        out(f"{mode.id:{width}}  {sign:<11}  retry {mode.retryable.value:<3}  {mode.title}")
    return 0
