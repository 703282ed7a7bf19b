"""A stream grows faster than anybody reads: its pieces are shown together, whatever else happens at once."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cometplay.session.state import Run

BATCH_S = 0.08
"""Seconds between two looks at a stream: a dozen a second are as good as all."""


class Batches:
    """Hands a run on to `show`: with every event at once, with the growth of a stream now and then."""

    def __init__(self, show: "Callable[[Run], None]") -> None:
        self._show = show
        self._newest: Run | None = None
        self._due: asyncio.TimerHandle | None = None

    def take(self, run: "Run") -> None:
        """The run as it stands now."""
        before, self._newest = self._newest, run
        if before is None or not _only_grew(before, run):
            self.flush()
        elif self._due is None:
            self._due = asyncio.get_running_loop().call_later(BATCH_S, self.flush)

    def flush(self) -> None:
        """Shows what was held back."""
        if self._due:
            self._due.cancel()
            self._due = None
        if self._newest:
            self._show(self._newest)


def _only_grew(before: "Run", run: "Run") -> bool:
    """Whether nothing but more of the stream came."""
    old, new = before.transcript, run.transcript
    return old.stream is not None and new.stream is not None and len(old.events) == len(new.events)
