"""What the result shows of a run, as text: whole for the clipboard, a part of it for the screen."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cometplay.core import jsons, plain, redact
from cometplay.core.drafts import Kind
from cometplay.core.jsons import dig_text
from cometplay.core.tokens import estimated_tokens
from cometplay.tui.eliding import elided
from cometplay.tui.sheet import Sheet

if TYPE_CHECKING:
    from cometplay.core.drafts import ToolCall
    from cometplay.core.transcript import Exchange
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
    """All of a view: for the clipboard and for a file."""
    return plain.encodable(as_it_came(sheet, view))


def as_it_came(sheet: Sheet, view: View) -> str:
    """All of a view, halves of characters and all."""
    if view is View.CODE:
        from cometplay.tui.coding import coded

        return coded(sheet).text
    if sheet.run is None:
        return _known(sheet) if view is View.OUTPUT else ""
    return _of_run(sheet.run, view, sheet.looked_at)


def _known(sheet: Sheet) -> str:
    """What is kept of a task that no run of this start watched."""
    if sheet.task is None:
        return ""
    from cometplay.tui.standing import facts

    return facts(sheet.task.task)


def _of_run(run: "Run", view: View, place: int | None) -> str:
    from cometplay.tui import answers

    match view:
        case View.OUTPUT:
            return _output(run)
        case View.RAW:
            answer = answers.shown(run, place)
            return answer.reading.text if answer else ""
        case View.HEADERS:
            return _headers(answers.shown(run, place))
        case View.REQUEST:
            answer = answers.shown(run, place) if place is not None else None
            return "" if run.pasted else _request(answer.request if answer else run.transcript.sent)
        case View.CODE:
            return ""


def shown(text: str, most_lines: int = MOST_LINES) -> tuple[str, str]:
    """What of a text the screen can bear, made harmless, and a word on what is left out ("" if nothing)."""
    part = plain.encodable(elided(text, MOST_CHARACTERS * 2))
    lines = part.split("\n")[:most_lines]
    cut = [_elided(line) for line in lines]
    part = "\n".join(cut)[:MOST_CHARACTERS]
    if text == part:
        return plain.block(part), ""
    return plain.block(part), f"A part of {len(text):,} characters is shown; copy and save give the whole."


def _elided(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    head = line[: LONGEST_LINE // 4]
    return f"{head}… ({len(line) - len(head):,} more characters in this line)"


def _output(run: "Run") -> str:
    if run.answer is not None:
        told = said(run)
        return told.text or "\n\n".join(told.calls)
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


def _headers(last: "Exchange | None") -> str:
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


def summary(run: "Run", width: int) -> str:
    """The line under a result, as much of it as the width takes: whole parts, the most important first.

    The verdict stands there by its sign alone where its name would take the place of figures.
    """
    named, signed = (_fitting(_figures(run, named=named), width) for named in (True, False))
    return _joined(signed if len(signed) > len(named) else named)


def _fitting(parts: list[tuple[int, str]], width: int) -> list[tuple[int, str]]:
    kept = [part for part in parts if part[1]]
    while len(kept) > 1 and cell_len(_joined(kept)) > width:
        kept.remove(max(kept))
    return kept


def _joined(parts: list[tuple[int, str]]) -> str:
    return " · ".join(plain.line(text, 40) for _, text in parts)


def _figures(run: "Run", *, named: bool) -> list[tuple[int, str]]:
    """What there is to say in a word, in its order on the line; the number is its importance, 0 first."""
    from cometplay.session.timeline import duration

    last, answer, transcript = run.transcript.last, run.answer, run.transcript
    if last is None and answer is None:
        return []
    counted = sizes(run)
    first = transcript.first_chunk_at
    return [
        (0, f"{run.verdict.cls.sign} {run.verdict.title if named else ''}".strip() if run.verdict else ""),
        (2, counted),
        (3, answer.reason_told if answer else ""),
        (4, str(last.status or "") if last else ""),
        (1, "" if run.pasted else duration(transcript.now)),
        (5, f"first text {duration(first)}" if first is not None else ""),
        (6, pace(run)),
        (7, f"{answer.choices} choices" if answer and answer.choices > 1 else ""),
    ]


def _tokens(run: "Run") -> tuple[str, str]:
    """What went in and what came out, as the usage of any route tells it; "" for what is not told."""
    usage = run.usage or {}
    return (
        dig_text(usage, "prompt_tokens") or dig_text(usage, "input_tokens"),
        dig_text(usage, "completion_tokens") or dig_text(usage, "output_tokens"),
    )


def sizes(run: "Run") -> str:
    """9 + 8 tokens; while nothing is counted yet an estimate of what came."""
    sent, came = _tokens(run)
    if sent and came:
        return f"{sent} + {came} tokens"
    if run.draft.kind is not Kind.TEXT:
        return f"{came} tokens" if came else ""
    answer = run.answer
    return f"~{estimated_tokens(answer.content):,} tokens" if answer and answer.content else ""


def pace(run: "Run") -> str:
    """Tokens a second since the first text of a stream; an estimate where none were counted."""
    transcript, answer = run.transcript, run.answer
    if transcript.first_chunk_at is None or answer is None:
        return ""
    ends = transcript.sent_at + transcript.create.elapsed_s if transcript.create else transcript.now
    took_s = ends - transcript.sent_at - transcript.first_chunk_at
    _, came = _tokens(run)
    count = int(came) if came.isdigit() else estimated_tokens(answer.content)
    about = "" if came.isdigit() else "~"
    return f"{about}{count / took_s:,.0f} tokens/s" if took_s > 0 else ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in its parts, each to be shown apart: what was thought, what was said, what is called."""

    thought: str
    text: str
    calls: tuple[str, ...]


def said(run: "Run") -> Said:
    """The parts of a run's output."""
    answer = run.answer
    if answer is None:
        return Said("", _output(run), ())
    others = (f"\n\n── choice {place} ──\n{text}" for place, text in enumerate(answer.others, 2))
    refusal = f"Refused: {answer.refusal}" if answer.refusal else ""
    text = "".join([answer.content, *(["\n\n"] if answer.content and refusal else []), refusal, *others])
    return Said(answer.reasoning, text, tuple(written_call(call) for call in answer.calls))


def written_call(call: "ToolCall") -> str:
    """A call as a person reads it: its name, and its arguments in lines where they are JSON."""
    try:
        value = jsons.parse(call.arguments or "{}")
    except ValueError as error:
        return f"{call.name}\n{call.arguments}\n(these arguments are not JSON: {error})"
    return f"{call.name}\n{json.dumps(value, ensure_ascii=False, indent=2)}"


MOST_MARKDOWN = 20_000
"""Characters of Markdown that can be laid out without keeping a key waiting."""

_MARKDOWN = re.compile(
    r"```|~~~|\*\*|`[^`\n]+`|\]\(|^ {0,3}(?:#{1,6} |[-*+] |\d+[.)] |> |\|.*\|)", re.MULTILINE
)


def why_not_saved(run: "Run") -> str:
    """Why the newest result that came is on no disk; "" where nothing came to grief."""
    from cometplay.core.events import NotSaved

    return next((event.why for event in reversed(run.transcript.events) if isinstance(event, NotSaved)), "")


def is_markdown(text: str) -> bool:
    """Whether a text is better read as Markdown: it has marks of it, is not too long, and no JSON."""
    return len(text) <= MOST_MARKDOWN and text[:1] not in "{[" and _MARKDOWN.search(text) is not None
