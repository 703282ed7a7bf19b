"""Makes the pictures of the README from the running program: `python screenshots/make.py`.

The program is driven by its keys, against its own lab on loopback, on a clock that moves only when this
script says so: a second run writes the same files again.
"""  # noqa: INP001  a script

import asyncio
import os
import re
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, chdir
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

for name in [name for name in os.environ if name == "NO_COLOR" or name.startswith("TEXTUAL")]:
    del os.environ[name]  # a person's own settings, which textual reads when it is imported
os.environ["TZ"] = "UTC"
time.tzset()

from textual.pilot import Pilot  # noqa: E402
from textual.widgets import TextArea  # noqa: E402

from cometplay.core.connection import LIVE_BASE_URL, Connection, Target  # noqa: E402
from cometplay.lab import Lab  # noqa: E402
from cometplay.session.clock import PatientClock, PauseEnd  # noqa: E402
from cometplay.session.store import Transient  # noqa: E402
from cometplay.stage import LAB_PORT, LAB_SPEED, scenes, scripts  # noqa: E402
from cometplay.tui.app import CometPlay  # noqa: E402
from cometplay.tui.outset import Outset  # noqa: E402

FOLDER = Path(__file__).parent
SIZE = (140, 40)
NOON = 1_795_176_271.207
"""2026-11-20, a little after noon."""
ROUND_TRIP_S = 0.034
CELL = 12.2
"""The width of a character in Rich's pictures."""
REMOTE_FONT = re.compile(r",\s*url\(\"https:[^)]*\) format\([^)]*\)")
PADDED = re.compile(
    r' x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"([^>]*)>((?:&#160;)+)?([^<]*?)(?:&#160;)*</text>'
)
PATIENCE_S = 20.0


def portable(picture: str) -> str:
    """The same picture for every viewer: some fetch fonts, and some swallow blanks at the end of a text."""

    def without_blanks(found: re.Match[str]) -> str:
        x, y, rest, blanks, text = found.groups(default="")
        start = float(x) + CELL * blanks.count(";")
        length = CELL * len(unescape(text))
        return f' x="{start:.1f}" y="{y}" textLength="{length:.1f}"{rest}>{text}</text>'

    return PADDED.sub(without_blanks, REMOTE_FONT.sub("", picture))


class Time:
    """Stands still until somebody waits. The wait after the first `pauses` is stopped half way, and held."""

    def __init__(self, pauses: int) -> None:
        self.passed = 0.0
        self.held = False
        self._pauses = pauses

    def monotonic(self) -> float:
        return self.passed

    def wall(self) -> float:
        return NOON + self.passed

    async def sleep(self, seconds: float) -> None:
        """The lab's own wait before it answers."""
        self.passed += seconds + ROUND_TRIP_S

    async def wait(self, seconds: float) -> None:
        """A wait of the session."""
        if self._pauses == 0:
            self.passed += seconds * 0.4
            self.held = True
            await asyncio.Event().wait()
        self._pauses -= 1
        self.passed += seconds


class HeldClock(PatientClock):
    """The clock of a run, on a time that is shared with the lab."""

    def __init__(self, shared: Time) -> None:
        super().__init__()
        self._shared = shared

    def monotonic(self) -> float:
        return self._shared.monotonic()

    def wall(self) -> float:
        return self._shared.wall()

    async def pause(self, seconds: float) -> PauseEnd:
        await self._shared.wait(seconds)
        return PauseEnd.OVER


class PortlessLab(Lab):
    """A lab on any free port that shows the usual one."""

    @property
    def port(self) -> int:
        return LAB_PORT


class Photographer:
    """The program under somebody's hands."""

    def __init__(self, app: CometPlay, pilot: Pilot[str], shared: Time) -> None:
        self.app, self.pilot, self.time = app, pilot, shared

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not reached():
                await self.pilot.pause(0.01)

    def shows(self, text: str) -> bool:
        """Whether a text stands on the screen."""
        lines = self.app.screen._compositor.render_strips()  # noqa: SLF001  there is no public way
        return any(text in line.text for line in lines)

    async def send(self, tab: str, scenario: str = "") -> None:
        """Chooses a tab and perhaps a scenario, and sends what it holds."""
        await self.until(lambda: self.shows("Ready."))
        await self.pilot.press(tab)
        if scenario:
            await self.pilot.press("ctrl+o", *scenario, "enter")
            await self.until(lambda: self.shows(f"{scenario} ▾"))
        for area in self.app.screen.query(TextArea):
            area.cursor_blink = False
            area.match_cursor_bracket = False  # or a line that was drawn while the cursor was hidden stays
        await self.pilot.press("ctrl+s")

    async def take(self, name: str) -> None:
        """Writes the picture once the screen is at rest."""
        before, picture = "", self.app.export_screenshot()
        while picture != before:
            await self.pilot.pause(0.3)
            before, picture = picture, self.app.export_screenshot()
        (FOLDER / name).write_text(portable(picture), encoding="utf-8")


@asynccontextmanager
async def program(pauses: int = 0) -> AsyncGenerator[Photographer]:
    """The program in a terminal of its own, on a time of its own."""
    shared = Time(pauses)

    def lab() -> Lab:
        timing = {"clock": shared.monotonic, "wall": shared.wall, "sleep": shared.sleep}
        return PortlessLab(scripts(), speed=LAB_SPEED, scenes=scenes(), **timing)

    with TemporaryDirectory() as home, chdir(home):
        app = CometPlay(
            Outset(
                live=Connection(Target.LIVE, LIVE_BASE_URL, None),
                on_live=False,
                folder=Path("downloads"),  # no path of a machine stands in a picture
                clock=lambda: HeldClock(shared),
                lab=lab,
                cache=lambda: Path("cache"),
                history=lambda _: Transient(),
            )
        )
        app.animation_level = "none"
        async with app.run_test(size=SIZE) as pilot:
            yield Photographer(app, pilot, shared)


async def rate_limited() -> None:
    """A text request between its second 429 and the last repeat."""
    async with program(pauses=1) as here:
        await here.send("f2", "http.rate-limited")
        await here.until(lambda: here.time.held and here.shows("repeats in"))
        await here.take("rate-limited.svg")


async def response_format() -> None:
    """A picture refused over a field, and the fix before it is sent."""
    async with program() as here:
        await here.send("f3", "image.response-format")
        await here.until(lambda: here.shows("Fix:"))
        await here.take("response-format.svg")


async def video_in_progress() -> None:
    """A video task between two polls."""
    async with program(pauses=6) as here:
        await here.send("f4")
        await here.until(lambda: here.time.held and here.shows("polls in"))
        await here.take("video-in-progress.svg")


async def main() -> None:
    for picture in (rate_limited, response_format, video_in_progress):
        await picture()


if __name__ == "__main__":
    asyncio.run(main())
