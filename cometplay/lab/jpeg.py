"""Canvas -> JPEG: baseline, one quantiser for all three components, and codes of one length.

Every run and size gets a code of 8 bits and every difference one of 4: Huffman tables that any decoder
takes, and that need no statistics. Alpha is lost, as it is in any JPEG.
"""

import math
import struct
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from cometplay.lab.canvas import Canvas, Pixel

BEST = 95
"""The quality that is drawn with where none is asked."""
_BLOCK = 8
_AREA = _BLOCK * _BLOCK
_RUN_OF_16, _END = 0xF0, 0x00
_MOST_ZEROS = 15

_QUANTISER = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
"""The luminance table that the standard gives as an example (ITU-T T.81, K.1), row by row."""


def _turn(place: int) -> tuple[int, int]:
    row, column = divmod(place, _BLOCK)
    return row + column, row if (row + column) % 2 else column


_ZIGZAG = sorted(range(_AREA), key=_turn)
_DC_SYMBOLS = bytes(range(12))
_AC_SYMBOLS = bytes([_END, _RUN_OF_16, *(run << 4 | size for run, size in product(range(16), range(1, 11)))])
_DC_BITS, _AC_BITS = 4, 8
_DC_CODES = {symbol: f"{code:04b}" for code, symbol in enumerate(_DC_SYMBOLS)}
_AC_CODES = {symbol: f"{code:08b}" for code, symbol in enumerate(_AC_SYMBOLS)}

_WAVES = [
    [
        math.cos((2 * x + 1) * u * math.pi / (2 * _BLOCK)) * (math.sqrt(0.5) if u == 0 else 1.0) / 2
        for x in range(_BLOCK)
    ]
    for u in range(_BLOCK)
]

Block: TypeAlias = tuple[int, ...]
"""64 samples or coefficients."""


def encode(canvas: Canvas, quality: int = BEST) -> bytes:
    """`quality` is 1 to 100, outside that the nearest. Both sides are to be divisible by 8."""
    table = _scaled(min(100, max(1, quality)))
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    frame = struct.pack(">BHHB", 8, canvas.height, canvas.width, 3) + components
    parts = [
        b"\xff\xd8",
        _segment(0xE0, b"JFIF\0" + struct.pack(">HBHHBB", 0x0101, 0, 1, 1, 0, 0)),
        _segment(0xDB, b"\0" + bytes(table[place] for place in _ZIGZAG)),
        _segment(0xC0, frame),
        _segment(0xC4, b"\x00" + _lengths(_DC_BITS, _DC_SYMBOLS) + b"\x10" + _lengths(_AC_BITS, _AC_SYMBOLS)),
        _segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"),
        _packed("".join(_scan(canvas, table))),
        b"\xff\xd9",
    ]
    return b"".join(parts)


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _lengths(bits: int, symbols: bytes) -> bytes:
    """A Huffman table whose codes are all of one length."""
    return bytes(len(symbols) if length == bits else 0 for length in range(1, 17)) + symbols


def _packed(bits: str) -> bytes:
    padded = bits + "1" * (-len(bits) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8).replace(b"\xff", b"\xff\x00")


def _scaled(quality: int) -> Block:
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality  # noqa: PLR2004  the middle of the scale
    return tuple(min(255, max(1, (step * percent + 50) // 100)) for step in _QUANTISER)


def _scan(canvas: Canvas, table: Block) -> Iterator[str]:
    """Bits, block by block: the three components of each, a difference first and then the runs."""
    before = [0, 0, 0]
    planes = [[_components(pixel) for pixel in row] for row in canvas.rows]
    for top, left in product(range(0, canvas.height, _BLOCK), range(0, canvas.width, _BLOCK)):
        area = [pixel for row in planes[top : top + _BLOCK] for pixel in row[left : left + _BLOCK]]
        for component in range(3):
            block = _quantised(tuple(pixel[component] for pixel in area), table)
            yield from _coded(block, block[0] - before[component])
            before[component] = block[0]


@lru_cache(maxsize=512)
def _components(pixel: Pixel) -> tuple[int, int, int]:
    """Luminance and the two differences of colour, around 0 (JFIF 1.02)."""
    red, green, blue, _ = pixel
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(light - 128), round((blue - light) * 0.564), round((red - light) * 0.713)


@lru_cache(maxsize=512)
def _quantised(samples: Block, table: Block) -> Block:
    """The transformed block in zigzag order. Blocks repeat in a pattern, hence the cache."""
    rows = [
        [sum(map(float.__mul__, wave, map(float, samples[at : at + _BLOCK]))) for wave in _WAVES]
        for at in range(0, _AREA, _BLOCK)
    ]
    columns = list(zip(*rows, strict=True))
    whole = [sum(map(float.__mul__, wave, column)) for wave in _WAVES for column in columns]
    return tuple(round(whole[place] / table[place]) for place in _ZIGZAG)


def _coded(block: Block, difference: int) -> Iterator[str]:
    yield _DC_CODES[abs(difference).bit_length()] + _magnitude(difference)
    zeros = 0
    for value in block[1:]:
        if not value:
            zeros += 1
            continue
        while zeros > _MOST_ZEROS:
            yield _AC_CODES[_RUN_OF_16]
            zeros -= _MOST_ZEROS + 1
        yield _AC_CODES[zeros << 4 | abs(value).bit_length()] + _magnitude(value)
        zeros = 0
    if zeros:
        yield _AC_CODES[_END]


def _magnitude(value: int) -> str:
    """A number without its leading zeros; a negative one is written as its complement."""
    size = abs(value).bit_length()
    return f"{value if value > 0 else value + (1 << size) - 1:0{size}b}" if size else ""
