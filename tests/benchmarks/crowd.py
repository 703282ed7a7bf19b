"""Two hundred video tasks in the terminal program, polled side by side, with keys pressed meanwhile.

A key is timed from its press to the prompt that shows it. Memory at the end is held against memory once all
tasks were made and polled. The lab is slow, so that no task ends.
"""

import subprocess
import time
from itertools import cycle
from string import ascii_lowercase

from budgets import Report, main, percentile
from terminal import COMETPLAY, Piece, Program, Screen

TASKS = 200
KEY_P95_MS = 50.0
FLAT = 1.1
"""Times the memory of the beginning."""
SETTLED_S = 30.0
WATCHED_S = 60.0
KEY_EVERY_S = 0.25
PATIENCE_S = 30.0
A_LINE = 18
MARK = "zqx"
"""What is typed follows it: a single letter stands on the screen anyway."""
CLEARS = b"\x15"
F4, SEND = b"\x1bOS", b"\x13"


class Watcher:
    """Reads the program, and knows when each key was seen."""

    def __init__(self, program: Program) -> None:
        self.program, self.screen = program, Screen()
        self.took_ms: list[float] = []
        self._typed = "-" * A_LINE

    def take(self, piece: Piece) -> None:
        self.screen.feed(piece.data)

    def watch(self, seconds: float) -> None:
        for piece in self.program.read_for(seconds):
            self.take(piece)

    def until(self, text: str) -> None:
        ends = time.perf_counter() + PATIENCE_S
        while text not in self.screen.text:
            if time.perf_counter() > ends:
                raise SystemExit(f"{text!r} was never seen:\n{self.screen.text}")
            self.watch(0.02)

    def type(self, key: str) -> None:
        if len(self._typed) == A_LINE:
            self.program.press(CLEARS)
            self.watch(KEY_EVERY_S)
            self.program.press(MARK.encode())
            self._typed = MARK
            self.watch(KEY_EVERY_S)
        self._typed += key
        pressed = seen = time.perf_counter()
        self.program.press(key.encode())
        while self._typed not in "".join(self.screen.text.split()):
            piece = self.program.read(PATIENCE_S)
            if piece is None or seen - pressed > PATIENCE_S:
                raise SystemExit(f"the key {key!r} was never seen:\n{self.screen.text}")
            self.take(piece)
            seen = piece.at
        self.took_ms.append((seen - pressed) * 1000)


def address(lab: "subprocess.Popen[str]") -> str:
    """Where the lab is, as it says itself."""
    for line in lab.stdout or ():
        for word in line.split():
            if word.startswith("http://127.0.0.1:"):
                return word.rstrip("/.,")
    raise SystemExit("the lab did not say where it is")


def watched(program: Program, report: Report) -> None:
    watcher = Watcher(program)
    watcher.until("Compose")
    program.press(F4)
    watcher.until("[Video]")
    program.press(b"\r\x1b[A")  # a line of its own for what is typed
    for number in range(TASKS):
        program.press(SEND)
        watcher.until(f" {number + 1} task")
    watcher.watch(SETTLED_S)
    before, keys = program.resident_mib(), cycle(ascii_lowercase)
    ends = time.perf_counter() + WATCHED_S
    while time.perf_counter() < ends:
        watcher.type(next(keys))
        watcher.watch(KEY_EVERY_S)
    after = program.resident_mib()
    if f"{TASKS} tasks, {TASKS} watched" not in watcher.screen.text:
        raise SystemExit(f"not every task was watched to the end:\n{watcher.screen.text}")
    took = watcher.took_ms
    report.say(f"{len(took)} keys, p50 {percentile(took, 0.5):.1f} ms, the slowest {max(took):.0f} ms")
    report.say(f"{before:.1f} MiB when all were polled, {after:.1f} MiB {WATCHED_S:g} s later")
    report.at_most("key to changed cell, p95", percentile(took, 0.95), KEY_P95_MS, "ms")
    report.at_most("memory at the end, times that", after / before, FLAT, "")


def measure(report: Report, rounds: int) -> None:
    for _ in range(rounds):
        command = [*COMETPLAY, "lab", "--port", "0", "--speed", "0.5"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as lab:
            try:
                with Program([*COMETPLAY, "--target", f"{address(lab)}"]) as program:
                    watched(program, report)
            finally:
                lab.kill()


if __name__ == "__main__":
    main(measure, __doc__, rounds=1)
