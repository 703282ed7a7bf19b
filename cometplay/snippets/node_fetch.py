"""JavaScript with Node's own fetch: every request can be sent, for nothing stands between it and the wire."""

from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase
from cometplay.snippets import node
from cometplay.snippets.call import Call
from cometplay.snippets.literals import javascript, js_text
from cometplay.snippets.node import exploded
from cometplay.snippets.production import node_lines
from cometplay.snippets.templates import Line

_RESULTS = {Kind.TEXT: "answer.txt", Kind.IMAGE: "picture.png", Kind.VIDEO: "video.mp4"}
_STREAM = "for await (const piece of response.body) process.stdout.write(piece);"


def minimal(call: Call) -> list[Line]:
    """One fetch."""
    key = f'process.env.COMETAPI_KEY ?? "{call.usual_key}"' if call.usual_key else "process.env.COMETAPI_KEY"
    rows = [f'method: "{call.request.method}"'] if call.request.method != "GET" else []
    if headers := node.header_rows(call, key, typed=call.json is not None):
        rows.append(f"headers: {exploded('{', headers, '}', '  ')}")
    if call.json is not None:
        rows.append(f"body: JSON.stringify({javascript(call.json, '  ')})")
    if call.form is not None:
        rows.append("body")
    opening = exploded("const response = await fetch(url, {", rows, "});") if rows else _BARE
    code = [node.constant("url", js_text(call.request.url)), opening, _shown(call)]
    if call.form is not None:
        code.insert(1, node.form(call, "body"))
    return _lines("\n".join(code))


_BARE = "const response = await fetch(url);"


def _shown(call: Call) -> str:
    if call.streamed:
        return _STREAM
    if call.phase is not Phase.DOWNLOAD:
        return "console.log(await response.text());"
    name = _RESULTS[call.request.kind]
    return f'await writeFile("{name}", Buffer.from(await response.arrayBuffer()));'


def _lines(code: str) -> list[Line]:
    needed = node.imports(code)
    return [Line(text) for text in (f"{needed}\n\n{code}" if needed else code).splitlines()]


def production(call: Call) -> list[Line]:
    """The whole run: create, repeat, poll, download. Raises CannotRenderError."""
    base = "BASE_URL" if call.adapter.below_v1 else "HOST"
    endpoint = f"const ENDPOINT = `${{{base}}}{call.below_base}`;"
    sent = (
        node.form(call, "BODY")
        if call.form is not None
        else f"const REQUEST = {javascript(call.json or {})};"
    )
    headers = node.header_rows(call, "KEY", typed=call.json is not None)
    body = "BODY" if call.form is not None else "JSON.stringify(REQUEST)"
    rows = ['method: "POST"', "headers: HEADERS", f"body: {body}", 'redirect: "manual"', "...options"]
    values = {
        "needs": "",
        "request": f"{endpoint}\n{sent}",
        "headers": exploded("{", headers, "}"),
        "create": "create",
        "opening": f"const create = (options) =>\n  fetch(ENDPOINT, {exploded('{', rows, '}', '  ')});",
        "poll": _poll(call, base),
    }
    return node_lines(call, values, frozenset())


def _poll(call: Call, base: str) -> str:
    poll = call.adapter.poll
    if poll is None:
        return ""
    place = poll.path.replace("{id}", "${encodeURIComponent(taskId)}")
    rows = [f'method: "{poll.method}"'] if poll.field else []
    rows.append("headers: HEADERS")
    rows += [f"body: JSON.stringify({{ {poll.field}: taskId }})"] if poll.field else []
    opening = exploded("fetch(url, {", [*rows, 'redirect: "manual"', "...options"], "});", "    ")
    return f"  const url = `${{{base}}}{place}`;\n  const opening = (options) =>\n    {opening}"
