"""--only, --skip and --allow: names that people type, checked against what there is."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase
from cometplay.drill.grading import RULE_IDS
from cometplay.drill.play import Play
from cometplay.drill.repertoire import HEALTHY, plays


class UnknownNameError(LookupError):
    """There is no such scenario or rule; the text says so in one line, with the nearest name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which plays are played. A name with a phase means that one; without, the play as it is written."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def __call__(self, among: tuple[Play, ...]) -> tuple[Play, ...]:
        wanted = frozenset(map(_plain, self.only))
        unwanted = frozenset(map(_plain, self.skip))
        return tuple(
            play
            for play in among
            if (play.id in wanted if wanted else play.usual) and play.id not in unwanted
        )


def _plain(name: str) -> str:
    """A name in the form that plays have: a create is where a scenario strikes anyway."""
    return name.removesuffix(f"@{Phase.CREATE.value}")


def choice(only: Iterable[str], skip: Iterable[str]) -> Choice:
    """Raises UnknownNameError."""
    known = frozenset(play.id for kind in Kind for play in plays(kind)) | {HEALTHY}
    made = Choice(tuple(only), tuple(skip))
    for name in (*made.only, *made.skip):
        _known(_plain(name), known, "scenario")
    return made


def rules(names: Iterable[str]) -> frozenset[str]:
    """The rules that may be broken. Raises UnknownNameError."""
    return frozenset(_known(name, RULE_IDS, "rule") for name in names)


def _known(name: str, known: Iterable[str], what: str) -> str:
    names = sorted(known)
    if name in names:
        return name
    near = get_close_matches(name, names, 1, cutoff=0.0)
    raise UnknownNameError(f"there is no {what} {name!r}; the nearest is {near[0]}")
