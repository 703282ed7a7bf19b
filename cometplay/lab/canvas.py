"""What every picture of the lab shows: a pattern painted from a hash, the same one every time."""

from colorsys import hls_to_rgb
from dataclasses import dataclass, field
from typing import TypeAlias

SIDE = 96
"""Pixels, whatever size was asked: a lesson needs a real picture and no large one."""
_CELL = 12
_CELLS = SIDE // _CELL
_OPAQUE, _CLEAR = 255, 0

Pixel: TypeAlias = tuple[int, int, int, int]
"""Red, green, blue, alpha, each 0 to 255."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Rows of pixels, all of one length. `clear`: some of them are fully transparent."""

    rows: tuple[tuple[Pixel, ...], ...] = field(repr=False)
    clear: bool = False

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)


def paint(mark: bytes, *, clear: bool = False) -> Canvas:
    """A mirrored pattern in one hue over a slope of another, or over nothing. Needs 18 bytes."""
    ground = _CLEAR if clear else _OPAQUE
    return Canvas(tuple(_row(mark, y, ground) for y in range(SIDE)), clear)


def _row(mark: bytes, y: int, alpha: int) -> tuple[Pixel, ...]:
    hue = mark[0] / 256
    ground = _colour(hue, 0.30 + 0.35 * y / SIDE, alpha)
    figure = _colour(hue + 0.25 + mark[1] / 512, 0.72 - 0.25 * y / SIDE, _OPAQUE)
    lit = mark[2 + y // _CELL]
    left = [figure if lit >> place & 1 else ground for place in range(_CELLS // 2)]
    return tuple(colour for colour in (*left, *reversed(left)) for _ in range(_CELL))


def _colour(hue: float, lightness: float, alpha: int) -> Pixel:
    red, green, blue = hls_to_rgb(hue % 1.0, lightness, 0.55)
    return round(255 * red), round(255 * green), round(255 * blue), alpha
