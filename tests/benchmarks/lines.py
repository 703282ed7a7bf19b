"""`explain --jsonl` over a million lines from a pipe: lines a second, and the memory it takes (Linux)."""

import subprocess
import sys
import threading
import time
from pathlib import Path

from bodies import OWN, line
from budgets import Report, main

from cometplay.core.jsons import compact

COMMAND = [sys.executable, "-m", "cometplay", "explain", "--jsonl", "-"]
EARLY, MILLION = 10_000, 1_000_000
GROWTH = 1.1


def resident_mb(process: int) -> float:
    for row in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    raise ValueError("the kernel tells no VmRSS")


def feed(process: "subprocess.Popen[bytes]", count: int) -> None:
    """Writes the lines; the other end reads as fast as it can answer."""
    block = b"".join(compact(line(*columns)).encode() + b"\n" for columns in OWN)
    assert process.stdin
    for _ in range(0, count, len(OWN)):
        process.stdin.write(block)
    process.stdin.close()


def measure(report: Report, rounds: int) -> None:
    for _ in range(rounds):
        with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            threading.Thread(target=feed, args=(process, MILLION), daemon=True).start()
            assert process.stdout
            began, seen, early, late = time.perf_counter(), 0, 0.0, 0.0
            for _ in process.stdout:
                seen += 1
                if seen == EARLY:
                    early = resident_mb(process.pid)
                elif seen == MILLION:
                    late = resident_mb(process.pid)
            took = time.perf_counter() - began
        report.say(f"{seen:,} lines in {took:.0f} s, {seen / took:,.0f} a second; exit {process.returncode}")
        report.say(f"resident after {EARLY:,} lines {early:.1f} MB, after {MILLION:,} lines {late:.1f} MB")
        report.at_most("memory after a million, times after 10,000", late / early, GROWTH, "")


if __name__ == "__main__":
    main(measure, __doc__, rounds=1)
