"""Protects who closes the terminal, or has it killed: in the real program the tasks are there, and go on."""

import importlib.util
import sys
import time
from pathlib import Path

import pytest
from playing import PATIENCE_S, served

pytestmark = pytest.mark.slow  # the whole program, in a terminal, killed

ROOT = Path(__file__).parent.parent
F4, SEND, WATCH_ALL, LOOKS_AWAY = b"\x1bOS", b"\x13", b"\x1bg", b"\x1b[O"
LONG_S = PATIENCE_S * 6
"""A start, and three polls on their usual schedule."""


def _terminal():
    """The pty that the benchmarks measure through."""
    spec = importlib.util.spec_from_file_location("terminal", ROOT / "tests" / "benchmarks" / "terminal.py")
    module = sys.modules["terminal"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


terminal = _terminal()


class Watched:
    """The program in its terminal, killed on leaving; the same person starts it each time."""

    def __init__(self, folder: Path, base_url: str, *options: str) -> None:
        places = [f"{name}={folder / name}" for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME")]
        env = ["env", f"PYTHONPATH={ROOT}", "TERM=xterm-kitty", *places]
        self._command = [*env, sys.executable, "-m", "cometplay", "--target", base_url, *options]
        self.screen, self.came = terminal.Screen(), b""

    def __enter__(self):
        self._program = terminal.Program(self._command).__enter__()
        self.until("Compose")
        return self

    def __exit__(self, *told: object) -> None:
        self._program.__exit__(*told)

    def press(self, key: bytes, then: str) -> None:
        self._program.press(key)
        self.until(then)

    def until(self, text: str, times: int = 1) -> None:
        ends = time.monotonic() + LONG_S
        while self.screen.text.count(text) < times:
            assert time.monotonic() < ends, f"{text!r} never came:\n{self.screen.text}"
            self.read()

    def read(self) -> None:
        for piece in self._program.read_for(0.1):
            self.came += piece.data
            self.screen.feed(piece.data)


def creates(lab) -> int:
    return sum(request.method == "POST" for request in lab.requests)


def made(program: Watched, lab, count: int) -> None:
    """Until the gateway has made so many, and the program knows."""
    program.press(F4, "[Video]")
    for number in range(count):
        program.press(SEND, f"{number + 1} task")
    ends = time.monotonic() + LONG_S
    while creates(lab) < count and time.monotonic() < ends:
        program.read()
    program.until("made", count)


def test_killed_and_started_again_the_tasks_are_there_and_go_on(tmp_path):
    with served(speed=20) as lab:
        with Watched(tmp_path, lab.base_url()) as first:
            made(first, lab, 3)
        with Watched(tmp_path, lab.base_url()) as second:
            second.until("3 earlier tasks go on")
            second.press(F4, "3 tasks, 3 not watched")
            second.press(WATCH_ALL, "3 tasks, 3 watched")
            second.until("✓ succeeded", 3)
        with Watched(tmp_path, lab.base_url()) as third:
            third.press(F4, "3 tasks")
            third.until("✓ succeeded", 3)
            assert "not watched" not in third.screen.text
        assert creates(lab) == 3


def test_they_go_on_by_themselves_where_that_is_wanted_and_who_looks_away_is_told(tmp_path):
    with served(speed=20) as lab:
        with Watched(tmp_path, lab.base_url()) as first:
            made(first, lab, 1)
        with Watched(tmp_path, lab.base_url(), "--watch-on") as second:
            second.press(F4, "1 task, 1 watched")
            second.press(LOOKS_AWAY, "✓ succeeded")
            ends = time.monotonic() + PATIENCE_S
            while b"\x1b]9;CometPlay: veo3-fast: succeeded\x1b\\" not in second.came:
                assert time.monotonic() < ends
                second.read()
        assert creates(lab) == 1
