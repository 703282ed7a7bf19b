"""One connection's HTTP, over h11: a server that must be able to stop in the middle of an answer."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from http import HTTPStatus

import h11

from cometplay.lab.answers import Answer, Stream

BODY_LIMIT = 32 * 2**20
_HEAD_LIMIT = 64 * 1024
_READ = 64 * 1024
_LINGER_S = 1.0
_NO_CONTENT, _NOT_MODIFIED = 204, 304
_LINGER_NOT = struct.pack("ii", 1, 0)
"""SO_LINGER on, with no time at all: the close is a reset."""
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class UnreadableError(Exception):
    """What came is not HTTP."""


class TooLargeError(Exception):
    """The body is over the limit. `request` is what was understood of it, without the body."""

    def __init__(self, request: "Request") -> None:
        super().__init__()
        self.request = request


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: header names in lower case, the target with its query."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")


class Link:
    """A connection from a client. Reading and writing raise OSError when the client is gone."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
        self._head_only = False
        self._closing: asyncio.Future[None] | None = None

    async def receive(self) -> Request | None:
        """The next whole request; None when there will be none.

        Raises UnreadableError, TooLargeError, and OSError when the connection breaks.
        """
        self._head_only = False
        if self._http.our_state is not h11.IDLE:
            if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                return None
            self._http.start_next_cycle()
        try:
            head = await self._event()
            return await self._whole(head) if isinstance(head, h11.Request) else None
        except h11.RemoteProtocolError as fault:
            raise UnreadableError(str(fault)) from fault

    async def _whole(self, head: h11.Request) -> Request:
        request = Request(
            method=head.method.decode("latin-1"),
            target=head.target.decode("latin-1"),
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers),
        )
        self._head_only = request.method == "HEAD"
        declared = int(request.header("content-length") or 0)
        if declared > BODY_LIMIT and self._http.they_are_waiting_for_100_continue:
            raise TooLargeError(request)
        chunks: list[bytes] = []
        size = 0
        while isinstance(event := await self._event(), h11.Data):
            size += len(event.data)
            if size <= BODY_LIMIT:  # the rest is read and dropped, or the client would not read the answer
                chunks.append(bytes(event.data))
        if size > BODY_LIMIT:
            raise TooLargeError(request)
        return Request(request.method, request.target, request.headers, b"".join(chunks))

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._http.they_are_waiting_for_100_continue:
                await self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))
            self._http.receive_data(await self._reader.read(_READ))

    async def send(self, answer: Answer) -> None:
        """A whole answer."""
        body = b"" if self._bodiless(answer) else answer.body
        data = self._head(answer) + (self._data(body) if body else b"")
        await self._write(data + (self._http.send(h11.EndOfMessage()) or b""))

    async def begin(self, stream: Stream) -> None:
        """The head of an answer in pieces, which HTTP/1.1 sends chunked."""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in stream.headers]
        reason = _REASONS.get(stream.status, "")
        head = h11.Response(status_code=stream.status, headers=headers, reason=reason)
        await self._write(self._http.send(head))

    async def send_piece(self, data: bytes) -> None:
        if not self._head_only:
            await self._write(self._data(data))

    async def end(self) -> None:
        await self._write(self._http.send(h11.EndOfMessage()))

    async def send_raw(self, data: bytes) -> None:
        """Bytes as they stand: whatever HTTP makes of them. Only a close can follow."""
        await self._write(data)

    def reset(self) -> None:
        """Closes as a crash does: the client gets a reset, and what was not sent is lost."""
        bound: socket.socket | None = self._writer.get_extra_info("socket")
        if bound is not None:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._writer.transport.abort()

    def _bodiless(self, answer: Answer) -> bool:
        return self._head_only or answer.status in (_NO_CONTENT, _NOT_MODIFIED)

    def _head(self, answer: Answer) -> bytes:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        if answer.status != _NO_CONTENT:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        reason = _REASONS.get(answer.status, "")
        response = h11.Response(status_code=answer.status, headers=headers, reason=reason)
        return self._http.send(response) or b""

    def _data(self, body: bytes) -> bytes:
        return self._http.send(h11.Data(data=body)) or b""

    async def _write(self, data: bytes | None) -> None:
        self._writer.write(data or b"")
        await self._writer.drain()

    async def until_closed(self) -> None:
        """Returns when the client has closed; what it still sends is dropped."""
        while await self._reader.read(_READ):
            pass

    async def linger(self) -> None:
        """Ends our side and lets the client read the last answer, which a close under its data would take."""
        try:
            if self._writer.can_write_eof():
                self._writer.write_eof()
            async with asyncio.timeout(_LINGER_S):
                await self.until_closed()
        except TimeoutError:
            return

    async def close(self) -> None:
        """Closes for good, unsent data or not."""
        self._writer.close()
        self._closing = self._closing or asyncio.ensure_future(self._writer.wait_closed())
        try:
            # shielded: to cancel this wait would cancel what the stream itself is closed with
            await asyncio.shield(self._closing)
        except OSError:
            return  # it was closed by the other side, which is as good
        finally:
            self.abort()

    def abort(self) -> None:
        self._writer.transport.abort()
