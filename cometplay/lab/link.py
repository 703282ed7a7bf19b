"""One connection's HTTP: requests out of its bytes, answers into them, and the right to stop halfway."""

import asyncio

import h11

from cometplay.lab.answers import Answer, Stream
from cometplay.lab.framing import CarefulFraming, Framing, PlainFraming
from cometplay.lab.http import (
    BODY_LIMIT,
    HEAD_END,
    PlainHead,
    Request,
    TooLargeError,
    UnreadableError,
    plain_head,
)
from cometplay.lab.sockets import Wire

_HEAD_LIMIT = 64 * 1024
_LINGER_S = 1.0
_DECLARED_TWICE = frozenset({"content-length", "transfer-encoding"})


class Link:
    """A connection from a client. Reading and writing raise OSError when the client is gone."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._head: PlainHead | None = None
        self._framing: Framing = PlainFraming()

    async def receive(self) -> Request | None:
        """The next whole request; None when there will be none.

        Raises UnreadableError, TooLargeError, and OSError when the connection breaks.
        """
        if not self._framing.open:
            return None
        if isinstance(self._framing, CarefulFraming):
            self._wire.unread[:0] = self._framing.http.trailing_data[0]
        if not self._wire.unread and not await self._wire.more():
            return None
        head = self._plain_head()
        if head is not None:
            self._framing = PlainFraming()
            return head.with_body(await self._plain_body(head))
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT)
        self._framing = CarefulFraming(http, head_only=False)
        try:
            return await self._carefully(http)
        except h11.RemoteProtocolError as fault:
            raise UnreadableError(str(fault)) from fault

    def _plain_head(self) -> PlainHead | None:
        """The head at the front of what is unread, if it is whole and plain. Most repeat the one before."""
        unread = self._wire.unread
        if self._head is None or not unread.startswith(self._head.raw):
            end = unread.find(HEAD_END, 0, _HEAD_LIMIT)
            raw = bytes(unread[: end + len(HEAD_END)])
            self._head = plain_head(raw) if end >= 0 else None
        return self._head

    async def _plain_body(self, head: PlainHead) -> bytes:
        wire, begin = self._wire, len(head.raw)
        end = begin + head.length
        while len(wire.unread) < end:
            if not await wire.more():
                raise UnreadableError("the connection ended in the middle of a body")
        body = bytes(wire.unread[begin:end])
        del wire.unread[:end]
        return body

    async def _carefully(self, http: h11.Connection) -> Request | None:
        head = await self._event(http)
        if not isinstance(head, h11.Request):
            return None
        request = Request(
            method=head.method.decode("latin-1"),
            target=head.target.decode("latin-1"),
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers),
        )
        self._framing = CarefulFraming(http, head_only=request.method == "HEAD")
        if _DECLARED_TWICE.issubset(name for name, _ in request.headers):
            raise UnreadableError("a length and a transfer coding, of which only one can be true")
        declared = int(request.header("content-length") or 0)
        if declared > BODY_LIMIT and http.they_are_waiting_for_100_continue:
            raise TooLargeError(request)
        chunks: list[bytes] = []
        size = 0
        while isinstance(event := await self._event(http), h11.Data):
            size += len(event.data)
            if size <= BODY_LIMIT:  # the rest is read and dropped, or the client would not read the answer
                chunks.append(bytes(event.data))
        if size > BODY_LIMIT:
            raise TooLargeError(request)
        return Request(request.method, request.target, request.headers, b"".join(chunks))

    async def _event(self, http: h11.Connection) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while True:
            event = http.next_event()
            if event is not h11.NEED_DATA:
                return event
            if http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                await self._wire.write(http.send(go_on) or b"")
            http.receive_data(await self._wire.take())

    async def send(self, answer: Answer) -> None:
        """A whole answer."""
        await self._wire.write(self._framing.whole(answer))

    async def begin(self, stream: Stream) -> None:
        """The head of an answer in pieces, which HTTP/1.1 sends chunked."""
        await self._wire.write(self._framing.begin(stream))

    async def send_piece(self, data: bytes) -> None:
        await self._wire.write(self._framing.piece(data))

    async def end(self) -> None:
        await self._wire.write(self._framing.end())

    async def send_raw(self, data: bytes) -> None:
        """Bytes as they stand: whatever HTTP makes of them. Only a close can follow."""
        await self._wire.write(data)

    async def until_closed(self) -> None:
        """Returns when the client has closed; what it still sends is dropped."""
        await self._wire.until_closed()

    async def linger(self) -> None:
        """Ends our side and lets the client read the last answer, which a close under its data would take."""
        self._wire.end()
        try:
            async with asyncio.timeout(_LINGER_S):
                await self._wire.until_closed()
        except TimeoutError:
            return

    def reset(self) -> None:
        """Closes as a crash does: the client gets a reset, and what was not sent is lost."""
        self._wire.reset()

    async def close(self) -> None:
        """Closes for good, unsent data or not."""
        await self._wire.close()

    def abort(self) -> None:
        self._wire.abort()
