"""Answers as the wire has them, and the shapes in which this gateway says no (api-contract.md 9.1)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

from cometplay.core.jsons import Json, JsonObject, compact

REQUEST_ID_HEADER = "x-cometapi-request-id"
ERROR_TYPE = "comet_api_error"


class Mime(StrEnum):
    JSON = "application/json"
    EVENTS = "text/event-stream"
    TEXT = "text/plain; charset=utf-8"
    HTML = "text/html; charset=utf-8"
    XML = "application/xml"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    MP4 = "video/mp4"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a whole body; the length is set by whoever sends it.

    `takes_s` are the lab seconds that it is thought about, None for as long as is usual.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    takes_s: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a body, and the lab seconds that pass before it is sent."""

    data: bytes = field(repr=False)
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is sent piece by piece, chunked; its body is whole when the pieces are.

    `pause_s` are the lab seconds before its head. The pieces may be made as they are sent, so that a
    long answer keeps nobody else waiting: they are there once.
    """

    headers: tuple[tuple[str, str], ...]
    pieces: Iterable[Piece] = field(repr=False)
    status: int = 200
    pause_s: float = 0.0


def of(mime: Mime, body: bytes, status: int = 200) -> Answer:
    return Answer(status, (("content-type", mime.value),), body)


def json(value: Json, status: int = 200) -> Answer:
    # an echoed lone surrogate leaves as the JSON escape that it came as
    return of(Mime.JSON, compact(value).encode(errors="backslashreplace"), status)


def nested(status: int, message: str, request_id: str, *, code: str = "") -> Answer:
    """Shape B: the id stands at the end of the message (api-contract.md 1.2)."""
    text = f"{message} (request id: {request_id})"
    return json({"error": {"code": code, "message": text, "type": ERROR_TYPE}}, status)


def refused_field(
    status: int, field_name: str, message: str, request_id: str, *, code: str = "invalid_value"
) -> Answer:
    """Shape A: a provider's word on a field, passed on (api-contract.md 9.1)."""
    error: JsonObject = {
        "message": f"{message} (request id: {request_id})",
        "type": "invalid_request_error",
        "param": field_name,
        "code": code,
    }
    return json({"error": error}, status)


def flat(status: int, code: str, message: str) -> Answer:
    """Shape C, of the task endpoints."""
    return json({"code": code, "message": message, "data": None}, status)


def refused_content(status: int, message: str) -> Answer:
    """Shape D, of a task's content route (api-contract.md 6.4)."""
    error: JsonObject = {"message": message, "type": "invalid_request_error"}
    return json({"error": error}, status)


def storage_error(status: int, code: str, message: str, request_id: str) -> Answer:
    """Shape L: what an object store says (api-contract.md 9.1)."""
    inner = "".join(
        f"<{name}>{escape(text, quote=False)}</{name}>"
        for name, text in (("Code", code), ("Message", message), ("RequestId", request_id))
    )
    return of(Mime.XML, f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'.encode(), status)
