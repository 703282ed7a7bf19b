"""Which terminal this is, told by its environment: what it can do is looked up by that."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

_MULTIPLEXERS = ("TMUX", "STY", "ZELLIJ")
"""They keep what only the outer terminal understands to themselves: its graphics, its notifications."""

Ability = TypeVar("Ability")


def known(environ: Mapping[str, str], table: Iterable[tuple[str, str, Ability]]) -> Ability | None:
    """What the terminal can do, of a table: variable, how its value begins, what the one that sets it can.

    None for an unknown one, and inside of a multiplexer.
    """
    if any(environ.get(name) for name in _MULTIPLEXERS):
        return None
    return next((ability for name, value, ability in table if environ.get(name, "").startswith(value)), None)
