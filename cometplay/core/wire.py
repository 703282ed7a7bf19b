"""Draft -> WireRequest: the only encoder. What a snippet shows is what goes over the wire."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, TextDraft, VideoDraft
from cometplay.core.jsons import Json, JsonObject, compact, parse_object
from cometplay.core.models import Route, family_of


class Phase(StrEnum):
    """Which call of a run a request is."""

    CREATE = "create"
    POLL = "poll"
    PROBE = "probe"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON body, as the text that is sent."""

    text: str


@dataclass(frozen=True, slots=True)
class FormBody:
    """A multipart form: text fields in order, then files."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request, whole but for the key: that is put in as it leaves, and only if `keyed`."""

    method: str
    url: str
    kind: Kind
    phase: Phase
    model: str
    headers: tuple[tuple[str, str], ...] = ()
    body: JsonBody | FormBody | None = None
    keyed: bool = True

    @property
    def path(self) -> str:
        """The path of its url; "" for what is no url at all, which a server may have sent as a result's."""
        try:
            return urlsplit(self.url).path
        except ValueError:
            return ""


def encode(draft: Draft, base_url: str) -> WireRequest:
    """The create request of a draft. Raises ValueError when `extra` is not a JSON object."""
    family = family_of(draft.kind, draft.model)
    value = body_of(draft)
    return WireRequest(
        method="POST",
        url=join(base_url, family.route),
        kind=draft.kind,
        phase=Phase.CREATE,
        model=draft.model,
        headers=draft.headers,
        body=_form(value, draft.attachments)
        if family.route is Route.VIDEOS
        else _json(value, draft.attachments),
    )


def body_of(draft: Draft) -> JsonObject:
    """The fields that a draft sends. Raises ValueError when `extra` is not a JSON object."""
    return _fields(draft) | (parse_object(draft.extra) if draft.extra.strip() else {})


def _fields(draft: Draft) -> JsonObject:
    """The body's own fields, those at their default left out."""
    value: JsonObject
    match draft:
        case TextDraft():
            cap = draft.token_field or family_of(Kind.TEXT, draft.model).token_field
            value = {
                "model": draft.model,
                "messages": [{"role": said.role, "content": said.text} for said in draft.messages],
                "temperature": draft.temperature,
                cap.value: draft.token_cap,
            }
        case ImageDraft():
            value = {
                "model": draft.model,
                "prompt": draft.prompt,
                "n": draft.n,
                "size": draft.size,
                "quality": draft.quality,
                "output_format": draft.output_format,
                "response_format": draft.response_format,
            }
        case VideoDraft():
            value = {
                "model": draft.model,
                "prompt": draft.prompt,
                "seconds": draft.seconds,
                "size": draft.size,
            }
    return {name: field for name, field in value.items() if field not in (None, "")}


def _json(value: JsonObject, attachments: tuple[Attachment, ...]) -> JsonBody | FormBody:
    return _form(value, attachments) if attachments else JsonBody(compact(value))


def _form(value: JsonObject, attachments: tuple[Attachment, ...]) -> FormBody:
    return FormBody(tuple((name, _form_text(field)) for name, field in value.items()), attachments)


def _form_text(value: Json) -> str:
    return value if isinstance(value, str) else compact(value)


def join(base_url: str, path: str) -> str:
    """A path below the base URL, whether or not the base ends in a slash."""
    return base_url.rstrip("/") + path


def poll(created: WireRequest, base_url: str, task_id: str) -> WireRequest:
    """The request that asks after a task (api-contract.md 6.2)."""
    url = join(base_url, f"{Route.VIDEOS}/{_segment(task_id)}")
    return WireRequest("GET", url, created.kind, Phase.POLL, created.model, created.headers)


def content(created: WireRequest, base_url: str, task_id: str, phase: Phase) -> WireRequest:
    """The content route of a task: its file, or the reason why there is none (6.4)."""
    url = join(base_url, f"{Route.VIDEOS}/{_segment(task_id)}/content")
    return WireRequest("GET", url, created.kind, phase, created.model, created.headers)


def download(created: WireRequest, url: str) -> WireRequest:
    """The request for a result's url: without the key whatever its host, for the signature is one."""
    return WireRequest("GET", url, created.kind, Phase.DOWNLOAD, created.model, keyed=False)


def _segment(task_id: str) -> str:
    """A task id as one path segment: it came from a server and must not lead anywhere else."""
    quoted = quote(task_id, safe="", errors="replace")  # JSON may hold half a surrogate pair
    return quoted.replace(".", "%2E") if set(task_id) <= {"."} else quoted


def payload(body: JsonBody | FormBody | None) -> tuple[str, bytes]:
    """Content type and bytes of a body; ("", b"") when there is none."""
    match body:
        case None:
            return "", b""
        case JsonBody(text):
            return "application/json", text.encode()
        case FormBody():
            return _multipart(body)


def fields_sent(request: WireRequest) -> JsonObject:
    """The fields of a request's body as they were sent; of a form they are texts."""
    match request.body:
        case None:
            return {}
        case JsonBody(text):
            return parse_object(text)
        case FormBody(fields=fields):
            return dict(fields)


def _multipart(form: FormBody) -> tuple[str, bytes]:
    parts = [
        (f'Content-Disposition: form-data; name="{_quoted(name)}"', value.encode())
        for name, value in form.fields
    ]
    parts += [(_file_head(file), file.data) for file in form.files]
    from hashlib import sha256  # noqa: PLC0415  only forms need it, and it takes long to load

    # derived from what it parts, so that the same draft gives the same bytes
    boundary = sha256(b"\0".join(head.encode() + data for head, data in parts)).hexdigest()[:32]
    chunks = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts]
    return f"multipart/form-data; boundary={boundary}", b"".join([*chunks, f"--{boundary}--\r\n".encode()])


def _file_head(file: Attachment) -> str:
    names = f'name="{_quoted(file.field)}"; filename="{_quoted(file.filename)}"'
    return f"Content-Disposition: form-data; {names}\r\nContent-Type: {file.mime}"


def _quoted(name: str) -> str:
    """A form field's name as HTML5 forms write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
