"""The signs that modes are known by: ready-made `detect` functions, and evidence quoted alike."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from cometplay.core import plain
from cometplay.core.bodies import Reading
from cometplay.core.drafts import Draft, Kind
from cometplay.core.events import Fault
from cometplay.core.findings import Evidence, Rank, Sighting
from cometplay.core.models import starting_draft
from cometplay.core.transcript import Exchange, Transcript
from cometplay.core.wire import Phase
from cometplay.failures.mode import Detect

QUOTE = 300
"""How many characters of a server's text evidence quotes."""

_TOLD_HEADERS = ("retry-after-ms", "retry-after", "x-should-retry", "location")


def evidence_of(exchange: Exchange, *, whole: bool = False) -> tuple[Evidence, ...]:
    """What an answer says went wrong, quoted: the status, the error's fields, the headers that count.

    `whole`: the body itself too where it names no error, because nothing of it was understood.
    """
    reading = exchange.reading
    told = [("status", str(exchange.status) if exchange.status else "")]
    for error in reading.layers:
        prefix = f"{error.place}." if error.place else ""
        told += (
            (f"{prefix}code", error.code),
            (f"{prefix}type", error.type),
            (f"{prefix}param", error.param),
            (f"{prefix}message", error.message),
            (f"{prefix}status", ", ".join(error.more)),
        )
    if reading.page:
        told += [("page title", reading.page.title), ("Ray id", reading.page.ray_id)]
    elif not reading.layers and (whole or not exchange.succeeded):
        told.append(("body", reading.text or "(empty)"))
    told += [(name, value) for name, value in exchange.headers if name.lower() in _TOLD_HEADERS]
    return tuple(Evidence(where, plain.line(value, QUOTE)) for where, value in told if value.strip())


def error(  # noqa: PLR0913  one argument a kind of sign: the columns of a table
    *,
    codes: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    code_patterns: tuple[str, ...] = (),
    phrases: tuple[str, ...] = (),
    patterns: tuple[str, ...] = (),
    needs: str = "",
    generic: tuple[str, ...] = (),
    statuses: tuple[int, ...] = (),
    among: tuple[int, ...] = (),
    phases: tuple[Phase, ...] = (),
    rank: Rank | None = None,
    saturated: tuple[str, ...] = (),
) -> Detect:
    """A mode known by what an error answer says, most specific first; all words in lower case.

    `codes` are looked for among the codes and the types of every layer of the error (gateways mix the two
    up), and so are the regular expressions of `code_patterns`, for families of codes such as
    `InvalidParameter.Size`; `types` among the types; `phrases` and `patterns` in the messages and `param`s,
    or a page's title. Whatever matches a pattern holds one of `needs` (parted by |), which is quicker to
    see. `generic` are codes or types that say little. `among` limits the statuses at which phrases count,
    for words that mean something else elsewhere, `phases` the calls in which any of it does. `rank`
    overrides the rank of the sign that was met; a `saturated` phrase is a sign too.
    """
    found = _Signs(
        codes=frozenset(codes),
        kinds=frozenset((*codes, *types)),
        akin=_listener((), code_patterns, ()),
        speaks=_listener(phrases, patterns, tuple(needs.split("|")) if needs else ()),
        generic=frozenset(generic),
        statuses=statuses,
        among=among,
        phases=phases,
        rank=rank,
        saturated=saturated,
    )
    return Heard(found.detect)


@dataclass(frozen=True, slots=True)
class Heard:
    """A sign that depends on `heard(transcript)` and on nothing else of a transcript.

    So what it says of one answer holds for every other that says the same (judge.py).
    """

    detect: Detect

    def __call__(self, transcript: Transcript) -> Sighting | None:
        return self.detect(transcript)


def heard(transcript: Transcript) -> tuple[object, ...] | None:
    """All that an answer says of its error; None for one that says nothing of any."""
    last = transcript.last
    if last is None or not last.refused:
        return None
    reading = last.reading
    places = tuple((layer.place, layer.code) for layer in reading.layers)
    said = (reading.codes, reading.types, reading.words, places)
    return transcript.kind, last.phase, last.status, last.told_status, *said


_Hears: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signs:
    """The arguments of `error`, ready to be looked for."""

    codes: frozenset[str]
    kinds: frozenset[str]
    akin: _Hears
    speaks: _Hears
    generic: frozenset[str]
    statuses: tuple[int, ...]
    among: tuple[int, ...]
    phases: tuple[Phase, ...]
    rank: Rank | None
    saturated: tuple[str, ...]

    def detect(self, transcript: Transcript) -> Sighting | None:
        last = transcript.last
        if last is None or not last.refused or (self.phases and last.phase not in self.phases):
            return None
        words = last.reading.words
        full = bool(self.saturated) and any(map(words.__contains__, self.saturated))
        met = self._met(last.reading, last.told_status, full=full)
        if met is None:
            return None
        return Sighting((), met if self.rank is None else self.rank, saturated=full)

    def _met(self, reading: Reading, status: int, *, full: bool) -> Rank | None:
        codes, types = reading.codes, reading.types
        if codes and (not self.codes.isdisjoint(codes) or any(map(self.akin, codes))):
            return Rank.CODE
        if types and (not self.kinds.isdisjoint(types) or any(map(self.akin, types))):
            return Rank.TYPE
        if full or ((not self.among or status in self.among) and self.speaks(reading.words)):
            return Rank.PHRASE
        if self.generic and not (self.generic.isdisjoint(codes) and self.generic.isdisjoint(types)):
            return Rank.GENERIC
        return Rank.STATUS if status in self.statuses else None


def _listener(phrases: tuple[str, ...], patterns: tuple[str, ...], needs: tuple[str, ...]) -> _Hears:
    """Whether a text holds one of the phrases or matches one of the patterns."""
    if not phrases and not patterns:
        return _deaf

    def hears(words: str) -> bool:
        said = words.__contains__
        if any(map(said, phrases)):
            return True
        return (not needs or any(map(said, needs))) and any(_search(pattern, words) for pattern in patterns)

    return hears


def _deaf(_words: str) -> bool:
    return False


def _search(pattern: str, words: str) -> bool:
    return _compiled(pattern).search(words) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when first needed: `explain ID` needs none, and all of them take long."""
    return re.compile(pattern)


def fault(*expected: Fault) -> Detect:
    """A mode known by the way the answer failed to come."""

    def detect(transcript: Transcript) -> Sighting | None:
        last = transcript.last
        if last is None or last.fault is None or last.fault not in expected:
            return None
        told = (
            ("fault", last.fault.value),
            ("detail", last.detail),
            ("after", f"{last.elapsed_s:.2f} s"),
            ("status", str(last.status) if last.status else ""),
            ("what came", f"{len(last.body)} bytes of the body" if last.body else "nothing of the body"),
        )
        return Sighting(tuple(Evidence(where, plain.line(value, QUOTE)) for where, value in told if value))

    return detect


def drafts(change: Callable[[Draft], Draft] = lambda draft: draft) -> tuple[Draft, ...]:
    """The starting draft of every kind, changed alike."""
    return tuple(change(starting_draft(kind)) for kind in Kind)
