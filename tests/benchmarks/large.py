"""How long the screen is deaf while a large answer comes and is looked at: the widest gap in its turns."""

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from cometplay.core.connection import Connection, Target
from cometplay.core.findings import Reply, Rule, Script
from cometplay.lab import Lab
from cometplay.tui import interpreter
from cometplay.tui.app import CometPlay
from cometplay.tui.outset import Outset

BUDGET_MS = 100
CHAT = {"index": 0, "message": {"role": "assistant", "content": "x " * 2_500_000}, "finish_reason": "stop"}
ANSWERS = {
    "5 MB of JSON": Reply(200, json.dumps({"choices": [CHAT]})),
    "one line of 1.3 MB": Reply(400, json.dumps({"error": {"message": "A" * 1_300_000}})),
}


async def watch(gaps: list[float]) -> None:
    before = time.perf_counter()
    while True:
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        gaps.append((now - before) * 1000)
        before = now


async def widest_gap(answer: Reply, folder: Path) -> float:
    """Milliseconds; the first Send is not counted, for it loads the client."""
    async with Lab({"large": Script((Rule(answer),))}, speed=1000.0) as lab:
        live = Connection(Target.LAB, lab.base_url("large"))
        app = CometPlay(Outset(live, on_live=True, folder=folder, drawn=interpreter.settle))
        async with app.run_test(size=(140, 40)) as pilot:
            gaps: list[float] = []
            await pilot.press("ctrl+s")
            await pilot.pause(2)
            watching = asyncio.create_task(watch(gaps))
            await pilot.press("f5")
            await asyncio.sleep(2)
            for _ in range(5):
                await pilot.press("ctrl+l")
                await asyncio.sleep(0.3)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    return max(gaps)


def main() -> int:
    worst = 0.0
    with TemporaryDirectory() as folder:
        for name, answer in ANSWERS.items():
            gap = asyncio.run(widest_gap(answer, Path(folder)))
            worst = max(worst, gap)
            print(f"{name}: widest gap {gap:.0f} ms, budget <= {BUDGET_MS} ms")  # noqa: T201  its result
    return int("--check" in sys.argv and worst > BUDGET_MS)


if __name__ == "__main__":
    sys.exit(main())
