"""One request at a time over real sockets: with the key put in as it leaves, and masked as it returns."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import httpx
import truststore

from cometplay import __version__
from cometplay.core import wire
from cometplay.core.connection import Connection, is_loopback
from cometplay.core.events import Broke, Fault, Headers, Replied, Sent
from cometplay.core.limits import CONNECT_LIMIT_S, STALL_LIMIT_S
from cometplay.core.redact import Redactor
from cometplay.core.wire import Phase, WireRequest
from cometplay.gateway import faults
from cometplay.gateway.arrival import SHOWN_OF_FILE, Arrival, Arrived, Sink, arrived
from cometplay.gateway.decoding import Decoder, TruncatedError

LOOKED_THROUGH_AT_ONCE = 1_000_000
"""Bytes in which a key is looked for while the screen waits; larger answers are, beside it."""
HIGHEST_PORT = 65535
MOST_REDIRECTS = 5
"""Of a download; those of the gateway's own routes are shown and not followed."""


@asynccontextmanager
async def _within(limit_s: float) -> AsyncGenerator[None]:
    """A time limit that says in words that it struck."""
    limit = asyncio.timeout(limit_s)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise TimeoutError(f"the answer was not whole after {limit_s:g} s") from None


class Pool:
    """Sockets that requests share, whatever run they are of. It knows no key; inside, it can be used."""

    def __init__(self) -> None:
        self._made: dict[bool, httpx.AsyncClient] = {}

    def client(self, base_url: str) -> httpx.AsyncClient:
        """Made for the first request: a proxy variable that nothing can be made of is its fault."""
        local = is_loopback(base_url)
        if local not in self._made:
            self._made[local] = httpx.AsyncClient(
                verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                headers={"user-agent": f"cometplay/{__version__}", "accept-encoding": "gzip"},
                trust_env=not local,
            )
        return self._made[local]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._made:
            return
        closing = asyncio.gather(*(made.aclose() for made in self._made.values()))
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing  # a cancellation waits until the last socket is closed
            raise


class Gateway:
    """Sends requests of one connection. `since` gives the seconds since the run began.

    The sockets are those of `pool`, which whoever made it closes; without one they are its own.
    """

    def __init__(
        self,
        connection: Connection,
        since: Callable[[], float],
        stall_limit_s: float = STALL_LIMIT_S,
        pool: Pool | None = None,
    ) -> None:
        self._connection = connection
        self._since = since
        self._own = Pool()
        self._pool = pool or self._own
        self._stall_limit_s = stall_limit_s
        self._redactor = Redactor(connection.key)

    @property
    def _client(self) -> httpx.AsyncClient:
        return self._pool.client(self._connection.base_url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._own.__aexit__(kind, error, trace)

    async def exchange(
        self, request: WireRequest, attempt: int, limit_s: float, sink: Sink | None = None
    ) -> AsyncGenerator[Sent | Arrived | Replied | Broke, None]:
        """Sends, and yields Sent, then Replied or Broke after at most `limit_s` seconds.

        Of a stream of events each piece is told as it comes, and the whole of it at the end all the same.
        The body of a success goes to `sink` where one is given. What `sink` raises is passed on.
        """
        began = self._since()
        yield Sent(began, request, attempt)
        arrival = Arrival(sink)
        # a task of its own, because what has come is told while the next piece is waited for
        receiving = asyncio.create_task(self._receive(request, arrival, limit_s))
        try:
            async for piece in arrived(arrival, receiving, self._redactor, self._since):
                yield piece
            await receiving
        except (*faults.CAUGHT, TruncatedError) as error:
            yield self._broke(error, arrival, began, await self._masked(arrival))
            return
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
        now, body = self._since(), await self._masked(arrival)
        yield Replied(now, arrival.status, arrival.headers, body, now - began)

    async def _receive(self, request: WireRequest, arrival: Arrival, limit_s: float) -> None:
        async with _within(limit_s):
            outgoing = self._outgoing(request, limit_s)
            response = await self._client.send(outgoing, stream=True)
            if request.phase is Phase.DOWNLOAD and not request.keyed:
                response = await self._followed(response)
            try:
                arrival.begin(response.status_code, self._headers(response))
                # of a finished file a probe wants no more than its refusal would have been (6.4)
                most = SHOWN_OF_FILE if request.phase is Phase.PROBE else None
                await self._read(response, arrival, most)
            finally:
                await response.aclose()

    async def _followed(self, response: httpx.Response) -> httpx.Response:
        """Where redirects lead on the same host; elsewhere nobody said that the result is (11).

        Where they go in a circle, one of them is the answer.
        """
        for _ in range(MOST_REDIRECTS):
            after = response.next_request
            if after is None or after.url.host != response.url.host:
                break
            await response.aclose()
            response = await self._client.send(after, stream=True)
        return response

    async def _read(self, response: httpx.Response, arrival: Arrival, most: int | None) -> None:
        """Reads the body, to its end or until `most` bytes of it are there."""
        decoder = Decoder(response.headers.get("content-encoding", ""))
        stall = asyncio.timeout(None)
        try:
            async with stall:
                async for raw in response.aiter_raw():
                    if arrival.streamed:
                        stall.reschedule(asyncio.get_running_loop().time() + self._stall_limit_s)
                    arrival.take(decoder.feed(raw)[:most])
                    if most is not None and len(arrival.body) >= most:
                        return
        except TimeoutError:
            if not stall.expired():
                raise
            raise TimeoutError(f"nothing more came for {self._stall_limit_s:g} s") from None
        decoder.finish()

    def _outgoing(self, request: WireRequest, limit_s: float) -> httpx.Request:
        content_type, content = wire.payload(request.body)
        headers = {"content-type": content_type} if content_type else {}
        headers |= {name.lower(): value for name, value in request.headers} if request.keyed else {}
        key = self._connection.key
        if request.keyed and key and self._connection.sends_key_to(request.url):
            headers["authorization"] = f"Bearer {key.reveal().strip()}"
        outgoing = self._client.build_request(
            request.method,
            request.url,
            headers=headers,
            content=content or None,
            # ends before the whole does, so that a host which never answers is told from a slow answer
            timeout=httpx.Timeout(None, connect=min(CONNECT_LIMIT_S, limit_s * 0.9)),
        )
        if (outgoing.url.port or 0) > HIGHEST_PORT:
            raise httpx.InvalidURL("no port is above 65535")  # unnoticed by the client until it connects
        return outgoing

    def _headers(self, response: httpx.Response) -> Headers:
        pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return tuple((name.lower(), self._redactor.text(value)) for name, value in pairs)

    async def _masked(self, arrival: Arrival) -> bytes:
        body = bytes(arrival.body)
        if len(body) < LOOKED_THROUGH_AT_ONCE:
            return self._redactor.data(body)
        return await asyncio.to_thread(self._redactor.data, body)

    def _broke(self, error: BaseException, arrival: Arrival, began: float, body: bytes) -> Broke:
        now = self._since()
        early = isinstance(error, TruncatedError)
        return Broke(
            at=now,
            fault=Fault.INTERRUPTED if early else faults.fault_of(error),
            detail=self._redactor.text(faults.detail_of(error)),
            elapsed_s=now - began,
            status=arrival.status,
            headers=arrival.headers,
            body=body,
        )
