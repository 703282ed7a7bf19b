"""Protects the catalogue: every mode is whole, can be seen, is told from its neighbour, and can be mended."""

import re
import socket
from functools import cache
from pathlib import Path

import pytest
from playing import Stage, alone, dialogue, ok_of, on_stage

from cometplay.core import wire
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.findings import ModeClass, Retryable
from cometplay.core.models import FAMILIES, starting_draft
from cometplay.core.redact import Secret
from cometplay.core.wire import Phase
from cometplay.failures import catalogue, judge, preflight_fields
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.mode import FailureMode
from cometplay.lab.play import meets
from cometplay.session.state import Run

CASES = [(mode, kind) for mode in CATALOGUE for kind in Kind if kind in mode.kinds]


def cases(chosen):
    """Parametrizes over a choice of modes and each of their kinds."""
    rows = [pytest.param(mode, kind, id=f"{mode.id}-{kind}") for mode, kind in CASES if chosen(mode)]
    return pytest.mark.parametrize(("mode", "kind"), rows)


def has_script(mode: FailureMode) -> bool:
    return mode.reproduce.script is not None


def recovers_in(phase: Phase):
    """Over the modes and kinds whose first rule that a good draft meets counts, in this phase."""

    def chosen(mode: FailureMode, kind: Kind) -> bool:
        if mode.retryable is not Retryable.YES or mode.reproduce.script is None:
            return False
        fields = wire.fields_sent(wire.encode(mode.reproduce.draft(kind), "http://127.0.0.1/v1"))
        met = [rule for rule in mode.reproduce.script.rules if rule.times and meets(rule.when, fields)]
        reached = [rule for rule in met if kind is Kind.VIDEO or rule.phase is Phase.CREATE]
        return bool(reached) and reached[0].phase is phase

    rows = [pytest.param(mode, kind, id=f"{mode.id}-{kind}") for mode, kind in CASES if chosen(mode, kind)]
    return pytest.mark.parametrize(("mode", "kind"), rows)


def prose(mode: FailureMode) -> tuple[str, ...]:
    return (mode.title, mode.meaning, mode.cause, *mode.fixes, mode.not_when.text)


def sentences(mode: FailureMode) -> set[str]:
    return {sentence.strip() for text in prose(mode) for sentence in re.split(r"(?<=[.!?])\s+", text)}


@cache
def versions(mode_id: str, kind: Kind) -> tuple[Run, ...]:
    """Every version of the run of a mode's reproduction, nothing repeated by itself."""

    async def act(here: Stage):
        await here.play(mode_id, kind, automatic=False)
        return tuple(here.versions)

    return on_stage(act)


def reproduced(mode_id: str, kind: Kind) -> Run:
    """The run as it ended; of one that was pending on its way, as it was then."""
    told = versions(mode_id, kind)
    if catalogue.get(mode_id).cls is not ModeClass.PENDING:
        return told[-1]
    return [run for run in told if run.verdict and run.verdict.mode == mode_id][-1]


every_mode = pytest.mark.parametrize("mode", CATALOGUE, ids=lambda mode: mode.id)


def test_ids_are_unique():
    listed = [mode.id for mode in CATALOGUE]
    assert sorted(set(listed)) == sorted(listed)


@every_mode
def test_all_prose_is_present(mode):
    assert mode.fixes
    assert all(text.strip() for text in prose(mode))
    assert mode.kinds
    assert mode.source.name
    assert {draft.kind for draft in mode.reproduce.drafts} == mode.kinds
    assert len(mode.reproduce.drafts) == len(mode.kinds)


@every_mode
def test_no_sentence_is_shared(mode):
    others = {sentence for other in CATALOGUE if other is not mode for sentence in sentences(other)}
    assert not sentences(mode) & others


@every_mode
def test_advice_names_the_mode_it_is_confused_with(mode):
    assert catalogue.get(mode.not_when.id) is not mode
    assert mode.kinds & catalogue.get(mode.not_when.id).kinds


@cases(has_script)
def test_reproduction_is_diagnosed_as_itself(mode, kind):
    run = reproduced(mode.id, kind)
    if mode.cls is ModeClass.NOTE:
        assert run.verdict.mode == ok_of(kind)
        assert mode.id in [note.mode for note in run.notes]
    else:
        assert run.verdict.mode == mode.id
        assert mode.id in versions(mode.id, kind)[-1].seen
    assert all(finding.evidence for finding in run.findings)


