"""What the lab says to a chat: it follows the few instructions that it knows, and else it echoes.

It depends on the request and the lab's seed only, so that a lesson repeats itself exactly.
"""

import re
from dataclasses import dataclass, field

from cometplay.core.drafts import Role
from cometplay.core.jsons import Json, JsonObject, dig, dig_list, dig_text
from cometplay.core.models import TokenField
from cometplay.lab import tools
from cometplay.lab.fields import number, prompt_of, said
from cometplay.lab.ids import digest
from cometplay.lab.satisfying import satisfying
from cometplay.lab.tools import ToolCall
from cometplay.lab.words import echo, tokens, written

STOP, LENGTH, TOOL_CALLS, FUNCTION_CALL = "stop", "length", "tool_calls", "function_call"
MOST_CHOICES = 8
MOST_WORDS = 20_000
"""Of all choices together."""

_LABELS = re.compile(r"answer with exactly one of these labels, and nothing else:([^\n,]*)", re.IGNORECASE)
_PATTERN = re.compile(r"match this pattern:", re.IGNORECASE)
_EXAMPLE = re.compile(r"for example:([^\n]*)", re.IGNORECASE)
_AT_LEAST = re.compile(r"at least (\d{1,9}) words", re.IGNORECASE)
_JSON = re.compile(r"\b(?:valid|only|as|in) json\b|\bjson (?:only|object)\b", re.IGNORECASE)
_OPENINGS = (
    "Hello from the lab!",
    "Hello! Good to hear from you.",
    "Hi there!",
    "A good question.",
    "Gladly.",
    "Here we are.",
)
_ENDINGS = (
    "All is well here.",
    "The weather on loopback is fine today.",
    "That is the whole answer.",
    "Ask me again and I shall say the same.",
    "Nothing was billed for this.",
)
_FILLERS = (
    "The lab has no opinion of its own, so it goes on until there are words enough.",
    "Every request that arrives here is answered on this machine.",
    "What is asked twice in the same words is answered twice in the same words.",
    "A program that can read this answer can read a longer one too.",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One choice of an answer. `legacy`: its call is a `function_call`, not one of `tool_calls`."""

    content: str | None = field(repr=False)
    reason: str | None
    refusal: str = ""
    reasoning: str = field(default="", repr=False)
    calls: tuple[ToolCall, ...] = ()
    legacy: bool = False


def turns(fields: JsonObject, seed: int) -> tuple[Turn, ...]:
    """The good answer to a chat, with as many choices as are asked."""
    return tuple(_turn(fields, mark_of(fields, seed, place)) for place in range(choices_of(fields)))


def choices_of(fields: JsonObject) -> int:
    return min(MOST_CHOICES, max(1, int(number(fields.get("n")) or 1)))


def mark_of(fields: JsonObject, seed: int, place: int = 0) -> bytes:
    """What varies an answer: the lab's seed and the request's own, its model and its prompt."""
    return digest(seed, fields.get("seed"), fields.get("model"), prompt_of(fields), place)


def cap_of(fields: JsonObject) -> int | None:
    """The token cap, under whichever name."""
    caps = [number(fields.get(name.value)) for name in TokenField]
    return min((max(0, int(cap)) for cap in caps if cap is not None), default=None)


def _turn(fields: JsonObject, mark: bytes) -> Turn:
    # a cap cuts text only: half a call is no lesson
    if called := tools.calls(fields, mark):
        return Turn(None, TOOL_CALLS, calls=called)
    if called := tools.legacy_calls(fields, mark):
        return Turn(None, FUNCTION_CALL, calls=called, legacy=True)
    text = _until_stop(_text(fields, mark), fields.get("stop"))
    cap, parts = cap_of(fields), tokens(text)
    if cap is not None and cap < len(parts):
        return Turn("".join(parts[:cap]).rstrip(), LENGTH)
    return Turn(text, STOP)


def _until_stop(text: str, stop: Json) -> str:
    stops = [word for word in (stop if isinstance(stop, list) else [stop]) if isinstance(word, str) and word]
    places = [place for word in stops if (place := text.find(word)) >= 0]
    return text[: min(places, default=len(text))]


def _text(fields: JsonObject, mark: bytes) -> str:
    prompt = prompt_of(fields)
    match dig_text(fields, "response_format", "type"):
        case "json_schema":
            schema = dig(fields, "response_format", "json_schema", "schema")
            return written(satisfying(schema, echo(prompt), mark))
        case "json_object":
            return _object(fields, mark)
        case _:
            return _instructed(fields, mark)


def _instructed(fields: JsonObject, mark: bytes) -> str:
    """The answer to what the messages say; a later instruction of a kind beats an earlier one."""
    asked = _instructions(fields)
    if form := _form(asked):
        return form
    if _JSON.search(asked):
        return _object(fields, mark)
    least = [int(count) for count in _AT_LEAST.findall(asked)]
    return _long(_sentences(fields, mark), min(least[-1] if least else 0, MOST_WORDS // choices_of(fields)))


def _form(asked: str) -> str:
    """The label or the example that the instructions want to see; "" when they name none."""
    labels = [label.strip() for label in _LABELS.findall(asked) if label.strip()]
    patterns = list(_PATTERN.finditer(asked))
    shown = _EXAMPLE.search(asked, patterns[-1].end()) if patterns else None
    return labels[-1] if labels else shown[1].strip() if shown else ""


def _instructions(fields: JsonObject) -> str:
    above = [
        said(message)
        for message in dig_list(fields, "messages")
        if dig_text(message, "role") in (Role.SYSTEM, Role.DEVELOPER)
    ]
    return "\n".join([*above, prompt_of(fields)])


def _object(fields: JsonObject, mark: bytes) -> str:
    opening = _OPENINGS[mark[0] % len(_OPENINGS)]
    return written({"answer": opening, "you_wrote": echo(prompt_of(fields)), "number": mark[2]})


def _sentences(fields: JsonObject, mark: bytes) -> str:
    opening, ending = _OPENINGS[mark[0] % len(_OPENINGS)], _ENDINGS[mark[1] % len(_ENDINGS)]
    if tools.answers_a_tool(fields):
        result = echo(said(dig(fields, "messages", -1)))
        return f"{opening} The tool answered “{result}”. {ending}"
    echoed = echo(prompt_of(fields))
    return f"{opening} You wrote “{echoed}”. {ending}" if echoed else f"{opening} {ending}"


def _long(text: str, least: int) -> str:
    """The text with as many sentences more as it needs to have `least` words."""
    missing, more = least - len(text.split()), list[str]()
    while missing > 0:
        more.append(_FILLERS[len(more) % len(_FILLERS)])
        missing -= len(more[-1].split())
    return " ".join([text, *more])
