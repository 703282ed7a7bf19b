"""Chats and responses (api-contract.md 2, 3)."""

from cometplay.core import plain
from cometplay.core.drafts import Kind, Role
from cometplay.core.jsons import dig, dig_list, dig_text
from cometplay.core.models import TokenField, family_of
from cometplay.lab import answers, speech
from cometplay.lab.answers import Answer, Stream
from cometplay.lab.endpoints.refusals import no_model, out_of_range, unknown_model, unreadable
from cometplay.lab.fields import filled
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.places import Endpoint
from cometplay.lab.sayings import MOST_CHOICES

_RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "top_logprobs": (0, 20),
    "n": (1, MOST_CHOICES),
}
"""Of api-contract.md 2.1; how many choices are too many is not documented, and the lab's own."""
_RESPONSE_RANGES = {name: _RANGES[name] for name in ("temperature", "top_p", "top_logprobs")}


def _chat(house: House, call: Call) -> Answer | Stream:
    refused = (
        unreadable(call, takes_forms=False)
        or no_model(call)
        or unknown_model(call, Kind.TEXT)
        or _lacks(call, "messages", filled=bool(dig_list(call.body.fields, "messages")))
        or _odd_message(call)
        or _old_cap(call)
        or _beyond(call, _RANGES)
    )
    return refused or speech.good(house, call)


def _response(house: House, call: Call) -> Answer | Stream:
    refused = (
        unreadable(call, takes_forms=False)
        or no_model(call)
        or unknown_model(call, Kind.TEXT)
        or _lacks(call, "input", filled=filled(call.body.fields.get("input")))
        or _beyond(call, _RESPONSE_RANGES)
    )
    return refused or speech.good(house, call)


def _lacks(call: Call, name: str, *, filled: bool) -> Answer | None:
    """500, as measured for chats (W-air); for responses it is taken to be the same."""
    if filled:
        return None
    return answers.nested(500, f"field {name} is required", call.request_id, code="invalid_request")


def _odd_message(call: Call) -> Answer | None:
    """A role outside the five, and a tool's result that names no call (api-contract.md 2.1)."""
    for place, message in enumerate(dig_list(call.body.fields, "messages")):
        role, where = dig_text(message, "role"), f"messages[{place}]"
        if role not in set(Role):
            known = ", ".join(f"'{known.value}'" for known in Role)
            told = f"Invalid value: '{plain.line(role, limit=40)}'. Supported values are: {known}."
            return answers.refused_field(400, f"{where}.role", told, call.request_id)
        if role == Role.TOOL and not dig(message, "tool_call_id"):
            told = f"Missing required parameter: '{where}.tool_call_id'."
            code = "missing_required_parameter"
            return answers.refused_field(400, f"{where}.tool_call_id", told, call.request_id, code=code)
    return None


def _old_cap(call: Call) -> Answer | None:
    """The cap's older name, on a model that wants the newer one (api-contract.md 13, row 24)."""
    fields, old = call.body.fields, TokenField.OLD.value
    wanted = family_of(Kind.TEXT, dig_text(fields, "model")).token_field
    if wanted is TokenField.OLD or fields.get(old) is None:
        return None
    told = f"Unsupported parameter: '{old}' is not supported with this model. Use '{wanted.value}' instead."
    return answers.refused_field(400, old, told, call.request_id, code="unsupported_parameter")


def _beyond(call: Call, ranges: dict[str, tuple[int, int]]) -> Answer | None:
    checks = (out_of_range(call, name, low, high) for name, (low, high) in ranges.items())
    return next(filter(None, checks), None)


HANDLERS: dict[Endpoint, Handler] = {Endpoint.CHAT: _chat, Endpoint.RESPONSES: _response}
