"""What one message of a chat says, in the forms that providers give it: parts, thoughts, refusals, tools."""

import re
from enum import StrEnum

from cometplay.core.drafts import ToolCall
from cometplay.core.jsons import Json, compact, dig, dig_list, dig_text


class Finish(StrEnum):
    """Why a model stopped (api-contract.md 2.2), told in the chat's own words.

    REFUSAL and ERROR are words of some providers; UNKNOWN is any other, NONE is null or no word at all.
    """

    STOP = "stop"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    TOOL_CALLS = "tool_calls"
    REFUSAL = "refusal"
    ERROR = "error"
    UNKNOWN = "unknown"
    NONE = ""


_SPELLINGS: dict[Finish, str] = {
    Finish.STOP: "stop end_turn eos eos_token stop_sequence stop_word complete completed end normal",
    Finish.LENGTH: (
        "length max_tokens max_output_tokens model_length max_length token_limit error_limit"
        " model_context_window_exceeded"
    ),
    Finish.CONTENT_FILTER: (
        "content_filter content_filtered guardrail_intervened safety prohibited_content blocklist spii"
        " recitation sensitive error_toxic image_safety model_armor"
    ),
    Finish.TOOL_CALLS: "tool_calls tool_call tool_use function_call function_calls",
    Finish.REFUSAL: "refusal",
    Finish.ERROR: "error network_error",
    Finish.NONE: "null none finish_reason_unspecified",
}
"""The providers' own words, which gateways pass on: Anthropic's, Gemini's, Bedrock's, Mistral's, Cohere's,
Zhipu's. A word that is in no list may mean anything, so it is none of these."""

_FINISH = {word: finish for finish, words in _SPELLINGS.items() for word in words.split()}


def finish_of(word: str) -> Finish:
    """What a finish reason means, whatever its case and prefix (`FinishReason.STOP`)."""
    if (known := _FINISH.get(word)) is not None:
        return known
    plain = word.strip().lower().rpartition(".")[2]
    return _FINISH.get(plain, Finish.UNKNOWN) if plain else Finish.NONE


def is_told(word: str) -> bool:
    """Whether a chunk's finish reason is one: some write the text "null" until the end."""
    return bool(word) and finish_of(word) is not Finish.NONE


def text_in(message: Json) -> str:
    """A message's text, which some send in parts; of an answer that is spoken, what it says."""
    content = message.get("content") if isinstance(message, dict) else None
    if content and isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(_text(part) for part in content)
    return dig_text(message, "audio", "transcript")


def is_only_text(message: Json) -> bool:
    """Whether a message holds nothing beside a text, as nearly all chunks of a stream do."""
    if not isinstance(message, dict):
        return True
    return message.keys() <= _OF_A_TEXT and not isinstance(message.get("content"), list)


_OF_A_TEXT = frozenset({"role", "content"})


def _text(part: Json) -> str:
    if isinstance(part, str):
        return part
    return "" if dig(part, "type") in _THINKS else dig_text(part, "text")


_THINKS = ("thinking", "reasoning")


def thought_in(message: Json) -> str:
    """What a message tells of the model's reasoning."""
    if not isinstance(message, dict):
        return ""
    for name in _THOUGHTS:
        if isinstance(told := message.get(name), str) and told:
            return told
    kept = (*dig_list(message, "reasoning_details"), *dig_list(message, "thinking_blocks"))
    parts = [part for part in dig_list(message, "content") if dig(part, "type") in _THINKS]
    return "".join(_thought(part) for part in (*kept, *parts))


_THOUGHTS = ("reasoning_content", "reasoning", "thinking")


def _thought(part: Json) -> str:
    inner = "".join(dig_text(piece, "text") for piece in dig_list(part, "thinking"))
    return inner or next((text for name in _PIECES if (text := dig_text(part, name))), "")


_PIECES = ("thinking", "text", "summary", "reasoning", "data")


def summary_in(item: Json) -> str:
    """What an item of a response's output tells of its reasoning; "" for any other item."""
    if dig(item, "type") != "reasoning":
        return ""
    parts = (*dig_list(item, "summary"), *dig_list(item, "content"))
    return "\n".join(dig_text(part, "text") for part in parts)


def refusal_in(message: Json) -> str:
    """The text with which a model refuses, beside the content or as a part of it."""
    if not isinstance(message, dict):
        return ""
    told = message.get("refusal")
    if isinstance(told, str) and told:
        return told
    return "".join(dig_text(part, "refusal") for part in dig_list(message, "content"))


def calls_in(message: Json) -> tuple[ToolCall, ...]:
    """The tools that a message calls, in the new form and the old, which has no id."""
    if not isinstance(message, dict):
        return ()
    called = [_call(dig_text(call, "id"), dig(call, "function")) for call in dig_list(message, "tool_calls")]
    if old := message.get("function_call"):
        called.append(_call("", old))
    return tuple(called)


def _call(call_id: str, function: Json) -> ToolCall:
    return ToolCall(call_id, dig_text(function, "name") or "?", arguments_in(function))


def arguments_in(call: Json) -> str:
    """The arguments of a call as the model wrote them; those that are an object already, as JSON."""
    told = next((found for name in _ARGUMENTS if (found := dig(call, name)) not in (None, "")), "")
    return told if isinstance(told, str) else compact(told)


_ARGUMENTS = ("arguments", "input")


def media_in(message: Json) -> tuple[str, ...]:
    """What a message holds beside text: a sound, pictures."""
    if not isinstance(message, dict):
        return ()
    return tuple(name for name in _MEDIA if message.get(name))


_MEDIA = ("audio", "images")

_CALLS = ("function_call", "custom_tool_call", "computer_call", "tool_use")


def is_call(item: Json) -> bool:
    """Whether an item of a response's output, or a block of a message, calls a tool of the caller's own."""
    return dig(item, "type") in _CALLS


def name_of(call: Json) -> str:
    """The name of the tool that such an item calls."""
    return dig_text(call, "name") or dig_text(call, "type")


def call_of(item: Json) -> ToolCall:
    """Such an item as a call; a result names it by its `call_id` where it has one."""
    return ToolCall(
        dig_text(item, "call_id") or dig_text(item, "id"), name_of(item) or "?", arguments_in(item)
    )


def response_word(response: Json, *, called: bool) -> str:
    """The finish reason that a response object amounts to (api-contract.md 3); "" while it is not over."""
    match dig_text(response, "status"):
        case "completed":
            return Finish.TOOL_CALLS if called else Finish.STOP
        case "incomplete":
            return dig_text(response, "incomplete_details", "reason") or "incomplete"
        case _:
            return ""


_THINKING = re.compile(r"\A\s*(?:<(think|thinking|thought)>.*?(?:</\1>|\Z)\s*)+", re.DOTALL | re.IGNORECASE)
_END = "</think>"


def spoken(text: str) -> tuple[str, bool]:
    """The text without what the model thought aloud at its start, and whether it did.

    Templates often swallow the opening `<think>`, so a closing one alone ends a thought too.
    """
    head = text[:64].lstrip()
    if head.startswith("<") and (found := _THINKING.match(text)):
        return text[found.end() :], True
    if _END in text and "<think>" not in text:
        return text.partition(_END)[2].lstrip(), True
    return text, False
