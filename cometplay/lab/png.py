"""A picture drawn from a hash: small, valid, the same every time, and not unpleasant to look at."""

import struct
import zlib
from colorsys import hls_to_rgb

SIDE = 96
_CELL = 12
_CELLS = SIDE // _CELL
_MAGIC = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)  # 8 bits, RGB
_NO_FILTER = b"\0"


def draw(mark: bytes) -> bytes:
    """A PNG of 96x96 pixels: a mirrored pattern in one hue over a slope of another. Needs 18 bytes."""
    rows = b"".join(_NO_FILTER + _row(mark, y) for y in range(SIDE))
    return _MAGIC + _chunk(b"IHDR", _HEADER) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _row(mark: bytes, y: int) -> bytes:
    hue = mark[0] / 256
    ground = _colour(hue, 0.30 + 0.35 * y / SIDE)
    figure = _colour(hue + 0.25 + mark[1] / 512, 0.72 - 0.25 * y / SIDE)
    lit = mark[2 + y // _CELL]
    left = [figure if lit >> place & 1 else ground for place in range(_CELLS // 2)]
    return b"".join(colour * _CELL for colour in (*left, *reversed(left)))


def _colour(hue: float, lightness: float) -> bytes:
    red, green, blue = hls_to_rgb(hue % 1.0, lightness, 0.55)
    return bytes(round(255 * part) for part in (red, green, blue))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
