"""Which mode is it? preflight(draft) before sending, diagnose(transcript) after every answer."""

from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, changes
from cometplay.core.findings import Finding, Fix, ModeClass, Rank, Sighting
from cometplay.core.transcript import Transcript
from cometplay.failures import catalogue
from cometplay.failures.mode import FailureMode


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
    found = [
        _finding(mode, seen)
        for mode in catalogue.of_kind(transcript.kind)
        if (seen := mode.detect(transcript))
    ]
    known = [finding for finding in found if finding.seen.rank is not Rank.NOTHING]
    return tuple(
        sorted(known, key=lambda finding: (finding.cls is ModeClass.NOTE, finding.seen.rank))
    ) or tuple(found)


def repair(draft: Draft, finding: Finding) -> Fix | None:
    """The draft without what `finding` found in it, where a machine can mend that."""
    mode = catalogue.get(finding.mode)
    mended = mode.repair(draft, finding) if mode.repair else None
    return None if mended is None else Fix(mode.id, mended, changes(draft, mended))


def _finding(mode: FailureMode, seen: Sighting) -> Finding:
    return Finding(mode.id, mode.cls, mode.retryable, mode.title, seen)
