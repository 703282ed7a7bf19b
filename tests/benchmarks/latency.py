"""From a key to the changed cell, in the prompt of `cometplay` and in a program of one input field.

Both run side by side and get a key in turn. The clock stops at the first read after which the screen's
text is another one.
"""

import sys
import time
from itertools import cycle
from pathlib import Path
from string import ascii_lowercase

from budgets import Report, main, percentile
from terminal import COMETPLAY, Program, Screen

P95_MS = 12.0
SETTLES_S = 3.0
REST_S = 0.1
PATIENCE_S = 2.0
WARM_UP = 10
PEER = [sys.executable, str(Path(__file__).with_name("peers.py")), "input"]


class Typist:
    """Types into a program, and keeps how long each key took."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._screen = Screen()
        self.took_ms: list[float] = []

    def watch(self, seconds: float) -> None:
        for piece in self._program.read_for(seconds):
            self._screen.feed(piece.data)

    def type(self, key: str) -> None:
        before = self._screen.text
        pressed = time.perf_counter()
        self._program.press(key.encode())
        while time.perf_counter() - pressed < PATIENCE_S:
            piece = self._program.read(PATIENCE_S)
            if piece is None:
                break
            self._screen.feed(piece.data)
            if self._screen.text != before:
                self.took_ms.append((piece.at - pressed) * 1000)
                return
        raise SystemExit(f"the key {key!r} changed nothing on the screen")


def measure(report: Report, rounds: int) -> None:
    with Program(PEER) as peer, Program(COMETPLAY) as ours:
        typists = {"one input": Typist(peer), "cometplay": Typist(ours)}
        for typist in typists.values():
            typist.watch(SETTLES_S)
        for _, key in zip(range(WARM_UP + rounds), cycle(ascii_lowercase), strict=False):
            for typist in typists.values():
                typist.type(key)
                for other in typists.values():
                    other.watch(REST_S / len(typists))
    for name, typist in typists.items():
        took = typist.took_ms[WARM_UP:]
        middle, high, most = percentile(took, 0.5), percentile(took, 0.95), max(took)
        report.say(f"{name:11} p50 {middle:.1f} ms, p95 {high:.1f} ms, slowest {most:.1f} ms")
    report.at_most("key to changed cell, p95", percentile(took, 0.95), P95_MS, "ms")


if __name__ == "__main__":
    main(measure, __doc__, rounds=150)
