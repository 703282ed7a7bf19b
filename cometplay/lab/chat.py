"""A good chat answer: a short sentence that depends on the request and nothing else (api-contract.md 2.2)."""

import re

from cometplay.core import plain
from cometplay.core.jsons import Json, JsonObject, dig_text
from cometplay.core.models import TokenField
from cometplay.lab.fields import number, prompt_of, words_in
from cometplay.lab.ids import digest

STOP, LENGTH = "stop", "length"
_UNSEEN_REASONING = 256
_ECHO_CHARACTERS = 60

_LABELS = re.compile(
    r"answer with exactly one of these labels, and nothing else:[ \t]*([^\n,]*[^\n,\s])", re.IGNORECASE
)
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


def completion(fields: JsonObject, seed: int, created: int) -> JsonObject:
    """The good answer to a chat, cut to the token cap, with a word counted as a token."""
    said = _sentence(fields, seed).split(" ")
    cap = _cap(fields)
    if cap is not None and cap < len(said):
        return spoken(fields, " ".join(said[:cap]), LENGTH, seed, created)
    return spoken(fields, " ".join(said), STOP, seed, created)


def spoken(fields: JsonObject, content: str | None, reason: str, seed: int, created: int) -> JsonObject:
    """A chat.completion that says `content`. The model's name is echoed resolved (api-contract.md 1.4)."""
    mark = digest(seed, fields.get("model"), prompt_of(fields), content).hex()
    message: JsonObject = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
    return {
        "id": f"chatcmpl-{mark[:24]}",
        "object": "chat.completion",
        "created": created,
        "model": f"{dig_text(fields, 'model')}-2026-03-17",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reason}],
        "usage": _usage(fields, content or "", reason),
        "service_tier": "default",
        "system_fingerprint": f"fp_{mark[24:34]}",
    }


def _sentence(fields: JsonObject, seed: int) -> str:
    prompt = prompt_of(fields)
    asked = _LABELS.findall(prompt)
    if asked:
        return asked[-1]
    mark = digest(seed, fields.get("model"), prompt)
    opening, ending = _OPENINGS[mark[0] % len(_OPENINGS)], _ENDINGS[mark[1] % len(_ENDINGS)]
    echo = plain.line(" ".join(prompt.split()), _ECHO_CHARACTERS).rstrip(".!?")
    return f"{opening} You wrote “{echo}”. {ending}" if echo else f"{opening} {ending}"


def _cap(fields: JsonObject) -> int | None:
    caps = [number(fields.get(name.value)) for name in TokenField]
    return min((max(0, int(cap)) for cap in caps if cap is not None), default=None)


def _usage(fields: JsonObject, content: str, reason: str) -> Json:
    asked, said = words_in(fields), len(content.split())
    # an empty answer that reached its length was thought, not written
    thought = (_cap(fields) or _UNSEEN_REASONING) if reason == LENGTH and not said else 0
    return {
        "prompt_tokens": asked,
        "completion_tokens": said + thought,
        "total_tokens": asked + said + thought,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }
