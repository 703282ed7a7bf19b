"""What is done about a request, once that is decided: only the server still has to move bytes."""

from dataclasses import dataclass
from typing import TypeAlias

from cometplay.core.findings import Breakage
from cometplay.lab.answers import Answer, Stream
from cometplay.lab.breakage import End

FIRST_ERROR = 400
GOOD_PAUSE_S = 0.4
BAD_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Whole:
    answer: Answer
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Broken:
    """An answer that goes wrong on the wire: its bytes and silences, after a pause for thought."""

    how: Breakage
    answer: Answer
    target: str
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Streaming:
    """An answer that is sent piece by piece. `then` is how the connection goes on instead of its end."""

    stream: Stream
    then: End | None = None


Outcome: TypeAlias = Whole | Streaming | Broken


def pause_for(answer: Answer) -> float:
    """Lab seconds to the first byte: a good answer takes thought, a refusal does not."""
    if answer.takes_s is not None:
        return answer.takes_s
    return GOOD_PAUSE_S if answer.status < FIRST_ERROR else BAD_PAUSE_S
