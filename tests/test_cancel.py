"""Protects ctrl+c: cancelled at any moment, a run says so and leaves no task and no socket behind."""

import asyncio
from functools import cache

import pytest
from playing import Stage, on_stage, stage

from cometplay.core.drafts import ImageDraft, Kind
from cometplay.core.events import Ended, EndReason
from cometplay.core.models import starting_draft

pytestmark = pytest.mark.slow  # every event of every kind of run

TURNS = 1000
"""Turns of the loop that closing may take; after the first hundred each is a millisecond."""

RUNS = {
    "text": starting_draft(Kind.TEXT),
    "image": starting_draft(Kind.IMAGE),
    "image by url": ImageDraft(model="dall-e-3", prompt="A lighthouse"),
    "video": starting_draft(Kind.VIDEO),
}


@cache
def length_of(name: str) -> int:
    """How many events the whole run has."""
    return len(on_stage(lambda here: here.send(RUNS[name])).transcript.events)


async def quiet(here: Stage) -> bool:
    """Whether the lab sees every connection closed, within a few turns of the loop."""
    for turn in range(TURNS):
        if not here.lab.open_connections:
            return True
        await asyncio.sleep(0.001 if turn > 100 else 0)
    return False


class Canceller:
    """Watches a run, and cancels it at its k-th event: at once, or in the loop's next turn."""

    def __init__(self, k: int, *, at_once: bool) -> None:
        self.k = k
        self.at_once = at_once
        self.events = []

    def __call__(self, run) -> None:
        self.events.append(run.transcript.events[-1])
        if len(self.events) == self.k:
            task = asyncio.current_task()
            if self.at_once:
                task.cancel()
            else:
                asyncio.get_running_loop().call_soon(task.cancel)


async def cancelled_run(name: str, canceller: Canceller) -> bool:
    """Whether the run was cancelled; it is over, and nothing of it is left, when this returns."""
    async with stage() as here:
        before = asyncio.all_tasks()
        run = asyncio.create_task(here.send(RUNS[name], observe=canceller))
        await asyncio.wait([run])
        assert await quiet(here), "a socket is still open"
        left = asyncio.all_tasks() - before
        assert not left, f"a task is left: {left}"
        assert not list(here.folder.glob(".*")), "a half-written file is left"
        return run.cancelled()


def cases():
    return [
        pytest.param(name, k, at_once, id=f"{name}, event {k}, {'at once' if at_once else 'next turn'}")
        for name in RUNS
        for k in range(1, length_of(name))
        for at_once in (True, False)
    ]


@pytest.mark.parametrize(("name", "k", "at_once"), cases())
def test_cancelled_at_any_event_a_run_ends_clean(name, k, at_once):
    canceller = Canceller(k, at_once=at_once)
    cancelled = asyncio.run(cancelled_run(name, canceller))
    ends = [event for event in canceller.events if isinstance(event, Ended)]
    assert cancelled
    assert [end.reason for end in ends] == [EndReason.CANCELLED]
    assert canceller.events[-1] is ends[0]
