"""How the terminal program starts: what the command line and the settings decided."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cometplay.core.connection import Connection
from cometplay.core.redact import Secret
from cometplay.session.clock import PatientClock
from cometplay.tui.habits import USUAL, Habit

if TYPE_CHECKING:
    from cometplay.lab import Lab
    from cometplay.session.store import TaskStore


def _own_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("cometplay")


def _own_history(tell: Callable[[str], None]) -> "TaskStore":
    from cometplay.history.history import History

    return History(tell=tell)


def _is_kept() -> bool:
    from cometplay.history.place import is_kept

    return is_kept()


def _own_lab() -> "Lab":
    from cometplay.stage import own_lab

    return own_lab()


@dataclass(frozen=True, slots=True)
class Outset:
    """`live` is the target that is not the lab, and `on_live` whether the program starts there.

    `offered` is the key that the host of `live` gets only if the person agrees, because the key
    belongs to another one. Results and saved views go to `folder`. `clock` makes the clock of a
    run, `lab` the lab that is brought along, `cache` the folder for what can be asked for again, `history`
    what keeps tasks beyond the program: it is told who gets a line where something is wrong with it, and
    raises NotKeptError where it cannot be opened; `recalls` tells whether there is one already. `habits` are
    those that it starts with; `drawn` is called once its first frame is there.
    """

    live: Connection
    on_live: bool
    folder: Path
    offered: Secret | None = None
    clock: Callable[[], PatientClock] = PatientClock
    lab: "Callable[[], Lab]" = _own_lab
    cache: Callable[[], Path] = _own_cache
    history: "Callable[[Callable[[str], None]], TaskStore]" = _own_history
    recalls: Callable[[], bool] = _is_kept
    habits: frozenset[Habit] = USUAL
    drawn: Callable[[], None] = lambda: None
