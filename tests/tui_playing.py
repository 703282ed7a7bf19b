"""Shared by the tests of the terminal: an app on a clock in the test's hands, and what a person sees."""

import asyncio
import functools
import gc
import re
import unicodedata
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playing import EPOCH, PATIENCE_S
from rich.segment import Segment
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

from cometplay.core.connection import LIVE_BASE_URL, Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.findings import Script
from cometplay.lab import Lab
from cometplay.session.clock import PatientClock, PauseEnd
from cometplay.session.state import Run
from cometplay.session.store import Transient
from cometplay.stage import LAB_SPEED, scripts
from cometplay.tui.app import CometPlay
from cometplay.tui.outset import Outset
from cometplay.tui.screens.play import PlayScreen
from cometplay.tui.sheet import Sheet
from cometplay.tui.views import View

Given = TypeVar("Given")

gc.set_threshold(50_000, 50, 50)  # a screen is a web of cycles: looking for them is a quarter of the time

TAB_KEYS = {Kind.TEXT: "f2", Kind.IMAGE: "f3", Kind.VIDEO: "f4"}
BREATH_S = 0.001
"""A loop that never rests keeps the interpreter from the threads that it waits for."""
TURNS = 4
"""How many messages in a row one key causes at the most, until its effect is drawn."""
HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What must not stand in a rendered line: controls, turned writing, halves of characters."""


class Time:
    """The time that the lab and every run share. It moves when a pause is over, and only then."""

    def __init__(self, *, holds: bool) -> None:
        self.now = 0.0
        self.holds = holds
        self.clocks: list[HeldClock] = []

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return EPOCH + self.now

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)

    def clock(self) -> "HeldClock":
        self.clocks.append(HeldClock(self))
        return self.clocks[-1]

    @property
    def paused(self) -> bool:
        return any(clock.paused for clock in self.clocks)

    def let_go(self) -> None:
        """Every pause that goes on is over, as if its time had passed."""
        for clock in self.clocks:
            clock.paused = False
            clock.end_pause(PauseEnd.OVER)


class HeldClock(PatientClock):
    """A clock whose pauses are over at once, or when the test lets them go."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time
        self.paused = False

    def monotonic(self) -> float:
        return self._time.now

    def wall(self) -> float:
        return self._time.wall()

    async def pause(self, seconds: float) -> PauseEnd:
        end = PauseEnd.OVER
        await asyncio.sleep(0)
        if self._time.holds:
            self.paused = True
            try:
                end = await super().pause(PATIENCE_S * 100)
            finally:
                self.paused = False
        if end is PauseEnd.OVER:
            self._time.now += seconds
        return end


