"""Protects a watch from the world: a clock that is set, a machine that sleeps, a network that goes away."""

import asyncio
import socket
from collections.abc import Callable

import pytest
from playing import EPOCH, FakeClock, converse, dialogue

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Broke, Slipped
from cometplay.core.models import starting_draft
from cometplay.core.polling import PollPolicy, Slip, slip
from cometplay.core.redact import Secret
from cometplay.core.states import TaskState
from cometplay.lab import Lab
from cometplay.session.clock import PauseEnd
from cometplay.session.timeline import describe

VEO = starting_draft(Kind.VIDEO)
HOUR = 3600.0


class WorldClock(FakeClock):
    """A clock to which something happens in its third pause. `ahead`: of the time of day only."""

    def __init__(self, *, asleep_s: float = 0, ahead_s: float = 0) -> None:
        super().__init__()
        self._asleep_s = asleep_s
        self._ahead_s = ahead_s
        self.ahead = 0.0

    def wall(self) -> float:
        return EPOCH + self.now + self.ahead

    async def pause(self, seconds: float) -> PauseEnd:
        end = await super().pause(seconds)
        if len(self.pauses) == 3:
            self.now += self._asleep_s
            self.ahead += self._ahead_s
        return end


SLIPS = {
    "nothing": (10, 10, 10, Slip()),
    "a busy machine": (10, 39, 39, Slip()),
    "cut short": (10, 2, 2, Slip()),
    "a clock that is trimmed": (10, 10, 25, Slip()),
    "asleep, and one clock stood": (10, 10, 3610, Slip(ahead_s=3600)),
    "asleep, and both went on": (10, 3610, 3610, Slip(asleep_s=3600)),
    "set back": (10, 10, -3590, Slip(ahead_s=-3600)),
    "asleep, and then set": (10, 3610, 7210, Slip(asleep_s=3600, ahead_s=3600)),
}


@pytest.mark.parametrize(("asked", "took", "wall", "found"), SLIPS.values(), ids=SLIPS)
def test_what_a_pause_shows_of_the_clocks(asked, took, wall, found):
    assert slip(asked, took, wall) == found


def watched(clock: FakeClock, tmp_path, policy: PollPolicy | None = None):
    """A video watched on a clock, in a lab whose own time is not that of the person's machine."""

    async def act():
        timing = {"clock": clock.monotonic, "wall": clock.wall, "sleep": clock.sleep}
        async with Lab({}, **timing) as lab:
            connection = Connection(Target.LAB, lab.base_url(), Secret(LAB_KEY))
            more = {"policy": policy} if policy else {}
            return await converse(VEO, connection, clock=clock, folder=tmp_path, **more)

    return asyncio.run(act())


WORLDS = {
    "set back": ({"ahead_s": -HOUR}, "the clock was set back by 1 h 0 min: goes on by its own count"),
    "set ahead, or asleep": (
        {"ahead_s": HOUR},
        "the machine slept, or its clock was set ahead, by 1 h 0 min: goes on",
    ),
    "asleep": ({"asleep_s": HOUR}, "the machine slept for 1 h 0 min: goes on where it was"),
}


@pytest.mark.parametrize(("happens", "word"), WORLDS.values(), ids=WORLDS)
def test_a_task_is_picked_up_and_the_timeline_says_what_happened(tmp_path, happens, word):
    run = watched(WorldClock(**happens), tmp_path)
    (event,) = [event for event in run.transcript.events if isinstance(event, Slipped)]
    assert describe(event) == word
    assert run.transcript.task.look.state is TaskState.SUCCEEDED
    assert len(run.transcript.saved) == 1


def test_sleeping_through_the_deadline_does_not_use_it_up(tmp_path):
    """A job of which nothing is over after the sleep is watched for as long as it would have been."""
    clock = WorldClock(asleep_s=HOUR)
    lab_time = FakeClock()  # the job stands still: its own machine is not ours

    async def act():
        async with Lab({}, clock=lab_time.monotonic, wall=lab_time.wall, sleep=lab_time.sleep) as lab:
            connection = Connection(Target.LAB, lab.base_url(), Secret(LAB_KEY))
            return await converse(
                VEO, connection, clock=clock, folder=tmp_path, policy=PollPolicy().until(60)
            )

    run = asyncio.run(act())
    assert sum(clock.pauses) == 60
    assert [said for said in dialogue(run) if said.startswith("slipped")] == ["slipped 3600 0"]
    assert dialogue(run)[-1] == "ended GAVE_UP"
    assert run.verdict.mode in ("video.poll-timeout", "video.stuck-queued")


class NetworkClock(FakeClock):
    """A clock by which a lab is away from one moment to another."""

    def __init__(self, away: tuple[float, float]) -> None:
        super().__init__()
        self._from, self._to = away
        self.lab: Lab | None = None
        self._down = False

    async def pause(self, seconds: float) -> PauseEnd:
        end = await super().pause(seconds)
        down = self._from <= self.now < self._to
        if self.lab and down is not self._down:
            self._down = down
            await (self.lab.__aexit__(None, None, None) if down else self.lab.__aenter__())
        return end


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return bound.getsockname()[1]


@pytest.mark.parametrize("away", [(10, 130), (50, 170)], ids=["early", "later"])
def test_a_network_that_is_away_for_two_minutes_ends_no_task(tmp_path, away):
    clock = NetworkClock(away)

    async def act():
        timing: dict[str, Callable] = {"clock": clock.monotonic, "wall": clock.wall, "sleep": clock.sleep}
        lab = Lab({}, port=free_port(), **timing)
        async with lab:
            clock.lab = lab
            connection = Connection(Target.LAB, lab.base_url(), Secret(LAB_KEY))
            return await converse(VEO, connection, clock=clock, folder=tmp_path)

    run = asyncio.run(act())
    broke = [event for event in run.transcript.events if isinstance(event, Broke)]
    assert len(broke) >= 5
    assert all("could not connect" in describe(event) for event in broke)
    assert "transport.connect" in run.seen
    assert run.verdict.mode == "video.ok"
    assert len(run.transcript.saved) == 1
    assert run.transcript.creates == 1
