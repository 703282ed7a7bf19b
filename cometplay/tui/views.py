"""What the result shows of a run, as text: whole for the clipboard, a part of it for the screen."""

from enum import StrEnum
from typing import TYPE_CHECKING

from cometplay.core import plain, redact
from cometplay.core.drafts import Kind
from cometplay.core.jsons import dig_text
from cometplay.tui.sheet import Sheet

if TYPE_CHECKING:
    from cometplay.core.wire import WireRequest
    from cometplay.session.state import Run


class View(StrEnum):
    """The five ways to look at a result."""

    OUTPUT = "Output"
    RAW = "Raw"
    HEADERS = "Headers"
    REQUEST = "Request"
    CODE = "Code"


LONGEST_LINE = 2_000
MOST_CHARACTERS = 20_000
MOST_LINES = 400


def whole(sheet: Sheet, view: View) -> str:
    """All of a view, as it came: for the clipboard and for a file."""
    if view is View.CODE:
        return sheet.code
    return plain.encodable(_of_run(sheet.run, view)) if sheet.run else ""


def _of_run(run: "Run", view: View) -> str:
    match view:
        case View.OUTPUT:
            return _output(run)
        case View.RAW:
            last = run.transcript.last
            return last.reading.text if last else ""
        case View.HEADERS:
            return _headers(run)
        case View.REQUEST:
            return "" if run.pasted else _request(run.transcript.sent)
        case View.CODE:
            return ""


def shown(text: str) -> tuple[str, str]:
    """What of a text the screen can bear, made harmless, and a word on what is left out ("" if nothing)."""
    part = text[: MOST_CHARACTERS * 2]
    lines = part.split("\n")[:MOST_LINES]
    cut = [_elided(line) for line in lines]
    part = "\n".join(cut)[:MOST_CHARACTERS]
    if len(text) <= len(part) and cut == lines:
        return plain.block(part), ""
    return plain.block(part), f"A part of {len(text):,} characters is shown; copy and save give the whole."


def _elided(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    head = line[: LONGEST_LINE // 4]
    return f"{head}… ({len(line) - len(head):,} more characters in this line)"


def _output(run: "Run") -> str:
    if run.output is not None:
        return run.output
    from cometplay.session.timeline import amount

    saved = "\n".join(f"{file.path}\n{file.mime}, {amount(file.size)}" for file in run.transcript.saved)
    task = run.transcript.task
    if task is None:
        return saved
    lines = [f"task      {task.id}"] if task.id else []
    if task.look:
        lines.append(f"status    {task.look.word}  ({task.look.state.value})")
        lines.append(f"progress  {task.look.progress or '(not told)'}")
    return "\n".join([*lines, *([saved] if saved else [])])


def _headers(run: "Run") -> str:
    last = run.transcript.last
    if last is None:
        return ""
    first = f"{last.status}" if last.status else "(no status came)"
    return "\n".join([first, *(f"{name}: {redact.header(name, value)}" for name, value in last.headers)])


def _request(request: "WireRequest | None") -> str:
    if request is None:
        return ""
    from cometplay.core import wire
    from cometplay.core.wire import FormBody, JsonBody

    content_type, _ = wire.payload(request.body)
    key = ["authorization: Bearer $COMETAPI_KEY"] if request.keyed else []
    kind = [f"content-type: {content_type}"] if content_type else []
    rest = [f"{name}: {redact.header(name, value)}" for name, value in request.headers]
    match request.body:
        case None:
            body = ""
        case JsonBody(text):
            body = text
        case FormBody(fields, files):
            parts = [f"{name} = {value}" for name, value in fields]
            body = "\n".join([*parts, *(f"{file.field} = @{file.path}" for file in files)])
    return "\n".join([f"{request.method} {request.url}", *key, *kind, *rest, "", body])


def summary(run: "Run") -> str:
    """The line under a result: tokens, the reason to stop, how long it took."""
    last = run.transcript.last
    if last is None:
        return ""
    from cometplay.session.timeline import duration

    value = last.reading.value
    usage = run.usage or {}
    tokens = [dig_text(usage, name) for name in ("prompt_tokens", "completion_tokens")]
    verdict = f"{run.verdict.cls.sign} {run.verdict.title}" if run.verdict else ""
    parts = [
        verdict,
        f"{tokens[0]} + {tokens[1]} tokens" if run.draft.kind is Kind.TEXT and all(tokens) else "",
        dig_text(value, "choices", 0, "finish_reason") if run.draft.kind is Kind.TEXT else "",
        str(last.status or ""),
        "" if run.pasted else duration(run.transcript.now),
    ]
    return " · ".join(plain.line(part, 40) for part in parts if part)
