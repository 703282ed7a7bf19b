"""What a model takes as `size`: words of its own, pixels, or both (api-contract.md 5.1 and 6.1)."""

import re
from dataclasses import dataclass

_PIXELS = re.compile(r"([1-9]\d{1,4})[x*]([1-9]\d{1,4})", re.IGNORECASE)
_RATIO = re.compile(r"([1-9]\d?)[x:/]([1-9]\d?)", re.IGNORECASE)
SMALLEST_SIDE = 64
"""Pixels. Two smaller numbers are a ratio that is spelled like a size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """`words` are taken as they stand. With `pixels`, so is any WIDTHxHEIGHT within the limits.

    `step` divides both sides, `longest` is the longer one's limit, `most` that of their product (0: none is
    known), `steepest` that of the longer one over the shorter.
    """

    words: tuple[str, ...] = ()
    pixels: bool = True
    step: int = 1
    longest: int = 0
    most: int = 0
    steepest: float = 0.0

    def takes(self, size: str) -> bool:
        """Whether `size` is one of them. Whatever case a word has."""
        if size.lower() in {word.lower() for word in self.words}:
            return True
        sides = _sides(size)
        return self.pixels and sides is not None and self._fits(*sides)

    def _fits(self, width: int, height: int) -> bool:
        long, short = max(width, height), min(width, height)
        return (
            width % self.step == 0
            and height % self.step == 0
            and (not self.longest or long <= self.longest)
            and (not self.most or width * height <= self.most)
            and (not self.steepest or long <= self.steepest * short)
        )

    def nearest(self, size: str) -> str:
        """The word that comes closest in shape, then in area; "" where none lies the same way."""
        shape = _shape(size)
        near = [word for word in self.words if shape and _lies_alike(shape, _shape(word))]
        return min(near, key=lambda word: _distance(size, word), default="")

    @property
    def told(self) -> str:
        """What is taken, for a person."""
        form = (
            "any WIDTHxHEIGHT in pixels" if not (self.longest or self.most) else "WIDTHxHEIGHT within limits"
        )
        return ", ".join([*self.words, *([form] if self.pixels else [])])


def _sides(size: str) -> tuple[int, int] | None:
    """Width and height in pixels; None for anything else."""
    found = _PIXELS.fullmatch(size.strip())
    if not found:
        return None
    width, height = int(found.group(1)), int(found.group(2))
    return (width, height) if min(width, height) >= SMALLEST_SIDE else None


def _shape(size: str) -> float | None:
    """Width over height, of pixels or of a ratio."""
    found = _PIXELS.fullmatch(size.strip()) or _RATIO.fullmatch(size.strip())
    return int(found.group(1)) / int(found.group(2)) if found else None


def _lies_alike(shape: float, other: float | None) -> bool:
    return other is not None and (shape > 1) == (other > 1) and (shape < 1) == (other < 1)


def _distance(size: str, word: str) -> tuple[float, int]:
    wanted, there = _shape(size) or 1.0, _shape(word) or 1.0
    steps = max(wanted, there) / min(wanted, there)
    mine, others = _sides(size), _sides(word)
    area = abs(mine[0] * mine[1] - others[0] * others[1]) if mine and others else 0
    return round(steps, 2), area
