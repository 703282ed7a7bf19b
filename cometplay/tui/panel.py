"""The diagnosis as styled text: what came back, why, what to do, and where it is written."""

from textual.content import Content

from cometplay.core import plain, retry
from cometplay.core.events import Retrying, Stopped, Waiting, WaitReason
from cometplay.core.findings import Finding, Fix, ModeClass, Retryable
from cometplay.failures import catalogue
from cometplay.failures.mode import FailureMode
from cometplay.failures.tables import HTTP_STATUS
from cometplay.session.state import Run
from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet

STYLES = {
    ModeClass.OK: "$text-success",
    ModeClass.HARD: "$text-error",
    ModeClass.SOFT: "$text-warning",
    ModeClass.SILENT: "$text-warning",
    ModeClass.TRANSPORT: "$text-error",
    ModeClass.PENDING: "$text-accent",
    ModeClass.PREFLIGHT: "$text-warning",
    ModeClass.NOTE: "$text-accent",
}


def headline(finding: Finding) -> Content:
    """Class as sign and word, and the title: nothing is told by colour alone."""
    style = STYLES[finding.cls]
    return Content.assemble(
        (f"{finding.cls.sign} {finding.cls.value.upper()}", f"bold {style}"), ("  " + finding.title, "bold")
    )


def diagnosis(sheet: Sheet, run: Run, finding: Finding) -> Content:
    """The whole panel. Server text is quoted as plain text."""
    mode = catalogue.get(finding.mode)
    parts = [
        headline(finding),
        Content.styled(finding.mode, "$foreground-muted"),
        *_evidence(finding),
        *_section("Why", f"{mode.meaning} {mode.cause}"),
        *_steps(mode),
        *_mend(sheet),
        *_section("Retry", _retry(run, mode), _asked(run), _rule(mode)),
        *_section("Request id", *(plain.line(found) for found in run.request_ids[:3])),
        *_section("Not so when", f"{mode.not_when.text} ({mode.not_when.id})"),
        *_beside(run),
        *_section("Source", mode.source.name, mode.source.url),
    ]
    return Content("\n").join(parts)


def before_sending(found: tuple[Finding, ...]) -> Content:
    """What preflight sees in a draft that was not sent yet, and whether it keeps the request back."""
    parts: list[Content] = []
    for finding in found:
        mode = catalogue.get(finding.mode)
        keeps = "It keeps the request back." if finding.seen.blocks else "It can be sent all the same."
        parts += [
            headline(finding),
            Content.styled(finding.mode, "$foreground-muted"),
            *_evidence(finding, "In the request"),
            *_section("Why", mode.meaning, keeps),
            *_steps(mode),
            Content(""),
        ]
    return Content("\n").join(parts)


def _title(name: str) -> Content:
    return Content.assemble("\n", (name, "bold $text-primary"))


def _section(name: str, *lines: str) -> tuple[Content, ...]:
    shown = [Content(line) for line in lines if line]
    return (_title(name), *shown) if shown else ()


def _evidence(finding: Finding, title: str = "What came back") -> tuple[Content, ...]:
    if not finding.evidence:
        return ()
    lines = (
        Content.assemble((piece.where, "$foreground-muted"), " ", (plain.line(piece.value, 300), "bold"))
        for piece in finding.evidence
    )
    return (_title(title), *lines)


def _steps(mode: FailureMode) -> tuple[Content, ...]:
    steps = (
        Content.assemble((f"{number} ", "bold $text-accent"), step)
        for number, step in enumerate(mode.fixes, 1)
    )
    return (_title("Do"), *steps)


def _mend(sheet: Sheet) -> tuple[Content, ...]:
    if sheet.fix is None:
        return ()
    lines = (
        Content.assemble(
            (change.field, "$foreground-muted"),
            " ",
            plain.line(change.before, 80),
            (" → ", "bold"),
            plain.line(change.after, 80),
        )
        for change in sheet.fix.changes
    )
    return (_title(f"Fix: {key_of('apply_fix')} applies it"), *lines)


_RULES = {Retryable.YES: "may help, unchanged", Retryable.NO: "cannot help; change something first"}


def _retry(run: Run, mode: FailureMode) -> str:
    """The rule, and what the session made of it."""
    events = run.transcript.events
    repeats = [event for event in events if isinstance(event, Retrying)]
    stopped = [event.why for event in events if isinstance(event, Stopped)]
    waits = [event for event in events if isinstance(event, Waiting) and event.reason is not WaitReason.POLL]
    told = [_RULES.get(mode.retryable, "nothing failed")]
    if repeats:
        told.append(f"repeated by itself: {repeats[-1].repeat} of {repeats[-1].of}")
    elif waits and not stopped:
        told.append("a repeat by itself is due")
    if mode.retryable is not Retryable.NO:  # there the rule is the reason
        told += stopped[-1:]
    return "; ".join(told)


def _asked(run: Run) -> str:
    """What the server said of a repeat, in its own words."""
    asked = retry.asked(run.deciding.headers) if run.deciding else ""
    return f"The server asked for it with {plain.line(asked, 80)}" if asked else ""


def _rule(mode: FailureMode) -> str:
    """The row of the documents that the decision follows."""
    if mode.row is None or mode.row.table is not HTTP_STATUS:
        return ""
    _, meaning, repeat, do = next(row for row in mode.row.table.rows if row[0] == mode.row.key)
    return f"The documents on {mode.row.key} ({meaning}): retry {repeat}; {do}"


def documented(finding: Finding) -> Content:
    """The documents' table, a line a row; the row that matches has a mark and all its cells."""
    row = catalogue.get(finding.mode).row
    if row is None:
        return Content("")
    width = max(len(cells[0]) for cells in row.table.rows)
    lines: list[Content] = []
    for key, meaning, *rest in row.table.rows:
        mine = key == row.key
        style = "bold $text-warning" if mine else "$foreground-muted"
        lines.append(Content.styled(f"{'▸' if mine else ' '} {key:{width}} │ {meaning}", style))
        if mine:
            lines += [Content.styled(f"  {'':{width}} │ {cell}", style) for cell in rest]
    return Content("\n").join([_title(f"In the documents: {row.table.title}"), *lines])


def _beside(run: Run) -> tuple[Content, ...]:
    """What was noted, and what was seen before sending and did not keep the request back."""
    if not run.notes:
        return ()
    lines = [_title("Beside it")]
    for note in run.notes:
        told = (f"{piece.where} {plain.line(piece.value, 300)}" for piece in note.evidence)
        lines += [
            headline(note),
            Content.styled(note.mode, "$foreground-muted"),
            *map(Content, told),
            Content(catalogue.get(note.mode).fixes[0]),
        ]
    return tuple(lines)


def mended(fix: Fix) -> Content:
    """Each field that the fix changes: before, an arrow, after."""
    lines = (
        Content.assemble(
            (f"{change.field}\n", "bold"),
            (f"  before  {plain.line(change.before, 400)}\n", "$foreground-muted"),
            ("  after   ", "$foreground-muted"),
            (plain.line(change.after, 400), "bold $text-success"),
        )
        for change in fix.changes
    )
    return Content("\n").join(lines)
