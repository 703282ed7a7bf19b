"""What a person composes. A draft may be wrong: preflight judges it, the wire encodes it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, TypeAlias

from cometplay.core.expectations import Expectation
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
    """A picture. Empty text and None are not sent.

    `output_compression` is in percent, `max_images` how many pictures of a series Seedream may make.
    """

    kind: ClassVar[Kind] = Kind.IMAGE
    prompt: str = ""
    n: int | None = None
    size: str = ""
    quality: str = ""
    output_format: str = ""
    output_compression: int | None = None
    background: str = ""
    style: str = ""
    watermark: bool | None = None
    max_images: int | None = None
    response_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDraft(Common):
    """A video. `seconds` is text on the wire (api-contract.md 6.1), `mode` Kling's; empty is not sent."""

    kind: ClassVar[Kind] = Kind.VIDEO
    prompt: str = ""
    seconds: str = ""
    size: str = ""
    mode: str = ""


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


def with_results(
    draft: TextDraft, said: str, calls: tuple[ToolCall, ...], results: tuple[str, ...]
) -> TextDraft:
    """The conversation with what the model said and called, and a result for each of its calls."""
    called = Message(Role.ASSISTANT, said, calls)
    told = (Message(Role.TOOL, result, call_id=call.id) for call, result in zip(calls, results, strict=True))
    return replace(draft, messages=(*draft.messages, called, *told))
