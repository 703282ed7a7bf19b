"""`explain` and `modes`: the catalogue, read aloud. Loads neither an HTTP client nor a screen."""

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


def explain(mode_id: str, *, as_json: bool) -> int:
    mode = mode_of(mode_id)
    if as_json:
        out_json(guide.as_json(mode), indent=2)
    else:
        out(guide.markdown(mode).rstrip())
    return 0


def modes(*, as_json: bool) -> int:
    if as_json:
        out_json([guide.summary(mode) for mode in CATALOGUE], indent=2)
        return 0
    width = max(len(mode.id) for mode in CATALOGUE)
    for mode in CATALOGUE:
        sign = f"{mode.cls.sign} {mode.cls.value}"
        out(f"{mode.id:{width}}  {sign:<11}  retry {mode.retryable.value:<3}  {mode.title}")
    return 0
