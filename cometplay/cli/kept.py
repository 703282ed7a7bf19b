"""A kept answer's fields, as people and programs write them: read, or refused in words that say what fits."""

import math
from difflib import get_close_matches
from typing import cast

from cometplay.core import plain
from cometplay.core.drafts import Kind
from cometplay.core.events import Headers
from cometplay.core.jsons import Json, JsonObject, compact
from cometplay.core.recorded import PHASES, Recorded
from cometplay.core.redact import key_like
from cometplay.core.wire import Phase

KINDS = {kind.value: kind for kind in Kind}
STATUSES = range(100, 1000)
STREAM = "stream"

QUOTED = 40
"""Characters of a wrong value that a message shows."""


def recorded(line: JsonObject) -> Recorded:
    """The answer that a line of JSON describes. Raises ValueError, in words that begin with the key."""
    body = line.get("body")
    if not isinstance(body, str):
        told = f"{quoted(body)} is no text" if "body" in line else "it is missing"
        raise ValueError(f"body: {told}")  # noqa: TRY004  what a line holds, not an argument
    status, phase, request = (line.get(key) for key in ("status", "phase", "request"))
    if not isinstance(request, dict | None):
        raise ValueError(f"request: {quoted(request)} is no object")  # noqa: TRY004  likewise
    return Recorded(
        kind=kind_of(line.get("kind")),
        phase=phase_of(phase),
        status=None if status is None else status_of(status),
        headers=headers_of(line.get("headers")),
        # half a character cannot be encoded; spelled as JSON spells it, it is what it was
        body=body.encode("utf-8", "backslashreplace"),
        asked=asked(phase, request or {}),
        elapsed_s=_elapsed(line.get("elapsed_s")),
    )


def kind_of(word: Json) -> Kind:
    """The kind that a word names, text where none is given. Raises ValueError with the nearest word."""
    return Kind.TEXT if word is None else KINDS[_known("kind", word, list(KINDS))]


def phase_of(word: Json) -> Phase:
    """The phase that a word names, create where none is given. Raises ValueError with the nearest word."""
    return Phase.CREATE if word is None else PHASES[_known("phase", word, list(PHASES))]


def _known(what: str, word: Json, words: list[str]) -> str:
    if isinstance(word, str) and word in words:
        return word
    near = get_close_matches(word[:QUOTED].lower(), words, 1) if isinstance(word, str) else []
    meant = f"did you mean {near[0]}?" if near else f"it is {', '.join(words[:-1])} or {words[-1]}"
    raise ValueError(f"{what}: there is no {quoted(word)}; {meant}")


def status_of(value: Json) -> int:
    """An HTTP status, as a number or as its digits. Raises ValueError for anything else."""
    match value:
        case str() if value.isascii() and value.isdigit() and len(value) == len("200"):
            number = int(value)
        case int() | float() if not isinstance(value, bool) and math.isfinite(value):
            number = int(value) if value == int(value) else 0
        case _:
            number = 0
    if number not in STATUSES:
        raise ValueError(f"status: {quoted(value)} is no HTTP status, a number from 100 to 999")
    return number


def headers_of(value: Json) -> Headers:
    """Headers as an object or as pairs; a value may be a list of texts. Raises ValueError."""
    match value:
        case None:
            return ()
        case dict():
            pairs: list[Json] = [[name, text] for name, text in value.items()]
        case list():
            pairs = value
        case _:
            raise ValueError(f"headers: {quoted(value)} is neither an object nor a list of pairs")
    return tuple(header for place, pair in enumerate(pairs) for header in _header(pair, place))


def _header(pair: Json, place: int) -> Headers:
    match pair:
        case [str() as name, list() as values] if all(isinstance(text, str) for text in values):
            return tuple((name, text) for text in cast("list[str]", values))
        case [str() as name, str() | int() | float() as text]:
            return ((name, str(text)),)
        case [str(), None]:
            return ()
        case [str() as name, value]:
            raise ValueError(f"headers: the value of {quoted(name)} is {quoted(value)}, which is no text")
        case _:
            raise ValueError(f"headers: item {place + 1} is no pair of a name and a value")


def _elapsed(value: Json) -> float | None:
    match value:
        case None:
            return None
        case int() | float() if not isinstance(value, bool) and 0 <= value <= LONGEST_S:
            return float(value)
        case _:
            raise ValueError(f"elapsed_s: {quoted(value)} is no number of seconds from 0 on")


LONGEST_S = 1e10
"""Seconds; three hundred years, so that arithmetic with it stays finite."""


def asked(phase: Json, request: JsonObject) -> JsonObject:
    """The fields of the request, with what the word for the phase tells of them."""
    return {"stream": True, **request} if phase == STREAM else request


def quoted(value: Json) -> str:
    """A value of somebody's, as it may be shown in a message."""
    match value:
        case str():
            return repr(plain.line(key_like(value[: 10 * QUOTED]), QUOTED))
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return plain.line(compact(value), QUOTED)
