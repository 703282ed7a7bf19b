"""What every part of a run shares: the way to send and repeat, the time, and the run as it stands."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from cometplay.core import retry
from cometplay.core.events import Broke, Chunk, Event, Mended, Replied, Retrying, Sent, Stopped, Waiting
from cometplay.core.feed import EventFeed
from cometplay.core.findings import Finding, Retryable
from cometplay.core.retry import Failure, Stop, Wait
from cometplay.core.transcript import Exchange, Transcript
from cometplay.core.wire import Phase, WireRequest
from cometplay.gateway import Gateway, Pool
from cometplay.gateway.arrival import Arrived, Sink
from cometplay.session.clock import Clock, PauseEnd
from cometplay.session.plan import Plan
from cometplay.session.state import Run

Observe = Callable[[Run], None]
"""Gets the run after every event. The newest is the last of `run.transcript.events`, but for a Chunk, which
is `run.transcript.stream`."""


LARGE_BODY = 200_000
"""Bytes of an answer that is read beside the loop."""
A_BITE = 4096
"""Bytes of a stream that are read in one turn of the loop: a few dozen events, a few milliseconds."""


class Conductor:
    """One run under way. `jitter` gives numbers from 0 to 1."""

    def __init__(
        self,
        plan: Plan,
        clock: Clock,
        jitter: Callable[[], float],
        observe: Observe,
        pool: Pool | None = None,
    ) -> None:
        self.plan = plan
        self.clock = clock
        self._jitter = jitter
        self._observe = observe
        self._start = clock.monotonic()
        self.gateway = Gateway(plan.connection, self.since, pool=pool)
        transcript = Transcript(plan.draft.kind, plan.draft.expect, policy=plan.policy)
        self.run = Run(plan.draft, plan.connection, transcript, clock.wall())

    def since(self) -> float:
        """Seconds since the run began."""
        return self.clock.monotonic() - self._start

    def tell(self, event: Event) -> None:
        """Takes an event into the run, and shows the run to whoever watches."""
        self._take(self.run.then(event))

    def _take(self, run: Run) -> None:
        self.run = run
        self._observe(run)

    def cleared(self, findings: tuple[Finding, ...], changes: tuple[str, ...]) -> bool:
        """Takes what preflight found, and tells what was mended; False when the request is kept back."""
        blocking = tuple(finding for finding in findings if finding.seen.blocks)
        self.run = self.run.found(findings) if blocking else replace(self.run, warnings=findings)
        for change in () if blocking else changes:
            self.tell(Mended(self.since(), change))
        return not blocking

    async def send(self, request: WireRequest, attempt: int = 1, sink: Sink | None = None) -> Exchange:
        """One request, once."""
        limit_s = self.plan.limit_s(request.kind, request.phase)
        feed = EventFeed()
        async with aclosing(self.gateway.exchange(request, attempt, limit_s, sink)) as events:
            async for event in events:
                match event:
                    case Arrived(at=at, data=data):
                        for start in range(0, len(data), A_BITE):
                            feed.feed(data[start : start + A_BITE])
                            self.tell(Chunk(at, feed.answer()))
                            await asyncio.sleep(0)  # a key needs several turns of the loop to be seen
                    case Replied() | Broke():
                        if self.run.transcript.stream is not None:
                            feed.close()
                            self.tell(Chunk(event.at, feed.answer()))
                        await self._take_end(event)
                    case Sent():
                        self.tell(event)
        probing = request.phase is Phase.PROBE
        last = self.run.transcript.probe if probing else self.run.transcript.last
        assert last is not None, "an exchange ends with Replied or Broke"
        return last

    async def _take_end(self, event: Replied | Broke) -> None:
        if len(event.body) > LARGE_BODY:
            # reading it takes long enough to be felt at every key
            self._take(await asyncio.to_thread(self.run.then, event))
        else:
            self.tell(event)

    async def send_repeating(self, request: WireRequest, limit: int, sink: Sink | None = None) -> Exchange:
        """A request, and its repeats as core/retry.py allows them, at most `limit`."""
        repeats = 0
        while True:
            exchange = await self.send(request, repeats + 1, sink)
            if exchange.succeeded or not self.plan.automatic:
                return exchange
            if not await self._wait_to_repeat(exchange, request, repeats, limit):
                return exchange
            repeats += 1
            self.tell(Retrying(self.since(), repeats, limit))

    async def _wait_to_repeat(
        self, exchange: Exchange, request: WireRequest, repeats: int, limit: int
    ) -> bool:
        """Waits if there is something to wait for; False when the request is not to be repeated."""
        failure = self._failure(exchange, request)
        match retry.decide(failure, repeats, limit, self._jitter, self.clock.wall()):
            case Stop(why=why):
                self.tell(Stopped(self.since(), why))
                return False
            case Wait(seconds=seconds, reason=reason):
                self.tell(Waiting(self.since(), seconds, reason))
                if await self.clock.pause(seconds) is PauseEnd.GIVEN_UP:
                    self.tell(Stopped(self.since(), "you chose not to repeat it"))
                    return False
                return True

    def _failure(self, exchange: Exchange, request: WireRequest) -> Failure:
        verdict = self.run.verdict
        assert verdict is not None, "every answer is judged"
        return Failure(
            kind=request.kind,
            phase=request.phase,
            retryable=verdict.retryable is Retryable.YES,
            status=exchange.status,
            fault=exchange.fault,
            headers=exchange.headers,
            saturated=verdict.seen.saturated,
        )
