"""Finding, Fix, Reproduction, Script: the words the floors share about a failure."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TypeAlias

from cometplay.core.connection import Connection
from cometplay.core.drafts import Change, Draft, Kind
from cometplay.core.polling import PollPolicy
from cometplay.core.wire import Phase


class ModeClass(StrEnum):
    """How a run can end, and the sign that stands for it where colour cannot."""

    OK = "ok"
    HARD = "hard"
    SOFT = "soft"
    SILENT = "silent"
    TRANSPORT = "transport"
    PENDING = "pending"
    PREFLIGHT = "preflight"
    NOTE = "note"

    @property
    def sign(self) -> str:
        return _SIGNS[self]


_SIGNS = {
    ModeClass.OK: "✓",
    ModeClass.HARD: "●",
    ModeClass.SOFT: "◐",
    ModeClass.SILENT: "○",
    ModeClass.TRANSPORT: "↯",
    ModeClass.PENDING: "…",
    ModeClass.PREFLIGHT: "▲",
    ModeClass.NOTE: "ⓘ",
}


class Retryable(StrEnum):
    """Whether the same request, unchanged, may succeed later. NOTHING: nothing failed."""

    YES = "yes"
    NO = "no"
    NOTHING = "–"


class Rank(IntEnum):
    """How specific a sign is; the lowest number wins (failure-modes.md, "Precedence")."""

    SPECIFIC = 0
    """A sign of one model or endpoint, or of the answer's own shape."""
    CODE = 1
    TYPE = 2
    PHRASE = 3
    GENERIC = 4
    """A code or type that says little, such as `invalid_request_error`: any known phrase beats it."""
    STATUS = 5
    NOTHING = 9
    """Nothing known: the raw evidence speaks for itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came back, quoted: where it stood and what it was."""

    where: str
    value: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mode seen in a transcript or a draft.

    Without `evidence` of its own, what the answer says of its error is quoted. `saturated`: the upstream is
    full, so a repeat should start late. `settled`: no further poll can change it. `blocks`: the draft cannot
    be sent at all.
    """

    evidence: tuple[Evidence, ...]
    rank: Rank = Rank.SPECIFIC
    saturated: bool = False
    settled: bool = False
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A mode's id with the evidence for it, never a bare verdict."""

    mode: str
    cls: ModeClass
    retryable: Retryable
    title: str
    seen: Sighting

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.seen.evidence


@dataclass(frozen=True, slots=True)
class Fix:
    """A mended draft, and what was changed to get it."""

    mode: str
    draft: Draft
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Always:
    pass


@dataclass(frozen=True, slots=True)
class Has:
    """The body has this field, with something in it."""

    field: str


@dataclass(frozen=True, slots=True)
class Lacks:
    """The body has no such field, or nothing in it."""

    field: str


@dataclass(frozen=True, slots=True)
class Below:
    """One of these fields is a number under the limit."""

    fields: tuple[str, ...]
    limit: float


@dataclass(frozen=True, slots=True)
class Omits:
    """The prompt does not contain this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Is:
    """The body has this field, and one of these texts in it."""

    field: str
    values: tuple[str, ...]


Condition: TypeAlias = Always | Has | Lacks | Below | Omits | Is

REQUEST_ID = "{{request_id}}"
"""In a scripted body: the id that the answer's header carries too."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of the script's own. "{{request_id}}" in the body becomes the answer's id."""

    status: int
    body: str = ""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Say:
    """A healthy chat answer, with this text and this reason to stop."""

    content: str | None
    finish_reason: str


@dataclass(frozen=True, slots=True)
class CutHalfWay:
    """The good answer's head and the first half of its body; then the connection closes."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request is taken, and nothing ever comes back."""


Step: TypeAlias = Reply | Say | CutHalfWay | NoAnswer


class Listen(StrEnum):
    """How a scenario's address takes a connection."""

    NORMALLY = "http"
    NOT_AT_ALL = "a port that is bound and does not listen"
    IN_PLAIN = "https in the url, plain http on the port"


@dataclass(frozen=True, slots=True)
class Rule:
    """On a request of `phase` that meets `when`, play `step`.

    With `times`, the rule holds for that many requests about one task, and never again for it; where
    there is no task, for that many of one key, then it lets one through and starts over.
    """

    step: Step
    when: Condition = field(default_factory=Always)
    phase: Phase = Phase.CREATE
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """What the lab plays. The first rule that applies wins; with none the answer is a good one."""

    rules: tuple[Rule, ...] = ()
    listen: Listen = Listen.NORMALLY


@dataclass(frozen=True, slots=True)
class Reproduction:
    """How to see a mode: the drafts to send, one for each kind, and the script that plays it.

    `request_limit_s` and `poll` are the run's own limits where the mode needs others than the
    usual. A preflight mode has no script but the connection that shows it.
    """

    drafts: tuple[Draft, ...]
    script: Script | None = field(default_factory=Script)
    request_limit_s: float | None = None
    poll: PollPolicy | None = None
    connection: Connection | None = None

    def draft(self, kind: Kind) -> Draft:
        """The draft of a kind. Raises KeyError when the mode cannot happen there."""
        for draft in self.drafts:
            if draft.kind is kind:
                return draft
        raise KeyError(kind)
