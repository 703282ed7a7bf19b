"""The lab itself: starts and stops the server, and carries out for each request what the desk decides."""

import asyncio
import math
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from cometplay.core import plain
from cometplay.core.findings import Script
from cometplay.core.wire import Phase
from cometplay.lab import breakage
from cometplay.lab.answers import Answer, Stream
from cometplay.lab.aside import Aside
from cometplay.lab.breakage import Bytes, End
from cometplay.lab.desk import Desk, OwnPages, Visit, too_large, unreadable
from cometplay.lab.doors import Doors
from cometplay.lab.house import House
from cometplay.lab.http import Request, TooLargeError, UnreadableError
from cometplay.lab.ids import Ids
from cometplay.lab.jobs import Jobs
from cometplay.lab.link import Link
from cometplay.lab.outcomes import Broken, Streaming, Whole
from cometplay.lab.page import Bill, Scene, in_order
from cometplay.lab.places import Door, Standing
from cometplay.lab.record import Entry, LabRequest, Record
from cometplay.lab.repertoire import installed
from cometplay.lab.sockets import Wire

_BACKLOG = 1024
"""Connections that wait to be taken: a crowd that comes at once is not told to come again."""


class Lab:
    """A gateway on loopback that plays scripts. A context manager, async or not: inside, it serves.

    `scripts` are by the id of their scenario, and `scenes` present them to people; without either the lab
    plays what the installed packages offer. Entered with a plain `with`, it serves from a thread of its own.

    `speed` is how many times as fast as life its tasks run, math.inf for at once. `clock` counts
    seconds from anywhere, `wall` from 1970; `sleep` takes seconds. Entering raises OSError when the
    port is taken, and the properties RuntimeError before that. `standing` is what addresses without a
    scenario play; without it everything succeeds there.
    """

    def __init__(  # noqa: PLR0913  every one is a setting of its own
        self,
        scripts: Mapping[str, Script] | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        speed: float = 1.0,
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        scenes: Iterable[Scene] = (),
        log: Callable[[str], None] | None = None,
        standing: Standing | None = None,
    ) -> None:
        if not speed > 0:
            raise ValueError(f"the speed of a lab is above 0, not {speed}")
        self._speed, self._clock, self._sleep, self._log = speed, clock, sleep, log
        if scripts is None:
            offered = installed()
            scripts, scenes = offered.scripts, offered.scenes
        self._doors = Doors(host, port, scripts, standing.scenario if standing else None)
        self._ids = Ids(seed, wall)
        self._record = Record(clock)
        house = House(seed, wall, Jobs(self._ids, clock, wall, speed), self._doors)
        bill = Bill(in_order(scripts, scenes), self.base_url, lambda: self._record.arrived)
        self._desk = Desk(scripts, house, OwnPages(bill, self._record), standing)
        self._servers: list[asyncio.Server] = []
        self._open: dict[asyncio.Task[None], Link] = {}
        self._stopping = False

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def port(self) -> int:
        return self._doors.port

    @property
    def files_port(self) -> int:
        return self._doors.files_port

    @property
    def requests(self) -> tuple[LabRequest, ...]:
        """What arrived, in order; the lab's own pages left out."""
        return self._record.requests

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def base_url(self, scenario: str | None = None, phase: Phase | None = None) -> str:
        """Where to point a client, ending in /v1. With a phase the script's create rules wait for it."""
        return self._doors.base_url(scenario, phase)

    async def __aenter__(self) -> Self:
        self._stopping = False
        api, files = await self._doors.open()
        self._servers = [await self._listen(api, Door.API), await self._listen(files, Door.FILES)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        self._doors.close()
        for server in self._servers:
            server.close()
        open_now = dict(self._open)
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)
        await asyncio.gather(*(link.close() for link in open_now.values()))
        await asyncio.gather(*(server.wait_closed() for server in self._servers))

    def __enter__(self) -> Self:
        self._aside = Aside(self)
        self._aside.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._aside.stop()

    async def _listen(self, bound: socket.socket, door: Door) -> asyncio.Server:
        loop = asyncio.get_running_loop()

        def met(wire: Wire) -> None:
            if self._stopping:  # accepted before the port closed, handed over after
                wire.abort()
                return
            link = Link(wire)
            task = loop.create_task(self._serve(link, door))
            self._open[task] = link
            task.add_done_callback(self._open.pop)

        return await loop.create_server(lambda: Wire(met), sock=bound, backlog=_BACKLOG)

    async def _serve(self, link: Link, door: Door) -> None:
        try:
            while (request := await link.receive()) is not None:
                if not await self._answer(link, request, door):
                    break
        except TooLargeError as fault:
            await self._dismiss(link, fault.request, door)
        except UnreadableError as fault:
            request_id = self._ids.request_id()
            self._say("unreadable request -> 400")
            await _last_word(link, unreadable(plain.line(str(fault)), request_id))
        except OSError:
            return  # the client is gone, as it may be at any time
        except asyncio.CancelledError:
            link.abort()
            raise
        finally:
            await link.close()

    async def _answer(self, link: Link, request: Request, door: Door) -> bool:
        """Answers one request; tells whether the connection may carry another."""
        began = self._clock()
        visit = self._desk.visit(request, door, self._ids.request_id())
        entry = self._arrive(visit)
        status: int | None = None
        try:
            match self._desk.decide(visit):
                case Whole(answer, pause_s):
                    await self._pause(pause_s)
                    status = await _settled(entry, answer.status, link.send(answer))
                    return True
                case Streaming(stream, then):
                    await self._stream(link, stream)
                    if then is not None:
                        await _stop(link, then)
                        return False
                    status = await _settled(entry, stream.status, link.end())
                    return True
                case Broken() as broken:
                    await self._break(link, broken)
                    return False
        finally:
            self._say_outcome(visit, status, began)

    async def _stream(self, link: Link, stream: Stream) -> None:
        await self._pause(stream.pause_s)
        await link.begin(stream)
        for piece in stream.pieces:
            await self._pause(piece.after_s)
            await link.send_piece(piece.data)
            await asyncio.sleep(0)  # a long answer at full speed keeps nobody else waiting

    async def _break(self, link: Link, broken: Broken) -> None:
        await self._pause(broken.pause_s)
        for move in breakage.moves(broken.how, broken.answer, broken.target):
            match move:
                case Bytes(data, after_s):
                    await self._pause(after_s)
                    await link.send_raw(data)
                case End() as end:
                    await _stop(link, end)
                    return

    def _arrive(self, visit: Visit) -> Entry | None:
        return None if visit.own else self._record.arrive(visit.request, visit.place.scenario)

    async def _dismiss(self, link: Link, request: Request, door: Door) -> None:
        began = self._clock()
        visit = self._desk.visit(request, door, self._ids.request_id())
        entry = self._arrive(visit)
        answer = too_large(visit.request_id)
        await _settled(entry, answer.status, _last_word(link, answer))
        self._say_outcome(visit, answer.status, began)

    async def _pause(self, lab_seconds: float) -> None:
        if lab_seconds and not math.isinf(self._speed):
            await self._sleep(lab_seconds / self._speed)

    def _say_outcome(self, visit: Visit, status: int | None, began: float) -> None:
        if visit.own:
            return
        took = round((self._clock() - began) * 1000)
        asked = plain.line(f"{visit.request.method} {self._record.safe_target(visit.request)}")
        self._say(f"{asked} -> {status or 'no whole answer'} ({took} ms)")

    def _say(self, text: str) -> None:
        if self._log is not None:
            self._log(plain.line(text, limit=300))


async def _settled(entry: Entry | None, status: int, sending: Awaitable[None]) -> int:
    """The status, put down where the request is recorded, for as long as nothing keeps it from being sent."""
    sent = False
    if entry is not None:
        entry.status = status  # before the last byte: who has the answer may look into the record at once
    try:
        await sending
        sent = True
    finally:
        if entry is not None and not sent:
            entry.status = None
    return status


async def _stop(link: Link, end: End) -> None:
    """Leaves an answer unfinished; whoever serves the connection closes it."""
    match end:
        case End.CLOSE:
            return
        case End.RESET:
            link.reset()
        case End.HOLD:
            await link.until_closed()


async def _last_word(link: Link, answer: Answer) -> None:
    try:
        await link.send(answer)
        await link.linger()
    except OSError:
        return  # the client did not wait for it
