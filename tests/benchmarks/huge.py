"""The widest gap between two turns of the screen while 30 MB of base64 come, are saved and drawn."""

import asyncio
import base64
import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path

from textual.pilot import Pilot

from cometplay.core.connection import Connection, Target
from cometplay.tui import interpreter
from cometplay.tui.app import CometPlay
from cometplay.tui.outset import Outset

BUDGET_MS = 100.0
SIZE = 30_000_000
"""Characters of base64."""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TURN_S = 0.001


def answer() -> bytes:
    """A picture with a long tail, as the gateway sends one."""
    picture = PNG + os.urandom(SIZE * 3 // 4 - len(PNG))
    body = json.dumps({"created": 1, "data": [{"b64_json": base64.b64encode(picture).decode()}]}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def watch(gaps: list[float]) -> None:
    before = time.perf_counter()
    while True:
        await asyncio.sleep(TURN_S)
        now = time.perf_counter()
        gaps.append((now - before) * 1000)
        before = now


async def widest_gap(port: int, folder: Path) -> tuple[float, float]:
    """Milliseconds: while nothing happens, and from the Send to the drawn picture and its raw answer."""
    live = Connection(Target.LAB, f"http://127.0.0.1:{port}/v1")
    app = CometPlay(Outset(live, on_live=True, folder=folder, drawn=interpreter.settle))
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f3")
        await pilot.pause(1)
        await send(app, pilot)  # loads the client and what draws
        calm: list[float] = []
        gaps: list[float] = []
        await watched(calm, asyncio.sleep(2))
        await watched(gaps, looked_at(app, pilot))
        return max(calm), max(gaps)


async def watched(gaps: list[float], what: Coroutine[object, object, None]) -> None:
    watching = asyncio.create_task(watch(gaps))
    await what
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def send(app: CometPlay, pilot: Pilot[str]) -> None:
    before = len(app.screen.sheet.runs)
    await pilot.press("ctrl+s")
    while app.screen.sheet.busy or len(app.screen.sheet.runs) == before:  # noqa: ASYNC110  no event tells it
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)


async def looked_at(app: CometPlay, pilot: Pilot[str]) -> None:
    await send(app, pilot)
    for _ in range(5):
        await pilot.press("ctrl+l")
        await asyncio.sleep(0.3)


def serve(sent: bytes) -> tuple[int, int]:
    """A server in a process of its own: its port, and the process. Whatever it is asked, it sends this."""
    listening = socket.create_server(("127.0.0.1", 0))
    port, process = listening.getsockname()[1], os.fork()
    if process:
        listening.close()
        return port, process
    while True:
        asked, _ = listening.accept()
        with asked, suppress(OSError):
            asked.recv(65_536)
            asked.sendall(sent)


def main() -> int:
    """The answer comes from a process of its own, so that sending it takes no turn from the screen."""
    with tempfile.TemporaryDirectory() as folder:
        port, server = serve(answer())
        try:
            calm, gap = asyncio.run(widest_gap(port, Path(folder)))
        finally:
            os.kill(server, signal.SIGKILL)
            os.waitpid(server, 0)
    told = f"widest gap {gap:.0f} ms, calm {calm:.0f} ms, budget <= {BUDGET_MS:.0f} ms"
    print(f"{SIZE:,} characters: {told}")  # noqa: T201  its result
    return int("--check" in sys.argv and gap > BUDGET_MS)


if __name__ == "__main__":
    sys.exit(main())
