"""Python with httpx: every request can be sent, for nothing stands between it and the wire."""

from cometplay.core.connection import is_loopback
from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase
from cometplay.snippets import python
from cometplay.snippets.call import Call
from cometplay.snippets.literals import python_text
from cometplay.snippets.production import python_lines
from cometplay.snippets.python import exploded, literal
from cometplay.snippets.templates import Line

_RESULTS = {Kind.TEXT: "answer.txt", Kind.IMAGE: "picture.png", Kind.VIDEO: "video.mp4"}


def minimal(call: Call) -> list[Line]:
    """One call of the library's own functions."""
    sent = [f"{name}={value}" for name, value in _arguments(call).items()]
    if call.streamed:
        opening = exploded("with httpx.stream(", [python_text("POST"), *sent], ") as response:")
        code = f"{opening}\n    for line in response.iter_lines():\n        print(line)\n"
    else:
        opening = exploded(f"response = httpx.{call.request.method.lower()}(", sent, ")")
        code = f"{opening}\n{_shown(call)}\n"
    return [Line(text) for text in f"{python.imports(code)}\n\n{code}".splitlines()]


def _shown(call: Call) -> str:
    if call.phase is not Phase.DOWNLOAD:
        return "print(response.text)"
    return f'Path("{_RESULTS[call.request.kind]}").write_bytes(response.content)'


def _arguments(call: Call) -> dict[str, str]:
    """The keyword arguments, as code."""
    key = (
        f"os.environ.get('COMETAPI_KEY', '{call.usual_key}')"
        if call.usual_key
        else "os.environ['COMETAPI_KEY']"
    )
    headers = python.keyed_headers(call, key)
    found = {"url": python_text(call.request.url)}
    if headers:
        found["headers"] = exploded("{", headers, "}", "    ")
    if call.json is not None:
        found["json"] = literal(call.json, "    ")
    if call.form is not None:
        found["files"] = form(call, "    ")
    if call.phase is Phase.DOWNLOAD:
        found["follow_redirects"] = "True"
    if is_loopback(call.request.url):
        found["trust_env"] = "False"  # no proxy leads to this machine
    return found | {"timeout": str(call.limit_s)}


def form(call: Call, indent: str = "") -> str:
    """A form as httpx's `files`, in which a part without a file's name is a field."""
    parts = [(name, ["None", python_text(value)]) for name, value in (call.form or {}).items()]
    parts += [(file.field, python.file_parts(file)) for file in call.files]
    inner = f"{indent}    "
    if len({name for name, _ in parts}) == len(parts):
        return exploded("{", (python.row(name, part, inner) for name, part in parts), "}", indent)
    pairs = ([python_text(name), exploded("(", part, ")", f"{inner}    ")] for name, part in parts)
    return exploded("[", (exploded("(", pair, ")", inner) for pair in pairs), "]", indent)


def production(call: Call) -> list[Line]:
    """The whole run: create, repeat, poll, download. Raises CannotRenderError."""
    headers = python.keyed_headers(call, "KEY")
    values = {
        "headers": exploded("{", headers, "}", "    ") if headers else "{}",
        "package": "httpx",
        "request": _request(call),
        "create": f'API.stream("POST", URL, {"files" if call.form is not None else "json"}=REQUEST)',
        "poll": _poll(call),
    }
    return python_lines(call, values, frozenset())


def _request(call: Call) -> str:
    if call.form is None:
        return f"REQUEST: dict[str, Any] = {literal(call.json or {})}"
    written = form(call)
    kind = "dict[str, Any]" if written.startswith("{") else "list[tuple[str, Any]]"
    return f"# A form: a part without a file's name is a field.\nREQUEST: {kind} = {written}"


def _poll(call: Call) -> str:
    poll = call.adapter.poll
    if poll is None:
        return ""
    base = "BASE_URL" if call.adapter.below_v1 else "HOST"
    place = poll.path.replace("{id}", "{name}")
    name = [] if place == poll.path else ['name = quote(task_id, safe="")']
    body = f', json={{"{poll.field}": task_id}}' if poll.field else ""
    rows = [*name, f'url = f"{{{base}}}{place}"', f'opening = API.stream("{poll.method}", url{body})']
    return "\n".join(f"    {row}" for row in rows)
