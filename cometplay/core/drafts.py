"""What a person composes. A draft may be wrong: preflight judges it, the wire encodes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, TypeAlias, cast

from cometplay.core.expectations import Expectation
from cometplay.core.jsons import Json
from cometplay.core.routes import Route


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
class Message:
    """One message of a chat. The role is what was typed, which may be none of `Role`."""

    role: str
    text: str


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
    `calls`: how many times a run makes this call, one after another, each billed. `api`: the route that the
    person chose, None for the model's own; it is never sent.
    """

    model: str
    extra: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    expect: Expectation | None = None
    left_empty: frozenset[str] = frozenset()
    calls: int = 1
    api: Route | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDraft(Common):
    """A chat. Temperature 0 to 2; `token_cap` in tokens; None is not sent, `stream` False is.

    `token_field` is the cap's wire name where a server asked for another one than the model's family has.
    """

    kind: ClassVar[Kind] = Kind.TEXT
    messages: tuple[Message, ...] = ()
    temperature: float | None = None
    token_cap: int | None = None
    token_field: TokenField | None = None
    stream: bool | None = None

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
            messages[place] = Message(Role.USER, prompt)
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
    CHOICE = "one of its words"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that the composer of a kind has: its wire name leads to this attribute.

    `sets` are other attributes that follow when a person sets it. `choices` are the words that it takes, and
    what each stands for.
    """

    attribute: str
    takes: Takes
    label: str
    sets: tuple[tuple[str, int], ...] = ()
    choices: Mapping[str, Route] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def fitting(self) -> str:
        """What it takes, in words."""
        return " or ".join(self.choices) or self.takes.value


APIS: Mapping[Kind, Mapping[str, Route]] = {
    Kind.TEXT: {"chat": Route.CHAT, "responses": Route.RESPONSES},
    Kind.IMAGE: {"images": Route.IMAGES, "edits": Route.EDITS, "replicate": Route.REPLICATE},
    Kind.VIDEO: {
        "videos": Route.VIDEOS,
        "kling-text": Route.KLING_TEXT,
        "kling-image": Route.KLING_IMAGE,
        "kling-omni": Route.KLING_OMNI,
        "runway": Route.RUNWAY,
        "runway-compatible": Route.RUNWAY_COMPATIBLE,
        "grok": Route.GROK,
    },
}
"""The words by which a person chooses a route, where the model's own is not the one that is wanted."""

_API = {kind: Field("api", Takes.CHOICE, "API", choices=words) for kind, words in APIS.items()}

FIELDS: dict[Kind, dict[str, Field]] = {
    Kind.TEXT: {
        "max_tokens": Field("token_cap", Takes.WHOLE, "Max tokens"),
        "max_completion_tokens": Field("token_cap", Takes.WHOLE, "Max tokens"),
        "temperature": Field("temperature", Takes.NUMBER, "Temperature"),
        "stream": Field("stream", Takes.FLAG, "Stream"),
        "api": _API[Kind.TEXT],
    },
    Kind.IMAGE: {
        "n": Field("n", Takes.WHOLE, "Count", sets=(("calls", 1),)),
        "size": Field("size", Takes.TEXT, "Size"),
        "quality": Field("quality", Takes.TEXT, "Quality"),
        "output_format": Field("output_format", Takes.TEXT, "Output format"),
        "response_format": Field("response_format", Takes.TEXT, "Response format"),
        "api": _API[Kind.IMAGE],
    },
    Kind.VIDEO: {
        "seconds": Field("seconds", Takes.TEXT, "Seconds"),
        "size": Field("size", Takes.TEXT, "Size"),
        "api": _API[Kind.VIDEO],
    },
}
"""The composer's fields by wire name. Both token caps are one field: the model decides its name. `api` is on
no wire: it decides which one."""


def with_field(draft: Draft, name: str, value: Json) -> Draft:
    """The draft with composer field `name` set.

    Raises KeyError when the kind has no such field, ValueError when the value does not fit it.
    """
    known = FIELDS[draft.kind][name]
    match known.takes, value:
        case Takes.TEXT, str() | int() | float() if not isinstance(value, bool):
            fitting: str | float | Route = str(value)
        case Takes.FLAG, bool():
            fitting = value
        case Takes.WHOLE, int() if not isinstance(value, bool):
            fitting = value
        case Takes.NUMBER, int() | float() if not isinstance(value, bool):
            fitting = value
        case Takes.CHOICE, str() if value in known.choices:
            fitting = known.choices[value]
        case _:
            raise ValueError(f"{name} takes {known.fitting}")
    return replace(draft, **{known.attribute: fitting, **dict(known.sets)})


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a fix changes, as it is shown: before -> after."""

    field: str
    before: str
    after: str


def changes(before: Draft, after: Draft) -> tuple[Change, ...]:
    """Every field in which two drafts of one kind differ."""
    found: list[Change] = []
    for name in (one.name for one in fields(before)):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(Change(name.replace("_", " "), _shown(old), _shown(new)))
    return tuple(found)


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return "(none)"
        case Message(role, text):
            return f"{role}: {text}"
        case bool():
            return "true" if value else "false"
        case tuple():
            return " / ".join(_shown(item) for item in cast("tuple[object, ...]", value))
        case _:
            return str(value)
