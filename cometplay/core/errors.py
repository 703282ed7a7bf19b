"""The error in a JSON answer, whichever shape it has, and the errors inside that error (api-contract.md 9.1).

Gateways wrap what a provider told them: as JSON inside a message, behind a `status_code=NNN,` prefix, in
`metadata.raw`. Each wrapping is a layer; the innermost says most.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from cometplay.core import jsons
from cometplay.core.jsons import Json, JsonObject, as_text, dig, dig_list, dig_text

DEEPEST = 6
"""Layers that are unwrapped; what is nested further stays text."""

LONGEST_INNER = 100_000
"""Characters of a message in which JSON is looked for."""

STATUSES = range(400, 600)
"""Numbers that are an HTTP status when they stand where a code belongs."""


@dataclass(frozen=True, slots=True)
class ApiError:
    """One layer of an error. All text; "" where the body says nothing. `place` leads to it.

    `more` are further words that stand for a code beside it: Google's status and reason, Azure's inner
    code, Runway's failureCode.
    """

    code: str
    type: str
    message: str
    param: str
    place: str
    more: tuple[str, ...] = ()

    @property
    def status(self) -> int | None:
        """The HTTP status that this layer tells of: as a numeric code, a prefix, or a provider's own."""
        for text in (_PREFIX.match(self.message), _NUMBER.fullmatch(self.code)):
            if text and int(text.group(1)) in STATUSES:
                return int(text.group(1))
        provider = _NUMBER.fullmatch(self.param) if self.code == "bad_response_status_code" else None
        return int(provider.group(1)) if provider and int(provider.group(1)) in STATUSES else None


_NUMBER = re.compile(r"\s*(\d{3})\s*")
_PREFIX = re.compile(
    r"\s*(?:status_code=|(?:bad response status |error )code:? |http )(\d{3})\b", re.IGNORECASE
)


def layers(value: Json, *, failed: bool) -> tuple[ApiError, ...]:
    """Every layer of the error in an answer, the outermost first; () for an answer that tells of none.

    `failed`: the HTTP status is one of failure, so that a lone `message` is an error too.
    """
    found: list[ApiError] = []
    inner: Json = value
    place = ""
    while len(found) < DEEPEST:
        error = _outermost(inner, failed=failed or bool(found))
        if error is None:
            break
        if place:
            error = replace(error, place=f"{place}.{error.place}" if error.place else place)
        place = error.place
        found.append(error)
        inner = _inside(inner, error)
        if inner is None:
            break
    return tuple(found)


def _outermost(value: Json, *, failed: bool) -> ApiError | None:
    while isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict):
        return None
    certain = _nested(value) or _detail(value, failed=failed) or _base_resp(value) or _blocked(value)
    return certain or _flat(value, failed=failed)


def _nested(value: JsonObject) -> ApiError | None:
    """`error` as an object, a text or a list; Tencent's `Response.Error`; OpenRouter's in a choice."""
    for place, path in _ERROR_PLACES.items():
        if path[0] not in value:
            continue
        match dig(value, *path):
            case dict() as inner if any(inner.values()):
                return _error(inner, place)
            case str() as message if message.strip():
                code = dig_text(value, "code") or dig_text(value, "error_code")
                kind = dig_text(value, "error_type") or dig_text(value, "type")
                told = dig_text(value, "error_description") or dig_text(value, "message")
                text = f"{message}: {told}" if told and told != message else message
                return ApiError(code, kind, text, "", place)
            case [dict() as first, *_] if first:
                return _error(first, f"{place}[0]")
            case [str() as message, *_] if message:
                return ApiError("", "", message, "", f"{place}[0]")
            case _:
                pass
    return None


_ERROR_PLACES: dict[str, tuple[str | int, ...]] = {
    "error": ("error",),
    "errors": ("errors",),
    "choices[0].error": ("choices", 0, "error"),
    "data[0].error": ("data", 0, "error"),
    "Response.Error": ("Response", "Error"),
    "response.error": ("response", "error"),
    "Error": ("Error",),
}


def _detail(value: JsonObject, *, failed: bool) -> ApiError | None:
    """FastAPI's `detail`, as a list, a text or an object; problem+json (RFC 9457)."""
    if not failed and "choices" in value:
        return None
    if "detail" not in value and "title" not in value:
        return None
    match value.get("detail"):
        case [dict() as first, *_]:
            place = ".".join(dig_text(step) for step in dig_list(first, "loc"))
            return ApiError("", dig_text(first, "type"), dig_text(first, "msg"), place, "detail[0]")
        case dict() as inner if inner:
            return _error(inner, "detail")
        case str() as text if text:
            title = dig_text(value, "title")
            code = dig_text(value, "code") or dig_text(value, "status")
            return ApiError(code, "", f"{title}: {text}" if title else text, "", "detail")
        case _:
            title = dig_text(value, "title") if "status" in value and failed else ""
            return ApiError(dig_text(value, "status"), "", title, "", "title") if title else None


def _base_resp(value: JsonObject) -> ApiError | None:
    """MiniMax: a business code beside the answer, 0 for none (api-contract.md 8)."""
    code = dig_text(value, "base_resp", "status_code") if "base_resp" in value else ""
    if code in ("", "0"):
        return None
    return ApiError(code, "", dig_text(value, "base_resp", "status_msg"), "", "base_resp")


