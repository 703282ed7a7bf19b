"""What a person composes. A draft may be wrong: preflight judges it, the wire encodes it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, TypeAlias

from cometplay.core import jsons
from cometplay.core.expectations import Expectation
from cometplay.core.jsons import Json


class Kind(StrEnum):
    """The three tabs."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"


class Role(StrEnum):
    """The roles that a chat takes (api-contract.md 2.1)."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class TokenField(StrEnum):
    """The wire name of the token cap (api-contract.md 13, row 24)."""

    OLD = "max_tokens"
    NEW = "max_completion_tokens"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that a model wants to be run; `arguments` is the text that it wrote, JSON if all is well."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat. The role is what was typed, which may be none of `Role`.

    `calls` are those of an assistant's message, `call_id` the one that a tool's message answers.
    """

    role: str
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the request: the form field, and where it came from."""

    field: str
    path: str
    filename: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every kind of draft has. `extra` is JSON as typed; it is merged last into the body.

    `left_empty`: the fields, by wire name, that a scenario leaves empty on purpose, to show what comes of it.
    `calls`: how many times a run makes this call, one after another, each billed.
    """

    model: str
    extra: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    expect: Expectation | None = None
    left_empty: frozenset[str] = frozenset()
    calls: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDraft(Common):
    """A chat. Temperature 0 to 2; `token_cap` in tokens; None and "" are not sent, `stream` False is.

    `token_field` is the cap's wire name where a server asked for another one than the model's family has.
    `stop` is a text or a JSON list of them; `response_format`, `tools` and `stream_options` are JSON, all
    as typed.
    """

    kind: ClassVar[Kind] = Kind.TEXT
    messages: tuple[Message, ...] = ()
    temperature: float | None = None
    token_cap: int | None = None
    token_field: TokenField | None = None
    stream: bool | None = None
    top_p: float | None = None
    stop: str = ""
    seed: int | None = None
    response_format: str = ""
    tools: str = ""
    reasoning_effort: str = ""
    stream_options: str = ""

    @property
    def prompt(self) -> str:
        return next((said.text for said in reversed(self.messages) if said.role == Role.USER), "")

    @property
    def system(self) -> str:
        return next((said.text for said in self.messages if said.role == Role.SYSTEM), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageDraft(Common):
    """A picture. Empty text and None are not sent."""

    kind: ClassVar[Kind] = Kind.IMAGE
    prompt: str = ""
    n: int | None = None
    size: str = ""
    quality: str = ""
    output_format: str = ""
    response_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDraft(Common):
    """A video. `seconds` is text on the wire (api-contract.md 6.1); empty is not sent."""

    kind: ClassVar[Kind] = Kind.VIDEO
    prompt: str = ""
    seconds: str = ""
    size: str = ""


Draft: TypeAlias = TextDraft | ImageDraft | VideoDraft


def with_prompt(draft: Draft, prompt: str) -> Draft:
    """The draft with its (last) user message replaced, or added where there is none."""
    if not isinstance(draft, TextDraft):
        return replace(draft, prompt=prompt)
    messages = list(draft.messages)
    for place in reversed(range(len(messages))):
        if messages[place].role == Role.USER:
            messages[place] = replace(messages[place], text=prompt)
            return replace(draft, messages=tuple(messages))
    return replace(draft, messages=(*messages, Message(Role.USER, prompt)))


def with_system(draft: TextDraft, text: str) -> TextDraft:
    """The draft with its system message replaced, put first, or taken away when the text is empty."""
    rest = tuple(said for said in draft.messages if said.role != Role.SYSTEM)
    return replace(draft, messages=(Message(Role.SYSTEM, text), *rest) if text else rest)


class Takes(StrEnum):
    """The form of a composer field, in the words an error message uses."""

    NUMBER = "a number"
    WHOLE = "a whole number"
    TEXT = "text"
    FLAG = "true or false"
    ANY = "text or JSON"
    LIST = "a JSON list"
    OBJECT = "a JSON object"
    FORMAT = "json_object, or a JSON object with a type"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that the composer of a kind has: its wire name leads to this attribute.

    `sets` are other attributes that follow when a person sets it. `empty` is what it holds unset.
    """

    attribute: str
    takes: Takes
    label: str
    sets: tuple[tuple[str, int], ...] = ()
    empty: str | None = None


FIELDS: dict[Kind, dict[str, Field]] = {
    Kind.TEXT: {
        "max_tokens": Field("token_cap", Takes.WHOLE, "Max tokens"),
        "max_completion_tokens": Field("token_cap", Takes.WHOLE, "Max tokens"),
        "temperature": Field("temperature", Takes.NUMBER, "Temperature"),
        "top_p": Field("top_p", Takes.NUMBER, "Top p"),
        "stop": Field("stop", Takes.ANY, "Stop", empty=""),
        "seed": Field("seed", Takes.WHOLE, "Seed"),
        "stream": Field("stream", Takes.FLAG, "Stream"),
        "stream_options": Field("stream_options", Takes.OBJECT, "Stream opts", empty=""),
        "response_format": Field("response_format", Takes.FORMAT, "Format", empty=""),
        "reasoning_effort": Field("reasoning_effort", Takes.TEXT, "Effort", empty=""),
        "tools": Field("tools", Takes.LIST, "Tools", empty=""),
    },
    Kind.IMAGE: {
        "n": Field("n", Takes.WHOLE, "Count", sets=(("calls", 1),)),
        "size": Field("size", Takes.TEXT, "Size", empty=""),
        "quality": Field("quality", Takes.TEXT, "Quality", empty=""),
        "output_format": Field("output_format", Takes.TEXT, "Output format", empty=""),
        "response_format": Field("response_format", Takes.TEXT, "Response format", empty=""),
    },
    Kind.VIDEO: {
        "seconds": Field("seconds", Takes.TEXT, "Seconds", empty=""),
        "size": Field("size", Takes.TEXT, "Size", empty=""),
    },
}
"""The composer's fields by wire name. Both token caps are one field: the model decides its name."""


def with_field(draft: Draft, name: str, value: Json) -> Draft:
    """The draft with composer field `name` set.

    Raises KeyError when the kind has no such field, ValueError when the value does not fit it.
    """
    field = FIELDS[draft.kind][name]
    fitting: str | int | float
    match field.takes, value:
        case Takes.TEXT, str() | int() | float() if not isinstance(value, bool):
            fitting = str(value)
        case Takes.FLAG, bool():
            fitting = value
        case Takes.WHOLE, int() if not isinstance(value, bool):
            fitting = value
        case Takes.NUMBER, int() | float() if not isinstance(value, bool):
            fitting = value
        case Takes.ANY, _:
            fitting = value if isinstance(value, str) else jsons.compact(value)
        case Takes.LIST | Takes.OBJECT | Takes.FORMAT, str() | list() | dict():
            fitting = _json_text(field.takes, name, value)
        case _:
            raise ValueError(f"{name} takes {field.takes.value}")
    return replace(draft, **{field.attribute: fitting, **dict(field.sets)})


def without_field(draft: Draft, name: str) -> Draft:
    """The draft with composer field `name` as it is when nobody sets it: then it is not sent."""
    field = FIELDS[draft.kind][name]
    return replace(draft, **{field.attribute: field.empty})


def _json_text(takes: Takes, name: str, value: Json) -> str:
    """JSON as it was typed, or as it is written; a bare word is a format's type."""
    text = value.strip() if isinstance(value, str) else jsons.compact(value)
    if takes is Takes.FORMAT and text.isidentifier():
        return text
    try:
        parsed = jsons.parse(text, strict=True)
    except ValueError as error:
        raise ValueError(f"{name} is not JSON: {error}") from None
    if not isinstance(parsed, list if takes is Takes.LIST else dict):
        raise ValueError(f"{name} takes {takes.value}")  # noqa: TRY004  what a text holds
    return text