@dataclass
class Playing:
    """The program as a person has it before them."""

    app: CometPlay
    pilot: Pilot[str]
    time: Time
    lab: Lab
    folder: Path

    @property
    def play(self) -> PlayScreen:
        """The play screen, whatever stands before it."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, PlayScreen)
        return screen

    @property
    def sheet(self) -> Sheet:
        return self.play.sheet

    @property
    def run(self) -> Run:
        return self.sheet.runs[-1]

    @property
    def strips(self) -> list[Strip]:
        return self.app.screen._compositor.render_strips()  # noqa: SLF001  there is no other way to it

    @property
    def text(self) -> str:
        """The whole screen, a line a row."""
        return "\n".join(strip.text for strip in self.strips)

    def see(self, selector: str) -> str:
        """What of a widget is on the screen, a line a row."""
        return self._at(self.widget(selector).region)

    def strips_of(self, selector: str) -> list[Segment]:
        """What of a widget is on the screen, with its colours and marks."""
        return [segment for strip in self._crop(self.widget(selector).region) for segment in strip]

    def _at(self, region: Region) -> str:
        return "\n".join(strip.text.rstrip() for strip in self._crop(region))

    def _crop(self, region: Region) -> list[Strip]:
        return [strip.crop(region.x, region.right) for strip in self.strips[region.y : region.bottom]]

    def widget(self, selector: str) -> Widget:
        return self.app.screen.query_one(selector)

    @property
    def said(self) -> str:
        """Every notification that stands on the screen."""
        toasts = self.app.screen.query("Toast")
        return "\n".join(" ".join(self._at(toast.region).replace("▌", " ").split()) for toast in toasts)

    async def until(self, condition: Callable[[], object]) -> None:
        """Lets the program go on until something is so."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():  # noqa: ASYNC110  what a person sees has no event to wait for
                    await asyncio.sleep(BREATH_S)
        except TimeoutError:
            raise AssertionError(f"it never came:\n{self.text}") from None

    async def pause(self) -> None:
        """Until what was asked for is done and drawn: message leads to message, but not without end."""
        with self.app.batch_update():  # painting is what takes the time of a test
            for _ in range(TURNS):
                await self.pilot.pause()
        await self.pilot.pause()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.simulate_key(key)
            await self.pause()

    async def click(self, selector: str, offset: tuple[int, int] = (1, 0)) -> None:
        assert await self.pilot.click(selector, offset=offset), f"{selector} is covered"
        await self.pause()

    async def send(self) -> None:
        """ctrl+s, to the end of the run or to its first pause that is held."""
        before = self.sent
        await self.press("ctrl+s")
        await self.settle(before)

    @property
    def sent(self) -> int:
        """How many runs the tab has; where tasks run side by side, how many of those."""
        sheet = self.sheet
        return len(sheet.tasks) if sheet.side_by_side else len(sheet.runs)

    async def settle(self, before: int) -> None:
        await self.until(lambda: self.settled(before))
        await self.pause()

    def settled(self, before: int) -> bool:
        """Whether a new run is over, or holds at a pause."""
        begun = self.sent > before and self.sheet.run is not None
        return begun and (not self.sheet.busy or self.time.paused)

    async def go_on(self) -> None:
        """Lets the pauses pass, up to the end of the run."""
        self.time.holds = False
        self.time.let_go()
        await self.until(lambda: not self.sheet.busy)
        await self.pause()

    async def pick(self, scenario: str) -> None:
        """A scenario by its id, as a person would find it."""
        await self.press("ctrl+o")
        await self.until(lambda: self.app.screen.query("#wanted"))
        self.app.screen.query_one("#wanted", Input).value = scenario
        await self.pause()
        await self.press("enter")
        await self.until(lambda: self.sheet.scenario == scenario)
        await self.pause()

    def set_scene(self, scenario: str) -> None:
        """A scenario at once: the picker has tests of its own."""
        self.play._scenario_chosen(self.sheet.kind, scenario)  # noqa: SLF001  what the picker calls

    async def open(self, kind: Kind) -> None:
        await self.press(TAB_KEYS[kind])
        await self.until(lambda: self.sheet.kind is kind and self.app.screen.query("#prompt"))
        await self.pause()

    async def write(self, field: str, text: str) -> None:
        """Replaces what a field holds, as typing would."""
        widget = self.widget(f"#{field}")
        setattr(widget, "text" if isinstance(widget, TextArea) else "value", text)
        await self.pause()

    async def show(self, view: str) -> None:
        """One of the five views, by its key."""
        for _ in View:
            if f"[{view}]" not in self.see("#views"):
                await self.press("ctrl+l")
        assert f"[{view}]" in self.see("#views")

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.until(lambda: self.app.screen.size == (width, height))
        await self.pause()
        await self.pause()

    async def poll(self, times: int) -> None:
        """Lets a video that is waited for be asked about so often; it must not be done by then."""
        for _ in range(times):
            assert self.time.paused
            self.time.let_go()
            await self.settle(0)


@asynccontextmanager
async def playing(
    folder: Path,
    *,
    size: tuple[int, int] = (100, 30),
    holds: bool = False,
    live: Connection | None = None,
    more: Mapping[str, Script] = {},
    **outset: Any,
) -> AsyncGenerator[Playing]:
    """The program, its lab on real sockets. With `live` it starts there; `holds` makes pauses last."""
    time = Time(holds=holds)
    timing = {"clock": time.monotonic, "wall": time.wall, "sleep": time.sleep}
    lab = Lab({**scripts(), **more}, speed=LAB_SPEED, **timing)
    target = live or Connection(Target.LIVE, LIVE_BASE_URL, None)
    fields = {"on_live": live is not None, "clock": time.clock, "lab": lambda: lab}
    fields |= {"cache": lambda: folder / "cache", "history": lambda _: Transient()} | outset
    app = CometPlay(Outset(target, folder=folder, **fields))
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        # the pilot's own pauses wait for the machine to be idle; here they wait for the messages
        pilot.pause = functools.partial(Pilot.pause, pilot, 0)
        here = Playing(app, pilot, time, lab, folder)
        await here.pause()
        yield here
        time.holds = False
        time.let_go()


def act(what: Callable[[Playing], Coroutine[Any, Any, Given]], folder: Path, **settings: Any) -> Given:
    """One act in a program of its own, in a loop of its own."""

    async def whole() -> Given:
        async with playing(folder, **settings) as here:
            return await what(here)

    return asyncio.run(whole())


def squeezed(text: str) -> str:
    """Text without its spaces and line breaks: how a panel wraps its words says nothing."""
    return re.sub(r"[\s│┃▎]+", "", unicodedata.normalize("NFC", text))
