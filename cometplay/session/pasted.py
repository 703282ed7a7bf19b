"""An answer that a person pasted -> the run that it would have ended: no session, and no socket."""

import re

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Draft, Kind
from cometplay.core.recorded import Recorded, split_head, transcript
from cometplay.core.redact import key_like
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase
from cometplay.failures import judge
from cometplay.session.state import Run

STATUSES = range(100, 600)
PHASES = (Phase.CREATE, Phase.POLL, Phase.DOWNLOAD)
"""The calls whose answer can be pasted, the usual one first."""

NOWHERE = Connection(Target.LAB, "", lasting=False)
"""Nothing was sent, and no task of this program goes on."""

_BODY = re.compile(r"[{\[<\"]|data:|event:")
"""How an answer begins that has no head; in front of a head there may be a prompt and the command."""

_HEAD = re.compile(r"^HTTP/[\d.]+ \d{3}\b", re.MULTILINE)
_LONGEST_COMMAND = 20_000


class NoAnswerError(ValueError):
    """What was pasted cannot be diagnosed; the message is a sentence that says what is missing."""


def normal(text: str) -> str:
    """What was pasted, with line breaks as a file has them and without what looks like somebody's key."""
    return key_like(text.replace("\r\n", "\n").replace("\r", "\n"))


def answer(kind: Kind, text: str, status: str = "", phase: Phase = Phase.CREATE) -> Recorded:
    """The answer in a pasted text. A typed `status` replaces the one of its head.

    Raises NoAnswerError where there is nothing to diagnose.
    """
    typed = status.strip()
    if typed and not (typed.isascii() and typed.isdigit() and int(typed) in STATUSES):
        raise NoAnswerError(f"A status is a number from {STATUSES.start} to {STATUSES.stop - 1}.")
    told = _without_command(normal(text).lstrip("\n \t\ufeff"))
    head, body = split_head(told.encode("utf-8", "backslashreplace"))
    known = int(typed) if typed else head.status
    if known is None and not body.strip():
        raise NoAnswerError("Nothing is pasted yet: an answer's body, or what curl -i printed.")
    return Recorded(kind=kind, phase=phase, status=known, headers=head.headers, body=body)


def _without_command(text: str) -> str:
    head = None if _BODY.match(text) else _HEAD.search(text, 0, _LONGEST_COMMAND)
    return text[head.start() :] if head else text


def run(recorded: Recorded, draft: Draft, at: float) -> Run:
    """The diagnosed run of an answer, `at` seconds since the epoch; `draft` is what a fix would mend.

    Raises NoAnswerError for a text that nothing can be told of without its status.
    """
    seen = transcript(recorded)
    if recorded.status is None and _is_any_text(seen):
        raise NoAnswerError("This tells nothing without the status it came with: add that.")
    begun = Run(draft, NOWHERE, seen, at, pasted=True)
    return begun.found(judge.diagnose(seen))


def _is_any_text(seen: Transcript) -> bool:
    """Whether nothing in an answer shows that it is one."""
    reading = seen.last.reading if seen.last else None
    return reading is None or not (reading.is_json or reading.page or reading.stream or reading.layers)
