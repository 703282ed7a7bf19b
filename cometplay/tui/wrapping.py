"""A long text cut into rows of a width, a part at a time: five megabytes must not keep a key waiting."""

from collections.abc import Iterator
from typing import TypeAlias

from rich.cells import cell_len, split_graphemes

Row: TypeAlias = tuple[int, int]
"""Where a row begins and ends in its text."""

BLOCK = 4_096
"""Characters that are measured at once where they are not all as wide as a letter."""


def rows(text: str, start: int, width: int) -> Iterator[Row]:
    """The rows of a text from `start`, where a line begins; the last may be empty."""
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        yield from _of_line(text, start, stop, max(1, width))
        if end < 0:
            return
        start = end + 1


def _of_line(text: str, start: int, stop: int, width: int) -> Iterator[Row]:
    narrow = text[start:stop].isascii()  # then every character takes one cell
    while True:
        fits = start + width if narrow else _fits(text, start, stop, width)
        if fits >= stop:
            yield start, stop
            return
        cut = text.rfind(" ", start, fits + 1)
        after = cut + 1 if cut > start else fits
        yield start, after
        start = after


def _fits(text: str, start: int, stop: int, width: int) -> int:
    """Where a row has to end at the latest: never within a character of several signs."""
    part = text[start : min(stop, start + width)]
    if part.isascii():
        return start + len(part)
    block = text[start : min(stop, start + width * 8, start + BLOCK)]
    if cell_len(block) <= width:
        return start + len(block)
    spans, _ = split_graphemes(block)
    taken = 0
    for begin, _end, cells in spans:
        taken += cells
        if taken > width:
            return start + max(begin, 1)
    return start + len(block)
