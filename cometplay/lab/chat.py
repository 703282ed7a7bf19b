"""A chat answer as one object, and what its chunks share with it (api-contract.md 2.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cometplay.core.jsons import Json, JsonObject, dig_text
from cometplay.lab.fields import number, words_in
from cometplay.lab.ids import digest
from cometplay.lab.outcomes import GOOD_PAUSE_S
from cometplay.lab.sayings import LENGTH, Turn, cap_of, mark_of
from cometplay.lab.words import shards, tokens

TOKEN_S = 0.02
"""Lab seconds from one token to the next, which is fifty a second."""
_UNSEEN_REASONING = 256
_MOST_ALTERNATIVES = 20
_DATED = re.compile(r"-(?:\d{4}-\d\d-\d\d|\d{6,8})$")
_ALTERNATIVES = ("The ", "A ", "It ", "So ", "And ", "Well ", "Yes ", "No ")


@dataclass(frozen=True, slots=True)
class Chat:
    """An answer to a chat, however it will be sent. `mark` is in hexadecimal digits."""

    asked: JsonObject = field(repr=False)
    turns: tuple[Turn, ...]
    created: int
    mark: str


def chat(asked: JsonObject, turns: tuple[Turn, ...], seed: int, created: int) -> Chat:
    said = [(turn.content, turn.refusal, turn.calls) for turn in turns]
    return Chat(asked, turns, created, digest(mark_of(asked, seed).hex(), said).hex())


def completion(answer: Chat) -> JsonObject:
    choices: list[Json] = [
        {
            "index": place,
            "message": _message(turn),
            "logprobs": logprobs(answer, tokens(turn.content or "")),
            "finish_reason": turn.reason,
        }
        for place, turn in enumerate(answer.turns)
    ]
    return {**head(answer, "chat.completion"), "choices": choices, "usage": usage(answer)}


def head(answer: Chat, kind: str) -> JsonObject:
    """What an answer and each of its chunks begin with."""
    return {
        "id": f"chatcmpl-{answer.mark[:24]}",
        "object": kind,
        "created": answer.created,
        "model": resolved(dig_text(answer.asked, "model")),
        "service_tier": "default",
        "system_fingerprint": f"fp_{answer.mark[24:34]}",
    }


def resolved(model: str) -> str:
    """The dated id that an answer names instead of the one that was asked (api-contract.md 1.4)."""
    return model if _DATED.search(model) else f"{model}-2026-03-17"


def _message(turn: Turn) -> JsonObject:
    message: JsonObject = {
        "role": "assistant",
        "content": turn.content,
        "refusal": turn.refusal or None,
        "annotations": [],
    }
    if turn.reasoning:
        message["reasoning_content"] = turn.reasoning
    functions: list[JsonObject] = [{"name": call.name, "arguments": call.arguments} for call in turn.calls]
    if functions and turn.legacy:
        message["function_call"] = functions[0]
    elif functions:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": function}
            for call, function in zip(turn.calls, functions, strict=True)
        ]
    return message


def logprobs(answer: Chat, parts: Sequence[str]) -> Json:
    """Where they are asked: each token's, made up from the answer's mark; else None."""
    if answer.asked.get("logprobs") is not True:
        return None
    asked = int(number(answer.asked.get("top_logprobs")) or 0)
    return {
        "content": [_logprob(answer, part, min(asked, _MOST_ALTERNATIVES)) for part in parts],
        "refusal": None,
    }


def _logprob(answer: Chat, part: str, alternatives: int) -> JsonObject:
    chance = -digest(answer.mark, part)[0] / 512
    others = [other for other in _ALTERNATIVES if other != part]
    rows = [(part, chance), *((other, chance - 2 - place) for place, other in enumerate(others))]
    named: list[Json] = [_row(*row) for row in rows[:alternatives]]
    return {**_row(part, chance), "top_logprobs": named}


def _row(token: str, chance: float) -> JsonObject:
    return {"token": token, "logprob": chance, "bytes": list(token.encode(errors="backslashreplace"))}


def usage(answer: Chat) -> JsonObject:
    """The tokens of all choices, and what each word of the request counts for (api-contract.md 2.2)."""
    asked, thought = words_in(answer.asked), sum(_thought(answer.asked, turn) for turn in answer.turns)
    said = sum(map(spoken_tokens, answer.turns)) + thought
    return {
        "prompt_tokens": asked,
        "completion_tokens": said,
        "total_tokens": asked + said,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }


def spoken_tokens(turn: Turn) -> int:
    """The tokens that reach the client as an answer; what is thought is not among them."""
    called = sum(len(shards(call.arguments)) for call in turn.calls)
    return len(tokens(turn.content or "")) + len(tokens(turn.refusal)) + called


def _thought(asked: JsonObject, turn: Turn) -> int:
    if turn.reason == LENGTH and not spoken_tokens(turn):
        # an empty answer that reached its length was thought, not written
        return cap_of(asked) or _UNSEEN_REASONING
    return len(tokens(turn.reasoning))


def takes_s(turns: Sequence[Turn]) -> float:
    """Lab seconds to the end of an answer, streamed or not: the choices are written side by side."""
    longest = max(spoken_tokens(turn) + len(tokens(turn.reasoning)) for turn in turns)
    return GOOD_PAUSE_S + TOKEN_S * longest
