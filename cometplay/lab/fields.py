"""What a body asks, be it JSON or a form: both become one object, so that rules see no difference."""

from dataclasses import dataclass, field
from math import isfinite

from python_multipart.multipart import MultipartParser, parse_options_header

from cometplay.core.drafts import Role
from cometplay.core.jsons import Json, JsonObject, dig_list, dig_text, parse_object
from cometplay.core.routes import ADAPTERS


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form, and the name of its field."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Body:
    """A body, read. `fault` says why it could not be; "" when it could. A file's field is its name."""

    fields: JsonObject = field(default_factory=dict[str, Json])
    form: bool = False
    uploads: tuple[Upload, ...] = field(default=(), repr=False)
    fault: str = ""


def read(content_type: str, data: bytes) -> Body:
    """Reads JSON, or multipart where the content type says so. Any bytes are an answer, never an error."""
    try:
        kind, options = parse_options_header(content_type.encode())
        if kind == b"multipart/form-data":
            form = _Form(options.get(b"boundary", b""))
            return Body(form.read(data), form=True, uploads=tuple(form.uploads))
        return Body(parse_object(data.decode("utf-8-sig")))
    except ValueError as fault:
        return Body(fault=str(fault))


class _Form:
    """Collects the parts of a multipart body in memory: an upload must not land on someone's disk."""

    def __init__(self, boundary: bytes) -> None:
        if not boundary:
            raise ValueError("the content type names no boundary")
        self._boundary = boundary
        self._fields: JsonObject = {}
        self.uploads: list[Upload] = []
        self._header = bytearray()
        self._disposition = b""
        self._value = bytearray()
        self._name = bytearray()
        self._whole = False

    def read(self, data: bytes) -> JsonObject:
        parser = MultipartParser(
            self._boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_part_data": lambda data, start, end: self._value.extend(data[start:end]),
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )
        parser.write(data)
        if not self._whole:
            raise ValueError("the form ends before its last boundary")
        return self._fields

    def _begin(self) -> None:
        self._disposition = b""
        self._value = bytearray()

    def _end_header(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            self._disposition = bytes(self._header)
        self._name, self._header = bytearray(), bytearray()

    def _end(self) -> None:
        _, options = parse_options_header(self._disposition)
        name, value = _text(options.get(b"name", b"")), options.get(b"filename", bytes(self._value))
        self._fields[name] = _text(value)
        if b"filename" in options:
            self.uploads.append(Upload(name, bytes(self._value)))

    def _finish(self) -> None:
        self._whole = True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def filled(value: Json) -> bool:
    """Whether there is something in a field: 0 and false are something, empty text is not."""
    return value not in (None, "", [], {})


def number(value: Json) -> float | None:
    """The number in a field, or in the text of a form's field; None for anything else."""
    match value:
        case bool():
            return None
        case int() | float() | str():
            try:
                found = float(value)
            except (ValueError, OverflowError):
                return None
            return found if isfinite(found) else None
        case _:
            return None


_OURS = {theirs: ours for adapter in ADAPTERS.values() for ours, theirs in adapter.names.items() if theirs}


def in_our_names(fields: JsonObject) -> JsonObject:
    """The fields, those that a route has another name for under ours too, and the prompt as `prompt`.

    So that a rule about a field holds on every route.
    """
    ours: JsonObject = {_OURS[name]: value for name, value in fields.items() if name in _OURS}
    return {"prompt": prompt_of(fields), **ours, **fields}


def prompt_of(fields: JsonObject) -> str:
    """The last user message of a chat, or the field that a route keeps its prompt in; "" without any."""
    for message in reversed(dig_list(fields, "messages")):
        if dig_text(message, "role") == Role.USER:
            return said(message)
    return dig_text(fields, "prompt") or dig_text(fields, "promptText")


def words_in(fields: JsonObject) -> int:
    """The words of every message, or of the prompt: what stands in for a count of tokens."""
    messages = dig_list(fields, "messages")
    texts = [said(message) for message in messages] or [prompt_of(fields)]
    return sum(len(text.split()) for text in texts)


def said(message: Json) -> str:
    """A message's text, whether its content is text or a list of parts (api-contract.md 2.1)."""
    parts = (dig_text(part, "text") for part in dig_list(message, "content"))
    return dig_text(message, "content") or "\n".join(filter(None, parts))
