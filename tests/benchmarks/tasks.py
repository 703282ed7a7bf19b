"""Two hundred video tasks side by side for 60 s of real time, each on the usual schedule.

The polls that the lab got are held against those that the schedule has for the ids of the tasks, and memory
at the end against memory when all of them were made.
"""

import asyncio
import gc
import random
import secrets
import tempfile
import time
from collections import Counter
from pathlib import Path

from budgets import Report, main

from cometplay.core import polling
from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import VideoDraft
from cometplay.core.polling import Look, PollAgain, PollPolicy
from cometplay.core.redact import Secret
from cometplay.core.states import TaskState
from cometplay.history import History
from cometplay.lab import Lab
from cometplay.session.clock import PatientClock
from cometplay.session.plan import Plan
from cometplay.session.tasks import Means, Tasks, TaskView

TASKS = 200
SECONDS = 60.0
SETTLED_S = 20.0
"""After which every task was polled once, and memory is looked at first."""
SLOW_LAB = 0.1
"""Times as fast as life: no task is over before the end."""
BUSIEST = 3.0
"""Times the polls a second that an even spread has, in the busiest second."""
POLICY = PollPolicy()


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def polls_due(task_id: str, seconds: float, *, alone: bool) -> int:
    """How many polls a task has in so many seconds."""
    policy = POLICY if alone else POLICY.side_by_side()
    elapsed, count, look = 0.0, 0, None
    while True:
        decision = polling.next_poll(policy, elapsed, look, polling.share_of(task_id))
        assert isinstance(decision, PollAgain)
        elapsed += decision.in_s
        if elapsed > seconds:
            return count
        count, look = count + 1, Look(TaskState.QUEUED)


async def at_once(_seconds: float) -> None:
    """The lab's pause before an answer: what is measured is when it was asked."""


async def watched(folder: Path, report: Report) -> None:
    means = Means(
        clock=PatientClock,
        jitter=random.random,
        folder=folder,
        name=lambda: secrets.token_hex(8),
        fault=report.say,
    )
    async with Lab({}, speed=SLOW_LAB, sleep=at_once) as lab:
        connection = Connection(Target.LAB, lab.base_url(), Secret(LAB_KEY))
        with History(folder / "data", tell=report.say) as history:
            async with Tasks(history, means, lambda _: None) as tasks:
                began = time.monotonic()
                for number in range(TASKS):
                    draft = VideoDraft(model="veo3-fast", prompt=f"task {number}")
                    tasks.start(Plan(draft=draft, connection=connection, policy=POLICY))
                await asyncio.sleep(SETTLED_S)
                gc.collect()
                before, worked = resident_mb(), time.process_time()
                await asyncio.sleep(SECONDS - (time.monotonic() - began))
                gc.collect()
                after, worked = resident_mb(), time.process_time() - worked
                views, ended = tasks.views(), time.time()
        _against_schedule(report, lab, {view.task.id: ended - submitted(view) for view in views})
    report.say(f"{before:.1f} MB after {SETTLED_S:g} s, {after:.1f} MB after {SECONDS:g} s")
    report.at_most("memory at the end, times that", after / before, 1.1, "")
    report.at_most("of one core, the lab included", worked / (SECONDS - SETTLED_S) * 100, 50, "%")


def submitted(view: TaskView) -> float:
    """When a task was known to be made, in epoch seconds."""
    assert view.run is not None
    assert view.run.transcript.task is not None
    return view.run.began_at + view.run.transcript.task.created_at


def _against_schedule(report: Report, lab: Lab, watched_s: dict[str, float]) -> None:
    polls = [request for request in lab.requests if request.method == "GET"]
    got = Counter(request.path.rpartition("/")[2] for request in polls)
    first = max(watched_s, key=watched_s.__getitem__)  # it was alone when it began
    due = {
        task_id: polls_due(task_id, seconds, alone=task_id == first) for task_id, seconds in watched_s.items()
    }
    off = sum(abs(got[task_id] - count) for task_id, count in due.items())
    report.say(
        f"{len(polls)} polls, {sum(due.values())} due in what was left of {SECONDS:g} s when each was made"
    )
    # a poll begins when the answer before it is there, so what falls on the very end may be behind it
    report.at_most("polls off the schedule, share", off / sum(due.values()), 0.05, "")
    seconds = Counter(request.ms // 1000 for request in polls)
    even = TASKS / POLICY.early_s
    report.at_most("busiest second, times an even spread", max(seconds.values()) / even, BUSIEST, "")


def measure(report: Report, rounds: int) -> None:
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(watched(Path(name), report))


if __name__ == "__main__":
    main(measure, __doc__, rounds=1)
