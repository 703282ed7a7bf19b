"""20,000 chunks as fast as the socket gives them, with keys pressed meanwhile: keys, paints, and the text.

A key is timed from its press to the prompt that shows it. The text is saved with F12 and compared.
"""

import json
import socket
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from itertools import cycle
from pathlib import Path
from string import ascii_lowercase

from budgets import Report, main, percentile
from terminal import COMETPLAY, Piece, Program, Screen

CHUNKS = 20_000
KEY_P95_MS = 50.0
PAINTS_A_SECOND = 30
SETTLES_S = 3.0
KEY_EVERY_S = 0.25
PATIENCE_S = 15.0
A_LINE = 20
CLEARS = b"\x15"
"""Ctrl+u: the line that was typed goes before it wraps."""
PAINT = b"\x1b[?2026h"
TEXT = [f"word{number} " if number % 12 else f"line{number}\n" for number in range(CHUNKS)]


def body() -> bytes:
    events = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in TEXT]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return (
        b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
    )


def serve(listening: socket.socket) -> None:
    """Answers every request with the whole stream, as fast as it is taken."""
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body()
    while True:
        taken, _ = listening.accept()
        with closing(taken), suppress(OSError):  # the program may leave first
            taken.recv(65536)
            taken.sendall(answer)
            taken.shutdown(socket.SHUT_WR)
            while taken.recv(65536):  # closed with something unread, it would be reset
                pass


class Watcher:
    """Reads the program, and knows when each key was seen and when each paint came."""

    def __init__(self, program: Program) -> None:
        self.program, self.screen = program, Screen()
        self.paints: Counter[int] = Counter()
        self.took_ms: list[float] = []

    def take(self, piece: Piece) -> None:
        self.screen.feed(piece.data)
        self.paints[int(piece.at)] += piece.data.count(PAINT)

    def watch(self, seconds: float) -> None:
        for piece in self.program.read_for(seconds):
            self.take(piece)

    def shows(self, text: str) -> bool:
        return text in "".join(self.screen.text.split())

    def type(self, key: str, expected: str) -> None:
        told = not self.shows(expected)  # a first letter stands somewhere anyway
        pressed = seen = time.perf_counter()
        self.program.press(key.encode())
        while not self.shows(expected):
            piece = self.program.read(PATIENCE_S)
            if piece is None or seen - pressed > PATIENCE_S:
                raise SystemExit(f"the key {key!r} was never seen")
            self.take(piece)
            seen = piece.at
        self.took_ms += [(seen - pressed) * 1000] if told else []


def stream(watcher: Watcher, keys: "cycle[str]", typed: str) -> str:
    """One Send to its end, keys pressed meanwhile; gives the prompt as it stands then."""
    watcher.program.press(b"\x13")
    watcher.watch(KEY_EVERY_S)
    ended = time.perf_counter() + PATIENCE_S
    while time.perf_counter() < ended:
        key = next(keys)
        if len(typed) == A_LINE:
            watcher.program.press(CLEARS)
            watcher.watch(KEY_EVERY_S)
            typed = ""
        typed += key
        watcher.type(key, typed)
        watcher.watch(KEY_EVERY_S)
        if "Complete answer" in watcher.screen.text and "^sSend" in watcher.screen.text.replace(" ", ""):
            break
    return typed


def measure(report: Report, rounds: int) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        command = ["env", "COMETAPI_KEY=sk-nothing", f"COMETAPI_BASE_URL={address}", *COMETPLAY]
        with Program(command) as program:
            watcher = Watcher(program)
            while "Compose" not in watcher.screen.text:  # a key before that is the shell's
                watcher.watch(KEY_EVERY_S)
            watcher.watch(SETTLES_S)
            program.press(b"\r\x1b[A")  # a line of its own for what is typed
            keys, typed = cycle(ascii_lowercase), ""
            for _ in range(rounds):
                typed = stream(watcher, keys, typed)
            program.press(b"\x1b[24~")
            watcher.watch(SETTLES_S)
            home = Path(f"/proc/{program.pid}/cwd").resolve()
            saved = sorted(home.rglob("cometplay-output-*.txt"))
            came = saved[-1].read_text("utf-8") if saved else ""
    report.say(f"{len(watcher.took_ms)} keys, the slowest {max(watcher.took_ms):.0f} ms")
    report.at_most("key to changed cell, p95", percentile(watcher.took_ms, 0.95), KEY_P95_MS, "ms")
    report.at_most("paints in the busiest second", max(watcher.paints.values()), PAINTS_A_SECOND, "")
    report.at_least("characters that came, of all", 100.0 * (came == "".join(TEXT)), 100.0, "%")


if __name__ == "__main__":
    main(measure, __doc__, rounds=5)
