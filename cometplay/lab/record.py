"""What arrived, in order, so that a test or a person can see what a client really sent. It holds no key."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from cometplay.core import redact
from cometplay.core.connection import LAB_KEY
from cometplay.core.jsons import Json, JsonObject
from cometplay.core.redact import Redactor, Secret
from cometplay.lab.http import Request

BODY_SHOWN = 64 * 1024
KEPT = 10_000
KEPT_BYTES = 64 * 2**20
"""The oldest requests are let go beyond this many, or when their bodies take more than this."""
_HEADERS_KNOWN = 256

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


@dataclass(frozen=True, slots=True)
class _Shown:
    """What may be shown of a request's headers, and what hides its keys elsewhere."""

    headers: Mapping[str, str] = field(repr=False)
    redactors: tuple[Redactor, ...]
    longest: int
    """Characters of the longest key."""
    key: KeyKind

    def text(self, text: str) -> str:
        for redactor in self.redactors:
            text = redactor.text(text)
        return redact.key_like(text)

    def body(self, body: bytes) -> bytes:
        if not self.redactors:
            return body[:BODY_SHOWN]
        body = body[: BODY_SHOWN + self.longest]
        for redactor in self.redactors:
            body = redactor.data(body)
        return body[:BODY_SHOWN]


@dataclass(slots=True)
class Entry:
    """A request as it is kept: already without its keys, not yet written out."""

    request: Request
    scenario: str | None
    shown: _Shown
    at: float
    status: int | None = None

    def written(self, first: float) -> LabRequest:
        return LabRequest(
            scenario=self.scenario,
            method=self.request.method,
            path=self.request.target,
            ms=round((self.at - first) * 1000),
            status=self.status,
            headers=self.shown.headers,
            body=self.request.body.decode("utf-8", "replace"),
            key=self.shown.key,
        )


class Record:
    """The requests so far. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[int, Entry] = {}
        self._bytes = self._arrived = 0
        self._first: float | None = None
        self._lock = threading.Lock()  # a lab may serve in one thread and be asked from another
        # a client sends the same headers again and again
        self._shown = lru_cache(maxsize=_HEADERS_KNOWN)(_shown)

    @property
    def requests(self) -> tuple[LabRequest, ...]:
        return self.after(0)

    @property
    def arrived(self) -> int:
        """How many requests came since the record was cleared, kept or not."""
        return self._arrived

    def after(self, number: int) -> tuple[LabRequest, ...]:
        """The requests that came after that many; all that are kept where there were not so many."""
        with self._lock:
            begun = number if number <= self._arrived else 0
            newest = list(islice(reversed(self._kept.values()), self._arrived - begun))
            first = self._first or 0.0
        return tuple(entry.written(first) for entry in reversed(newest))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = self._arrived = 0
            self._first = None

    def arrive(self, request: Request, scenario: str | None) -> Entry:
        """Keeps a request, and gives the entry whose status is set when a whole answer was given."""
        now = self._clock()
        shown = self._shown(request.headers)
        body = shown.body(request.body)
        safe = Request(request.method, shown.text(request.target), (), body)
        entry = Entry(safe, scenario, shown, now)
        with self._lock:
            self._first = now if self._first is None else self._first
            self._arrived += 1
            self._kept[self._arrived] = entry
            self._bytes += len(body)
            while len(self._kept) > KEPT or self._bytes > KEPT_BYTES:
                self._bytes -= len(self._kept.pop(next(iter(self._kept))).request.body)
        return entry

    def safe_target(self, request: Request) -> str:
        """The path and query as requested, without a key that was put there."""
        return self._shown(request.headers).text(request.target)


def _shown(headers: tuple[tuple[str, str], ...]) -> _Shown:
    keys = _keys_of(Request("", "", headers))
    # the lab's own key is everybody's
    hide = tuple(Redactor(Secret(key)) for key in keys if key != LAB_KEY)
    listed: dict[str, str] = {}
    for name, value in headers:
        shown = redact.header(name, value)
        for redactor in hide:
            shown = redactor.text(shown)
        listed[name] = f"{listed[name]}, {shown}" if name in listed else shown
    return _Shown(listed, hide, max(map(len, keys), default=0), _kind(keys))


def _kind(keys: tuple[str, ...]) -> KeyKind:
    if not keys:
        return KeyKind.NONE
    return KeyKind.LAB if set(keys) == {LAB_KEY} else KeyKind.OTHER
