"""Protects the other ways to the same failure: each variant of a scenario is known for the mode it is of."""

import asyncio

import pytest
from playing import Stage, ok_of, stage

from cometplay.core.drafts import Kind
from cometplay.core.findings import scenario_id
from cometplay.failures.catalogue import CATALOGUE

pytestmark = pytest.mark.slow  # their time limits are real

STRIKES_AFTER_S = 0.3

VARIANTS = [
    pytest.param(mode, name, id=scenario_id(mode.id, name))
    for mode in CATALOGUE
    for name, _ in mode.reproduce.variants
]


@pytest.mark.parametrize(("mode", "name"), VARIANTS)
def test_a_variant_is_diagnosed_as_its_mode_and_recovers_like_it(mode, name):
    async def act() -> list[str]:
        # on real time: one of them is nothing but slow
        async with stage(sleep=asyncio.sleep, speed=20.0) as here:
            return await three(here)

    async def three(here: Stage) -> list[str]:
        connection = here.connection(scenario_id(mode.id, name))
        draft = mode.reproduce.draft(Kind.TEXT)
        limit = {"request_limit_s": STRIKES_AFTER_S} if mode.reproduce.request_limit_s else {}
        return [(await here.send(draft, connection, automatic=False, **limit)).verdict.mode for _ in range(3)]

    assert asyncio.run(act()) == [mode.id, mode.id, ok_of(Kind.TEXT)]
