"""What is done about a request, once that is decided: only the server still has to move bytes."""

from dataclasses import dataclass
from typing import TypeAlias

from cometplay.lab.answers import Answer

FIRST_ERROR = 400
GOOD_PAUSE_S = 0.4
BAD_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Whole:
    answer: Answer
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Half:
    """The answer's head and the first half of its body, then a closed connection."""

    answer: Answer
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing, for as long as the client waits."""


Outcome: TypeAlias = Whole | Half | Held


def pause_for(answer: Answer) -> float:
    """Lab seconds to the first byte: a good answer takes thought, a refusal does not."""
    return GOOD_PAUSE_S if answer.status < FIRST_ERROR else BAD_PAUSE_S
