"""Content-Encoding, undone by ourselves: the client would pass off half a gzip body as a whole one."""

import zlib

_MAGIC = 2
_EITHER = 32 + zlib.MAX_WBITS
"""zlib tells gzip and zlib heads apart itself."""


class TruncatedError(ValueError):
    """The compressed data ended before its end."""


class Decoder:
    """Bytes as they came -> bytes as they were meant. What is not encoded as it says stays as it came."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        self._inflate = zlib.decompressobj(_EITHER) if name in {"gzip", "x-gzip", "deflate"} else None
        self._head = b""
        """Up to two bytes, as they came: zlib needs both to tell whether this is its own format."""

    def feed(self, data: bytes) -> bytes:
        if self._inflate is None:
            return data
        try:
            plain = self._inflate.decompress(data)
        except zlib.error:
            if _is_packed((self._head + data)[:_MAGIC]):
                raise TruncatedError("the compressed body is damaged") from None
            self._inflate = None
            return self._head + data
        self._head += data[: _MAGIC - len(self._head)]
        return plain

    def finish(self) -> None:
        """Raises TruncatedError when more should have come."""
        if self._inflate is not None and self._head and not self._inflate.eof:
            raise TruncatedError("the compressed body ends early")


def _is_packed(head: bytes) -> bool:
    try:
        zlib.decompressobj(_EITHER).decompress(head)
    except zlib.error:
        return False
    return True
