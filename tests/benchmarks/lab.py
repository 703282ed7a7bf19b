"""The lab under load: 200 connections kept alive, each asking for a plain chat again and again.

Once all ask the same, which the lab has at hand, and once nobody asks what was asked before. Beside it,
in the same run, a bare h11 server that says one prepared thing. The load comes from this process, each
server has one of its own.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

from budgets import Report, main, median_ratio, percentile

CONNECTIONS = 200
ROUND_S = 4.0
A_SECOND = 8_450
WORST_MS = 100.0
OF_BARE = 1.0
NUMBERS = count()

LAB = """
import asyncio, math
from cometplay.lab import Lab
from cometplay.stage import scripts

async def serve():
    async with Lab(scripts(), speed=math.inf) as lab:
        print(lab.port, flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""

BARE = """
import asyncio, h11

BODY = b"x" * 600

class Bare(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.http = transport, h11.Connection(h11.SERVER)

    def data_received(self, data):
        self.http.receive_data(data)
        while (event := self.http.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.EndOfMessage):
                headers = [("content-type", "application/json"), ("content-length", str(len(BODY)))]
                send = self.http.send
                answer = send(h11.Response(status_code=200, headers=headers, reason="OK"))
                self.transport.write(answer + send(h11.Data(data=BODY)) + send(h11.EndOfMessage()))
                self.http.start_next_cycle()

    def eof_received(self):
        self.transport.close()

async def serve():
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


@contextmanager
def serving(code: str) -> Iterator[int]:
    """The port of a server in a process of its own."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def asked(port: int, content: str = "Say hello.") -> bytes:
    """What the openai library sends for a plain chat."""
    chat = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": content}]}
    body = json.dumps(chat, separators=(",", ":")).encode()
    headers = {
        "Host": f"127.0.0.1:{port}",
        "Accept-Encoding": "gzip, deflate",
        "Connection": "keep-alive",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "OpenAI/Python 2.0.0",
        "Authorization": "Bearer lab",
        "Content-Length": str(len(body)),
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(["POST /v1/chat/completions HTTP/1.1", *lines, "", ""]).encode() + body


class Loading:
    """A connection: the size of its answers, as the first one says, and when it last asked."""

    def __init__(self, port: int, *, anew: bool) -> None:
        self.anew = anew
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port, self.request = port, asked(port)
        self.size = self.came = 0
        self.asked_at = 0.0

    def ask(self) -> None:
        self.came = 0
        if self.anew:  # its answer has a size of its own
            self.size = 0
            self.request = asked(self.port, f"Say hello to {next(NUMBERS):09d}.")
        self.asked_at = time.perf_counter()
        self.socket.sendall(self.request)

    def read(self) -> bool:
        """Whether the answer is whole now. Raises RuntimeError for any but a good one."""
        data = self.socket.recv(65536)
        if not self.came and not data.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"a bad answer: {data[:200]!r}")
        if not self.size:
            head, _, _ = data.lower().partition(b"\r\n\r\n")
            self.size = len(head) + 4 + int(head.partition(b"content-length: ")[2].split()[0])
        self.came += len(data)
        return self.came >= self.size


def load(port: int, seconds: float, *, anew: bool = False) -> tuple[float, list[float]]:
    """Requests a second, and what each took in milliseconds."""
    took: list[float] = []
    with selectors.DefaultSelector() as ready:
        links = [Loading(port, anew=anew) for _ in range(CONNECTIONS)]
        for link in links:
            ready.register(link.socket, selectors.EVENT_READ, link)
            link.ask()
        began = now = time.perf_counter()
        while now - began < seconds:
            for key, _ in ready.select(1.0):
                if key.data.read():
                    took.append((time.perf_counter() - key.data.asked_at) * 1000)
                    key.data.ask()
            now = time.perf_counter()
        for link in links:
            link.socket.close()
    return len(took) / (now - began), took


def measure(report: Report, rounds: int) -> None:
    rates: dict[str, list[float]] = {"bare h11": [], "the lab": [], "the lab, asked anew": []}
    took: dict[str, list[float]] = {name: [] for name in rates}
    with serving(BARE) as bare, serving(LAB) as lab:
        for port in (bare, lab):
            load(port, 0.5)
        for _ in range(rounds):
            for name, port in zip(rates, (bare, lab, lab), strict=True):
                rate, each = load(port, ROUND_S, anew="anew" in name)
                rates[name].append(rate)
                took[name] += each
    for name, values in rates.items():
        each = took[name]
        report.say(
            f"{name}: {min(values):,.0f} to {max(values):,.0f} a second; median {median(each):.1f} ms, "
            f"99 of 100 within {percentile(each, 0.99):.1f} ms"
        )
    report.at_least("requests a second, median of the rounds", median(rates["the lab"]), A_SECOND, "/s")
    report.at_least("of what bare h11 does", median_ratio(rates["the lab"], rates["bare h11"]), OF_BARE, "x")
    report.at_most("the slowest answer", max(took["the lab"]), WORST_MS, "ms")


if __name__ == "__main__":
    main(measure, __doc__, rounds=5)
