"""Time as a run needs it, handed in: so that a test can hold it, and a person can cut a wait short."""

import asyncio
import time
from enum import StrEnum
from typing import Protocol


class PauseEnd(StrEnum):
    """How a wait ended: by itself, or because somebody wanted it so."""

    OVER = "over"
    SKIPPED = "skipped"
    GIVEN_UP = "given up"


class Clock(Protocol):
    """Seconds that only grow, seconds since the epoch, and a pause between two requests."""

    def monotonic(self) -> float: ...

    def wall(self) -> float: ...

    async def pause(self, seconds: float) -> PauseEnd: ...


class RealClock:
    """The machine's clock; a pause lasts as long as it was asked for."""

    def monotonic(self) -> float:
        return time.monotonic()

    def wall(self) -> float:
        return time.time()

    async def pause(self, seconds: float) -> PauseEnd:
        await asyncio.sleep(seconds)
        return PauseEnd.OVER