@pytest.fixture
def sockets(monkeypatch):
    """Every address that anybody tries to reach."""
    tried = []

    def refuse(*address, **_):
        tried.append(address)
        raise OSError("no socket may be opened here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


NOWHERE = Connection(Target.LAB, "http://127.0.0.1:9/v1", Secret("lab"))


def sees_before(mode: FailureMode, kind: Kind):
    """What preflight finds in a mode's own reproduction."""
    return judge.preflight(mode.reproduce.draft(kind), mode.reproduce.connection or NOWHERE)


@cases(lambda mode: not has_script(mode))
def test_preflight_mode_is_seen_before_a_socket_opens(mode, kind, sockets):
    if mode is preflight_fields.TOKEN_BUDGET and not any(family.window for family in FAMILIES):
        pytest.skip("no document states a model's window, so there is nothing to be over (test_preflight.py)")
    found = {finding.mode: finding for finding in sees_before(mode, kind)}
    assert found[mode.id].evidence
    if found[mode.id].seen.blocks:
        run = alone(mode.reproduce.draft(kind), mode.reproduce.connection or NOWHERE, Path())
        assert run.verdict.mode == mode.id
        assert dialogue(run) == ["ended BLOCKED"]
    assert not sockets


@cases(lambda mode: not has_script(mode) and mode.repair is not None)
def test_repaired_draft_is_found_no_fault_with(mode, kind):
    found = next(finding for finding in sees_before(mode, kind) if finding.mode == mode.id)
    fix = judge.repair(mode.reproduce.draft(kind), found)
    assert all(change.before != change.after for change in fix.changes)
    mended = judge.preflight(fix.draft, mode.reproduce.connection or NOWHERE)
    assert mode.id not in [finding.mode for finding in mended]


@pytest.mark.parametrize("host", ["127.0.0.1", "api.cometapi.com"])
def test_what_is_not_blocked_would_have_opened_one(host, sockets):
    connection = Connection(Target.LIVE, f"https://{host}/v1", Secret("sk-some-key"))
    run = alone(starting_draft(Kind.TEXT), connection, Path())
    assert run.verdict.mode == "transport.connect"
    assert sockets


@cases(lambda mode: mode.cls is ModeClass.OK)
def test_healthy_run_raises_no_other_finding(mode, kind):
    run = reproduced(mode.id, kind)
    assert [finding.mode for finding in run.findings if finding.cls is not ModeClass.NOTE] == [mode.id]
    assert run.warnings == ()
    assert all(catalogue.get(seen).cls in (ModeClass.OK, ModeClass.PENDING) for seen in run.seen)


@cases(lambda _: True)
def test_is_not_taken_for_the_mode_it_warns_of(mode, kind):
    other = catalogue.get(mode.not_when.id)
    if kind not in other.kinds:
        pytest.skip(f"{other.id} does not happen in {kind}")
    findings = reproduced(other.id, kind).findings if has_script(other) else sees_before(other, kind)
    assert findings[0].mode == other.id
    if mode.cls is not ModeClass.OK:  # under a doubt about the answer, the answer itself is still there
        assert mode.id not in [finding.mode for finding in findings]


@cases(lambda mode: mode.repair is not None and has_script(mode))
def test_repaired_draft_succeeds_in_the_same_scenario(mode, kind):
    async def act(here: Stage):
        failed = await here.play(mode, kind, automatic=False)
        fix = judge.repair(failed.draft, failed.verdict)
        assert fix.mode == mode.id
        assert fix.changes
        assert all(change.before != change.after for change in fix.changes)
        return await here.play(mode, kind, fix.draft, automatic=False)

    assert on_stage(act).verdict.mode == ok_of(kind)


@cases(lambda mode: mode.repair is not None and has_script(mode))
def test_unrepaired_draft_fails_every_time(mode, kind):
    async def act(here: Stage):
        return [(await here.play(mode, kind, automatic=False)).verdict.mode for _ in range(3)]

    assert on_stage(act) == [mode.id] * 3


@pytest.mark.slow
@recovers_in(Phase.CREATE)
def test_retryable_mode_fails_twice_answers_well_and_starts_over(mode, kind):
    async def act(here: Stage):
        return [(await here.play(mode, kind, automatic=False)).verdict.mode for _ in range(6)]

    assert on_stage(act) == [mode.id, mode.id, ok_of(kind)] * 2


@recovers_in(Phase.POLL)
def test_retryable_task_is_found_after_two_misses_and_each_task_anew(mode, kind):
    async def act(here: Stage):
        return [await here.play(mode, kind) for _ in range(2)]

    for run in on_stage(act):
        assert run.seen[0] == "video.in-progress", "the create answered"
        assert run.seen[1] == mode.id
        assert run.verdict.mode == ok_of(kind)
        assert run.transcript.creates == 1
