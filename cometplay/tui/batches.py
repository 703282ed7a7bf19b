"""A stream grows faster than anybody reads: its pieces are shown together, whatever else happens at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cometplay.tui.together import Together

if TYPE_CHECKING:
    from cometplay.session.state import Run

BATCH_S = 0.08
"""Seconds between two looks at a stream: a dozen a second are as good as all."""


class Batches:
    """Hands a run on to `show`: with most events at once, with the growth of a stream now and then."""

    def __init__(self, show: "Callable[[Run], None]") -> None:
        self._show = show
        self._newest: Run | None = None
        self._growth = Together(BATCH_S, self._show_newest)

    def take(self, run: "Run") -> None:
        """The run as it stands now."""
        before, self._newest = self._newest, run
        if before is not None and _can_wait(before, run):
            self._growth.soon()
        else:
            self._growth.now()

    def flush(self) -> None:
        """Shows what was held back."""
        self._growth.now()

    def _show_newest(self) -> None:
        if self._newest:
            self._show(self._newest)


def _can_wait(before: "Run", run: "Run") -> bool:
    """Whether nothing but more of a stream came, or its end: that is drawn with what follows from it."""
    old, new = before.transcript, run.transcript
    more = len(new.events) - len(old.events)
    return old.stream is not None and (more == 0 or (more == 1 and new.stream is None))
