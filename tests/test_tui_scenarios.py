"""Protects the promise of the terminal: every failure that can be played is named, quoted and explained."""

import asyncio
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from textual.widgets import Static
from tui_playing import Playing, act, playing, squeezed

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Fault
from cometplay.core.findings import ModeClass
from cometplay.core.redact import Secret
from cometplay.failures import judge
from cometplay.failures.catalogue import CATALOGUE, get
from cometplay.failures.mode import FailureMode
from cometplay.lab import LabRequest
from cometplay.session.state import Run

pytestmark = pytest.mark.slow  # a hundred failures, each in its tab


def blocks(mode: FailureMode, kind: Kind) -> bool:
    """Whether a mode that is seen before sending is what keeps its own reproduction back."""
    connection = mode.reproduce.connection or Connection(Target.LAB, "http://127.0.0.1:9/v1", Secret("lab"))
    found = judge.preflight(mode.reproduce.draft(kind), connection)
    return bool(found) and found[0].seen.blocks and found[0].mode == mode.id


BESIDE = {
    (kind, mode.id)
    for mode in CATALOGUE
    for kind in mode.kinds
    if mode.cls is ModeClass.NOTE or (mode.reproduce.script is None and not blocks(mode, kind))
}
"""What is told beside a verdict, and never is one."""

CASES = [
    (kind, mode.id)
    for mode in CATALOGUE
    for kind in Kind
    if kind in mode.kinds and (kind, mode.id) not in BESIDE
]
cases = pytest.mark.parametrize(("kind", "mode_id"), CASES, ids=[f"{kind} {mode}" for kind, mode in CASES])


@dataclass
class Shown:
    """What stood in the tab when the failure was there: panel, table and timeline, and what the lab saw."""

    run: Run
    header: str
    panel: str
    table: str
    timeline: str
    requests: tuple[LabRequest, ...]


def _text(here: Playing, selector: str) -> str:
    """All that a widget shows, what has to be scrolled to included."""
    widget = here.widget(selector)
    assert isinstance(widget, Static)
    return str(widget.visual)


def _shown(here: Playing, requests: tuple[LabRequest, ...]) -> Shown:
    texts = [_text(here, selector) for selector in ("#scenario", "#told", "#table", "#lines")]
    return Shown(here.run, *texts, requests)


async def _play(here: Playing, mode_id: str) -> Shown:
    """A scenario up to the moment when it is diagnosed as itself, be it during a pause."""
    before, looked_at, arrived = here.sheet.run, here.sheet.chosen, len(here.lab.requests)
    here.set_scene(mode_id)
    here.play.action_send()

    def settled() -> bool:
        # not by their number: a tab lets go of its oldest runs
        kept = any(run is before for run in here.sheet.runs[:-1])
        newer = here.sheet.run and (before is None or kept or here.sheet.chosen != looked_at)
        return bool(newer) and (not here.sheet.busy or here.time.paused)

    await here.until(settled)
    while here.run.verdict.mode != mode_id and here.sheet.busy:
        here.time.let_go()
        await here.until(settled)
    await here.until(lambda: mode_id in _text(here, "#told") and mode_id in _text(here, "#scenario"))
    shown = _shown(here, here.lab.requests[arrived:])
    if here.sheet.busy:
        here.play.action_cancel()
        await here.until(lambda: not here.sheet.busy)
    return shown


async def _tab(kind: Kind) -> dict[tuple[Kind, str], Shown | AssertionError]:
    found: dict[tuple[Kind, str], Shown | AssertionError] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with playing(Path(folder), holds=True) as here:
            await here.play.run_action(kind.value)
            with here.app.batch_update():  # nothing is painted: what stands in the widgets is looked at
                for mode_id in (mode_id for of, mode_id in CASES if of is kind):
                    try:
                        found[kind, mode_id] = await _play(here, mode_id)
                    except AssertionError as error:
                        found[kind, mode_id] = error
    return found


