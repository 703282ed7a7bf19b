"""The pattern in waits: whether they grow, whether copies keep step, whether one loop runs in another."""

from collections.abc import Sequence
from typing import TypeAlias

Waits: TypeAlias = Sequence[Sequence[float]]
"""Seconds between the tries, of each copy of a program."""

_EVEN = 1.25
_STEP_S, _STEP_SHARE = 0.02, 0.02
"""How far the waits of copies without jitter are apart on a busy machine."""
_ALIKE = 2.0
_FALLS = 0.75


def grows(waits: Waits) -> bool:
    """Whether the waits are not all the same; chance alone makes them differ as well, and is no fault."""
    every = [wait for each in waits for wait in each]
    return max(every) >= _EVEN * min(every)


def in_step(waits: Waits) -> bool:
    """Whether copies waited alike: more than half of the steps, and two at the least."""
    steps = list(zip(*waits, strict=False))
    alike = sum(max(step) - min(step) <= _STEP_S + _STEP_SHARE * min(step) for step in steps)
    return len(waits) > 1 and alike > 1 and alike > len(steps) / 2


def nested(waits: Waits) -> tuple[int, int] | None:
    """The inner and the outer count of tries, when every copy's waits start over after each inner round."""
    tries = min(map(len, waits)) + 1
    for inner in range(2, tries // 2 + 1):
        if tries % inner == 0 and all(_starts_over(each[: tries - 1], inner) for each in waits):
            return inner, tries // inner
    return None


def _starts_over(waits: Sequence[float], inner: int) -> bool:
    """Whether each round of `inner` tries waits like the first one, after a longer wait between rounds."""
    rounds = [waits[start : start + inner - 1] for start in range(0, len(waits), inner)]
    between = waits[inner - 1 :: inner]
    alike = all(
        small <= _ALIKE * large and large <= _ALIKE * small
        for later in rounds[1:]
        for small, large in zip(rounds[0], later, strict=True)
    )
    return alike and all(
        later[0] < _FALLS * max(pause, earlier[-1])
        for earlier, pause, later in zip(rounds, between, rounds[1:], strict=False)
    )
