"""Draft -> WireRequest: the only encoder. What a snippet shows is what goes over the wire."""

from base64 import b64encode
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from cometplay.core import chats
from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, TextDraft, VideoDraft
from cometplay.core.fields import PICTURE_FIELDS
from cometplay.core.jsons import Json, JsonObject, compact, dig_text, parse, parse_object
from cometplay.core.models import family_of, route_of
from cometplay.core.routes import ADAPTERS, Adapter, Route, address


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
    """One HTTP request, whole but for the key: that is put in as it leaves, and only if `keyed`.

    `route` is that of the draft behind it; None where there was none, as with a recorded answer.
    """

    method: str
    url: str
    kind: Kind
    phase: Phase
    model: str
    headers: tuple[tuple[str, str], ...] = ()
    body: JsonBody | FormBody | None = None
    keyed: bool = True
    route: Route | None = None

    @property
    def watched(self) -> bool:
        """Whether its route makes tasks, which are asked after until they are over."""
        return self.route is not None and ADAPTERS[self.route].poll is not None

    @property
    def path(self) -> str:
        """The path of its url; "" for what is no url at all, which a server may have sent as a result's."""
        try:
            return urlsplit(self.url).path
        except ValueError:
            return ""


def encode(draft: Draft, base_url: str) -> WireRequest:
    """The create request of a draft. Raises ValueError when `extra` is not a JSON object."""
    adapter = ADAPTERS[route_of(draft)]
    owned = draft.model if "/" in draft.model or not adapter.owner else f"{adapter.owner}/{draft.model}"
    set_by_hand = {name.lower() for name, _ in draft.headers}
    given = tuple(pair for pair in adapter.headers if pair[0].lower() not in set_by_hand)
    return WireRequest(
        method="POST",
        url=address(base_url, adapter, adapter.route.value, model=owned),
        kind=draft.kind,
        phase=Phase.CREATE,
        model=draft.model,
        headers=(*given, *draft.headers),
        body=_body(adapter, draft),
        route=adapter.route,
    )


def _body(adapter: Adapter, draft: Draft) -> JsonBody | FormBody:
    fields, extra = _fields(draft), _extra(draft)
    if adapter.renames_extra:
        fields, extra = fields | extra, {}
    value = _adapted(adapter, fields)
    if adapter.form:
        return _form(value | extra, draft.attachments)
    for file in draft.attachments:
        path = adapter.picture if file.field in PICTURE_FIELDS and adapter.picture else file.field
        _put(value, path, _encoded(file, data_uri=adapter.data_uri))
    value |= extra
    return JsonBody(compact({adapter.inside: value} if adapter.inside else value))


def _adapted(adapter: Adapter, value: JsonObject) -> JsonObject:
    """Our fields under the route's names; those that it has no name for stay out."""
    value = chats.parted(value, adapter.system) if adapter.system else value
    adapted: JsonObject = {}
    for name, field in value.items():
        form = _number if name in adapter.numbers else _flat if name in adapter.flat else _as_it_is
        _place(adapted, adapter.names.get(name, name), form(field))
    adapted.pop("", None)
    return adapted


def _place(value: JsonObject, path: str, field: Json) -> None:
    """Puts a field where `name` or `name.inner` leads."""
    name, _, inner = path.partition(".")
    before = value.get(name)
    around = before if isinstance(before, dict) else {}
    value[name] = {**around, inner: field} if inner else field


def _as_it_is(value: Json) -> Json:
    return value


def _flat(value: Json) -> Json:
    """`{"type": "function", "function": {...}}` with the inner fields beside the type."""
    if isinstance(value, list):
        return [_flat(item) for item in value]
    kind = dig_text(value, "type")
    if not isinstance(value, dict) or not isinstance(inner := value.get(kind), dict):
        return value
    return {**{name: field for name, field in value.items() if name != kind}, **inner}


def _number(value: Json) -> Json:
    """A text as the number that it is; what is none is sent as it stands, to be refused in words."""
    try:
        found = parse(value, strict=True) if isinstance(value, str) else value
    except ValueError:
        return value
    return found if isinstance(found, int | float) else value


def _encoded(file: Attachment, *, data_uri: bool) -> str:
    text = b64encode(file.data).decode()
    return f"data:{file.mime};base64,{text}" if data_uri else text


