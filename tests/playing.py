"""Shared by the tests: a clock that never waits, and runs of the real session against the real lab."""

import asyncio
import json
import math
import re
import socket
import tempfile
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Draft, Kind
from cometplay.core.events import (
    Broke,
    Chunk,
    Ended,
    Event,
    Expires,
    Mended,
    NotSaved,
    Polled,
    Replied,
    Retrying,
    Saved,
    Sent,
    Slipped,
    Stopped,
    TaskCreated,
    Waiting,
)
from cometplay.core.findings import Script
from cometplay.core.polling import PollPolicy
from cometplay.core.redact import Secret
from cometplay.core.wire import Phase
from cometplay.failures import catalogue
from cometplay.failures.mode import FailureMode
from cometplay.lab import Lab
from cometplay.session.clock import PauseEnd
from cometplay.session.engine import run as run_session
from cometplay.session.plan import Plan
from cometplay.session.state import Run
from cometplay.stage import scripts

Given = TypeVar("Given")

EPOCH = 1_780_000_000.0
STRIKES_AFTER_S = 0.1
"""The only real time limit that a test lets strike."""
PATIENCE_S = 60.0
"""Where something must happen soon: a limit that only a failing test reaches."""


class FakeClock:
    """Time that moves when somebody pauses, and only then. `ends` are how the next pauses end."""

    def __init__(self, ends: Iterable[PauseEnd] = ()) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._ends = list(ends)

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return EPOCH + self.now

    async def pause(self, seconds: float) -> PauseEnd:
        self.pauses.append(seconds)
        end = self._ends.pop(0) if self._ends else PauseEnd.OVER
        await asyncio.sleep(0)
        self.now += seconds if end is PauseEnd.OVER else 0.0
        return end

    async def sleep(self, _seconds: float) -> None:
        """For the lab's own pauses, which take no time here."""
        await asyncio.sleep(0)


async def converse(
    draft: Draft,
    connection: Connection,
    *,
    clock: FakeClock,
    folder: Path,
    observe: Callable[[Run], None] = lambda _: None,
    **plan: Any,
) -> Run:
    """One run of the session; `plan` are more fields of the Plan."""
    return await run_session(
        Plan(draft=draft, connection=connection, **plan),
        clock=clock,
        jitter=lambda: 0.5,
        folder=folder,
        observe=observe,
    )


@dataclass
class Stage:
    """A lab and a clock that both sides share. `versions` are those of the last run, event by event."""

    lab: Lab
    clock: FakeClock
    folder: Path
    versions: list[Run] = field(default_factory=list)

    def connection(self, scenario: str | None = None, phase: Phase | None = None) -> Connection:
        return Connection(Target.LAB, self.lab.base_url(scenario, phase), Secret(LAB_KEY))

    async def send(self, draft: Draft, connection: Connection | None = None, **plan: Any) -> Run:
        """One run against the lab, or whatever the connection says."""
        self.versions.clear()
        plan.setdefault("observe", self.versions.append)
        chosen = connection or self.connection()
        return await converse(draft, chosen, clock=self.clock, folder=self.folder, **plan)

    async def play(self, mode: FailureMode | str, kind: Kind, draft: Draft | None = None, **plan: Any) -> Run:
        """A mode's reproduction, its draft replaced where one is given."""
        mode = catalogue.get(mode) if isinstance(mode, str) else mode
        usual = mode.reproduce
        plan.setdefault("policy", usual.poll or PollPolicy())
        if usual.request_limit_s:
            plan.setdefault("request_limit_s", STRIKES_AFTER_S)
        connection = usual.connection or self.connection(mode.id)
        return await self.send(draft or usual.draft(kind), connection, **plan)


@asynccontextmanager
async def stage(
    ends: Iterable[PauseEnd] = (), more: Mapping[str, Script] = {}, **settings: Any
) -> AsyncGenerator[Stage]:
    """A lab at the speed of life, on a clock that nobody has to wait for. `more` scripts are a test's own."""
    clock = FakeClock(ends)
    timing = {"clock": clock.monotonic, "wall": clock.wall, "sleep": clock.sleep}
    with tempfile.TemporaryDirectory() as folder:
        async with Lab({**scripts(), **more}, **(timing | settings)) as lab:
            yield Stage(lab, clock, Path(folder))


