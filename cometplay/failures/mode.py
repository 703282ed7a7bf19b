"""FailureMode: everything that is known about one way a run can end, in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, Kind
from cometplay.core.findings import Finding, ModeClass, Reproduction, Retryable, Sighting
from cometplay.core.transcript import Transcript
from cometplay.failures.source import Source
from cometplay.failures.tables import Row

Detect: TypeAlias = Callable[[Transcript], Sighting | None]
Preflight: TypeAlias = Callable[[Draft, Connection], Sighting | None]
Repair: TypeAlias = Callable[[Draft, Finding], Draft | None]
Mend: TypeAlias = Callable[[Connection], Connection | None]

ALL_KINDS = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class NotWhen:
    """Where the advice does not apply, and the mode that it is then."""

    text: str
    id: str


def never(_: Transcript) -> Sighting | None:
    """Of modes that are found before anything is sent."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureMode:
    """One entry of the catalogue.

    `fixes` are imperative steps, the most likely first; `row` is where the documents' own tables have
    it. `repair` gives the mended draft, or None when this draft shows nothing to mend; `mend` does the
    same for the connection, in memory only.
    """

    id: str
    cls: ModeClass
    title: str
    meaning: str
    cause: str
    fixes: tuple[str, ...]
    not_when: NotWhen
    source: Source
    retryable: Retryable
    kinds: frozenset[Kind]
    reproduce: Reproduction
    row: Row | None = None
    detect: Detect = never
    preflight: Preflight | None = None
    repair: Repair | None = None
    mend: Mend | None = None
