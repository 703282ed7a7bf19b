"""Which mode is it? preflight(draft) before sending, diagnose(transcript) after every answer."""

from typing import TypeAlias

from cometplay.core.changes import changes
from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, Kind
from cometplay.core.findings import Evidence, Finding, Fix, ModeClass, Sighting
from cometplay.core.transcript import Transcript
from cometplay.failures import catalogue, signs
from cometplay.failures.combine import parted
from cometplay.failures.mode import Detect, FailureMode, never


def preflight(draft: Draft, connection: Connection) -> tuple[Finding, ...]:
    """What can be seen before sending; those that block come first."""
    found = [
        _finding(mode, seen)
        for mode in catalogue.of_kind(draft.kind)
        if mode.preflight and (seen := mode.preflight(draft, connection))
    ]
    return tuple(sorted(found, key=lambda finding: not finding.seen.blocks))


def diagnose(transcript: Transcript) -> tuple[Finding, ...]:
    """The findings of a transcript: the verdict first, then what else fits, notes last.

    Never empty once anything came back. The most specific sign wins, and where two are equally
    specific, the order of the catalogue (failure-modes.md, "Precedence").
    """
    found = [*_seen(_OTHERS[transcript.kind], transcript), *_listened(transcript)]
    if not found and (seen := catalogue.LAST_RESORT.detect(transcript)):
        found = [(0, catalogue.LAST_RESORT, seen)]
    found = _ordered(found) if len(found) > 1 else found
    if transcript.last and any(not seen.evidence for _, _, seen in found):
        quoted = signs.evidence_of(transcript.last)
        found = [(at, mode, _quoting(seen, quoted)) for at, mode, seen in found]
    return tuple(_finding(mode, seen) for _, mode, seen in found)


def _quoting(seen: Sighting, evidence: tuple[Evidence, ...]) -> Sighting:
    if seen.evidence:
        return seen
    # not by `replace`, which takes as long as all the rest of this
    return Sighting(evidence, seen.rank, seen.saturated, seen.settled, seen.blocks)


_Placed: TypeAlias = tuple[tuple[int, FailureMode, Detect], ...]
_Seen: TypeAlias = list[tuple[int, FailureMode, Sighting]]


def _of_kind(kind: Kind, *, listening: bool) -> _Placed:
    """The signs that a transcript is looked through for, with their place in the order of precedence."""
    return tuple(
        (place, mode, sign)
        for place, mode in enumerate(catalogue.of_kind(kind))
        if (sign := parted(mode.detect)[listening]) is not never and mode is not catalogue.LAST_RESORT
    )


def _ordered(found: _Seen) -> _Seen:
    """The best first; of a mode that was both seen and heard the better."""
    found = sorted(found, key=lambda one: (one[1].cls is ModeClass.NOTE, one[2].rank, one[0]))
    best: dict[str, tuple[int, FailureMode, Sighting]] = {}
    for one in found:
        best.setdefault(one[1].id, one)
    return list(best.values())


_LISTENING = {kind: _of_kind(kind, listening=True) for kind in Kind}
_OTHERS = {kind: _of_kind(kind, listening=False) for kind in Kind}
REMEMBERED = 4096
"""Different errors whose meaning is kept: a log of millions says the same few things again and again."""
LONGEST_REMEMBERED = 1000
"""Characters: what is longer is rarely the same twice, and would be kept."""
_remembered: dict[tuple[object, ...], _Seen] = {}


def _listened(transcript: Transcript) -> _Seen:
    """What the modes that only listen say of an answer, looked up where one like it was met before."""
    key = signs.heard(transcript)
    if key is None:
        return []
    known = _remembered.get(key)
    if known is None:
        known = _seen(_LISTENING[transcript.kind], transcript)
        if len(_remembered) >= REMEMBERED:
            _remembered.clear()
        if transcript.last and len(transcript.last.reading.words) <= LONGEST_REMEMBERED:
            _remembered[key] = known
    return known


def _seen(signs_of: _Placed, transcript: Transcript) -> _Seen:
    return [(place, mode, seen) for place, mode, sign in signs_of if (seen := sign(transcript))]


def repair(draft: Draft, finding: Finding) -> Fix | None:
    """The draft without what `finding` found in it, where a machine can mend that."""
    mode = catalogue.get(finding.mode)
    mended = mode.repair(draft, finding) if mode.repair else None
    return None if mended is None else Fix(mode.id, mended, changes(draft, mended))


def mend(connection: Connection, finding: Finding) -> Connection | None:
    """The connection without what `finding` found in it, where a machine can mend that. In memory only."""
    mode = catalogue.get(finding.mode)
    return mode.mend(connection) if mode.mend else None


def _finding(mode: FailureMode, seen: Sighting) -> Finding:
    return Finding(mode.id, mode.cls, mode.retryable, mode.title, seen)
