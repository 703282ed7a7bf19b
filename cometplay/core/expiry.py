"""When the link to a result dies: by its signature, else by the answer with it (api-contract.md 13, 33)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import isfinite
from urllib.parse import parse_qsl, urlsplit

from cometplay.core.jsons import Json, dig, dig_text

_SIGNERS = ("x-amz-", "x-goog-", "x-tos-", "x-oss-", "x-obs-", "x-cos-")
"""Object stores that sign a moment, `…date`, and the seconds from it, `…expires`."""

_MOMENTS = ("expires", "expire", "x-expires", "expires_at", "expiry", "se", "exp", "e", "x-oss-expires")
"""Names of a moment itself: of S3's, OSS's and CloudFront's older signatures, of Azure's, of many CDNs'."""

_RANGES = ("q-sign-time", "sign-time")
"""Names of two moments, `from;to` (Tencent)."""

_IN_BODY: tuple[tuple[str, ...], ...] = (("expires_at",), ("data", "expires_at"), ("video", "expires_at"))

_EPOCHS = range(10**9, 10**10)
"""Seconds since 1970, from 2001 to 2286: anything else is a number of another kind, or a slip."""
_MILLISECONDS = 1000


def expires_at(url: str, told: Json = None) -> float | None:
    """Epoch seconds; None where neither the url nor the answer `told` says it."""
    found = (*_signed(url), *(_moment(dig_text(told, *path)) for path in _IN_BODY if dig(told, *path)))
    return next((moment for moment in found if moment is not None and int(moment) in _EPOCHS), None)


def _signed(url: str) -> Iterable[float | None]:
    try:
        given = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query, max_num_fields=200)}
    except ValueError:
        return
    for signer in _SIGNERS:
        yield _counted(given.get(f"{signer}date", ""), given.get(f"{signer}expires", ""))
    for name in _MOMENTS:
        yield _moment(given.get(name, ""))
    for name in _RANGES:
        yield _moment(given.get(name, "").rpartition(";")[2])


def _counted(date: str, seconds: str) -> float | None:
    """A moment so many seconds after a date; the seconds may be a moment themselves, which has no date."""
    begun = _date(date)
    return begun + int(seconds) if begun is not None and _is_count(seconds) else None


def _moment(text: str) -> float | None:
    """Epoch seconds or milliseconds, or a date as Azure writes it."""
    try:
        number = float(text)
    except ValueError:
        return _date(text)
    whole = int(number) if isfinite(number) else 0
    return next((float(one) for one in (whole, whole // _MILLISECONDS) if one in _EPOCHS), None)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < len(str(_EPOCHS.stop))


def _date(text: str) -> float | None:
    """`20261121T120000Z`, `2026-11-21T12:00:00Z` or a day alone; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
