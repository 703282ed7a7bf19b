"""A terminal seen from outside: a pty that answers what programs ask, and as much of a screen as is needed.

What a program writes is kept with the time at which it came and is read afterwards, so that
reading costs the program nothing.
"""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

COLUMNS, LINES = 140, 40
SCRIPTS = Path(sys.executable).parent
COMETPLAY = [str(SCRIPTS / "cometplay")]
"""The program as a person starts it, from the environment that runs the benchmark."""

TOKEN = re.compile(
    r"(?P<move>\x1b\[(?P<row>\d*)(?:;(?P<column>\d*))?H)"
    r"|(?P<clear>\x1b\[[23]?J)"
    r"|\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b[P\]X^_].*?(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])",
    re.DOTALL,
)

ANSWERS = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
    (re.compile(rb"\x1b\]10;\?"), b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
    (re.compile(rb"\x1b\]11;\?"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
)


class Screen:
    """The text of a screen: cells, a cursor, and nothing of colours."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._row = self._column = 0
        self._clear()

    def _clear(self) -> None:
        self._cells = [[" "] * COLUMNS for _ in range(LINES)]

    @property
    def text(self) -> str:
        return "\n".join("".join(row) for row in self._cells)

    def feed(self, data: bytes) -> None:
        """Draws what came; an escape sequence that is cut off waits for its end."""
        self._rest += self._decoder.decode(data)
        place = 0
        while found := TOKEN.match(self._rest, place):
            self._obey(found)
            place = found.end()
        self._rest = self._rest[place:]

    def _obey(self, found: re.Match[str]) -> None:
        if found["move"]:
            self._row, self._column = int(found["row"] or 1) - 1, int(found["column"] or 1) - 1
        elif found["clear"]:
            self._clear()
        elif found["control"] == "\n":
            self._row += 1
        elif found["control"] == "\r":
            self._column = 0
        for sign in found["text"] or "":
            if self._row < LINES and self._column < COLUMNS:
                self._cells[self._row][self._column] = sign
            self._column += 1


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes, and when they came."""

    at: float
    data: bytes


class Program:
    """A program in a pty, in a home of its own. A context manager: it is killed on leaving."""

    def __init__(self, command: list[str]) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="benchmark")
        home = self._home.name
        env = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8"}
        env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        size = struct.pack("HHHH", LINES, COLUMNS, COLUMNS * 10, LINES * 20)
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.chdir(home)
            os.execvpe(command[0], command, env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)
        self._home.cleanup()

    def press(self, key: bytes) -> None:
        os.write(self._fd, key)

    def read(self, limit_s: float) -> Piece | None:
        """What comes next; None when nothing does in time. A query in it is answered."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, limit_s))
        if not ready:
            return None
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            raise SystemExit("the program ended; start it by hand to see why") from None
        piece = Piece(time.perf_counter(), data)
        for query, answer in ANSWERS:
            if query.search(data):
                os.write(self._fd, answer)
        return piece

    def read_for(self, seconds: float) -> list[Piece]:
        """Everything that comes within a time."""
        end, pieces = time.perf_counter() + seconds, []
        while (left := end - time.perf_counter()) > 0:
            if piece := self.read(left):
                pieces.append(piece)
        return pieces

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
