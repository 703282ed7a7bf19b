"""Protects streamed lessons: a scenario that is asked for a stream fails as it does without one."""

import pytest
from playing import Stage, on_stage, play

from cometplay.core.drafts import Draft, Kind
from cometplay.core.fields import with_field
from cometplay.core.findings import Retryable, scenario_id
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.mode import FailureMode
from cometplay.session.state import Run

pytestmark = pytest.mark.slow  # a run of every mode that a chat can come to

MODES = [mode for mode in CATALOGUE if Kind.TEXT in mode.kinds and mode.reproduce.script]
SPOKEN = [mode for mode in MODES if mode.id.startswith(("text.", "silent."))]
CUT = "text.stream-cut"

OTHERWISE = {
    "text.no-finish-reason": CUT,  # with a word for a reason it is itself, below
    "transport.interrupted": CUT,  # some events came
}
"""Modes that are another one in a stream."""
NEVER_STREAMED = {"text.no-choices"}
"""Without a choice there is no event."""


def asked_to_stream(mode: FailureMode) -> Draft:
    return with_field(mode.reproduce.draft(Kind.TEXT), "stream", value=True)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.id)
def test_a_streamed_scenario_has_the_verdict_of_the_plain_one(mode):
    run = play(mode.id, Kind.TEXT, asked_to_stream(mode), automatic=False)
    assert run.verdict.mode == OTHERWISE.get(mode.id, mode.id)
    assert all(finding.evidence for finding in run.findings)
    assert run.transcript.stream is None


@pytest.mark.parametrize("mode", SPOKEN, ids=lambda mode: mode.id)
def test_what_a_model_says_is_streamed_where_that_is_asked_and_never_repeated_by_itself(mode):
    run = play(mode.id, Kind.TEXT, asked_to_stream(mode))
    assert run.transcript.create.answer.streamed is (mode.id not in NEVER_STREAMED)
    assert run.transcript.creates == 1


@pytest.mark.parametrize(
    "mode", [mode for mode in SPOKEN if mode.retryable is Retryable.YES], ids=lambda mode: mode.id
)
def test_a_stream_that_failed_twice_comes_well(mode):
    async def act(here: Stage) -> list[Run]:
        return [await here.play(mode, Kind.TEXT, asked_to_stream(mode), automatic=False) for _ in range(3)]

    found = OTHERWISE.get(mode.id, mode.id)
    assert [run.verdict.mode for run in on_stage(act)] == [found, found, "text.ok"]


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        pytest.param(mode, name, id=scenario_id(mode.id, name))
        for mode in SPOKEN
        for name, _ in mode.reproduce.variants
    ],
)
def test_a_variant_is_streamed_too(mode, name):
    async def act(here: Stage) -> Run:
        return await here.send(asked_to_stream(mode), here.connection(scenario_id(mode.id, name)))

    run = on_stage(act)
    assert run.verdict.mode == mode.id
    assert run.transcript.create.answer.streamed
