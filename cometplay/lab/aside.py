"""An asynchronous context held open in a thread of its own, for callers that have no loop."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager


class Aside:
    """Opens what it is given with `start` and closes it with `stop`; each returns when that is done."""

    def __init__(self, held: AbstractAsyncContextManager[object]) -> None:
        self._held = held
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._hold()), daemon=True)

    def start(self) -> None:
        """Raises what opening it raises."""
        self._thread.start()
        self._loop = self._started.result()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _hold(self) -> None:
        try:
            await self._held.__aenter__()
        except OSError as fault:
            self._started.set_exception(fault)
            return
        try:
            self._started.set_result(asyncio.get_running_loop())
            await self._stop.wait()
        finally:
            await self._held.__aexit__(None, None, None)
