"""A chat answer as a stream of events (api-contract.md 2.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from cometplay.core.jsons import Json, JsonObject, compact, dig
from cometplay.core.stream import DONE
from cometplay.lab.answers import Mime, Piece, Stream
from cometplay.lab.chat import TOKEN_S, Chat, head, logprobs, usage
from cometplay.lab.ids import digest
from cometplay.lab.outcomes import GOOD_PAUSE_S
from cometplay.lab.sayings import Turn
from cometplay.lab.words import shards, tokens

HEADERS = (("content-type", Mime.EVENTS.value), ("cache-control", "no-cache"))
_PADDING = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """A stream in two: what is said, and the events that prove that it is whole."""

    said: Iterable[Piece] = field(repr=False)
    closing: Iterable[Piece] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Delta:
    """What a chunk adds to a choice, with the tokens of content in it."""

    value: JsonObject
    content: tuple[str, ...] = ()


def stream(pieces: Iterable[Piece]) -> Stream:
    """An answer that begins when its first token would come."""
    return Stream(HEADERS, pieces, pause_s=GOOD_PAUSE_S)


def event(value: Json, after_s: float = 0.0, name: str = "") -> Piece:
    """One event; `name` is its `event:` line."""
    text = f"data: {compact(value)}\n\n"
    return Piece((f"event: {name}\n{text}" if name else text).encode(errors="backslashreplace"), after_s)


def done() -> Piece:
    return Piece(f"data: {DONE}\n\n".encode())


def of_chat(answer: Chat) -> Parts:
    """The chunks of an answer. The last one tells the usage whether it is asked to or not (W-air)."""
    chunks = _Chunks(answer)
    finish = [chunks.choice(place, _Delta({}), reason=turn.reason) for place, turn in enumerate(answer.turns)]
    return Parts(_said(answer.turns, chunks), (*finish, chunks.total(), done()))


def _said(turns: tuple[Turn, ...], chunks: "_Chunks") -> Iterator[Piece]:
    yield from (chunks.choice(place, _opening(turn)) for place, turn in enumerate(turns))
    for row in zip_longest(*map(_deltas, turns)):
        pause = TOKEN_S  # the choices are written side by side: a row takes as long as one token
        for place, delta in enumerate(row):
            if delta is not None:
                yield chunks.choice(place, delta, pause)
                pause = 0.0


class _Chunks:
    """Writes the chunks of one answer."""

    def __init__(self, answer: Chat) -> None:
        self._answer = answer
        options = answer.asked.get("stream_options")
        self._pads = dig(options, "include_obfuscation") is not False
        self._head = head(answer, "chat.completion.chunk")
        self._tail: JsonObject = {"usage": None} if dig(options, "include_usage") is True else {}

    def choice(self, place: int, delta: _Delta, after_s: float = 0.0, *, reason: str | None = None) -> Piece:
        choice: JsonObject = {
            "index": place,
            "delta": delta.value,
            "logprobs": logprobs(self._answer, delta.content) if delta.content else None,
            "finish_reason": reason,
        }
        return self._chunk([choice], self._tail, after_s)

    def total(self) -> Piece:
        return self._chunk([], {"usage": usage(self._answer)}, 0.0)

    def _chunk(self, choices: list[Json], tail: JsonObject, after_s: float) -> Piece:
        value: JsonObject = {**self._head, "choices": choices, **tail}
        if self._pads:
            value["obfuscation"] = padding(value)
        return event(value, after_s)


def padding(value: JsonObject) -> str:
    """Letters of no meaning, so that the size of an event does not tell its text."""
    letters = digest(compact(value)).hex()
    return letters[: 1 + int(letters[-2:], 16) % _PADDING]


def _opening(turn: Turn) -> _Delta:
    return _Delta({"role": "assistant", "content": None if turn.calls else "", "refusal": None})


def _deltas(turn: Turn) -> Iterator[_Delta]:
    yield from (_Delta({"reasoning_content": part}) for part in tokens(turn.reasoning))
    yield from (_Delta({"content": part}, (part,)) for part in tokens(turn.content or ""))
    yield from (_Delta({"refusal": part}) for part in tokens(turn.refusal))
    for place, call in enumerate(turn.calls):
        first, *rest = shards(call.arguments)
        begun: JsonObject = {"name": call.name, "arguments": first}
        if turn.legacy:
            yield _Delta({"function_call": begun})
            yield from (_Delta({"function_call": {"arguments": part}}) for part in rest)
        else:
            row: JsonObject = {"index": place, "id": call.id, "type": "function", "function": begun}
            yield _Delta({"tool_calls": [row]})
            for part in rest:
                yield _Delta({"tool_calls": [{"index": place, "function": {"arguments": part}}]})
