"""Polling a task until it is over, cannot be found, or the deadline ends the watching."""

from cometplay.core import polling, retry, wire
from cometplay.core.events import EndReason, Polled, Slipped, Waiting, WaitReason
from cometplay.core.findings import ModeClass, Retryable
from cometplay.core.polling import Look, PollAgain, Slip, StopPolling
from cometplay.core.states import read_task
from cometplay.core.transcript import Exchange
from cometplay.core.wire import WireRequest
from cometplay.session.clock import PauseEnd
from cometplay.session.conductor import Conductor


async def watch(conductor: Conductor, created: WireRequest, task_id: str) -> EndReason:
    """Polls as core/polling.py decides. DONE when the task is over or lost, else why it stopped."""
    plan = conductor.plan
    request = wire.poll(created, plan.connection.base_url, task_id)
    submitted = conductor.since()
    share = polling.share_of(task_id)
    asleep_s = 0.0  # nobody watched then, so that the deadline waits as long
    look: Look | None = None
    while True:
        match polling.next_poll(plan.policy, conductor.since() - submitted - asleep_s, look, share):
            case StopPolling(settled=settled):
                return EndReason.DONE if settled else EndReason.GAVE_UP
            case PollAgain(in_s=in_s):
                conductor.tell(Waiting(conductor.since(), in_s, WaitReason.POLL))
                end, slip = await _pause(conductor, in_s)
                asleep_s += slip.asleep_s
                if end is PauseEnd.GIVEN_UP:
                    return EndReason.DETACHED
        exchange = await conductor.send(request)
        look = _look(conductor, exchange, look, submitted)
        if not exchange.succeeded and not look.pending and not plan.automatic:
            return EndReason.DONE


async def _pause(conductor: Conductor, seconds: float) -> tuple[PauseEnd, Slip]:
    """A wait, and what the clocks show of it; told where it is worth a word."""
    began, day = conductor.since(), conductor.clock.wall()
    end = await conductor.clock.pause(seconds)
    slip = polling.slip(seconds, conductor.since() - began, conductor.clock.wall() - day)
    if slip:
        conductor.tell(Slipped(conductor.since(), slip))
    return end, slip


def _look(conductor: Conductor, exchange: Exchange, before: Look | None, submitted: float) -> Look:
    """What this poll showed; a state is told as an event of its own."""
    if exchange.succeeded and exchange.reading.is_json:  # a page is no word of any task
        task = read_task(exchange.reading.value)
        now = conductor.since()
        conductor.tell(Polled(now, task, now - submitted))
        return Look(task.state)
    verdict = conductor.run.verdict
    assert verdict is not None, "every answer is judged"
    pending = verdict.cls is ModeClass.PENDING
    permanent = verdict.retryable is Retryable.NO
    return Look(
        pending=pending,
        settled=verdict.seen.settled,
        permanent=(before.permanent if before else 0) + 1 if permanent else 0,
        retry_after_s=retry.retry_after(exchange.headers, conductor.clock.wall()),
    )
