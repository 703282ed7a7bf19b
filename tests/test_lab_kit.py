"""What the lab's tests share: a lab with a client beside it, and bytes that no client would send."""

import asyncio
import math
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx

from cometplay.core.findings import Script
from cometplay.lab import Lab

Given = TypeVar("Given")

KEY = {"authorization": "Bearer lab"}
CHAT = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Say hello."}]}
VIDEO = {"model": "veo3-fast", "prompt": "Waves"}
IMAGE = {"model": "gpt-image-2", "prompt": "A lighthouse"}


TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""One for all: the certificates that httpx would load cost more than the test."""


class Clock:
    """Time that moves when it is told to; as a sleep it moves by itself and remembers how far."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client(**settings: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, verify=TLS, **({"headers": KEY} | settings))


def play(
    part: Callable[[Lab, httpx.AsyncClient], Awaitable[Given]],
    scripts: Mapping[str, Script] | None = None,
    **settings: Any,
) -> Given:
    """Runs `part` with a lab that plays `scripts`, at infinite speed unless told otherwise."""

    async def run() -> Given:
        async with Lab(scripts or {}, **({"speed": math.inf} | settings)) as lab, client() as http:
            return await part(lab, http)

    return asyncio.run(run())


async def raw(port: int, data: bytes, *, half_close: bool = True) -> bytes:
    """Everything that comes back for these bytes, until the lab closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    if half_close:
        writer.write_eof()
    try:
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def until(lab: Lab, true: Callable[[], bool]) -> None:
    """Waits without a clock: each look is a request, so that the lab gets its turn in between."""
    while not true():
        await raw(lab.port, b"GET / HTTP/1.0\r\n\r\n")


def test_the_clock_moves_only_when_told() -> None:
    clock = Clock(5.0)
    asyncio.run(clock.sleep(2.5))
    assert (clock(), clock.slept) == (7.5, [2.5])
