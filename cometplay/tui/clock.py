"""The clock of a run that a person watches: a wait can be cut short, or given up."""

import asyncio

from cometplay.session.clock import PauseEnd, RealClock


class PatientClock(RealClock):
    """A pause ends by itself, or as soon as somebody says how."""

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
