"""What is due more often than anybody reads is done together, once in a while."""

import asyncio
from collections.abc import Callable


class Together:
    """Does `act` once for everything that became due within `seconds`, or at once."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self._seconds, self._act = seconds, act
        self._timer: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """It is due, and may wait for more."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self.now)

    def now(self) -> None:
        """Does it, with whatever was due already."""
        self.drop()
        self._act()

    def drop(self) -> None:
        """Nothing is due any more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
