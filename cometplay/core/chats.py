"""A chat's draft -> the fields of a chat's body (api-contract.md 2.1): messages, settings, tools."""

from cometplay.core.drafts import Message, Role, TextDraft, TokenField
from cometplay.core.jsons import Json, JsonObject, dig, dig_list, parse


def fields(draft: TextDraft, cap: TokenField) -> JsonObject:
    """The body's fields, None and "" for those that are not sent. Raises ValueError for JSON that is none."""
    return {
        "model": draft.model,
        "messages": [message(said) for said in draft.messages],
        "temperature": draft.temperature,
        "top_p": draft.top_p,
        cap.value: draft.token_cap,
        "stop": _stop(draft.stop),
        "seed": draft.seed,
        "stream": draft.stream,
        "stream_options": _parsed(draft.stream_options),
        "response_format": _format(draft.response_format),
        "reasoning_effort": draft.reasoning_effort,
        "tools": _parsed(draft.tools),
    }


def message(said: Message) -> JsonObject:
    """One message; one that only calls tools has null for its content."""
    value: JsonObject = {"role": said.role, "content": said.text or (None if said.calls else "")}
    if said.calls:
        value["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in said.calls
        ]
    return value | ({"tool_call_id": said.call_id} if said.call_id else {})


def parted(value: JsonObject, system: str) -> JsonObject:
    """A chat's fields as the responses route has them (api-contract.md 3).

    The system message, where that is the first, stands in a field of its own; a call and its result are
    items beside the messages.
    """
    said = dig_list(value, "messages")
    apart = said[:1] if dig(said, 0, "role") == Role.SYSTEM else []
    items = [item for message in said[len(apart) :] for item in _items(message)]
    told: JsonObject = {system: dig(apart, 0, "content")} if apart else {}
    return {**value, **told, "messages": items}


def _items(message: Json) -> list[Json]:
    if dig(message, "tool_call_id"):
        result = {"call_id": dig(message, "tool_call_id"), "output": dig(message, "content")}
        return [{"type": "function_call_output", **result}]
    calls = dig_list(message, "tool_calls")
    told: list[Json] = [
        {
            "type": "function_call",
            "call_id": dig(call, "id"),
            "name": dig(call, "function", "name"),
            "arguments": dig(call, "function", "arguments"),
        }
        for call in calls
    ]
    return [message, *told] if dig(message, "content") or not calls else told


def _parsed(text: str) -> Json:
    return parse(text, strict=True) if text.strip() else None


def _stop(text: str) -> Json:
    """One text as it was typed, or the list of them that it is."""
    if text[:1] not in ("[", "{"):
        return text
    try:
        return parse(text, strict=True)
    except ValueError:
        return text


def _format(text: str) -> Json:
    """A bare word is the format's type."""
    return {"type": text} if text.isidentifier() else _parsed(text)
