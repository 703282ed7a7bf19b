"""Canvas -> PNG: colour and, where something is clear, alpha."""

import struct
import zlib

from cometplay.lab.canvas import Canvas

_MAGIC = b"\x89PNG\r\n\x1a\n"
_NO_FILTER = b"\0"
_RGB, _RGBA = 2, 6


def encode(canvas: Canvas) -> bytes:
    parts, colour_type = (4, _RGBA) if canvas.clear else (3, _RGB)
    rows = (b"".join(bytes(pixel[:parts]) for pixel in row) for row in canvas.rows)
    header = struct.pack(">IIBBBBB", canvas.width, canvas.height, 8, colour_type, 0, 0, 0)
    pixels = zlib.compress(b"".join(_NO_FILTER + row for row in rows), 9)
    return _MAGIC + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG; None when it is none."""
    if not data.startswith(_MAGIC) or data[12:16] != b"IHDR" or len(data) < len(_MAGIC) + 16:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
