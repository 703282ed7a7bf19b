"""Every mode, in order of precedence: where two are equally specific, the one above wins."""

from difflib import get_close_matches

from cometplay.core.drafts import Kind
from cometplay.failures import access, image, limits, preflight, request, silent, text, transport, video
from cometplay.failures.mode import FailureMode

CATALOGUE: tuple[FailureMode, ...] = (
    *preflight.MODES,
    *transport.MODES,
    *image.MODES,
    *video.MODES,
    *silent.MODES,
    *text.MODES,
    text.OK,
    *access.MODES,
    *limits.MODES,
    *request.MODES,
    request.UNDOCUMENTED,
)

_BY_ID = {mode.id: mode for mode in CATALOGUE}


class UnknownModeError(LookupError):
    """No mode has this id. `near` are the ids that it may have meant, the nearest first."""

    def __init__(self, wanted: str, near: tuple[str, ...]) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.near = near


def get(mode_id: str) -> FailureMode:
    """The mode of an id. Raises UnknownModeError."""
    try:
        return _BY_ID[mode_id]
    except KeyError:
        raise UnknownModeError(mode_id, near(mode_id)) from None


def near(wanted: str) -> tuple[str, ...]:
    """Up to three ids that look like `wanted`, with or without the part before the dot."""
    tails = {mode_id.partition(".")[2]: mode_id for mode_id in _BY_ID}
    close = get_close_matches(wanted, _BY_ID, 3, 0.75)
    close += [tails[tail] for tail in get_close_matches(wanted.rpartition(".")[2], tails, 3, 0.7) if tail]
    return tuple(dict.fromkeys(close))[:3]


def of_kind(kind: Kind) -> tuple[FailureMode, ...]:
    """The modes that can happen in a tab, in order of precedence."""
    return _OF_KIND[kind]


_OF_KIND = {kind: tuple(mode for mode in CATALOGUE if kind in mode.kinds) for kind in Kind}
