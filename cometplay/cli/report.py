"""A finished run for a person (standard error), for a program (JSON) and for a log."""

from cometplay.core import plain
from cometplay.core.drafts import Change
from cometplay.core.findings import Finding, ModeClass, Retryable
from cometplay.core.jsons import JsonObject
from cometplay.core.models import family_of
from cometplay.core.redact import key_like
from cometplay.core.states import TaskState
from cometplay.core.transcript import Task
from cometplay.failures import catalogue, judge
from cometplay.session.state import Run
from cometplay.session.timeline import clock_time, describe

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


def timeline_line(run: Run) -> str:
    """The newest event as a line; "" when it needs none."""
    event = run.transcript.events[-1]
    text = describe(event)
    return f"{clock_time(run, event.at)}  {text}" if text else ""


def verdict(run: Run) -> str:
    """What failed, why, and what to do, as the side panel says it."""
    found = run.verdict
    if found is None:
        return ""
    mode = catalogue.get(found.mode)
    parts = [
        f"\n{mode.cls.sign} {mode.cls.value.upper()}  {mode.title}  ({mode.id})",
        _section("What came back", [f"{piece.where}: {piece.value}" for piece in found.evidence]),
        _section("Why", [mode.meaning, mode.cause]),
        _section("What to do", [f"{number}. {step}" for number, step in enumerate(mode.fixes, 1)]),
        _section("Not so when", [f"{mode.not_when.text} ({mode.not_when.id})"]),
        _section("Retry", [f"{mode.retryable.value}"]),
        _section("Mend", [f"{change.field}: {change.before} -> {change.after}" for change in _changes(run)]),
        _section("Request id", [*run.request_ids]),
        _section("Result url", [_lost_url(run)]),
        _section("Source", [mode.source.name, mode.source.url]),
        _section("Beside it", [f"{note.title} ({note.mode})" for note in run.notes]),
        _raw(run, found),
    ]
    return "\n".join(part for part in parts if part)


def _lost_url(run: Run) -> str:
    """Where the result still is, when it could not be fetched."""
    lost = run.transcript.lost
    return plain.line(lost.request.url, 2000) if lost and lost.request else ""


RAW_SHOWN = 1000


def _raw(run: Run, found: Finding) -> str:
    """The beginning of what came, where it did not make an output."""
    text = run.deciding.reading.text if run.deciding else ""
    if found.cls is ModeClass.OK or run.output is not None or not text:
        return ""
    rest = f"\n… {len(text) - RAW_SHOWN:,} more characters" if len(text) > RAW_SHOWN else ""
    return f"  Raw\n{plain.block(text[:RAW_SHOWN])}{rest}"


def _section(name: str, lines: list[str]) -> str:
    shown = [plain.line(line, 2000) for line in lines if line]
    return "\n".join(f"  {name if place == 0 else '':<15} {line}" for place, line in enumerate(shown))


def _changes(run: Run) -> tuple[Change, ...]:
    fix = judge.repair(run.draft, run.verdict) if run.verdict else None
    return fix.changes if fix else ()


def as_json(run: Run) -> JsonObject:
    """The one object of `send --json`."""
    found, transcript = run.verdict, run.transcript
    mode = catalogue.get(found.mode) if found else None
    return {
        "id": mode.id if mode else None,
        "class": mode.cls.value if mode else None,
        "retryable": mode is not None and mode.retryable is Retryable.YES,
        "request_id": run.request_ids[0] if run.request_ids else None,
        "title": mode.title if mode else None,
        "fix": [*mode.fixes] if mode else [],
        "notes": [note.mode for note in run.notes],
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
        "route": family_of(run.draft.kind, run.draft.model).route.value,
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
