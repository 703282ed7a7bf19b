"""Protects the length that is told of a video: read from its own header, whatever else is in the file."""

from pathlib import Path

import pytest

from cometplay.core.mp4 import duration_s

CLIP = Path(__file__).parent.parent / "cometplay" / "lab" / "clip.mp4"


def box(name: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + name + content


def mvhd(scale: int, units: int) -> bytes:
    return box(b"mvhd", bytes(12) + scale.to_bytes(4) + units.to_bytes(4) + bytes(80))


LONG_MVHD = box(b"mvhd", b"\1" + bytes(19) + (1000).to_bytes(4) + (8_250).to_bytes(8) + bytes(80))
LARGE_MOOV = (1).to_bytes(4) + b"moov" + (16 + len(mvhd(1, 7))).to_bytes(8) + mvhd(1, 7)
FTYP = box(b"ftyp", b"isommp42")
FILES = {
    "the lab's": (CLIP.read_bytes(), 1.5),
    "header first": (FTYP + box(b"moov", mvhd(600, 4_800)) + box(b"mdat", bytes(50)), 8.0),
    "header last, behind another box": (
        FTYP + box(b"mdat", bytes(50)) + box(b"moov", box(b"iods", bytes(9)) + mvhd(90_000, 450_000)),
        5.0,
    ),
    "long numbers": (FTYP + box(b"moov", LONG_MVHD), 8.25),
    "a long length": (FTYP + LARGE_MOOV, 7.0),
    "to the end of the file": (FTYP + bytes(4) + b"moov" + mvhd(2, 3), 1.5),
    "no units": (FTYP + box(b"moov", mvhd(0, 8)), None),
    "cut in its header": (FTYP + box(b"moov", mvhd(600, 4_800))[:30], None),
    "no header": (FTYP + box(b"mdat", bytes(50)), None),
    "a length of nothing, again and again": (FTYP + (1).to_bytes(4) + b"free" + bytes(40), None),
    "too short a box": (FTYP + (3).to_bytes(4) + b"moov" + mvhd(1, 1), None),
    "years": (FTYP + box(b"moov", mvhd(1, 0xFFFFFFFF)), None),
    "empty": (b"", None),
    "a text": (b"<html>no video here, and more than a few bytes of it</html>", None),
}


@pytest.mark.parametrize(("data", "seconds"), FILES.values(), ids=FILES.keys())
def test_the_length_is_the_headers(data, seconds):
    assert duration_s(lambda place, length: data[place : place + length], len(data)) == seconds
