"""curl, as it is pasted into a shell: every argument quoted, so that any prompt survives."""

import shlex

from cometplay.core.connection import LAB_KEY, Connection, Target, is_loopback
from cometplay.core.drafts import Attachment
from cometplay.core.wire import FormBody, JsonBody
from cometplay.snippets.call import Call
from cometplay.snippets.templates import Line

LONGEST_ARGUMENT = 120 * 1024
"""Bytes. Linux takes 128 KiB in one argument, its name and its NUL included."""


def minimal(call: Call) -> list[Line]:
    """One curl command. Raises ValueError for what no command line can carry."""
    request, connection = call.request, call.connection
    arguments = [
        *([] if request.method == "POST" else [f"-X {request.method}"]),
        *(_header(name, value) for name, value in call.headers),
        *(_authorization(connection) if call.keyed else []),
        *_body(request.body),
    ]
    # loopback is never reached through a proxy; elsewhere the person's own settings hold
    local = " --noproxy '*'" if is_loopback(request.url) else ""
    # -N: the pieces of a stream as they come
    at_once = " -N" if call.streamed else ""
    # -sS: no progress meter between the lines of an answer, but errors are told
    lines = [f"curl -sS{at_once}{local} {_quoted(request.url)}", *arguments]
    return [Line(text) for text in " \\\n  ".join(lines).split("\n")]


def _authorization(connection: Connection) -> list[str]:
    # double quotes, and only here: the shell has to put the key in
    key = f"${{COMETAPI_KEY:-{LAB_KEY}}}" if connection.target is Target.LAB else "$COMETAPI_KEY"
    return [f'-H "Authorization: Bearer {key}"']


def _header(name: str, value: str) -> str:
    if not value:
        return f"-H {_quoted(f'{name};')}"  # curl's way to send one that is empty
    return f"-H {_quoted(f'{name}: {value}')}"


def _body(body: JsonBody | FormBody | None) -> list[str]:
    match body:
        case None:
            return []
        case JsonBody(text):
            return [_header("Content-Type", "application/json"), f"--data-raw {_quoted(text)}"]
        case FormBody(fields, files):
            # --form-string, because -F would read a prompt that begins with @ as a file's name
            if any("=" in name for name, _ in fields):
                raise ValueError("curl ends a form field's name at its first =")
            texts = [f"--form-string {_quoted(f'{name}={value}')}" for name, value in fields]
            return [*texts, *(_file(file) for file in files)]


def _file(file: Attachment) -> str:
    path = file.path.replace("\\", "\\\\").replace('"', '\\"')
    part = f'{file.field}=@"{path}";type={file.mime}'
    return f"-F {_quoted(part)}"


def _quoted(text: str) -> str:
    if "\0" in text:
        raise ValueError("a NUL character cannot stand on a command line")
    if len(text.encode()) > LONGEST_ARGUMENT:
        raise ValueError(f"an argument of over {LONGEST_ARGUMENT >> 10} kB does not fit on a command line")
    return shlex.quote(text)
