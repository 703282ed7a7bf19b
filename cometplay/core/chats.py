"""A chat's draft -> the fields of a chat's body (api-contract.md 2.1): messages, settings, tools."""

from cometplay.core.drafts import Message, TextDraft, TokenField
from cometplay.core.jsons import Json, JsonObject, parse


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
