"""A good answer, broken: the bytes and the silences that a client below HTTP gets to see."""

import gzip
import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import repeat
from typing import TypeAlias

from cometplay.core import jsons
from cometplay.core.findings import Breakage
from cometplay.core.jsons import dig
from cometplay.lab import pictures
from cometplay.lab.answers import Answer

LONG_HEADER_BYTES = 100_000
HUGE_BYTES = 30 * 2**20
"""Of the whole answer; base64 needs four bytes for three."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Bytes for the wire as they stand, and the lab seconds that pass before them."""

    data: bytes = field(repr=False)
    after_s: float = 0.0


class End(Enum):
    """How the connection goes on when the bytes are out."""

    CLOSE = "close"
    RESET = "reset"
    HOLD = "hold"


Move: TypeAlias = Bytes | End


def moves(how: Breakage, answer: Answer, target: str) -> Iterator[Move]:
    """What happens on the wire instead of `answer`; `target` is the path that was asked."""
    return _BREAKERS[how](answer, target)


def _head(answer: Answer, *, chunked: bool = False) -> bytes:
    framing = ("transfer-encoding", "chunked") if chunked else ("content-length", str(len(answer.body)))
    headers = (*answer.headers, framing, ("connection", "close"))
    lines = [f"HTTP/1.1 {answer.status} Lab", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _whole(answer: Answer) -> Iterator[Move]:
    yield Bytes(_head(answer) + answer.body)
    yield End.CLOSE


def _half(answer: Answer) -> bytes:
    return answer.body[: len(answer.body) // 2]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _silence(_answer: Answer, _target: str) -> Iterator[Move]:
    yield End.HOLD


def _reset_before(_answer: Answer, _target: str) -> Iterator[Move]:
    yield End.RESET


def _reset_during(answer: Answer, _target: str) -> Iterator[Move]:
    yield Bytes(_head(answer) + _half(answer))
    yield Bytes(b"", after_s=0.5)  # a reset takes what the client has not read yet
    yield End.RESET


def _short_body(answer: Answer, _target: str) -> Iterator[Move]:
    yield Bytes(_head(answer) + _half(answer))
    yield End.CLOSE


def _chunked_without_end(answer: Answer, _target: str) -> Iterator[Move]:
    yield Bytes(_head(answer, chunked=True) + _chunk(_half(answer)))
    yield End.CLOSE


def _stall(answer: Answer, _target: str) -> Iterator[Move]:
    yield Bytes(_head(answer) + _half(answer))
    yield End.HOLD


def _drip(answer: Answer, _target: str) -> Iterator[Move]:
    yield Bytes(_head(answer))
    for place in range(len(answer.body)):
        yield Bytes(answer.body[place : place + 1], 1.0)
    yield End.CLOSE


def _endless(answer: Answer, _target: str) -> Iterator[Move]:
    """White space is legal before JSON, so that nobody can tell that the answer will not come."""
    yield Bytes(_head(answer, chunked=True))
    yield from repeat(Bytes(_chunk(b" " * 1024), 0.1))


def _gzip_cut(answer: Answer, _target: str) -> Iterator[Move]:
    packed = gzip.compress(answer.body, mtime=0)
    half = replace(_with(answer, ("content-encoding", "gzip")), body=packed[: len(packed) // 2])
    yield from _whole(half)


def _long_header(answer: Answer, _target: str) -> Iterator[Move]:
    yield from _whole(_with(answer, ("x-padding", "x" * LONG_HEADER_BYTES)))


def _redirect_loop(answer: Answer, target: str) -> Iterator[Move]:
    kept = tuple(header for header in answer.headers if header[0] != "content-type")
    yield from _whole(Answer(302, (*kept, ("location", target))))


def _early_hints(answer: Answer, _target: str) -> Iterator[Move]:
    yield Bytes(b"HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n")
    yield from _whole(answer)


def _huge(answer: Answer, _target: str) -> Iterator[Move]:
    yield from _whole(_grown(answer))


_BREAKERS: dict[Breakage, Callable[[Answer, str], Iterator[Move]]] = {
    Breakage.SILENCE: _silence,
    Breakage.RESET_BEFORE: _reset_before,
    Breakage.RESET_DURING: _reset_during,
    Breakage.SHORT_BODY: _short_body,
    Breakage.CHUNKED_WITHOUT_END: _chunked_without_end,
    Breakage.STALL: _stall,
    Breakage.DRIP: _drip,
    Breakage.ENDLESS: _endless,
    Breakage.GZIP_CUT: _gzip_cut,
    Breakage.LONG_HEADER: _long_header,
    Breakage.REDIRECT_LOOP: _redirect_loop,
    Breakage.EARLY_HINTS: _early_hints,
    Breakage.HUGE: _huge,
}


def _with(answer: Answer, header: tuple[str, str]) -> Answer:
    return replace(answer, headers=(*answer.headers, header))


def _grown(answer: Answer) -> Answer:
    try:
        value = jsons.parse(answer.body.decode())
    except ValueError:
        return replace(answer, body=answer.body + bytes(HUGE_BYTES))
    first = dig(value, "data", 0)
    if isinstance(first, dict):
        first["b64_json"] = _huge_picture()
    elif isinstance(value, dict):
        value["padding"] = "x" * HUGE_BYTES
    return replace(answer, body=jsons.compact(value).encode())


@cache
def _huge_picture() -> str:
    """A PNG like any other, but for a private chunk of zeros before its end."""
    picture, padding = pictures.draw(bytes(range(32))), bytes(HUGE_BYTES * 3 // 4)
    ending = picture[-12:]
    crc = zlib.crc32(b"laBs" + padding)
    chunk = struct.pack(">I", len(padding)) + b"laBs" + padding + struct.pack(">I", crc)
    return b64encode(picture[:-12] + chunk + ending).decode()
