"""What the modes of pictures share: where an answer holds one, and whether its base64 is one."""

import binascii
from dataclasses import dataclass, field

from cometplay.core.answers import pictures
from cometplay.core.jsons import Json, dig, dig_list, dig_text
from cometplay.core.transcript import Exchange, Transcript
from cometplay.core.wire import Phase


@dataclass(frozen=True, slots=True)
class Payload:
    """A picture in an answer: one of `url` and `b64` is set, `place` leads to it."""

    place: str
    url: str = ""
    b64: str = field(default="", repr=False)


def answer_of(transcript: Transcript) -> Exchange | None:
    """The gateway's own good answer: that of the create call, or of a poll."""
    api = transcript.api
    if api is None or not api.succeeded or api.phase not in (Phase.CREATE, Phase.POLL):
        return None
    return api if api.reading.is_json else None


def payload_of(value: Json) -> Payload | None:
    """The first picture of an answer; None where there is none, or none in the first place of a list."""
    if dig_list(value, "data"):
        first = pictures(value)[0]
        if first.url:
            return Payload("data[0].url", url=first.url)
        return Payload("data[0].b64_json", b64=first.b64) if first.b64 else None
    for place in _ELSEWHERE:
        text = dig_text(value, *(int(step) if step.isdecimal() else step for step in place.split(".")))
        if text.startswith("http"):
            return Payload(place, url=text)
    return _inline(value)


_ELSEWHERE = (
    "images.0.url",
    "images.0",
    "data.image_urls.0",
    "data.images.0.url",
    "output.choices.0.message.content.0.image",
    "output.results.0.url",
    "output.0",
)
"""Where routes that are no /v1/images keep a url: SiliconFlow, fal, MiniMax, DashScope, Replicate."""


def _inline(value: Json) -> Payload | None:
    """Gemini's and Imagen's own form, which hold bytes only (api-contract.md 5.3)."""
    for place, part in enumerate(dig_list(value, "candidates", 0, "content", "parts")):
        b64 = dig_text(part, "inlineData", "data") or dig_text(part, "inline_data", "data")
        if b64:
            return Payload(f"candidates[0].content.parts[{place}]", b64=b64)
    b64 = dig_text(value, "predictions", 0, "bytesBase64Encoded")
    return Payload("predictions[0]", b64=b64) if b64 else None


_HEAD = 96
"""Characters of base64 in which a picture's first bytes are."""
_CHUNK = 65_536
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n\t "
_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\xff\x0a",
    b"<svg",
    b"<?xml",
)
_LONGEST_PREFIX = 128


def is_picture(b64: str) -> bool:
    """Whether base64, with or without a `data:` prefix, begins as a picture does. One cut off still does."""
    head = "".join(b64[(start := _start(b64)) : start + _HEAD].split())
    try:
        data = binascii.a2b_base64(head[: len(head) // 4 * 4])
    except ValueError:
        return False
    if data[:4] == b"RIFF":
        return data[8:12] == b"WEBP"[: len(data[8:12])]
    if data[4:8] == b"ftyp":
        return data[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1")
    return len(data) > 1 and any(data.startswith(magic[: len(data)]) for magic in _MAGIC)


def decodes(b64: str) -> bool:
    """Whether base64 holds nothing but its alphabet: 30 MB are looked through in small pieces."""
    end = len(b64)
    while end and b64[end - 1] in "= \r\n\t":
        end -= 1
    for place in range(_start(b64), end, _CHUNK):
        chunk = b64[place : min(place + _CHUNK, end)]
        if not chunk.isascii() or chunk.encode().translate(None, _ALPHABET):
            return False
    return True


def _start(b64: str) -> int:
    """Where the base64 begins behind a `data:image/png;base64,` prefix."""
    return b64.find(",", 0, _LONGEST_PREFIX) + 1 if b64.startswith("data:") else 0


def base64s(value: Json) -> tuple[tuple[str, str], ...]:
    """Every picture of an answer that is base64 alone, and its place."""
    if not dig_list(value, "data"):
        found = _inline(value)
        return ((found.place, found.b64),) if found else ()
    return tuple(
        (f"data[{place}].b64_json", picture.b64)
        for place, picture in enumerate(pictures(value))
        if picture.b64 and not picture.url
    )


def is_filtered(value: Json) -> str:
    """What an answer without a picture says of the reason, in Gemini's words; "" for nothing."""
    return dig_text(value, "candidates", 0, "finishReason") or dig_text(
        value, "promptFeedback", "blockReason"
    )


def has_no_data(value: Json) -> bool:
    """Whether `data` is missing or empty."""
    return not dig(value, "data")
