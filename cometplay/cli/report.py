"""A finished run for a person (standard error), for a program (JSON) and for a log."""

from cometplay.core import plain
from cometplay.core.changes import Change
from cometplay.core.events import Saved, Sent
from cometplay.core.findings import Finding, ModeClass, Retryable
from cometplay.core.jsons import JsonObject
from cometplay.core.models import route_of
from cometplay.core.redact import key_like
from cometplay.core.states import TaskState
from cometplay.core.transcript import Task
from cometplay.core.wire import Phase
from cometplay.failures import catalogue
from cometplay.failures.mode import FailureMode
from cometplay.session.state import Run
from cometplay.session.timeline import clock_time, describe, first_text

STATUS_OF_CLASS = {
    ModeClass.OK: 0,
    ModeClass.NOTE: 0,
    ModeClass.HARD: 1,
    ModeClass.PREFLIGHT: 2,
    ModeClass.SOFT: 3,
    ModeClass.SILENT: 4,
    ModeClass.TRANSPORT: 5,
    ModeClass.PENDING: 6,
}
"""The exit status of `send`, by the class of its verdict."""


def timeline_lines(before: Run | None, run: Run) -> list[str]:
    """What is new in a run since `before`, a line each: an event, or that a stream's first text has come."""
    past = before.transcript if before else None
    news = run.transcript.events[len(past.events) if past else 0 :]
    told = [(event.at, describe(event)) for event in news]
    if not (past and first_text(past)):
        told.append((run.transcript.now, first_text(run.transcript)))
    return [f"{clock_time(run, at)}  {text}" for at, text in told if text]


def verdict(run: Run) -> str:
    """What failed, why, and what to do, as the side panel says it."""
    found = run.verdict
    if found is None:
        return ""
    text = run.deciding.reading.text if run.deciding else ""
    return "\n" + told(
        found,
        request_ids=run.request_ids,
        notes=run.notes,
        raw="" if found.cls is ModeClass.OK or run.output is not None else text,
        changes=run.fix.changes if run.fix else (),
        lost_urls=_lost_urls(run),
    )


def told(
    found: Finding,
    *,
    request_ids: tuple[str, ...] = (),
    notes: tuple[Finding, ...] = (),
    raw: str = "",
    changes: tuple[Change, ...] = (),
    lost_urls: tuple[str, ...] = (),
) -> str:
    """A verdict for a person. `raw` is the body where that is worth a look; its beginning is shown."""
    mode = catalogue.get(found.mode)
    parts = [
        f"{mode.cls.sign} {mode.cls.value.upper()}  {mode.title}  ({mode.id})",
        _section("What came back", [f"{piece.where}: {piece.value}" for piece in found.evidence]),
        _section("Why", [mode.meaning, mode.cause]),
        _section("What to do", [f"{number}. {step}" for number, step in enumerate(mode.fixes, 1)]),
        _section("Not so when", [f"{mode.not_when.text} ({mode.not_when.id})"]),
        _section("Retry", [f"{mode.retryable.value}"]),
        _section("Mend", [f"{change.field}: {change.before} -> {change.after}" for change in changes]),
        _section("Request id", [*request_ids]),
        _section("Result url", [*lost_urls]),
        _section("Documented", [_documented(mode)]),
        _section("Source", [mode.source.name, mode.source.url]),
        _section("Beside it", [f"{note.title} ({note.mode})" for note in notes]),
        _raw(raw),
    ]
    return "\n".join(part for part in parts if part)


def _documented(mode: FailureMode) -> str:
    """The mode's row in the documents' own table."""
    if mode.row is None:
        return ""
    table, key = mode.row.table, mode.row.key
    cells = next(cells for cells in table.rows if cells[0] == key)
    return f"{table.title}: {' | '.join(cells)}"


def _lost_urls(run: Run) -> tuple[str, ...]:
    """Where the results still are that could not be fetched or kept."""
    lost: dict[str, None] = {}
    asked = ""
    for event in run.transcript.events:
        match event:
            case Sent(request=request) if request.phase is Phase.DOWNLOAD:
                asked = request.url
                lost[asked] = None
            case Saved():
                lost.pop(asked, None)
            case _:
                pass
    return tuple(plain.line(url, 2000) for url in lost)


RAW_SHOWN = 1000


def _raw(text: str) -> str:
    if not text:
        return ""
    rest = f"\n… {len(text) - RAW_SHOWN:,} more characters" if len(text) > RAW_SHOWN else ""
    # masked before it is cut: the half of a key looks like none
    return f"  Raw\n{plain.block(key_like(text[: 2 * RAW_SHOWN])[:RAW_SHOWN])}{rest}"


def _section(name: str, lines: list[str]) -> str:
    shown = [plain.line(key_like(line), 2000) for line in lines if line]
    return "\n".join(f"  {name if place == 0 else '':<15} {line}" for place, line in enumerate(shown))


def judged(found: Finding | None, request_ids: tuple[str, ...], notes: tuple[Finding, ...]) -> JsonObject:
    """The keys that every verdict has for a program."""
    mode = catalogue.get(found.mode) if found else None
    return {
        "id": mode.id if mode else None,
        "class": mode.cls.value if mode else None,
        "retryable": mode is not None and mode.retryable is Retryable.YES,
        "request_id": key_like(request_ids[0]) if request_ids else None,
        "title": mode.title if mode else None,
        "fix": [*mode.fixes] if mode else [],
        "notes": [note.mode for note in notes],
    }


def as_json(run: Run) -> JsonObject:
    """The one object of `send --json`."""
    transcript = run.transcript
    return {
        **judged(run.verdict, run.request_ids, run.notes),
        "seen": [*run.seen],
        "attempts": transcript.creates,
        "status": (run.deciding.status or None) if run.deciding else None,
        "elapsed_s": round(transcript.now, 3),
        "task": _task(run, transcript.task) if transcript.task else None,
        "files": [saved.path for saved in transcript.saved],
        "output": run.output,
        "usage": run.usage,
    }


def _task(run: Run, task: Task) -> JsonObject:
    state = task.look.state if task.look else TaskState.UNKNOWN
    return {
        "id": task.id,
        "route": route_of(run.draft).value,
        "state": state.value,
    }


def log_line(run: Run) -> JsonObject:
    """The structured line that is safe to keep: no prompt, no key, no file."""
    last = run.deciding
    request = last.request if last else run.transcript.sent
    return {
        "method": request.method if request else None,
        "path": request.path if request else None,
        "model": key_like(run.draft.model),
        "status": last.status or None if last else None,
        "request_id": run.request_ids[0] if run.request_ids else None,
        "retryable": run.verdict is not None and run.verdict.retryable is Retryable.YES,
    }
