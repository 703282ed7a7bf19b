"""A connection's bytes: what came and is not read yet, and who waits for more or for room."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import cast

_MOST_UNREAD = 256 * 1024
_PIECE = 16 * 1024
"""Small beside the limit of a head, which h11 applies only between two of them."""
_LINGER_NOT = struct.pack("ii", 1, 0)
"""SO_LINGER on, with no time at all: the close is a reset."""


class Wire(asyncio.Protocol):
    """One client's socket. Reading and writing raise OSError when the connection broke.

    One task at a time reads, and one writes; `met` is called when the connection is there.
    """

    def __init__(self, met: Callable[["Wire"], None]) -> None:
        self._met = met
        self.unread = bytearray()
        self._ended = self._held_back = False
        self._fault: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._full: asyncio.Future[None] | None = None
        self._gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._met(self)

    def data_received(self, data: bytes) -> None:
        self.unread += data
        if len(self.unread) > _MOST_UNREAD and not self._held_back:
            self._transport.pause_reading()
            self._held_back = True
        _wake(self._reader)

    def eof_received(self) -> bool:
        """The client may still read: True keeps our side open."""
        self._ended = True
        _wake(self._reader)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._fault = exc
        self._gone.set()
        _wake(self._reader)
        _wake(self._full)

    def pause_writing(self) -> None:
        self._full = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        _wake(self._full)
        self._full = None

    async def more(self) -> bool:
        """Waits for more to read; False when there will be none."""
        before = len(self.unread)
        if self._held_back:
            self._transport.resume_reading()
            self._held_back = False
        if not self._ended:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        if self._fault is not None:
            raise self._fault
        return len(self.unread) > before

    async def take(self) -> bytes:
        """Some of what is unread, after a wait if need be; nothing at the end."""
        if not self.unread:
            await self.more()
        data = bytes(self.unread[:_PIECE])
        del self.unread[:_PIECE]
        return data

    async def write(self, data: bytes) -> None:
        self._check()
        self._transport.write(data)
        if self._transport.is_closing():  # it broke under this very piece: connection_lost is on its way
            await self._gone.wait()
            self._check()
        if self._full is not None:
            await self._full
            self._check()

    def _check(self) -> None:
        if self._gone.is_set():
            raise self._fault or ConnectionResetError("the connection is closed")

    async def until_closed(self) -> None:
        """Returns when the client has closed; what it still sends is dropped."""
        while await self.take():
            pass

    def end(self) -> None:
        """Ends our side; the client may still send."""
        if self._transport.can_write_eof() and not self._gone.is_set():
            self._transport.write_eof()

    def reset(self) -> None:
        """Closes as a crash does: the client gets a reset, and what was not sent is lost."""
        bound: socket.socket | None = self._transport.get_extra_info("socket")
        if bound is not None and not self._gone.is_set():
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self.abort()

    async def close(self) -> None:
        """Sends what is left to send and closes; when that is given up, it is closed all the same."""
        self._transport.close()
        try:
            await self._gone.wait()
        finally:
            self.abort()

    def abort(self) -> None:
        self._transport.abort()


def _wake(waiting: asyncio.Future[None] | None) -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)
