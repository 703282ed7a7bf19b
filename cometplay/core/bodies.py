"""Any body -> what it says went wrong: codes, types, words, request ids (api-contract.md 9.1)."""

import re
from contextlib import suppress
from dataclasses import dataclass, field

from cometplay.core import errors, jsons, pages, states, stream
from cometplay.core.errors import ApiError
from cometplay.core.jsons import Json, JsonObject, as_text, dig_text
from cometplay.core.pages import Page
from cometplay.core.stream import Stream

Headers = tuple[tuple[str, str], ...]

LONGEST_WORDS = 20_000
"""Characters of an error's text in which phrases are looked for."""

UNKNOWN_STATUS = 0
"""Of an answer that tells of an error, and whose status nobody wrote down."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A body, read: its JSON (None when `is_json` is false), and what it says of an error.

    `layers`: the errors in it, the outermost first, those inside it behind. `codes`, `types` and
    `words` (one text) are of all layers, lower case, the innermost first; numbers that are an HTTP status
    are no codes, the innermost of them is `status`. `stream`: a stream of events, read as one answer.
    `names_a_task`: it is a task's own account, so that no error in it is one of the request.
    """

    is_json: bool
    value: Json = field(repr=False)
    text: str = field(repr=False)
    layers: tuple[ApiError, ...] = field(repr=False)
    request_ids: tuple[str, ...]
    codes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    status: int | None = None
    stream: Stream | None = field(default=None, repr=False)
    page: Page | None = None
    names_a_task: bool = False

    @property
    def error(self) -> ApiError | None:
        """The error as the gateway itself tells it."""
        return self.layers[0] if self.layers else None


def read(body: bytes, headers: Headers = (), *, status: int = 200, streamed: Stream | None = None) -> Reading:
    """Reads any bytes; what cannot be understood is kept as text. `status` is the HTTP status.

    `streamed` is what core/feed.py read of these very bytes as they came: a long stream is not read twice.
    """
    named = {name.lower(): text for name, text in headers}
    content_type = named.get("content-type", "")
    text = pages.text_of(body, content_type)
    failed = status == UNKNOWN_STATUS or status >= errors.STATUSES.start
    with suppress(ValueError):
        value = jsons.parse(text)
        tasks_own = states.names_a_task(value)
        found = () if tasks_own else errors.layers(value, failed=failed)
        return _told(text, found, named, value=value, is_json=True, names_a_task=tasks_own)
    if stream.is_stream(text, content_type):
        if streamed is None or body.decode("utf-8", "replace") != text:  # as it comes it is taken for UTF-8
            streamed = stream.read(text)
        found = errors.layers(streamed.error, failed=True)
        return _told(text, found, named, events=streamed)
    return _page(text, failed=failed, headers=named)


def _page(text: str, *, failed: bool, headers: dict[str, str]) -> Reading:
    """A body that is neither JSON nor a stream: a page, a storage's XML, or plain text."""
    page = pages.page_of(text)
    stored = None if page else pages.storage_error(text)
    if page:
        return _told(text, (), headers, page=page)
    if stored:
        error, request_id = stored
        return _told(text, (error,), headers, ids=(request_id,))
    plain = ApiError("", "", text.strip()[:LONGEST_WORDS], "", "body")
    return _told(text, (plain,) if failed and plain.message else (), headers)


def _told(  # noqa: PLR0913  all that a reading is made of
    text: str,
    layers: tuple[ApiError, ...],
    headers: dict[str, str],
    *,
    value: Json = None,
    is_json: bool = False,
    events: Stream | None = None,
    page: Page | None = None,
    ids: tuple[str, ...] = (),
    names_a_task: bool = False,
) -> Reading:
    codes, types, words, status = _said(layers) if layers else ((), (), page.title if page else "", None)
    ray = (page.ray_id,) if page else ()
    return Reading(
        is_json=is_json,
        value=value,
        text=text,
        layers=layers,
        request_ids=request_ids(value, layers, headers, (*ids, *ray)),
        codes=codes,
        types=types,
        words=_without_ids(words.lower().replace("’", "'")),
        status=status,
        stream=events,
        page=page,
        names_a_task=names_a_task,
    )


