"""Finding, Fix, Reproduction, Script: the words the floors share about a failure."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TypeAlias

from cometplay.core.changes import Change
from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, Kind
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


_SIGNS = dict(zip(ModeClass, "✓●◐○↯…▲ⓘ", strict=True))


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
    """The body has this field, with something in it. Fields go by our names, whatever a route calls them."""

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
class IsNot:
    """The body has this field, and none of these texts in it."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """The body's field is true, or, with `on` False, anything else."""

    field: str
    on: bool


Condition: TypeAlias = Always | Has | Lacks | Below | Omits | IsNot | Flag

REQUEST_ID = "{{request_id}}"
"""In a scripted body: the id that the answer's header carries too."""

TASK_ID = "{{task_id}}"
"""In a scripted body: the id of the task that the request is about, or, on a create, of the one it makes."""

RESULT_URL = "{{result_url}}"
"""In a scripted body: a url that leads to that task's file, done or not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of the script's own, with what REQUEST_ID, TASK_ID and RESULT_URL stand for put in."""

    status: int
    body: str = ""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Say:
    """A healthy chat answer, with this text and this reason to stop; streamed where that is asked.

    `refusal` and `reasoning` are the message's own fields, `tool` the name of one that is called.
    """

    content: str | None
    finish_reason: str | None
    refusal: str = ""
    reasoning: str = ""
    tool: str = ""


class StreamEnd(StrEnum):
    """How a stream of events ends badly, after good ones."""

    DONE_WITHOUT_REASON = "[DONE] comes, and no finish_reason did"
    CUT = "the connection closes without the last chunk"
    CUT_CLEANLY = "the body ends as HTTP wants it, without finish_reason and [DONE]"
    ERROR_EVENT = "an event with an error object is the last"
    STALL = "nothing more comes, on an open connection"


@dataclass(frozen=True, slots=True)
class SayThen:
    """A chat answer that is streamed with this text, and then ends so; `error` is the last event's message.

    Where no stream is asked it is what comes nearest: half a body, an answer without a reason, a 500.
    """

    content: str
    ending: StreamEnd
    error: str = ""


class Breakage(StrEnum):
    """How an answer goes wrong below HTTP, or strangely above it; all but the last four end no good."""

    SILENCE = "the request is taken, and nothing ever comes back"
    RESET_BEFORE = "the connection is reset before any answer"
    RESET_DURING = "the connection is reset in the middle of the body"
    SHORT_BODY = "half of the body that Content-Length promises, then a close"
    CHUNKED_WITHOUT_END = "a chunked body without its last chunk, then a close"
    STALL = "half of the body, and then nothing, on an open connection"
    DRIP = "one byte of the body a second"
    ENDLESS = "a body that never ends"
    GZIP_CUT = "a gzip body that ends early, by a Content-Length that is right"
    LONG_HEADER = "a header of 100 kB before a good answer"
    REDIRECT_LOOP = "a redirect to the address that was asked"
    EARLY_HINTS = "a 1xx answer before the good one"
    HUGE = "a good answer of 30 MB: base64 where the answer has some"


@dataclass(frozen=True, slots=True)
class Break:
    """What would have been a good answer, broken."""

    how: Breakage


Step: TypeAlias = Reply | Say | Break | SayThen


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
    usual. A preflight mode has no script but the connection that shows it. `variants` are other ways to
    come to the same verdict, by name.
    """

    drafts: tuple[Draft, ...]
    script: Script | None = field(default_factory=Script)
    request_limit_s: float | None = None
    poll: PollPolicy | None = None
    connection: Connection | None = None
    variants: tuple[tuple[str, Script], ...] = ()

    def draft(self, kind: Kind) -> Draft:
        """The draft of a kind. Raises KeyError when the mode cannot happen there."""
        for draft in self.drafts:
            if draft.kind is kind:
                return draft
        raise KeyError(kind)


def scenario_id(mode_id: str, variant: str = "") -> str:
    """What a scenario is called: the mode's id, and the variant behind a colon where there is one."""
    return f"{mode_id}:{variant}" if variant else mode_id
