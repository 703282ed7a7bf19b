"""What the gateway finds wrong by itself, whichever endpoint was asked (api-contract.md 2.4, 6.1, 9.2)."""

import re

from cometplay.core import plain
from cometplay.core.drafts import Kind
from cometplay.core.jsons import dig_text
from cometplay.core.models import family_of, known_models
from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.house import Call

_DATE = re.compile(r"\d{6,8}")
_MAKES = {Kind.TEXT: "chat", Kind.IMAGE: "image generation", Kind.VIDEO: "video generation"}


def unreadable(call: Call, *, takes_forms: bool = True) -> Answer | None:
    """A body that is neither JSON nor, where one is taken, a form."""
    body = call.body
    if not body.fault and (takes_forms or not body.form):
        return None
    message = f"the body cannot be read: {body.fault or 'this endpoint takes JSON'}"
    return answers.nested(400, message, call.request_id, code="bad_request_body")


def no_model(call: Call) -> Answer | None:
    if dig_text(call.body.fields, "model"):
        return None
    return answers.nested(400, "model name is required", call.request_id)


def unknown_model(call: Call, kind: Kind) -> Answer | None:
    """A model that this endpoint does not serve; routing comes before any other field is looked at.

    The lab serves what core/models.py lists, and what extends one of those by `-` and more. A listed id
    without its date has no price (W-babylon); an id of another kind cannot be converted (5.3; the
    status there is not documented, so 500 is the lab's choice); any other has no channel (2.4).
    """
    model = dig_text(call.body.fields, "model")
    if _serves(kind, model):
        return None
    shown = plain.line(model)
    if any(_lacks_its_date(model, known) for known in known_models(kind)):
        message = f"model {shown} has not been priced by the administrator yet"
        return answers.nested(400, message, call.request_id, code="model_price_error")
    if any(_serves(other, model) for other in Kind):
        message = f"not supported model for {_MAKES[kind]}: {shown}"
        return answers.nested(500, message, call.request_id, code="convert_request_failed")
    message = f"no available channel for group default and model {shown} (distributor)"
    return answers.nested(503, message, call.request_id, code="model_not_found")


def _serves(kind: Kind, model: str) -> bool:
    """Whether the endpoint that most models of a kind share is this one's: Kling's and others' is not."""
    if family_of(kind, model).route is not family_of(kind, "").route:
        return False
    return any(model == known or model.startswith(f"{known}-") for known in known_models(kind))


def _lacks_its_date(model: str, known: str) -> bool:
    return known.startswith(f"{model}-") and bool(_DATE.fullmatch(known[len(model) + 1 :]))


def out_of_range(call: Call, name: str, low: float, high: float) -> Answer | None:
    """A field that is no number from `low` to `high`; one that is null counts as not sent."""
    value = call.body.fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"Invalid type for '{name}': expected a number."
        return answers.refused_field(400, name, message, call.request_id, code="invalid_type")
    if low <= value <= high:
        return None
    got = plain.line(str(value), limit=40)
    message = f"Invalid '{name}': expected a value from {low:g} to {high:g}, but got {got} instead."
    return answers.refused_field(400, name, message, call.request_id)
