"""Protects the person's say while a run goes on: it can be cancelled anywhere, hurried, or ended."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from playing import PATIENCE_S
from tui_playing import Playing, act, playing

from cometplay.core.drafts import Kind
from cometplay.lab import Lab
from cometplay.stage import scripts

pytestmark = pytest.mark.slow  # a program of its own for each


def runs_on(here: Playing) -> list[str]:
    """The workers of runs that are left."""
    return [worker.name for worker in here.play.workers if worker.name.startswith("run")]


async def gone(here: Playing) -> None:
    """Nothing of the run is left, and the screen says that it was cancelled."""
    await here.until(lambda: not here.sheet.busy)
    await here.until(lambda: not here.lab.open_connections)
    await here.until(lambda: not runs_on(here))
    await here.pause()


async def wait_for_an_answer(here: Playing) -> None:
    here.set_scene("transport.timeout")
    await here.press("ctrl+s")
    await here.until(lambda: here.lab.requests)
    assert "Waiting for an answer" in here.see("#diagnosis")


async def wait_to_repeat(here: Playing) -> None:
    here.set_scene("http.rate-limited")
    await here.send()
    assert "repeats in  2.0 s" in here.see("#timeline")


async def poll_a_video(here: Playing) -> None:
    await here.open(Kind.VIDEO)
    await here.send()
    await here.poll(1)
    assert "polls in" in here.see("#timeline")


STATES = {"an answer": wait_for_an_answer, "a repeat": wait_to_repeat, "a video": poll_a_video}


@pytest.mark.parametrize("reach", STATES.values(), ids=STATES.keys())
def test_escape_cancels_while_it_waits_for(reach: Callable[[Playing], Awaitable[None]], tmp_path):
    async def cancel(here: Playing) -> None:
        await reach(here)
        await here.until(lambda: "esc Cancel" in here.see("KeyBar"))
        arrived = len(here.lab.requests)
        await here.press("escape")
        await gone(here)
        assert "cancelled" in here.see("#timeline")
        assert " in  " not in here.see("#timeline"), "no countdown goes on"
        await here.until(lambda: "^s Send" in here.see("KeyBar"))
        assert "esc Cancel" not in here.text
        here.time.let_go()
        await here.pause()
        assert len(here.lab.requests) == arrived
        await here.press("ctrl+n", "escape")
        assert len(here.sheet.runs) == 1

    act(cancel, tmp_path, holds=True)


def test_escape_cancels_before_there_is_a_lab(tmp_path):
    gate = threading.Event()

    def slow_lab() -> Lab:
        gate.wait(PATIENCE_S)
        return Lab(scripts())

    async def cancel() -> None:
        async with playing(tmp_path, lab=slow_lab) as here:
            await here.press("ctrl+s")
            await here.until(lambda: here.sheet.busy)
            await here.press("escape")
            await here.until(lambda: not here.sheet.busy and not runs_on(here))
            gate.set()
            await here.pause()
            assert here.sheet.runs == ()
            assert "Ready" in here.see("#timeline")
            await here.send()
            assert "text.ok" in here.see("#diagnosis")

    try:
        asyncio.run(cancel())
    finally:
        gate.set()


def test_a_wait_can_be_hurried_and_then_ended(tmp_path):
    async def hurry(here: Playing) -> None:
        await wait_to_repeat(here)
        assert "F5 now, ^n never" in here.see("#timeline")
        await here.until(lambda: "^n" in here.see("KeyBar"))
        await here.press("f5")
        await here.until(lambda: len(here.lab.requests) == 2 and here.time.paused)
        await here.pause()
        assert "repeat 1 of 2" in here.see("#timeline")
        assert here.time.now == 0.0, "the wait was cut short"
        await here.press("ctrl+n")
        await here.until(lambda: not here.sheet.busy)
        await here.pause()
        assert "not repeated: you chose not" in here.see("#timeline")
        assert "repeats in" not in here.see("#timeline")
        assert "http.rate-limited" in here.see("#diagnosis")
        assert len(here.lab.requests) == 2
        await here.press("f5")
        await here.settle(1)
        assert len(here.lab.requests) == 3, "after a run the same key sends it again"
        assert "── run 2" in here.see("#timeline")

    act(hurry, tmp_path, holds=True)


def test_without_automatic_retry_there_is_one_attempt(tmp_path):
    async def once(here: Playing) -> None:
        here.set_scene("http.rate-limited")
        await here.press("alt+r")
        assert "Automatic retry is off" in here.said
        await here.send()
        assert len(here.lab.requests) == 1
        assert "http.rate-limited" in here.see("#diagnosis")
        assert "waits" not in here.see("#timeline")
        await here.press("alt+r")
        await here.send()
        assert len(here.lab.requests) == 3, "one refusal was left, then the good answer"

    act(once, tmp_path)


def test_two_tabs_run_side_by_side(tmp_path):
    async def both(here: Playing) -> None:
        await wait_to_repeat(here)
        await here.open(Kind.VIDEO)
        assert "Ready" in here.see("#timeline")
        await here.press("ctrl+s")
        await here.until(lambda: here.sheet.runs and here.time.paused)
        await here.press("escape")
        await here.until(lambda: not here.sheet.busy)
        await here.open(Kind.TEXT)
        assert "repeats in" in here.see("#timeline"), "the other tab's run is its own"
        await here.go_on()
        assert "text.ok" in here.see("#diagnosis")

    act(both, tmp_path, holds=True)


def test_the_newest_line_stays_in_sight_unless_one_looks_back(tmp_path):
    async def watch(here: Playing) -> None:
        await poll_a_video(here)
        await here.poll(6)
        assert "polls in" in here.see("#timeline").splitlines()[-1]
        for size in ((140, 40), (80, 24)):
            await here.resize(*size)
            assert "polls in" in here.see("#timeline"), size
        here.widget("#timeline").focus()
        await here.press("home")
        await here.until(lambda: "POST" in here.see("#timeline"))
        await here.poll(1)
        assert "POST" in here.see("#timeline"), "a new line does not tear the person away"
        await here.press("escape")
        await here.until(lambda: not here.sheet.busy)
        await here.press("escape")
        assert "cancelled" in here.see("#timeline").splitlines()[-1], "the end is worth seeing"

    act(watch, tmp_path, size=(80, 24), holds=True)