def _blocked(value: JsonObject) -> ApiError | None:
    """Refused by a policy inside a 200: Gemini's prompt feedback, and Grok's picture without a picture."""
    feedback = value.get("promptFeedback")
    if reason := dig_text(feedback, "blockReason"):
        told = dig_text(feedback, "blockReasonMessage")
        return ApiError(reason, "prompt_blocked", told, "", "promptFeedback")
    made = dig(value, "data", 0) if "data" in value else None
    if dig(made, "respect_moderation") is False and not (dig(made, "url") or dig(made, "b64_json")):
        return ApiError("respect_moderation: false", "", "", "", "data[0]")
    return None


def _flat(value: JsonObject, *, failed: bool) -> ApiError | None:
    """Code and message at the top: task endpoints, Kling, Midjourney, object storage, AWS."""
    if not (failed or value.get("success") is False or any(name in value for name in _CODE_FIELDS)):
        return None
    error = _error(value, "")
    if not error.message:
        return error if failed and (error.code or error.type or error.more) else None
    if failed or value.get("success") is False:
        return error
    told = error.code or "code" in value
    return error if told and not (_is_fine(error, value) or _is_answer(value)) else None


_FINE_CODES = frozenset({"0", "200", "success", "succeed", "succeeded", "ok"})
"""Codes beside a message that tell of no failure: Kling's 0, Runway's 200, a wrapper's word."""

_MIDJOURNEY_FINE = frozenset({"1", "21", "22"})
"""Accepted, exists already, queued; beside a `description` only."""


def _is_fine(error: ApiError, value: JsonObject) -> bool:
    fine = _FINE_CODES | _MIDJOURNEY_FINE if "description" in value else _FINE_CODES
    return error.code.lower() in fine or bool(not error.code and value.get("data"))


def _is_answer(value: JsonObject) -> bool:
    return any(value.get(name) for name in ("choices", "output", "task_id", "id"))


_CODE_FIELDS = ("code", "Code", "error_code", "errorCode")


def _error(source: JsonObject, place: str) -> ApiError:
    return ApiError(
        code=_first(source, *_CODE_FIELDS),
        type=_first(source, "type", "error_type", "__type"),
        message=_first(source, "message", "Message", "msg", "description", "error_msg", "reason", "detail"),
        param=_first(source, "param", "field"),
        place=place,
        more=() if _MORE_FIELDS.isdisjoint(source) else tuple(dict.fromkeys(filter(None, _more(source)))),
    )


def _first(source: JsonObject, *names: str) -> str:
    for name in names:
        if name in source and (text := as_text(source[name])):
            return text
    return ""


_MORE_FIELDS = frozenset({"status", "innererror", "inner_error", "details", "metadata"})


def _more(source: JsonObject) -> Iterator[str]:
    yield dig_text(source, "status") if not isinstance(source.get("status"), int) else ""
    yield from (dig_text(source, name, "code") for name in ("innererror", "inner_error"))
    for detail in dig_list(source, "details"):
        yield dig_text(detail, "reason")
        yield dig_text(detail, "code")
        yield "retryDelay" if dig_text(detail, "retryDelay") else ""
        yield from (dig_text(violation, "quotaId") for violation in dig_list(detail, "violations"))
    yield from (dig_text(reason) for reason in dig_list(source, "metadata", "reasons"))


def _inside(value: Json, error: ApiError) -> Json:
    """What the error wraps, as JSON; None when it wraps nothing."""
    source = value[0] if isinstance(value, list) and value else value
    for holder in (dig(source, "error"), source):
        if not isinstance(holder, dict):
            continue
        for name in ("metadata", "innererror"):
            raw = dig(holder, name, "raw") if name in holder else None
            if isinstance(raw, str) and raw.strip():
                return _embedded(raw) or {"message": raw}
            if isinstance(raw, dict):
                return raw
        nested = holder.get("error") if holder is not source else None
        if isinstance(nested, dict):
            return {"error": nested}
        message = holder.get("message")
        if isinstance(message, dict):
            return message
    return _embedded(error.message)


def _embedded(text: str) -> Json:
    """The JSON object inside a text, or the printed Python one; None when there is none."""
    start, end = text.find("{"), text.rfind("}") + 1
    if start < 0 or end <= start or end - start > LONGEST_INNER:
        return None
    held = text[start:end]
    try:
        value = jsons.parse(held)
    except ValueError:
        value = _printed(held)
    return value if isinstance(value, dict) and value else None


def _printed(text: str) -> Json:
    """A dict as Python prints it, which is how SDKs put an error into their own message.

    Rewritten as JSON rather than evaluated: a stranger's text may nest or repeat without end.
    """
    if "'" not in text:
        return None
    with suppress(ValueError):
        return jsons.parse(_PRINTED.sub(_as_json, text))
    return None


_PRINTED = re.compile(r"""'((?:[^'\\]|\\.)*+)'?|"((?:[^"\\]|\\.)*+)"?|\b(?:True|False|None)\b""", re.DOTALL)
_PRINTED_NAMES = {"True": "true", "False": "false", "None": "null"}
_PRINTED_SIGN = re.compile(r"\\(x[0-9a-fA-F]{2}|.)|\"", re.DOTALL)


def _as_json(found: re.Match[str]) -> str:
    """A printed string or name, as JSON spells it."""
    name = _PRINTED_NAMES.get(found.group())
    inner = found.group(1) or found.group(2) or ""
    return name or f'"{_PRINTED_SIGN.sub(_sign_as_json, inner)}"'


def _sign_as_json(found: re.Match[str]) -> str:
    sign = found.group(1)
    if sign is None:
        return '\\"'
    if sign[0] == "x":
        return f"\\u00{sign[1:]}" if sign[1:] else "x"
    return "'" if sign == "'" else found.group() if sign in '"\\/bfnrtu' else f"\\\\{sign}"
