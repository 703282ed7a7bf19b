"""Any body -> what it says went wrong: code, type, message, param, request ids (api-contract.md 9.1)."""

import re
from dataclasses import dataclass, field

from cometplay.core import jsons
from cometplay.core.jsons import Json, dig_text


@dataclass(frozen=True, slots=True)
class ApiError:
    """An error as a body tells it. All text; "" where the body says nothing. `place` leads to it."""

    code: str
    type: str
    message: str
    param: str
    place: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A body, read: its JSON (None when `is_json` is false), the error in it, every request id."""

    is_json: bool
    value: Json = field(repr=False)
    text: str = field(repr=False)
    error: ApiError | None
    request_ids: tuple[str, ...]


def read(body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Reading:
    """Reads any bytes; what cannot be understood is kept as text."""
    text = body.decode("utf-8-sig", "replace")
    try:
        value = jsons.parse(text)
        is_json = True
    except ValueError:
        value, is_json = None, False
    error = find_error(value)
    return Reading(is_json, value, text, error, request_ids(value, error, headers))


def find_error(value: Json) -> ApiError | None:
    """The error in a JSON answer, whichever of the known shapes it has; None in a healthy one."""
    return None if _names_a_task(value) else _error_in(value)


def _names_a_task(value: Json) -> bool:
    """Whether this is a task's own account: why it failed belongs to the task (core/states.py)."""
    named = dig_text(value, "id") or dig_text(value, "task_id")
    return bool(named) and isinstance(jsons.dig(value, "status"), str)


def _error_in(value: Json) -> ApiError | None:
    match value:
        case {"error": dict() as inner} if inner:
            return _api_error(inner, "error")
        case {"error": str() as message} if message:
            return ApiError(dig_text(value, "code"), "", message, "", "error")
        case {"status": str()} | {"data": {"status": str()}}:
            return None  # a task says itself how it is (core/states.py)
        case {"detail": [dict() as first, *_]}:
            place = ".".join(dig_text(step) for step in jsons.dig_list(first, "loc"))
            return ApiError("", dig_text(first, "type"), dig_text(first, "msg"), place, "detail[0]")
        case {"code": code, **rest} if code not in _FINE_CODES and _FLAT_ERROR.intersection(rest):
            return _api_error(value, "")
        case _:
            return None


_FINE_CODES = (0, 200, "success")
_FLAT_ERROR = frozenset({"message", "msg", "description"})


def _api_error(source: Json, place: str) -> ApiError:
    message = dig_text(source, "message") or dig_text(source, "msg") or dig_text(source, "description")
    return ApiError(
        code=dig_text(source, "code"),
        type=dig_text(source, "type"),
        message=message,
        param=dig_text(source, "param"),
        place=place,
    )


_ID_HEADERS = (
    "x-cometapi-request-id",
    "x-request-id",
    "x-oneapi-request-id",
    "apim-request-id",
    "request-id",
    "cf-ray",
)
_ID_IN_MESSAGE = re.compile(r"\(request id:? ([^)]{1,200})\)", re.IGNORECASE)
_BARE_ID = re.compile(r"(?:request id:|traceid:)\s*([\w.-]{6,200})", re.IGNORECASE)


def request_ids(value: Json, error: ApiError | None, headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Every request id, the one to give to support first (api-contract.md 1.2)."""
    named = {name.lower(): text for name, text in headers}
    message = error.message if error else ""
    in_message = _ID_IN_MESSAGE.findall(message)
    candidates = [
        *(named.get(name, "") for name in _ID_HEADERS),
        *reversed(in_message),  # a nested gateway's own id stands first, ours last
        dig_text(value, "request_id") if error else "",
        *(() if in_message else _BARE_ID.findall(message)),
    ]
    return tuple(dict.fromkeys(found.strip() for found in candidates if found.strip()))
