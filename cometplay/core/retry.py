"""Whether a failed request is repeated by itself, and after how long (api-contract.md 10.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import TypeAlias

from cometplay.core.drafts import Kind
from cometplay.core.events import Fault, Headers, WaitReason
from cometplay.core.wire import Phase

LONGEST_WAIT_S = 120.0
"""A longer Retry-After is shown, not waited for."""
BACKOFF_CAP_S = 30.0
SATURATED_FROM_S = 5.0
CREATE_REPEATS = 2
READ_REPEATS = 3

_CHAT = frozenset({408, 429, 500, 502, 503, 504})
_BILLED = frozenset({429, 503})

REPEATABLE: dict[tuple[Kind, Phase], frozenset[int]] = {
    (Kind.TEXT, Phase.CREATE): _CHAT,
    (Kind.IMAGE, Phase.CREATE): _BILLED,
    (Kind.VIDEO, Phase.CREATE): _BILLED,
} | {(kind, phase): _CHAT for kind in Kind for phase in (Phase.POLL, Phase.DOWNLOAD)}
"""The statuses after which a request may go out again unasked. A create that bills has the fewest; a poll
may, be it a POST, for it only asks. A probe is asked once (api-contract.md 6.4) and is not in it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What there is to decide from. `status` is 0 and `fault` set when no whole answer came."""

    kind: Kind
    phase: Phase
    retryable: bool
    status: int = 0
    fault: Fault | None = None
    headers: Headers = ()
    saturated: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    seconds: float
    reason: WaitReason


@dataclass(frozen=True, slots=True)
class Stop:
    """Not repeated; `why` is the rule, in words for a person."""

    why: str


RetryDecision: TypeAlias = Wait | Stop


def decide(
    failure: Failure, repeats: int, limit: int, jitter: Callable[[], float], now: float
) -> RetryDecision:
    """Wait and repeat, or stop.

    `repeats` is how many went out already, `limit` how many may; `jitter` gives 0 to 1; `now` is
    the wall clock in epoch seconds, for a Retry-After that is a date.
    """
    asked = retry_after(failure.headers, now)
    against = _objection(failure, repeats, limit, asked)
    if against:
        return Stop(against)
    if asked is not None:
        return Wait(asked, WaitReason.RETRY_AFTER)
    cap = min(BACKOFF_CAP_S, 2.0 ** min(repeats, 5))  # from the fifth on the cap holds
    if failure.saturated:
        return Wait(SATURATED_FROM_S + jitter() * cap, WaitReason.SATURATED)
    return Wait(jitter() * cap, WaitReason.BACKOFF)


def _objection(failure: Failure, repeats: int, limit: int, asked: float | None) -> str:
    """The first rule that forbids a repeat, in words; "" when none does."""
    named = {name.lower(): value.strip().lower() for name, value in failure.headers}
    rules = (
        (not failure.retryable, "it would fail again"),
        (not _repeatable(failure), "a repeat could bill twice or meet the same end, so it is left to you"),
        (named.get("x-should-retry") == "false", "the server says x-should-retry: false"),
        (repeats >= limit, f"{repeats} of {limit} repeats are used up"),
        (
            asked is not None and asked > LONGEST_WAIT_S,
            f"the server asks for {_seconds(asked or 0)} s, too long to wait for",
        ),
    )
    return next((why for holds, why in rules if holds), "")


def _seconds(value: float) -> str:
    return f"{value:.0f}" if value < 1e12 else f"{value:.0e}"  # noqa: PLR2004  more needs no digits


def _repeatable(failure: Failure) -> bool:
    if failure.fault is not None:
        return failure.fault is Fault.CONNECT  # nothing was sent, so nothing can be billed
    return failure.status in REPEATABLE.get((failure.kind, failure.phase), ())


def retry_after(headers: Headers, now: float) -> float | None:
    """What the server asks for, in seconds; None when it asks for nothing that can be read.

    `retry-after-ms`, then `retry-after` in seconds or as a date; a time in the past is 0.
    """
    named = {name.lower(): value.strip() for name, value in headers}
    milliseconds = _number(named.get("retry-after-ms", ""))
    if milliseconds is not None:
        return max(0.0, milliseconds / 1000)
    asked = named.get("retry-after", "")
    seconds = _number(asked)
    if seconds is not None:
        return max(0.0, seconds)
    try:
        moment = parsedate_to_datetime(asked)
        # without a zone HTTP means GMT, whatever the zone of this machine
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def asked(headers: Headers) -> str:
    """The header in which a server says when to come again, as it stands; "" where none does."""
    named = {name.lower(): value for name, value in headers}
    return next((f"{name}: {named[name]}" for name in _ASKING if name in named), "")


_ASKING = ("retry-after-ms", "retry-after")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