def _said(layers: tuple[ApiError, ...]) -> tuple[tuple[str, ...], tuple[str, ...], str, int | None]:
    """The codes, types, words and status of errors, those of the innermost first."""
    inside_out = layers[::-1]
    codes = [word.lower() for error in inside_out for word in (error.code, *error.more) if word]
    types = [error.type.lower() for error in inside_out if error.type]
    told = [text for error in inside_out for text in (error.message, error.param) if text]
    return (
        tuple([word for word in dict.fromkeys(codes) if not _is_status(word)]),
        tuple(dict.fromkeys(types)),
        "\n".join(told)[:LONGEST_WORDS],
        next((status for error in inside_out if (status := error.status)), None),
    )


def _without_ids(words: str) -> str:
    """Words without request ids: digits in one mean nothing, and the same error has the same words."""
    return _ID_IN_MESSAGE.sub("", words).strip() if "(request id" in words else words


def _is_status(word: str) -> bool:
    return word.isdecimal() and len(word) < 4 and int(word) in errors.STATUSES  # noqa: PLR2004  digits


ID_HEADERS = (
    "x-cometapi-request-id",
    "x-request-id",
    "x-oneapi-request-id",
    "x-api-request-id",
    "apim-request-id",
    "request-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-oss-request-id",
    "cf-ray",
)
_ID_IN_MESSAGE = re.compile(r"\(request id:? ([^)]{1,200})\)", re.IGNORECASE)
_BARE_ID = re.compile(r"(?:request[ _-]?id|trace[ _-]?id)\s*[:=：]\s*\"?([\w.-]{6,200})", re.IGNORECASE)


def request_ids(
    value: Json, layers: tuple[ApiError, ...], headers: dict[str, str], more: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Every request id, the one to give to support first (api-contract.md 1.2).

    `more` are those of XML and of an edge's page.
    """
    # that a message holds none is told quicker by a word of it than by the patterns
    messages = [_ends_of(error.message) for error in layers if _may_hold_id(error.message)]
    in_message = [found for message in messages for found in _ID_IN_MESSAGE.findall(message)[::-1]]
    fields = value if isinstance(value, dict) else {}
    candidates = [
        *[headers[name] for name in ID_HEADERS if name in headers],
        *in_message,  # a nested gateway's own id stands first in the text, ours last
        *(() if fields.keys().isdisjoint(_ID_FIELDS) else _ids_in(fields)),
    ]
    if messages and not in_message:
        candidates += [found for message in messages for found in _BARE_ID.findall(message)]
    candidates += (*more, dig_text(fields.get("x_groq"), "id")) if "x_groq" in fields else more
    return tuple(dict.fromkeys([text for found in candidates if found and (text := found.strip())]))


_ID_FIELDS = frozenset({"request_id", "requestId", "error"})


def _ids_in(fields: JsonObject) -> tuple[str, ...]:
    own = "" if fields.get("status") == "done" or _is_job_id(fields) else as_text(fields.get("request_id"))
    return own, dig_text(fields.get("error"), "request_id"), as_text(fields.get("requestId"))


def _may_hold_id(message: str) -> bool:
    lower = message.lower()
    return "request" in lower or "trace" in lower


def _ends_of(message: str) -> str:
    """The parts of a message in which an id stands, however long it is."""
    half = LONGEST_WORDS // 2
    return message if len(message) <= LONGEST_WORDS else f"{message[:half]}\n{message[-half:]}"


_BESIDE_A_REQUEST = frozenset({"error", "code", "message", "type", "output", "data", "usage"})


def _is_job_id(fields: JsonObject) -> bool:
    """Whether `request_id` is the job's own: Grok's waiting answer holds little else (8)."""
    return _BESIDE_A_REQUEST.isdisjoint(fields)
