"""A history of 100,000 runs: how long it takes to open it, to list a page of it, and to keep one more."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from budgets import Report, main

from cometplay.core.drafts import Kind
from cometplay.core.tasks import PastRun
from cometplay.history import place, rows, schema
from cometplay.history.history import History

RUNS = 100_000
PAGE = 500
LISTED_MS = 200.0
KEPT_MS = 10.0


def filled(folder: Path) -> None:
    with History(folder) as history:
        history.add_run(run(0))
    database = schema.open_file(folder / place.FILE)
    columns = ", ".join(rows.RUN)
    with schema.transaction(database):
        database.executemany(
            f"INSERT INTO runs ({columns}) VALUES ({', '.join('?' * len(rows.RUN))})",
            (rows.run_row(run(number)) for number in range(1, RUNS)),
        )
    database.close()


def run(number: int) -> PastRun:
    return PastRun(
        at=1_780_000_000.0 + number,
        kind=[*Kind][number % 3],
        model="gpt-5.4-mini",
        prompt=f"Write a short poem about the number {number}, in the voice of a lighthouse keeper. " * 3,
        target="https://api.cometapi.com/v1",
        verdict="text.ok",
        request_id="2026112012000000000000000abcdefgh",
        status=200,
        elapsed_s=1.25,
    )


def took_ms(act: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def opened_and_listed(folder: Path) -> None:
    with History(folder) as history:
        assert len(history.runs(PAGE)) == PAGE


def measure(report: Report, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder)
        report.say(f"{(folder / place.FILE).stat().st_size / 1e6:.0f} MB, {RUNS:,} runs")
        report.at_most(
            f"opened, {PAGE} listed",
            took_ms(lambda: opened_and_listed(folder), rounds),
            LISTED_MS,
            "ms",
        )
        with History(folder) as history:
            report.at_most(
                "a page of one kind",
                took_ms(lambda: history.runs(PAGE, kind=Kind.VIDEO), rounds),
                LISTED_MS,
                "ms",
            )
            report.at_most(
                "the oldest page",
                took_ms(lambda: history.runs(PAGE, skipped=RUNS - PAGE), rounds),
                LISTED_MS,
                "ms",
            )
            report.at_most(
                "one more run kept", took_ms(lambda: history.add_run(run(7)), rounds), KEPT_MS, "ms"
            )


if __name__ == "__main__":
    main(measure, __doc__, rounds=15)
