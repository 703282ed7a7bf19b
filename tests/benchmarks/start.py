"""Start-up of `cometplay` and its memory at rest, against a Textual program of one widget.

Each round starts both once. `first` is the first painted cell, `whole` the text of every part of the screen.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from budgets import Report, main, median_ratio, spread
from terminal import COMETPLAY, Program, Screen

FIRST, WHOLE, MEMORY = 1.5, 1.7, 1.3
SETTLES_S = 2.5
PEER = [sys.executable, str(Path(__file__).with_name("peers.py")), "label"]
PARTS = (
    "CometPlay [Text] Image  Video",
    "LAB",
    "no scenario",
    "─ Compose ",
    "gpt-5.4-mini",
    "Say hello",
    "Extra JSON",
    "Send ^s",
    "─ Result ─",
    "Ready. ^s sends",
    "[Output] Raw  Headers  Request  Code",
    "No output yet.",
    "─ Diagnosis ─",
    "lists every key",
    "F1 Help",
)
"""A piece of text from every part of the first screen."""


@dataclass(frozen=True, slots=True)
class Start:
    """One start: milliseconds, and MiB once it rests."""

    first: float
    whole: float
    memory: float


def start(command: list[str], parts: Sequence[str]) -> Start:
    """Starts a program, lets it come to rest, and looks at what it wrote when."""
    with Program(command) as program:
        pieces = program.read_for(SETTLES_S)
        memory = program.resident_mib()
        screen, first, whole = Screen(), None, None
        for piece in pieces:
            screen.feed(piece.data)
            text = screen.text
            took = (piece.at - program.started) * 1000
            first = took if first is None and text.strip() else first
            if all(part in text for part in parts):
                whole = took
                break
    if first is None or whole is None:
        missing = [part for part in parts if part not in screen.text]
        raise SystemExit(f"{command[0]} never showed {missing}")
    return Start(first, whole, memory)


def measure(report: Report, rounds: int) -> None:
    start(PEER, ["READY"])
    start(COMETPLAY, PARTS)
    peers, ours = [], []
    for _ in range(rounds):
        peers.append(start(PEER, ["READY"]))
        ours.append(start(COMETPLAY, PARTS))
    for name, runs in (("one widget", peers), ("cometplay", ours)):
        first, whole, memory = (
            spread([getattr(run, what) for run in runs]) for what in ("first", "whole", "memory")
        )
        report.say(f"{name:11} first {first} ms, whole {whole} ms, memory {memory} MiB")
    for what, budget in (("first", FIRST), ("whole", WHOLE), ("memory", MEMORY)):
        ratio = median_ratio([getattr(run, what) for run in ours], [getattr(run, what) for run in peers])
        report.at_most(f"{what}, times one widget", ratio, budget, "x")


if __name__ == "__main__":
    main(measure, __doc__, rounds=15)
