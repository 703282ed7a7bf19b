"""What arrived, in order, so that a test or a person can see what a client really sent. It holds no key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cometplay.core import redact
from cometplay.core.connection import LAB_KEY
from cometplay.core.jsons import Json, JsonObject
from cometplay.core.redact import Redactor, Secret
from cometplay.lab.http import Request

BODY_SHOWN = 64 * 1024
KEPT = 10_000
"""The oldest requests are let go beyond this many: a lab may run for days inside a terminal."""

_TAKEN_HERE = ("authorization", "x-api-key")
_KEY_HEADERS = (*_TAKEN_HERE, "x-goog-api-key")


class KeyKind(StrEnum):
    NONE = "none"
    LAB = "lab"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LabRequest:
    """One request. `ms` since the first of the record; `status` None when no whole answer was given."""

    scenario: str | None
    method: str
    path: str
    ms: int
    status: int | None
    headers: Mapping[str, str] = field(repr=False)
    body: str = field(repr=False)
    key: KeyKind = KeyKind.NONE

    def as_json(self) -> JsonObject:
        headers: dict[str, Json] = dict(self.headers)
        return {
            "scenario": self.scenario,
            "method": self.method,
            "path": self.path,
            "ms": self.ms,
            "status": self.status,
            "headers": headers,
            "body": self.body,
            "key": self.key.value,
        }


def bearer(value: str) -> str:
    """The key in an Authorization header, with or without its scheme; "" for an empty one."""
    scheme, _, rest = value.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value.strip()


def key_of(request: Request) -> str:
    """The key that lets a request in, "" without one (api-contract.md 1.1)."""
    return next(filter(None, (bearer(request.header(name)) for name in _TAKEN_HERE)), "")


def _keys_of(request: Request) -> tuple[str, ...]:
    """Every key that a request carries, taken here or not."""
    found = (bearer(request.header(name)) for name in _KEY_HEADERS)
    return tuple(dict.fromkeys(key for key in found if key))


class Record:
    """The requests so far. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[int, LabRequest] = {}
        self._arrived = 0
        self._first: float | None = None

    @property
    def requests(self) -> tuple[LabRequest, ...]:
        return tuple(self._kept.values())

    def clear(self) -> None:
        self._kept.clear()
        self._first = None

    def arrive(self, request: Request, scenario: str | None) -> int:
        """Keeps a request, and gives the number to settle it by."""
        now = self._clock()
        self._first = now if self._first is None else self._first
        self._arrived += 1
        self._kept[self._arrived] = _recorded(request, scenario, round((now - self._first) * 1000))
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return self._arrived

    def settle(self, number: int, status: int) -> None:
        """A whole answer was given. A request cleared meanwhile stays forgotten."""
        if number in self._kept:
            self._kept[number] = replace(self._kept[number], status=status)


def _recorded(request: Request, scenario: str | None, ms: int) -> LabRequest:
    keys = _keys_of(request)
    hide = [Redactor(Secret(key)) for key in keys]
    headers: dict[str, str] = {}
    for name, value in request.headers:
        shown = redact.header(name, value)
        headers[name] = f"{headers[name]}, {shown}" if name in headers else shown
    body = request.body[: BODY_SHOWN + max(map(len, keys), default=0)]
    for redactor in hide:
        body = redactor.data(body)
        headers = {name: redactor.text(value) for name, value in headers.items()}
    return LabRequest(
        scenario=scenario,
        method=request.method,
        path=safe_target(request),
        ms=ms,
        status=None,
        headers=headers,
        body=body[:BODY_SHOWN].decode("utf-8", "replace"),
        key=_kind(keys),
    )


def safe_target(request: Request) -> str:
    """The path and query as requested, without a key that was put there."""
    target = request.target
    for key in _keys_of(request):
        target = Redactor(Secret(key)).text(target)
    return redact.key_like(target)


def _kind(keys: tuple[str, ...]) -> KeyKind:
    if not keys:
        return KeyKind.NONE
    return KeyKind.LAB if set(keys) == {LAB_KEY} else KeyKind.OTHER
