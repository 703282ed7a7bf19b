"""What a good answer holds: a chat's text and reason, an image's payloads, the usage."""

from dataclasses import dataclass, field

from cometplay.core import said
from cometplay.core.bodies import Reading
from cometplay.core.drafts import ToolCall
from cometplay.core.jsons import Json, JsonObject, dig, dig_list, dig_text
from cometplay.core.said import Finish
from cometplay.core.stream import Stream


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The first choice of a chat (api-contract.md 2.2, 2.3, 3); "" where a field is missing.

    `choices` is how many there are (0 for a body that holds no answer, 1 for a response). `content` is the
    text without what the model thought aloud, `thought` whether there was reasoning and `reasoning` what of
    it stands apart, `calls` the tools that are called, `media` what else the message holds, `others` the
    texts of the choices after the first. `finish_reason` means the same whoever
    answered, `reason_told` is the provider's own word. `place` leads to the choice.
    """

    choices: int
    content: str = field(repr=False)
    finish_reason: Finish
    refusal: str = ""
    reason_told: str = ""
    thought: bool = False
    calls: tuple[ToolCall, ...] = ()
    media: tuple[str, ...] = ()
    place: str = "choices[0]"
    streamed: bool = False
    reasoning: str = field(default="", repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)

    @property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools that are called."""
        return tuple(call.name for call in self.calls)

    @property
    def empty(self) -> bool:
        """Whether it says nothing: white space is no text."""
        return not self.content.strip() and not self.media


@dataclass(frozen=True, slots=True)
class Picture:
    """One item of an image answer: one of the two is set in a good one (api-contract.md 5.1)."""

    url: str
    b64: str = field(repr=False)
    revised_prompt: str


NO_ANSWER = ChatAnswer(0, "", Finish.NONE)


def answer_in(reading: Reading) -> ChatAnswer:
    """The answer in a body, as far as it came: a completion, a stream of one, a response object."""
    return streamed_answer(reading.stream) if reading.stream else chat_answer(reading.value)


def chat_answer(value: Json) -> ChatAnswer:
    """The answer in a JSON body; one without choices where there is none."""
    if not isinstance(value, dict):
        return NO_ANSWER
    choices = dig_list(value, "choices")
    if choices:
        return _completion(choices)
    if value.get("object") == "response" or isinstance(value.get("output"), list):
        return _response(value)
    if value.get("type") == "message" and isinstance(value.get("content"), list):
        return _message(value)
    return NO_ANSWER


def _completion(choices: list[Json]) -> ChatAnswer:
    choice = choices[0]
    message = dig(choice, "message") or dig(choice, "delta")
    text = said.text_in(message) or dig_text(choice, "text")
    content, aloud = said.spoken(text)
    word, reasoning = dig_text(choice, "finish_reason"), said.thought_in(message)
    return ChatAnswer(
        choices=len(choices),
        content=content,
        finish_reason=said.finish_of(word),
        refusal=said.refusal_in(message),
        reason_told=word,
        thought=aloud or bool(reasoning),
        calls=said.calls_in(message),
        media=said.media_in(message),
        reasoning=reasoning,
        others=tuple(said.text_in(dig(other, "message")) for other in choices[1:]),
    )


def _response(value: JsonObject) -> ChatAnswer:
    items = dig_list(value, "output")
    messages = [item for item in items if dig(item, "type") == "message"]
    called = tuple(said.call_of(item) for item in items if said.is_call(item))
    word = said.response_word(value, called=bool(called))
    return ChatAnswer(
        choices=1,
        content="".join(said.text_in(message) for message in messages),
        finish_reason=said.finish_of(word),
        refusal="".join(said.refusal_in(message) for message in messages),
        reason_told=word or dig_text(value, "status"),
        thought=any(dig(item, "type") == "reasoning" for item in items),
        calls=called,
        place="output",
        reasoning="\n".join(filter(None, map(said.summary_in, items))),
    )


def _message(value: JsonObject) -> ChatAnswer:
    """A message of Anthropic's own API, which some gateways pass on as it is."""
    blocks = dig_list(value, "content")
    word = dig_text(value, "stop_reason")
    return ChatAnswer(
        choices=1,
        content=said.text_in(value),
        finish_reason=said.finish_of(word),
        reason_told=word,
        thought=bool(said.thought_in(value)),
        calls=tuple(said.call_of(block) for block in blocks if said.is_call(block)),
        place="content",
        reasoning=said.thought_in(value),
    )


def streamed_answer(stream: Stream) -> ChatAnswer:
    """The answer that a stream amounts to."""
    content, aloud = said.spoken(stream.content)
    return ChatAnswer(
        choices=stream.choices,
        content=content,
        finish_reason=said.finish_of(stream.finish_reason),
        refusal=stream.refusal,
        reason_told=stream.finish_reason,
        thought=aloud or bool(stream.reasoning),
        calls=stream.calls,
        media=stream.media,
        place="stream",
        streamed=True,
        reasoning=stream.reasoning,
        others=stream.others,
    )


def pictures(value: Json) -> tuple[Picture, ...]:
    return tuple(
        Picture(dig_text(item, "url"), dig_text(item, "b64_json"), dig_text(item, "revised_prompt"))
        for item in dig_list(value, "data")
    )


def is_file(head: bytes) -> bool:
    """Whether a download began as a picture or a video does, and not as a text in its place.

    `head` is as much of it as was kept. Any binary form is one: a control character comes early in all of
    them. Of texts a drawing is one, unless it is a program as well.
    """
    if not head.strip():
        return False
    binary = not _CONTROLS.isdisjoint(head)
    return binary or (b"<svg" in head and b"<script" not in head.lower())


_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\x1b")


def usage(reading: Reading) -> JsonObject | None:
    """The usage that a body tells of, a stream's included."""
    found = reading.stream.usage if reading.stream else dig(reading.value, "usage")
    return found if isinstance(found, dict) else None
