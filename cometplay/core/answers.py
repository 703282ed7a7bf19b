"""What a good answer holds: a chat's text and reason, an image's payloads, the usage."""

from dataclasses import dataclass, field

from cometplay.core.jsons import Json, dig, dig_list, dig_text


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """The first choice of a chat completion (api-contract.md 2.2); "" where a field is missing."""

    choices: int
    content: str
    finish_reason: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One item of an image answer: one of the two is set in a good one (api-contract.md 5.1)."""

    url: str
    b64: str = field(repr=False)
    revised_prompt: str


def chat_answer(value: Json) -> ChatAnswer:
    message = dig(value, "choices", 0, "message")
    return ChatAnswer(
        choices=len(dig_list(value, "choices")),
        content=dig_text(message, "content"),
        finish_reason=dig_text(value, "choices", 0, "finish_reason"),
        refusal=dig_text(message, "refusal"),
    )


def pictures(value: Json) -> tuple[Picture, ...]:
    return tuple(
        Picture(dig_text(item, "url"), dig_text(item, "b64_json"), dig_text(item, "revised_prompt"))
        for item in dig_list(value, "data")
    )


def usage(value: Json) -> dict[str, Json] | None:
    """The usage object of an answer as it came, or None."""
    found = dig(value, "usage")
    return found if isinstance(found, dict) else None
