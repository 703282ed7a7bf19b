"""The order of a drill: the healthy run first, then everything else side by side, the longest ones first."""

import asyncio
import math
import os
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cometplay.core.drafts import Kind
from cometplay.drill import folder, kin, repertoire
from cometplay.drill.case import Case
from cometplay.drill.folder import Snapshot
from cometplay.drill.grading import Graded, grade
from cometplay.drill.observation import Observation
from cometplay.drill.play import Aim, Play
from cometplay.drill.stage import Errand, perform

COPIES = 4
"""Copies of a program that are started together, to see whether they stay in step."""
LIMITS_S: dict[Kind, float] = {Kind.TEXT: 50.0, Kind.IMAGE: 50.0, Kind.VIDEO: 120.0}
"""How long one run may take, by what it makes: a video is polled every 10 to 20 s."""
_MOST_A_CORE = 8
"""A run mostly waits, which costs no core anything."""
_FILES_A_RUN = 16
"""Two labs, two pipes, and a connection of each request that is under way."""
_START_WITHIN_S = 15.0
"""How long the starts of runs side by side may take, so that no time limit strikes for want of a core."""
_STARTS_ALLOWED = 4
"""And how many times a program's own work on a good day is put on top of the usual limit."""

Choose = Callable[[tuple[Play, ...]], tuple[Play, ...]]


def usual_jobs(busy_s: float, open_files: float) -> int:
    """How many runs go on side by side, for a program that keeps a core busy for so many seconds.

    `open_files`: how many this process may have.
    """
    cores = os.cpu_count() or 1
    wanted = cores * max(1, min(_MOST_A_CORE, int(_START_WITHIN_S / max(busy_s, 0.1))))
    return max(1, int(min(wanted, open_files / (_FILES_A_RUN * COPIES))))


def _open_files() -> float:
    try:
        import resource  # noqa: PLC0415  imported only to see whether it is there
    except ImportError:  # not on Windows
        return math.inf
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return math.inf if soft == resource.RLIM_INFINITY else soft


def _busy_s() -> float:
    """Seconds that the children that have ended kept a core busy."""
    used = os.times()
    return used.children_user + used.children_system


@dataclass(frozen=True, slots=True)
class Drill:
    """What is drilled. No `kinds`: those whose endpoints the healthy run calls; no `limit_s`, no `jobs`:
    the usual.

    `choose` takes the plays of the kinds and gives those to play; `tell` hears of each as it is graded.
    """

    argv: tuple[str, ...]
    folder: Path
    kinds: tuple[Kind, ...] = ()
    allowed: frozenset[str] = frozenset()
    limit_s: float | None = None
    jobs: int | None = None
    choose: Choose = lambda plays: tuple(play for play in plays if play.usual)
    tell: Callable[[Graded], None] = lambda _: None


async def conduct(drill: Drill) -> tuple[Graded, ...]:
    """Runs the whole drill; every grade, the healthy one first. Alone when that one failed for good."""
    with kin.adopting():
        before = await asyncio.to_thread(folder.snapshot, drill.folder)
        limit = drill.limit_s or LIMITS_S[max(drill.kinds or Kind, key=list(Kind).index)]
        health = repertoire.healthy(Kind.VIDEO)
        busy_before = _busy_s()
        run = await perform(health, Errand(drill.argv, drill.folder, limit), before)
        busy = _busy_s() - busy_before
        jobs = drill.jobs or usual_jobs(busy, _open_files())
        kinds = drill.kinds or kinds_called(run)
        first = grade(Case(_of(health, kinds), (run,), run), drill.allowed)
        drill.tell(first)
        if any(breach.rule.id == repertoire.HEALTHY for breach in first.breaches):
            return (first,)
        plays = drill.choose(tuple(play for kind in kinds for play in repertoire.plays(kind)))
        slack = _STARTS_ALLOWED * busy
        return first, *await _all(drill, plays, run, asyncio.Semaphore(jobs), slack)


def kinds_called(run: Observation) -> tuple[Kind, ...]:
    """The kinds whose endpoints were called."""
    called = {seen.kind for seen in run.requests}
    return tuple(kind for kind in Kind if kind in called)


def _of(health: Play, kinds: tuple[Kind, ...]) -> Play:
    """The healthy play as that of the kind of which the most can be seen."""
    return replace(health, kind=max(kinds, key=list(Kind).index, default=Kind.TEXT))


async def _all(
    drill: Drill, plays: tuple[Play, ...], healthy: Observation, slots: asyncio.Semaphore, slack_s: float
) -> list[Graded]:
    async def graded(play: Play) -> Graded:
        limit = drill.limit_s or LIMITS_S[play.kind] + slack_s
        runs = await _runs(drill, play, healthy, slots, limit)
        return grade(Case(play, runs, healthy), drill.allowed)

    async def one(play: Play) -> Graded:
        verdict = await graded(play)
        alone = play.aim is not Aim.PATIENCE  # the waits of several copies are too many to be short by chance
        if alone and any(breach.rule.by_chance for breach in verdict.counted):
            verdict = await graded(play)  # full jitter gives two waits of nearly nothing once in 400 times
        drill.tell(verdict)
        return verdict

    async with asyncio.TaskGroup() as group:
        early = sorted(plays, key=_length)
        tasks = {play: group.create_task(one(play)) for play in early}
    return [tasks[play].result() for play in plays]


def _length(play: Play) -> int:
    """What may go on to the time limit comes first, what ends at once last."""
    return 0 if play.silent or play.lasting or play.aim is Aim.PATIENCE else 1 if play.bad is not None else 2


async def _runs(
    drill: Drill, play: Play, healthy: Observation, slots: asyncio.Semaphore, limit_s: float
) -> tuple[Observation, ...]:
    if not _can_reach(play, healthy):
        return (Observation(),)

    async def run() -> Observation:
        async with _place(drill.folder, healthy) as (place, before):
            return await perform(play, Errand(drill.argv, place, limit_s), before)

    copies = COPIES if play.aim is Aim.PATIENCE else 1
    async with slots:  # copies have to start together, so that they share one slot
        return tuple(await asyncio.gather(*(run() for _ in range(copies))))


def _can_reach(play: Play, healthy: Observation) -> bool:
    """Whether the program does what the play strikes; else there is nothing to see, and no run."""
    calls = healthy.calls(play.kind, play.phase)
    asks_for_streams = any('"stream":true' in "".join(seen.body.split()) for seen in calls)
    return bool(calls) and (asks_for_streams or not play.streamed)


@asynccontextmanager
async def _place(person: Path, healthy: Observation) -> AsyncGenerator[tuple[Path, Snapshot]]:
    """The folder of a run, and what is in it: the person's own, or a copy of links for who leaves files."""
    if not healthy.files:
        yield person, await asyncio.to_thread(folder.snapshot, person)
        return
    with tempfile.TemporaryDirectory(prefix="cometplay-drill-", ignore_cleanup_errors=True) as made:
        copy = Path(made) / person.name
        await asyncio.to_thread(folder.mirror, person, copy, [left.name for left in healthy.files])
        yield copy, await asyncio.to_thread(folder.snapshot, copy)