async def _all() -> dict[tuple[Kind, str], Shown | AssertionError]:
    """The tabs side by side, so that they wait together where a time limit has to strike."""
    first, *rest = await asyncio.gather(*(_tab(kind) for kind in Kind))
    return first | rest[0] | rest[1]


@cache
def _gallery() -> dict[tuple[Kind, str], Shown | AssertionError]:
    return asyncio.run(_all())


def gallery(kind: Kind, mode_id: str) -> Shown:
    """A scenario in its tab; all are played at the first call."""
    found = _gallery()[kind, mode_id]
    if isinstance(found, AssertionError):
        raise found
    return found


@cases
def test_the_panel_names_the_mode_by_sign_word_and_id(kind, mode_id):
    shown, mode = gallery(kind, mode_id), get(mode_id)
    lines = shown.panel.split("\n")
    assert lines[0] == f"{mode.cls.sign} {mode.cls.value.upper()}  {mode.title}"
    assert lines[1] == mode_id
    assert mode_id in shown.header


@cases
def test_the_panel_quotes_explains_and_advises(kind, mode_id):
    shown, mode = gallery(kind, mode_id), get(mode_id)
    for piece in shown.run.verdict.evidence:
        assert f"{piece.where} {piece.value}"[:200] in shown.panel
    for number, step in enumerate(mode.fixes, 1):
        assert f"{number} {step}" in shown.panel
    for text in (mode.meaning, mode.cause, mode.not_when.text, mode.not_when.id, mode.source.url):
        assert text in shown.panel
    assert ("\nWhat came back\n" in shown.panel) == bool(shown.run.verdict.evidence)


@cases
def test_the_documented_row_is_marked_and_no_other(kind, mode_id):
    shown, row = gallery(kind, mode_id), get(mode_id).row
    marked = [line for line in shown.table.split("\n") if line.startswith("▸")]
    if row is None:
        assert shown.table == ""
        return
    assert len(marked) == 1
    assert squeezed(marked[0]).startswith(squeezed("▸" + row.key))
    assert row.table.title in shown.table
    for key, *_ in row.table.rows:
        assert key in shown.table


@cases
def test_the_timeline_tells_what_the_lab_saw(kind, mode_id):
    shown = gallery(kind, mode_id)
    last = shown.timeline.rsplit("── run", 1)[-1]
    create = [request for request in shown.requests if request.method == "POST"]
    assert last.count("POST ") == len(create) or mode_id.startswith("transport.")
    for request in create:
        assert f"{request.status} in " in last or any(fault.value in last for fault in Fault)
    assert bool(create) or "POST " not in last or any(fault.value in last for fault in Fault)
    for request_id in shown.run.request_ids[:3]:
        assert request_id in shown.panel


@pytest.mark.parametrize("kind", Kind)
def test_a_repair_is_announced_with_the_value_before_and_after(kind):
    for case in CASES:
        mode = get(case[1])
        if case[0] is kind:
            assert ("F8 applies it" in gallery(*case).panel) == (mode.repair is not None), mode.id


NOTED = [(kind, mode_id) for kind, mode_id in sorted(BESIDE) if mode_id != "preflight.token-budget"]


@pytest.mark.parametrize(("kind", "mode_id"), NOTED, ids=[f"{kind} {mode}" for kind, mode in NOTED])
def test_what_stands_beside_a_verdict_is_named_and_quoted(kind, mode_id, tmp_path):
    async def play(here: Playing) -> None:
        await here.play.run_action(kind.value)
        await here.pause()
        here.set_scene(mode_id)
        await here.send()
        await here.go_on()
        await here.until(lambda: mode_id in _text(here, "#told"))
        note = next(note for note in here.run.notes if note.mode == mode_id)
        panel = _text(here, "#told")
        assert f"{get(mode_id).cls.sign} {get(mode_id).cls.value.upper()}  {get(mode_id).title}" in panel
        assert get(mode_id).fixes[0] in panel
        assert all(f"{piece.where} {piece.value}"[:200] in panel for piece in note.evidence)

    act(play, tmp_path)
