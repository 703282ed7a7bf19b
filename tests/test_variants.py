"""Protects the other ways to the same end: each variant of a scenario is known for the mode it is of."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from playing import Stage, ok_of, stage

from cometplay.core.drafts import Draft, ImageDraft, Kind
from cometplay.core.fields import with_field
from cometplay.core.findings import Break, Breakage, Listen, ModeClass, Retryable, scenario_id
from cometplay.core.wire import Phase
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.mode import FailureMode
from cometplay.session.state import Run
from cometplay.stage import scripts

pytestmark = pytest.mark.slow  # their time limits are real

STRIKES_AFTER_S = 0.5
FASTER = 60.0
"""A picture is there before the limit strikes, and one byte a second is not."""
SLOWER = 20.0
"""What came before a reset has to be read in time."""
Given = TypeVar("Given")

VARIANTS = [(mode, name) for mode in CATALOGUE for name, _ in mode.reproduce.variants]
BELOW_HTTP = [
    (mode, name)
    for mode in CATALOGUE
    if mode.cls is ModeClass.TRANSPORT and Kind.VIDEO in mode.kinds
    for name in ("", *(name for name, _ in mode.reproduce.variants))
    if scripts()[scenario_id(mode.id, name)].rules
]
REDIRECTED = [(mode, name) for mode, name in VARIANTS if name == "redirect-loop"]
LATER = [
    pytest.param(mode, name, draft, phase, id=f"{scenario_id(mode.id, name)}-{draft.kind}-{phase}")
    for mode, name in (*BELOW_HTTP, *REDIRECTED)
    for draft, phase in (
        (mode.reproduce.draft(Kind.VIDEO), Phase.POLL),
        (mode.reproduce.draft(Kind.VIDEO), Phase.DOWNLOAD),
        (ImageDraft(model="dall-e-3", prompt="A lighthouse"), Phase.DOWNLOAD),
    )
]
IN_A_STREAM = {
    "transport.interrupted": "text.stream-cut",
    "transport.interrupted:reset-during": "text.stream-cut",
    "transport.interrupted:chunked": "text.stream-cut",
    "transport.interrupted:gzip": "text.stream-cut",
}
"""What is another mode where some events of a stream came."""


def by_name(mode: FailureMode, name: str, *more: str):
    return pytest.param(mode, name, *more, id="-".join([scenario_id(mode.id, name), *more]))


def on_real_time(act: Callable[[Stage], Coroutine[Any, Any, Given]], speed: float = FASTER) -> Given:
    """One of them is nothing but slow."""

    async def whole() -> Given:
        async with stage(sleep=asyncio.sleep, speed=speed) as here:
            return await act(here)

    return asyncio.run(whole())


async def send(
    here: Stage, mode: FailureMode, name: str, draft: Draft, phase: Phase | None = None, **plan: Any
) -> Run:
    limit = {"request_limit_s": STRIKES_AFTER_S} if mode.reproduce.request_limit_s else {}
    connection = here.connection(scenario_id(mode.id, name), phase)
    return await here.send(draft, connection, automatic=False, **limit, **plan)


def test_every_breakage_is_a_scenario():
    steps = [rule.step for script in scripts().values() for rule in script.rules]
    assert {step.how for step in steps if isinstance(step, Break)} == set(Breakage)
    assert {script.listen for script in scripts().values()} == set(Listen)


@pytest.mark.parametrize(
    ("mode", "name", "kind"),
    [by_name(mode, name, kind) for mode, name in VARIANTS for kind in Kind if kind in mode.kinds],
)
def test_a_variant_is_diagnosed_as_its_mode_and_recovers_like_it(mode, name, kind):
    async def act(here: Stage) -> list[str]:
        draft = mode.reproduce.draft(kind)
        return [(await send(here, mode, name, draft)).verdict.mode for _ in range(3)]

    third = ok_of(kind) if mode.retryable is Retryable.YES else mode.id
    assert on_real_time(act) == [mode.id, mode.id, third]


@pytest.mark.parametrize(("mode", "name", "draft", "phase"), LATER)
def test_a_broken_poll_or_download_is_diagnosed_as_its_mode(mode, name, draft, phase):
    run = on_real_time(lambda here: send(here, mode, name, draft, phase))
    assert run.verdict.mode == mode.id
    assert run.transcript.last.phase is phase


@pytest.mark.parametrize(
    ("mode", "name"),
    [by_name(mode, name) for mode, name in (*BELOW_HTTP, *VARIANTS) if Kind.TEXT in mode.kinds],
)
def test_a_stream_that_breaks_is_told_by_what_came_of_it(mode, name):
    draft = with_field(mode.reproduce.draft(Kind.TEXT), "stream", value=True)
    run = on_real_time(lambda here: send(here, mode, name, draft), SLOWER)
    assert run.verdict.mode == IN_A_STREAM.get(scenario_id(mode.id, name), mode.id)
