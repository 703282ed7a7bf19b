"""JavaScript with the openai SDK for Node, whose methods pass every field on as it is."""

from cometplay.core.drafts import Attachment
from cometplay.core.routes import Route
from cometplay.core.wire import Phase
from cometplay.snippets import node, sdk
from cometplay.snippets.call import Call
from cometplay.snippets.literals import field_name, javascript, js_text
from cometplay.snippets.node import exploded
from cometplay.snippets.production import node_lines
from cometplay.snippets.templates import Line

_PACKAGE = "openai"


def minimal(call: Call) -> list[Line]:
    operation = sdk.operation(call, _PACKAGE)
    usual = f' ?? "{call.usual_key}"' if call.usual_key else ""
    rows = [
        f"apiKey: process.env.COMETAPI_KEY{usual}",
        f"baseURL: {js_text(call.base_url)}",
        "maxRetries: 0",
    ]
    if call.headers:
        rows.append(f"defaultHeaders: {_headers(call, '  ')}")
    code = f"{exploded('const client = new OpenAI({', rows, '});')}\n{_called(call, operation.method)}"
    return [Line(text) for text in f"{node.imports(code)}\n\n{code}".splitlines()]


def _headers(call: Call, indent: str) -> str:
    return exploded(
        "{", (f"{field_name(name)}: {js_text(value)}" for name, value in call.headers), "}", indent
    )


def _called(call: Call, method: str) -> str:
    task = js_text(call.task_id)
    match call.phase:
        case Phase.POLL:
            return f"{node.called('const video = await client.videos.retrieve', [task])}\nconsole.log(video);"
        case Phase.PROBE | Phase.DOWNLOAD:
            got = node.called("const response = await client.videos.downloadContent", [task])
            return f'{got}\nawait writeFile("video.mp4", Buffer.from(await response.arrayBuffer()));'
        case Phase.CREATE:
            name, after = _STREAMS[call.route] if call.streamed else _ANSWERS[call.route]
            return f"{_sent(call, f'const {name} = await client', method)}\n{after}"


_ANSWERS = {
    Route.CHAT: ("completion", "console.log(completion.choices[0].message.content);"),
    Route.RESPONSES: ("response", "console.log(response.output_text);"),
    Route.IMAGES: ("images", "console.log(JSON.stringify(images));"),
    Route.EDITS: ("images", "console.log(JSON.stringify(images));"),
    Route.VIDEOS: ("video", "console.log(video);"),
}
_CHUNKS = """\
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
}"""
_EVENTS = """\
for await (const event of stream) {
  if (event.type === "response.output_text.delta") {
    process.stdout.write(event.delta);
  }
}"""
_STREAMS = {Route.CHAT: ("stream", _CHUNKS), Route.RESPONSES: ("stream", _EVENTS)}


def _sent(call: Call, client: str, method: str) -> str:
    if _by_hand(call):
        return f"{node.form(call, 'body')}\n{client}.post({js_text(call.below_base)}, {{ body }});"
    statements, rows = _request(call, "")
    return "\n".join([*statements, exploded(f"{client}.{method}({{", rows, "});")])


def _by_hand(call: Call) -> bool:
    """Whether the SDK's own form would change a text: it is FormData underneath."""
    return any("\n" in value or "\r" in value for value in (call.form or {}).values())


def _request(call: Call, indent: str) -> tuple[list[str], list[str]]:
    """Statements that come before, and the rows of the request's object."""
    written = javascript(call.fields, indent).split("\n")[1:-1]
    rows = "\n".join(written).strip().removesuffix(",")
    named = [f"{file.field}: {file.field}File" for file in call.files]
    return [text for file in call.files for text in _file(file)], [row for row in (rows, *named) if row]


def _file(file: Attachment) -> list[str]:
    name = f"{file.field}File"
    read = node.called(f"const {name}Bytes = readFileSync", [js_text(file.path)])
    options = exploded("{", [f"type: {js_text(file.mime)}"], "}")
    return [read, f"const {name} = new File([{name}Bytes], {js_text(file.filename)}, {options});"]


def production(call: Call) -> list[Line]:
    """The whole run: create, repeat, poll, download. Raises CannotRenderError."""
    method = sdk.operation(call, _PACKAGE).method
    if _by_hand(call):
        sent = node.form(call, "BODY")
        rows = ["body: BODY", "...options"]
        opening = f"API.post({js_text(call.below_base)}, {exploded('{', rows, '}', '  ')}).asResponse();"
    else:
        statements, rows = _request(call, "")
        sent = "\n".join([*statements, exploded("const REQUEST = {", rows, "};")])
        opening = f"API.{method}(REQUEST, options).asResponse();"
    values = {
        "needs": ", npm install openai",
        "request": sent,
        "headers": _headers(call, "  "),
        "create": "create",
        "opening": node.opening("create", opening),
        "poll": "  const opening = (options) =>\n    API.videos.retrieve(taskId, options).asResponse();",
    }
    return node_lines(call, values, frozenset({"sdk"}))
