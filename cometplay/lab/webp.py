"""Canvas -> WebP: lossless (VP8L), with runs of one colour, and codes that need no statistics.

The green alphabet has 280 symbols, 256 values and 24 lengths of runs: 232 codes of 8 bits and 48 of 9
are exactly a whole prefix code. Red and blue have 8 bits each, the only distance none (RFC 9649, 3).
"""

import struct
from collections.abc import Iterator
from itertools import groupby

from cometplay.lab.canvas import Canvas, Pixel

_VALUES, _LENGTHS = 256, 24
_SHORT = 2 * 256 - (_VALUES + _LENGTHS)
"""How many of the green alphabet's codes have 8 bits."""
_FIRST_LONG = _SHORT * 2
_LENGTH_SLOTS = 13
"""How many lengths of lengths are told; the last two slots are those of 8 and 9."""
_TO_THE_LEFT = 1
"""The symbol of the distance of one pixel."""
_LONGEST_RUN = 4096


def encode(canvas: Canvas) -> bytes:
    header = _number(canvas.width - 1, 14) + _number(canvas.height - 1, 14) + _number(int(canvas.clear), 1)
    plain = _number(0, 3) + _number(0, 3)  # version 0; no transform, no cache, no map of codes
    bits = "".join((header, plain, _codes(clear=canvas.clear), *_pixels(canvas)))
    data = b"\x2f" + int(bits[::-1], 2).to_bytes((len(bits) + 7) // 8, "little")
    padded = data + bytes(len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(padded) + 12) + b"WEBPVP8L" + struct.pack("<I", len(data)) + padded


def _number(value: int, bits: int) -> str:
    """A number, its lowest bit first."""
    return f"{value:0{bits}b}"[::-1] if bits else ""


def _codes(*, clear: bool) -> str:
    """The five prefix codes: green, red, blue, alpha, distance."""
    green = _lengths(8, 9) + "0" * _SHORT + "1" * (_VALUES + _LENGTHS - _SHORT)
    eight = _lengths(8)  # every value has 8 bits, and the one length there is needs none to be told
    alpha = _few(0, 255) if clear else _few(255)
    return green + eight + eight + alpha + _few(_TO_THE_LEFT)


def _lengths(*used: int) -> str:
    """The beginning of a code that is told by its lengths: which lengths there are."""
    slots = [0] * (_LENGTH_SLOTS - 2) + [int(length in used) for length in (8, 9)]
    return "0" + _number(_LENGTH_SLOTS - 4, 4) + "".join(_number(slot, 3) for slot in slots) + "0"


def _few(*symbols: int) -> str:
    """A code of one symbol or two, told by naming them."""
    return "1" + _number(len(symbols) - 1, 1) + "1" + "".join(_number(symbol, 8) for symbol in symbols)


def _green(symbol: int) -> str:
    """A code of the green alphabet, its highest bit first as all prefix codes are."""
    return f"{symbol:08b}" if symbol < _SHORT else f"{_FIRST_LONG + symbol - _SHORT:09b}"


def _pixels(canvas: Canvas) -> Iterator[str]:
    for pixel, run in groupby(pixel for row in canvas.rows for pixel in row):
        count = sum(1 for _ in run)
        yield _literal(pixel, clear=canvas.clear)
        yield from _copies(count - 1)


def _literal(pixel: Pixel, *, clear: bool) -> str:
    red, green, blue, alpha = pixel
    return f"{_green(green)}{red:08b}{blue:08b}" + (str(int(alpha > 0)) if clear else "")


def _copies(count: int) -> Iterator[str]:
    """The pixel to the left, so many times; a length is a symbol and some bits (RFC 9649, 5.2.2)."""
    while count:
        run = min(count, _LONGEST_RUN)
        count -= run
        rest = run - 1
        extra = max(0, rest.bit_length() - 2)
        symbol = rest if extra == 0 else 2 * (rest.bit_length() - 1) + (rest >> extra & 1)
        yield _green(_VALUES + symbol) + _number(rest & (1 << extra) - 1, extra)
