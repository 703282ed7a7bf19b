"""How the interpreter runs under the terminal program: nothing of its own may keep a key waiting.

Measured with a stream of 20,000 chunks (tests/benchmarks/streaming.py).
"""

import asyncio
import gc
import importlib
import os
import sys

_FPS = "TEXTUAL_FPS"
FRAMES = "240"
"""Frames a second at the most. A key may wait for the next frame but one: for 33 ms at Textual's own 60."""
TURN_S = 0.0001
"""Seconds after which a waiting thread may have its turn; Python's own is fifty times that. One thread reads
the keys, one writes what is drawn: while the loop is busy with a stream in small steps, a longer wait never
runs out, and they have to win the interpreter by chance."""
GARBAGE = (5_000, 5, 1_000)
"""New objects, and rounds, between two looks for garbage. Left to itself, Python 3.11 looks through
everything once in each second of a stream, and takes 25 ms for it."""
TIDY_S = 20.0
"""Seconds between two such looks here."""


def prepare() -> None:
    """Before Textual is imported, which reads once how many frames there are to be."""
    gc.disable()  # until the first frame is there
    if _FPS not in os.environ:
        os.environ[_FPS] = FRAMES
        importlib.import_module("textual.constants")
        del os.environ[_FPS]  # an editor that is opened from here has frames of its own


def settle() -> None:
    """After the first frame. What the start made stays, so that nobody needs to look through it again."""
    sys.setswitchinterval(TURN_S)
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    _tidy_later()


def _tidy_later() -> None:
    asyncio.get_running_loop().call_later(TIDY_S, _tidy)


def _tidy() -> None:
    gc.collect()
    _tidy_later()
