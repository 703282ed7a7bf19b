"""Every mode, in order of precedence: where two are equally specific, the one above wins."""

from cometplay.core.drafts import Kind
from cometplay.failures import (
    access,
    account,
    edge,
    image,
    image_data,
    image_tasks,
    limits,
    paths,
    policy,
    preflight,
    preflight_fields,
    preflight_media,
    quota,
    request,
    request_fields,
    routes,
    server,
    silent,
    silent_forms,
    text,
    text_ends,
    text_errors,
    timeouts,
    transport,
    unreadable,
    video,
    video_ends,
    video_lost,
)
from cometplay.failures.mode import FailureMode

CATALOGUE: tuple[FailureMode, ...] = (
    *preflight.MODES,
    *preflight_fields.MODES,
    *preflight_media.MODES,
    # a stream that breaks is told from a connection that does
    *text_errors.MODES,
    *transport.MODES,
    # a row of one endpoint beats a general one
    *image_data.MODES,
    *image_tasks.MODES,
    *image.MODES,
    *video_ends.MODES,
    *video_lost.MODES,
    *video.MODES,
    *text_ends.MODES,
    *text.MODES,
    # a text that is whole can still be wrong; only one that is not is fine
    *silent.MODES,
    *silent_forms.MODES,
    text.OK,
    # equally specific signs of a request: what was asked, who asked, how often, how
    *edge.MODES,
    *paths.MODES,
    *policy.MODES,
    # a balance that is used up may be told as a locked user
    *quota.MODES,
    *access.MODES,
    *account.MODES,
    *routes.MODES,
    *limits.MODES,
    *request_fields.MODES,
    *request.MODES,
    *timeouts.MODES,
    *server.MODES,
    *unreadable.MODES,
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


def knows(mode_id: str) -> bool:
    """Whether a mode has this id."""
    return mode_id in _BY_ID


def near(wanted: str) -> tuple[str, ...]:
    """Up to three ids that look like `wanted`, with or without the part before the dot."""
    from difflib import get_close_matches  # noqa: PLC0415  most ids are known

    tails = {mode_id.partition(".")[2]: mode_id for mode_id in _BY_ID}
    close = get_close_matches(wanted, _BY_ID, 3, 0.75)
    close += [tails[tail] for tail in get_close_matches(wanted.rpartition(".")[2], tails, 3, 0.7) if tail]
    return tuple(dict.fromkeys(close))[:3]


def of_kind(kind: Kind) -> tuple[FailureMode, ...]:
    """The modes that can happen in a tab, in order of precedence."""
    return _OF_KIND[kind]


LAST_RESORT = request.UNDOCUMENTED
"""What an answer is that is nothing else."""

_OF_KIND = {kind: tuple(mode for mode in CATALOGUE if kind in mode.kinds) for kind in Kind}
