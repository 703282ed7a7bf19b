"""What there is to know of a video's file: its size, its length, and a picture that stands for it."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from cometplay.core import mp4, wire
from cometplay.core.connection import Connection
from cometplay.core.events import SUCCESS, Replied
from cometplay.core.tasks import KnownTask
from cometplay.core.wire import Phase
from cometplay.downloads import NotWrittenError, Part

LIMIT_S = 30.0
LARGEST = 20_000_000
"""Bytes of a picture that only stands for something; the rest is left there."""


@dataclass(frozen=True, slots=True)
class Reel:
    """`size` in bytes and `seconds`, None where they cannot be told; `poster` a picture's path, or ""."""

    size: int | None = None
    seconds: float | None = None
    poster: str = ""


async def reel(task: KnownTask, path: Path, connection: Connection | None, folder: Path) -> Reel:
    """Looks at a task's file, and asks for the picture where its route has one. Never raises."""
    known = await asyncio.to_thread(_measured, path)
    request = _request(task) if connection else None
    if connection is None or request is None:
        return known
    body = await _asked(connection, request)
    return replace(known, poster=await asyncio.to_thread(_kept, body, folder))


def _measured(path: Path) -> Reel:
    try:
        with path.open("rb") as file:
            size = path.stat().st_size

            def read(place: int, length: int) -> bytes:
                file.seek(place)
                return file.read(length)

            return Reel(size, mp4.duration_s(read, size))
    except OSError:
        return Reel()


def _request(task: KnownTask) -> wire.WireRequest | None:
    """The content route's picture of a task (api-contract.md 6.4)."""
    created = wire.encode(task.draft, task.base_url)
    request = wire.content(created, task.base_url, task.id, Phase.DOWNLOAD)
    return replace(request, url=f"{request.url}?variant=thumbnail") if request else None


class _Taken:
    """A small file, in memory."""

    def __init__(self) -> None:
        self.body = bytearray()

    def expect(self, size: int) -> None:
        self._check(size)

    def take(self, data: bytes) -> None:
        self._check(len(self.body) + len(data))
        self.body += data

    def _check(self, size: int) -> None:
        if size > LARGEST:
            from cometplay.gateway.decoding import TruncatedError

            raise TruncatedError("larger than a picture has to be that stands for a video")


async def _asked(connection: Connection, request: wire.WireRequest) -> bytes:
    """What the content route gave; nothing where it refused."""
    from cometplay.gateway import Gateway

    taken = _Taken()
    async with Gateway(connection, lambda: 0.0) as gateway:
        async for event in gateway.exchange(request, 1, LIMIT_S, taken):
            if isinstance(event, Replied) and event.status in SUCCESS:
                return bytes(taken.body)
    return b""


def _kept(body: bytes, folder: Path) -> str:
    """The path of the picture that came; "" where none did, or it cannot be kept."""
    try:
        with Part(folder) as part:
            part.write(body)
            return str(part.keep("poster")) if part.mime.startswith("image/") else ""
    except NotWrittenError:
        return ""
