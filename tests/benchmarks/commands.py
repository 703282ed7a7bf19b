"""The time of `cometplay --version` and `cometplay explain ID`, against an interpreter that does nothing."""

import os
import subprocess
import sys
import time
from statistics import median

from budgets import Report, main, spread
from terminal import COMETPLAY

NOTHING = [sys.executable, "-c", "pass"]
BUDGETS_MS = {("--version",): 80.0, ("explain", "http.rate-limited"): 120.0}


def took_ms(command: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=env)
    return (time.perf_counter() - began) * 1000


def measure(report: Report, rounds: int) -> None:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ours = [[*COMETPLAY, *arguments] for arguments in BUDGETS_MS]
    took: list[list[float]] = [[] for _ in (NOTHING, *ours)]
    for number in range(rounds + 1):
        for command, values in zip((NOTHING, *ours), took, strict=True):
            value = took_ms(command, env)
            if number:  # the first round warms the cache
                values.append(value)
    report.say(f"python -c pass: {spread(took[0])} ms")
    for (arguments, budget), values in zip(BUDGETS_MS.items(), took[1:], strict=True):
        name = " ".join(("cometplay", *arguments))
        report.say(f"{name}: {spread(values)} ms, {median(values) / median(took[0]):.1f} times nothing")
        report.at_most(name, median(values), budget, "ms")


if __name__ == "__main__":
    main(measure, __doc__, rounds=25)
