"""How the terminal program starts: what the command line and the settings decided."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cometplay.core.connection import Connection
from cometplay.core.redact import Secret
from cometplay.session.clock import PatientClock

if TYPE_CHECKING:
    from cometplay.lab import Lab


def _own_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("cometplay")


def _own_lab() -> "Lab":
    from cometplay.stage import own_lab

    return own_lab()


@dataclass(frozen=True, slots=True)
class Outset:
    """`live` is the target that is not the lab, and `on_live` whether the program starts there.

    `offered` is the key that the host of `live` gets only if the person agrees, because the key
    belongs to another one. Results and saved views go to `folder`. `clock` makes the clock of a
    run, `lab` the lab that is brought along, `cache` the folder for what can be asked for again.
    """

    live: Connection
    on_live: bool
    folder: Path
    offered: Secret | None = None
    clock: Callable[[], PatientClock] = PatientClock
    lab: "Callable[[], Lab]" = _own_lab
    cache: Callable[[], Path] = _own_cache