def _put(value: JsonObject, path: str, text: str) -> None:
    """Puts a text where a path leads: `name`, `name.inner`, `name[]`, `name[].inner`."""
    head, _, inner = path.partition(".")
    name, before = head.removesuffix("[]"), value.get(head.removesuffix("[]"))
    item: Json = {inner: text} if inner else text
    if before is None:
        value[name] = [item] if head.endswith("[]") else item
    else:
        # where there is place for one, a second is sent all the same: the server says so, and none gets lost
        value[name] = [*(before if isinstance(before, list) else [before]), item]


def body_of(draft: Draft) -> JsonObject:
    """The fields that a draft sends, under our names. Raises ValueError when `extra` is no JSON object."""
    return _fields(draft) | _extra(draft)


def _extra(draft: Draft) -> JsonObject:
    return parse_object(draft.extra) if draft.extra.strip() else {}


def _fields(draft: Draft) -> JsonObject:
    """The body's own fields, those at their default left out."""
    value: JsonObject
    match draft:
        case TextDraft():
            cap = draft.token_field or family_of(Kind.TEXT, draft.model).token_field
            value = chats.fields(draft, cap)
        case ImageDraft():
            value = {
                "model": draft.model,
                "prompt": draft.prompt,
                "n": draft.n,
                "size": draft.size,
                "quality": draft.quality,
                "output_format": draft.output_format,
                "output_compression": draft.output_compression,
                "background": draft.background,
                "style": draft.style,
                "watermark": draft.watermark,
                "response_format": draft.response_format,
                **_series(draft.max_images),
            }
        case VideoDraft():
            value = {
                "model": draft.model,
                "prompt": draft.prompt,
                "seconds": draft.seconds,
                "size": draft.size,
                "mode": draft.mode,
            }
    return {name: field for name, field in value.items() if field not in (None, "")}


def _series(most: int | None) -> JsonObject:
    """How Seedream is asked for more than one picture (5.1)."""
    if most is None:
        return {}
    return {
        "sequential_image_generation": "auto",
        "sequential_image_generation_options": {"max_images": most},
    }


def _form(value: JsonObject, attachments: tuple[Attachment, ...]) -> FormBody:
    return FormBody(tuple((name, _form_text(field)) for name, field in value.items()), attachments)


def _form_text(value: Json) -> str:
    return value if isinstance(value, str) else compact(value)


def poll(created: WireRequest, base_url: str, task_id: str) -> WireRequest:
    """The request that asks after a task of a route that is `watched` (api-contract.md 6.2, 7, 8)."""
    adapter = _adapter(created)
    assert adapter.poll is not None, "only a task is asked after"
    body = JsonBody(compact({adapter.poll.field: task_id})) if adapter.poll.field else None
    url = address(base_url, adapter, adapter.poll.path, id=task_id)
    return replace(created, method=adapter.poll.method, url=url, phase=Phase.POLL, body=body)


def content(created: WireRequest, base_url: str, task_id: str, phase: Phase) -> WireRequest | None:
    """The content route of a task: its file, or why there is none (6.4). None where the route has none."""
    adapter = _adapter(created)
    if not adapter.content:
        return None
    url = address(base_url, adapter, adapter.content, id=task_id)
    return replace(created, method="GET", url=url, phase=phase, body=None)


def _adapter(created: WireRequest) -> Adapter:
    assert created.route is not None, "what a draft was encoded to has a route"
    return ADAPTERS[created.route]


def download(created: WireRequest, url: str) -> WireRequest:
    """The request for a result's url: without the key whatever its host, for the signature is one."""
    return replace(created, method="GET", url=url, phase=Phase.DOWNLOAD, headers=(), body=None, keyed=False)


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
    parts += [(file_head(file), file.data) for file in form.files]
    from hashlib import sha256  # noqa: PLC0415  only forms need it, and it takes long to load

    # derived from what it parts, so that the same draft gives the same bytes
    boundary = sha256(b"\0".join(head.encode() + data for head, data in parts)).hexdigest()[:32]
    chunks = [f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts]
    return f"multipart/form-data; boundary={boundary}", b"".join([*chunks, f"--{boundary}--\r\n".encode()])


def file_head(file: Attachment) -> str:
    """The header lines of a file's part in a form, without the break that ends them."""
    names = f'name="{_quoted(file.field)}"; filename="{_quoted(file.filename)}"'
    return f"Content-Disposition: form-data; {names}\r\nContent-Type: {file.mime}"


def _quoted(name: str) -> str:
    """A form field's name as HTML5 forms write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
