"""Python with the openai SDK, and with the cometapi SDK, which is the same one with other defaults."""

from cometplay.core.jsons import Json
from cometplay.core.routes import Route
from cometplay.core.wire import Phase
from cometplay.snippets import python, sdk
from cometplay.snippets.call import Call
from cometplay.snippets.literals import python_text
from cometplay.snippets.production import python_lines
from cometplay.snippets.python import exploded, literal
from cometplay.snippets.sdk import Operation
from cometplay.snippets.templates import Line

_OPENAI, _COMETAPI = "openai.OpenAI", "CometAPI"


def minimal(call: Call) -> list[Line]:
    return _minimal(call, sdk.operation(call, "openai"), _OPENAI)


def cometapi_minimal(call: Call) -> list[Line]:
    sdk.covered(call)
    return _minimal(call, sdk.operation(call, "cometapi"), _COMETAPI)


def production(call: Call) -> list[Line]:
    return _production(call, sdk.operation(call, "openai"), _OPENAI, "openai")


def cometapi_production(call: Call) -> list[Line]:
    sdk.covered(call)
    return _production(call, sdk.operation(call, "cometapi"), _COMETAPI, "cometapi")


def _minimal(call: Call, operation: Operation, client: str) -> list[Line]:
    code = f"{_client(call, client)}\n{_called(call, operation)}\n"
    return [Line(text) for text in f"{python.imports(code)}\n\n{code}".splitlines()]


def _client(call: Call, client: str) -> str:
    usual = f'os.environ.get("COMETAPI_KEY", {python_text(call.usual_key)})'
    own = 'os.environ["COMETAPI_KEY"]'
    rows = [
        f"api_key={usual if call.usual_key else own}",
        f"base_url={python_text(call.base_url)}",
        "max_retries=0",
    ]
    if call.headers:
        rows.append(f"default_headers={exploded('{', _header_rows(call), '}', '    ')}")
    return exploded(f"client = {client}(", rows, ")")


def _header_rows(call: Call) -> list[str]:
    return [f"{python_text(name)}: {python_text(value)}" for name, value in call.headers]


def _called(call: Call, operation: Operation) -> str:
    task = python_text(call.task_id)
    match call.phase:
        case Phase.POLL:
            return f"video = client.videos.retrieve({task})\nprint(video.to_json())"
        case Phase.PROBE | Phase.DOWNLOAD:
            return f'client.videos.download_content({task}).write_to_file("video.mp4")'
        case Phase.CREATE:
            name, after = _STREAMS[call.route] if call.streamed else _ANSWERS[call.route]
            rows = (f"{field}={value}" for field, value in arguments(call, operation, "    ").items())
            return f"{exploded(f'{name} = client.{operation.method}(', rows, ')')}\n{after}"


_ANSWERS = {
    Route.CHAT: ("completion", "print(completion.choices[0].message.content)"),
    Route.RESPONSES: ("response", "print(response.output_text)"),
    Route.IMAGES: ("images", "print(images.to_json())"),
    Route.EDITS: ("images", "print(images.to_json())"),
    Route.VIDEOS: ("video", "print(video.to_json())"),
}
_CHUNKS = """\
for chunk in stream:
    for choice in chunk.choices:
        print(choice.delta.content or "", end="")"""
_EVENTS = """\
for event in stream:
    if event.type == "response.output_text.delta":
        print(event.delta, end="")"""
_STREAMS = {Route.CHAT: ("stream", _CHUNKS), Route.RESPONSES: ("stream", _EVENTS)}


def arguments(call: Call, operation: Operation, indent: str) -> dict[str, str]:
    """The keyword arguments as code; what the SDK has no argument for goes along in `extra_body`."""
    known = {name: value for name, value in call.fields.items() if operation.knows(name, value)}
    more: dict[str, Json] = {name: value for name, value in call.fields.items() if name not in known}
    found = {name: literal(value, indent) for name, value in known.items()}
    for file in call.files:
        line = f"({', '.join(python.file_parts(file))})"
        fits = len(f"{indent}{file.field}={line},") <= python.WIDTH
        found[file.field] = line if fits else exploded("(", python.file_parts(file), ")", indent)
    return found | ({"extra_body": literal(more, indent)} if more else {})


def _production(call: Call, operation: Operation, client: str, package: str) -> list[Line]:
    resource, _, method = operation.method.rpartition(".")
    api = f"API.{resource}.with_streaming_response"
    sent = arguments(call, operation, "    ")
    if call.streamed:
        sent.pop("stream")
    rows = (f"{python_text(name)}: {value}" for name, value in sent.items())
    values = {
        "client": client,
        "package": package,
        "headers": exploded("{", _header_rows(call), "}", "    "),
        "request": f"REQUEST: dict[str, Any] = {exploded('{', rows, '}')}",
        "create": f"API.{operation.method}(stream=True, **REQUEST)"
        if call.streamed
        else f"{api}.{method}(**REQUEST)",
        "poll": f"    opening = {api}.retrieve(task_id)",
    }
    return python_lines(call, values, frozenset({"sdk"}))