@contextmanager
def served(more: Mapping[str, Script] = {}, speed: float = math.inf) -> Generator[Lab]:
    """A lab in a thread of its own, for commands that run beside it."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    lab, stop = Lab({**scripts(), **more}, speed=speed), asyncio.Event()

    async def serve() -> None:
        async with lab:
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(PATIENCE_S)
    yield lab
    loop.call_soon_threadsafe(stop.set)
    thread.join(PATIENCE_S)
    loop.close()


def on_stage(
    act: Callable[[Stage], Coroutine[Any, Any, Given]],
    *,
    ends: Iterable[PauseEnd] = (),
    more: Mapping[str, Script] = {},
) -> Given:
    """Runs one act on a stage of its own, in a loop of its own."""

    async def whole() -> Given:
        async with stage(ends, more) as here:
            return await act(here)

    return asyncio.run(whole())


def play(mode_id: str, kind: Kind, draft: Draft | None = None, **plan: Any) -> Run:
    """One reproduction, start to end."""
    return on_stage(lambda here: here.play(mode_id, kind, draft, **plan))


def alone(draft: Draft, connection: Connection, folder: Path, **plan: Any) -> Run:
    """One run against a server that is no lab."""
    return asyncio.run(converse(draft, connection, clock=FakeClock(), folder=folder, **plan))


def ok_of(kind: Kind) -> str:
    return f"{kind.value}.ok"


def ids(run: Run) -> list[str]:
    return [finding.mode for finding in run.findings]


def dialogue(run: Run) -> list[str]:
    """A run as a script for two voices: each event in a few words, times in whole seconds."""
    return [_said(event) for event in run.transcript.events]


def _said(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912  one line for each event
    match event:
        case Mended():
            return "mended"
        case Sent(request=request, attempt=attempt):
            return f"sent {request.phase.value} {attempt}"
        case Replied(status=status):
            return f"replied {status}"
        case Broke(fault=fault):
            return f"broke {fault.name}"
        case Chunk():
            return "chunk"
        case TaskCreated(resumed=resumed):
            return f"task {'resumed' if resumed else 'created'}"
        case Polled(task=task, elapsed_s=elapsed):
            return f"polled {task.state.name} after {elapsed:g}"
        case Waiting(seconds=seconds, reason=reason):
            return f"waits {seconds:g} {reason.name}"
        case Slipped(slip=slip):
            return f"slipped {slip.asleep_s:g} {slip.ahead_s:g}"
        case Retrying(repeat=repeat, of=of):
            return f"repeats {repeat} of {of}"
        case Stopped():
            return "stopped"
        case Saved(mime=mime):
            return f"saved {mime}"
        case NotSaved():
            return "not saved"
        case Expires(in_s=seconds):
            return f"expires in {seconds:g}"
        case Ended(reason=reason):
            return f"ended {reason.name}"


class RawServer:
    """Real sockets that answer with the bytes they are told to, HTTP or not. `requests` are what came.

    `answer` makes the bytes from the request; None keeps silent until the client closes. With `closes`
    False the connection stays open after them.
    """

    def __init__(self, answer: Callable[[bytes], bytes | None], *, closes: bool = True) -> None:
        self._answer = answer
        self._closes = closes
        self._stopping = False
        self.requests: list[bytes] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join(PATIENCE_S)
        self._listener.close()

    def connection(self, key: str = "lab", target: Target = Target.LIVE) -> Connection:
        return Connection(target, f"http://127.0.0.1:{self.port}/v1", Secret(key))

    def _serve(self) -> None:
        while True:
            link, _ = self._listener.accept()
            with link, suppress(OSError):
                if self._stopping:
                    return
                link.settimeout(PATIENCE_S)
                self._converse(link)

    def _converse(self, link: socket.socket) -> None:
        request = _whole_request(link)
        self.requests.append(request)
        answer = self._answer(request)
        if answer is not None:
            link.sendall(answer)
        if answer is not None and self._closes:
            link.shutdown(socket.SHUT_WR)
        while link.recv(65536):
            pass


def _whole_request(link: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        got = link.recv(65536)
        data += got
        if not got or data[:1] == b"\x16":  # a TLS hello has no end that is known here
            return data
    declared = re.search(rb"content-length: (\d+)", data.lower())
    whole = data.index(b"\r\n\r\n") + 4 + int(declared[1] if declared else 0)
    while len(data) < whole:
        data += link.recv(65536)
    return data


def http(status: int, body: bytes | str | dict[str, Any], *headers: tuple[str, str]) -> bytes:
    """A whole HTTP answer; a dict is sent as JSON, headers as UTF-8."""
    data = json.dumps(body) if isinstance(body, dict) else body
    data = data.encode() if isinstance(data, str) else data
    given = [("content-type", "application/json"), *headers, ("content-length", str(len(data)))]
    head = "".join(f"{name}: {value}\r\n" for name, value in given)
    return f"HTTP/1.1 {status} Said\r\n{head}connection: close\r\n\r\n".encode() + data


def chat_saying(content: str) -> dict[str, Any]:
    """A healthy chat answer's JSON."""
    message = {"role": "assistant", "content": content}
    return {
        "id": "c",
        "object": "chat.completion",
        "choices": [{"message": message, "finish_reason": "stop"}],
    }
