"""The signs that modes are known by: ready-made `detect` functions, and evidence quoted alike."""

from collections.abc import Callable

from cometplay.core import plain
from cometplay.core.drafts import Draft, Kind
from cometplay.core.events import Fault
from cometplay.core.findings import Evidence, Rank, Sighting
from cometplay.core.models import starting_draft
from cometplay.core.transcript import Exchange, Transcript
from cometplay.failures.mode import Detect

QUOTE = 300
"""How many characters of a server's text evidence quotes."""

_TOLD_HEADERS = ("retry-after-ms", "retry-after", "x-should-retry", "location")


def evidence_of(exchange: Exchange, *, whole: bool = False) -> tuple[Evidence, ...]:
    """What an answer says went wrong, quoted: the status, the error's fields, the headers that count.

    `whole`: the body itself too where it names no error, because nothing of it was understood.
    """
    error = exchange.reading.error
    told = [("status", str(exchange.status) if exchange.status else "")]
    if error:
        prefix = f"{error.place}." if error.place else ""
        told += [
            (f"{prefix}{name}", value)
            for name, value in (
                ("code", error.code),
                ("type", error.type),
                ("param", error.param),
                ("message", error.message),
            )
        ]
    elif not exchange.succeeded or whole:
        told.append(("body", exchange.reading.text))
    told += [(name, value) for name, value in exchange.headers if name.lower() in _TOLD_HEADERS]
    return tuple(Evidence(where, plain.line(value, QUOTE)) for where, value in told if value.strip())


def error(
    *,
    codes: tuple[str, ...] = (),
    types: tuple[str, ...] = (),
    phrases: tuple[str, ...] = (),
    statuses: tuple[int, ...] = (),
    among: tuple[int, ...] = (),
    rank: Rank | None = None,
    saturated: tuple[str, ...] = (),
) -> Detect:
    """A mode known by what an error answer says, most specific first: code, type, phrase, status.

    Phrases are in lower case, looked for in message and `param`. `among` limits the statuses at which
    they count, for words that mean something else elsewhere; codes and types count at any;
    `rank` overrides the rank of the sign that was met; a `saturated` phrase is a sign too.
    """

    def detect(transcript: Transcript) -> Sighting | None:
        last = transcript.last
        if last is None or last.fault or last.succeeded:
            return None
        told = last.reading.error
        message = (f"{told.message}\n{told.param}" if told else last.reading.text[:4000]).lower()
        full = any(phrase in message for phrase in saturated)
        met: Rank | None = None
        if told and told.code.lower() in codes:
            met = Rank.CODE
        elif told and told.type.lower() in types:
            met = Rank.TYPE
        elif full or (_counts(last.status, among) and any(phrase in message for phrase in phrases)):
            met = Rank.PHRASE
        if met is None and last.status in statuses:
            met = Rank.STATUS
        if met is None:
            return None
        return Sighting(evidence_of(last), met if rank is None else rank, saturated=full)

    return detect


def _counts(status: int, among: tuple[int, ...]) -> bool:
    return not among or status in among


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
