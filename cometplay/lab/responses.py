"""The other text route: the same sayings as a response object, or as its events (api-contract.md 3)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from cometplay.core.jsons import Json, JsonObject, dig, dig_list, dig_text
from cometplay.lab.answers import Piece
from cometplay.lab.chat import TOKEN_S, Chat, resolved, usage
from cometplay.lab.sayings import LENGTH, Turn
from cometplay.lab.streams import Parts, event, padding
from cometplay.lab.words import shallow, shards, tokens

_INCOMPLETE = {LENGTH: "max_output_tokens", "content_filter": "content_filter"}
_ECHOED: JsonObject = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
}


def as_chat(fields: JsonObject) -> JsonObject:
    """The chat that asks for the same. What a request refers to by `previous_response_id` is not kept."""
    messages: list[Json] = []
    if instructions := dig_text(fields, "instructions"):
        messages.append({"role": "system", "content": instructions})
    if text := dig_text(fields, "input"):
        messages.append({"role": "user", "content": text})
    messages += [_message(item) for item in dig_list(fields, "input")]
    functions = [tool for tool in dig_list(fields, "tools") if dig(tool, "type") == "function"]
    shape, choice = dig(fields, "text", "format"), fields.get("tool_choice")
    return {
        "model": fields.get("model"),
        "messages": messages,
        "max_completion_tokens": fields.get("max_output_tokens"),
        "parallel_tool_calls": fields.get("parallel_tool_calls"),
        "tools": [{"type": "function", "function": tool} for tool in functions],
        "tool_choice": {"function": choice} if isinstance(choice, dict) else choice,
        "response_format": {"type": dig(shape, "type"), "json_schema": shape},
    }


def _message(item: Json) -> JsonObject:
    match dig_text(item, "type"):
        case "function_call_output":
            return {"role": "tool", "content": dig(item, "output")}
        case "function_call":
            return {"role": "assistant"}
        case _:
            return {"role": dig(item, "role"), "content": dig(item, "content")}


@dataclass(frozen=True, slots=True)
class Response:
    """A chat's answer, and the request for a response that it was made from."""

    answer: Chat
    asked: JsonObject

    @property
    def turn(self) -> Turn:
        return self.answer.turns[0]

    @property
    def status(self) -> str:
        reason = self.turn.reason
        # a response without an end is one that is still being written
        return "in_progress" if reason is None else "incomplete" if reason in _INCOMPLETE else "completed"

    def id(self, prefix: str, place: int = 0) -> str:
        return f"{prefix}_{self.answer.mark[place : place + 38]}"


def whole(response: Response) -> JsonObject:
    """The response object, as far as it came."""
    counted = usage(response.answer)
    reason = _INCOMPLETE.get(response.turn.reason or "")
    return {
        **_object(response, response.status),
        "incomplete_details": {"reason": reason} if reason else None,
        "output": list[Json](_items(response)),
        "usage": {
            "input_tokens": counted["prompt_tokens"],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": counted["completion_tokens"],
            "output_tokens_details": counted["completion_tokens_details"],
            "total_tokens": counted["total_tokens"],
        },
    }


def _object(response: Response, status: str) -> JsonObject:
    kept = {name: value for name, value in response.asked.items() if name in _ECHOED and shallow(value)}
    asked: JsonObject = {**_ECHOED, **kept}
    return asked | {
        "id": response.id("resp"),
        "object": "response",
        "created_at": response.answer.created,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": resolved(dig_text(response.asked, "model")),
        "output": [],
        "usage": None,
    }


def _items(response: Response) -> list[JsonObject]:
    """What was thought, said and called, each an item of its own."""
    turn, items = response.turn, list[JsonObject]()
    if turn.reasoning:
        summary: JsonObject = {"type": "summary_text", "text": turn.reasoning}
        items.append({"id": response.id("rs"), "type": "reasoning", "summary": [summary]})
    content: list[Json] = []
    if turn.content or not (turn.refusal or turn.calls):
        content.append({"type": "output_text", "text": turn.content or "", "annotations": [], "logprobs": []})
    if turn.refusal:
        content.append({"type": "refusal", "refusal": turn.refusal})
    if content:
        items.append(
            {
                "id": response.id("msg"),
                "type": "message",
                "role": "assistant",
                "status": response.status,
                "content": content,
            }
        )
    for place, call in enumerate(turn.calls):
        called: JsonObject = {"call_id": call.id, "name": call.name, "arguments": call.arguments}
        own: JsonObject = {"id": response.id("fc", place), "type": "function_call", "status": "completed"}
        items.append(own | called)
    return items


_Event: TypeAlias = tuple[str, JsonObject]


def parts(response: Response) -> Parts:
    """The events in their order; no [DONE] is promised here, and none is sent."""
    begun = _object(response, "in_progress")
    events: list[_Event] = [("response.created", {"response": begun})]
    events.append(("response.in_progress", {"response": begun}))
    for place, item in enumerate(_items(response)):
        events += _of_item(place, item)
    ended: JsonObject = {"response": whole(response)}
    said = (_piece(number, kind, value) for number, (kind, value) in enumerate(events))
    return Parts(said, (_piece(len(events), f"response.{response.status}", ended),))


def _piece(number: int, kind: str, value: JsonObject) -> Piece:
    full: JsonObject = {"type": kind, "sequence_number": number} | value
    spoken = kind.endswith(".delta")
    if not spoken:
        return event(full, name=kind)
    return event({**full, "obfuscation": padding(full)}, TOKEN_S, kind)


def _of_item(place: int, item: JsonObject) -> Iterator[_Event]:
    at: JsonObject = {"output_index": place}
    about = at | {"item_id": item["id"]}
    empty: JsonObject = {"content": []} if "content" in item else {"arguments": ""} if "name" in item else {}
    status: JsonObject = {"status": "in_progress"} if "status" in item else {}
    yield "response.output_item.added", {**at, "item": {**item, **empty, **status}}
    for number, part in enumerate(dig_list(item, "content")):
        yield from _of_part(about | {"content_index": number}, part)
    if "arguments" in item:
        written = dig_text(item, "arguments")
        yield from _deltas("response.function_call_arguments", about, written, shards)
        yield "response.function_call_arguments.done", about | {"arguments": written}
    yield "response.output_item.done", {**at, "item": item}


def _of_part(about: JsonObject, part: Json) -> Iterator[_Event]:
    refused = dig(part, "type") == "refusal"
    kind, name = ("response.refusal", "refusal") if refused else ("response.output_text", "text")
    full = part if isinstance(part, dict) else {}
    yield "response.content_part.added", {**about, "part": {**full, name: ""}}
    yield from _deltas(kind, about, dig_text(part, name), tokens)
    yield f"{kind}.done", about | {name: dig(part, name)}
    yield "response.content_part.done", about | {"part": part}


def _deltas(kind: str, about: JsonObject, text: str, cut: Callable[[str], list[str]]) -> Iterator[_Event]:
    yield from ((f"{kind}.delta", about | {"delta": part}) for part in cut(text))
