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


class PatientClock(RealClock):
    """The clock of a run that a person watches: a pause ends by itself, or as soon as somebody says how."""

    def __init__(self) -> None:
        self._verdict: asyncio.Future[PauseEnd] | None = None

    async def pause(self, seconds: float) -> PauseEnd:
        self._verdict = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                return await self._verdict
        except TimeoutError:
            return PauseEnd.OVER
        finally:
            self._verdict = None

    def end_pause(self, how: PauseEnd) -> bool:
        """Ends the pause that goes on; False when there is none."""
        if self._verdict is None or self._verdict.done():
            return False
        self._verdict.set_result(how)
        return True
