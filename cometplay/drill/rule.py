"""Rule: one thing that a program must not do, where that is written, and how it is seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cometplay.core.drafts import Kind
from cometplay.drill.case import Case
from cometplay.failures.source import Source


@dataclass(frozen=True, slots=True)
class Broken:
    """The rule was broken; the message holds the evidence."""

    message: str


@dataclass(frozen=True, slots=True)
class Fine:
    """The rule was put to the test, and kept."""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """The rule does not concern this, or nothing of it can be seen from outside."""


Judgement: TypeAlias = Broken | Fine | NotJudged
Judge: TypeAlias = Callable[[Case], Judgement]

EVERY_KIND = frozenset(Kind)
FILED = frozenset({Kind.IMAGE, Kind.VIDEO})
VIDEO = frozenset({Kind.VIDEO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as data. `source` is the document that it comes from, `expected` what it asks, as a sentence.

    `telling`: to keep it in a scenario is what the scenario is about, so that it alone makes a pass. `advice`
    is said, and fails nobody. `by_chance`: waits that are drawn may seem to break it once.
    """

    id: str
    source: Source
    expected: str
    judge: Judge
    kinds: frozenset[Kind] = EVERY_KIND
    telling: bool = True
    advice: bool = False
    by_chance: bool = False
