"""A measured value beside its budget, and the exit status that --check asks for."""

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Sequence


class Report:
    """Prints line by line, and remembers whether a budget was missed."""

    def __init__(self, *, check: bool) -> None:
        self._check = check
        self._missed = False

    @property
    def status(self) -> int:
        return 1 if self._check and self._missed else 0

    def say(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def at_most(self, what: str, value: float, budget: float, unit: str) -> None:
        self._against(what, value, budget, unit, kept=value <= budget, sign="<=")

    def at_least(self, what: str, value: float, budget: float, unit: str) -> None:
        self._against(what, value, budget, unit, kept=value >= budget, sign=">=")

    def _against(self, what: str, value: float, budget: float, unit: str, *, kept: bool, sign: str) -> None:
        self._missed |= not kept
        verdict = "kept" if kept else "MISSED"
        self.say(f"{what:44}{value:>12,.2f} {unit:4} budget {sign} {budget:,g} {unit}: {verdict}")


def spread(values: Sequence[float]) -> str:
    """Median, smallest and largest."""
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` of all lie."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def median_ratio(values: Sequence[float], to: Sequence[float]) -> float:
    """The median of the ratios round by round: load on the machine hits both of a round alike."""
    return statistics.median(value / base for value, base in zip(values, to, strict=True))


def main(measure: Callable[[Report, int], None], about: str, rounds: int) -> None:
    """Parses --rounds and --check, measures, and ends with the status."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds, help=f"({rounds})")
    parser.add_argument("--check", action="store_true", help="exit status 1 if a budget is missed")
    options = parser.parse_args()
    report = Report(check=options.check)
    load = ", ".join(f"{part:.2f}" for part in os.getloadavg())
    report.say(f"{options.rounds} rounds, Python {sys.version.split()[0]}, load {load} at the start")
    measure(report, options.rounds)
    raise SystemExit(report.status)
