"""What a lab plays that nobody handed scripts to: what the installed packages offer it.

The lab knows no failure. Who has some offers them under the entry point group below, as this package's own
catalogue does: a function without arguments that gives a Repertoire.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import cast

from cometplay.core.findings import Script
from cometplay.lab.page import Scene

GROUP = "cometplay.lab"


@dataclass(frozen=True, slots=True)
class Repertoire:
    """Scripts by the id of their scenario, and how these are presented."""

    scripts: Mapping[str, Script]
    scenes: tuple[Scene, ...] = ()


def installed() -> Repertoire:
    """Everything on offer."""
    offers = [cast("Callable[[], Repertoire]", offer.load())() for offer in entry_points(group=GROUP)]
    scripts = {name: script for offer in offers for name, script in offer.scripts.items()}
    return Repertoire(scripts, tuple(scene for offer in offers for scene in offer.scenes))
