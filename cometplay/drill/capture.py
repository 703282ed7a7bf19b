"""What a program prints, drained as fast as it comes: its beginning and end are kept, the rest counted."""

import asyncio

from cometplay.drill.observation import Output

KEPT = 64 * 1024
"""Bytes of the beginning, and as many of the end."""
_CUT = b"\n[...]\n"


class Capture(asyncio.Protocol):
    """Reads one stream of a program's, and looks for a secret in all of it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._head = bytearray()
        self._tail = bytearray()
        self._edge = b""
        self._size = 0
        self.leaked = False
        self.closed = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        self.leaked = self.leaked or self._secret in self._edge + data
        self._edge = (self._edge + data)[1 - len(self._secret) :]
        room = KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, 0) :][-KEPT:]
        if len(self._tail) > 2 * KEPT:
            del self._tail[:-KEPT]

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self.closed.done():
            self.closed.set_result(None)

    def output(self) -> Output:
        tail = bytes(self._tail[-KEPT:])
        cut = _CUT if self._size > len(self._head) + len(tail) else b""
        shown = (bytes(self._head) + cut + tail).replace(self._secret, b"[the key]")
        return Output(shown.decode("utf-8", "replace"), self._size)
