"""Preflight, send, retry, poll, download: the order of a run. Every decision is made in core."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from cometplay.core import wire
from cometplay.core.drafts import Kind
from cometplay.core.events import Ended, EndReason, TaskCreated
from cometplay.core.states import TaskState, read_task
from cometplay.core.transcript import Exchange
from cometplay.core.wire import Phase
from cometplay.failures import judge
from cometplay.gateway import Pool
from cometplay.session.clock import Clock
from cometplay.session.collect import collect_pictures, collect_results
from cometplay.session.conductor import Conductor, Observe
from cometplay.session.mending import mended
from cometplay.session.plan import Plan
from cometplay.session.state import Run
from cometplay.session.watch import watch


async def run(
    plan: Plan,
    *,
    clock: Clock,
    jitter: Callable[[], float],
    folder: Path,
    observe: Observe,
    pool: Pool | None = None,
) -> Run:
    """One run to its end. `pool`: sockets that it shares with others.

    Cancelled, it closes its sockets, tells Ended(CANCELLED) to `observe` and lets the cancellation
    pass. It raises nothing else: whatever goes wrong on the way is an event.
    """
    findings = judge.preflight(plan.draft, plan.connection)
    plan, changes = mended(plan, findings)
    conductor = Conductor(plan, clock, jitter, observe, pool)
    try:
        async with conductor.gateway:
            cleared = conductor.cleared(findings, changes)
            reason = await _conduct(conductor, folder) if cleared else EndReason.BLOCKED
    except asyncio.CancelledError:
        conductor.tell(Ended(conductor.since(), EndReason.CANCELLED))
        raise
    conductor.tell(Ended(conductor.since(), reason))
    return conductor.run


async def _conduct(conductor: Conductor, folder: Path) -> EndReason:
    plan = conductor.plan
    request = wire.encode(plan.draft, plan.connection.base_url)
    if plan.resume:
        return await _follow(conductor, folder, request, plan.resume)
    reason, made = EndReason.DONE, 0
    while made < plan.draft.calls and reason is EndReason.DONE:
        exchange = await conductor.send_repeating(request, plan.repeats)
        if not exchange.succeeded:
            break  # the next would be billed, and meet the same
        reason, made = await _bring(conductor, folder, request, exchange), made + 1
    return reason


async def _bring(conductor: Conductor, folder: Path, request: wire.WireRequest, made: Exchange) -> EndReason:
    """What a create that went well leads to: a task to follow, pictures to keep, or nothing more."""
    task_id = read_task(made.reading.value).task_id
    if request.watched and task_id:
        return await _follow(conductor, folder, request, task_id)
    if request.kind is Kind.IMAGE:
        await collect_pictures(conductor, folder)
    return EndReason.DONE


async def _follow(conductor: Conductor, folder: Path, request: wire.WireRequest, task_id: str) -> EndReason:
    """A task that exists: watched to its end, and its files fetched, or asked why there are none."""
    conductor.tell(TaskCreated(conductor.since(), task_id, resumed=bool(conductor.plan.resume)))
    if conductor.plan.detach:
        return EndReason.DETACHED
    reason = await watch(conductor, request, task_id)
    task = conductor.run.transcript.task
    look = task.look if task else None
    if look and look.state is TaskState.SUCCEEDED:
        await collect_results(conductor, folder, request, task_id)
    if look and look.unexplained:
        await _ask_why(conductor, request, task_id)
    return reason


async def _ask_why(conductor: Conductor, request: wire.WireRequest, task_id: str) -> None:
    """Asks the content route, where there is one, once (api-contract.md 6.4). Nothing of it is saved."""
    probe = wire.content(request, conductor.plan.connection.base_url, task_id, Phase.PROBE)
    if probe:
        await conductor.send(probe)
