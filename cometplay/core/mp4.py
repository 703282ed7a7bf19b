"""How long an MP4 lasts, as its own header says (ISO/IEC 14496-12, 8.2.2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Read: TypeAlias = Callable[[int, int], bytes]
"""(place, length) -> so many bytes of the file from there on, fewer at its end."""

_MOST_BOXES = 1_000
"""Beside one another; a file of ours has a handful."""
_HEAD, _LARGE_HEAD = 8, 16
_LONGEST_S = 10_000_000
"""Four months: what says more is damaged."""


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int
    end: int


def duration_s(read: Read, size: int) -> float | None:
    """The seconds that a file of `size` bytes lasts; None where it does not say so."""
    movie = _named(b"moov", read, 0, size)
    header = _named(b"mvhd", read, movie.start, movie.end) if movie else None
    if header is None:
        return None
    value = read(header.start, 32)
    # version, flags, two times, then units a second and how many of them: longer numbers in version 1
    scale, length = (slice(20, 24), slice(24, 32)) if value[:1] == b"\x01" else (slice(12, 16), slice(16, 20))
    if len(value) < length.stop or header.end - header.start < length.stop:
        return None
    units, told = int.from_bytes(value[scale]), int.from_bytes(value[length])
    return told / units if units and told / units < _LONGEST_S else None


def _named(name: bytes, read: Read, start: int, end: int) -> _Box | None:
    return next((box for box in _boxes(read, start, end) if box.name == name), None)


def _boxes(read: Read, start: int, end: int) -> Iterator[_Box]:
    """The boxes from one place to another, without what is in them."""
    for _ in range(_MOST_BOXES):
        head = read(start, _LARGE_HEAD)
        if start + _HEAD > end or len(head) < _HEAD:
            return
        length, begins = int.from_bytes(head[:4]), start + _HEAD
        if length == 1:  # the length proper follows, for it is a long one
            length, begins = int.from_bytes(head[8:16]), start + _LARGE_HEAD
        stop = end if length == 0 else min(end, start + length)
        if stop <= start or stop < begins:
            return
        yield _Box(head[4:8], begins, stop)
        start = stop
