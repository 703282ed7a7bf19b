"""Protects the screen from a stream that grows faster than anybody reads, and its reader from a loss."""

import asyncio

import pytest
from test_stream import chunk, sse

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Chunk, Ended, EndReason, Replied, Stopped
from cometplay.core.feed import EventFeed
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.core.transcript import Transcript
from cometplay.session.state import Run
from cometplay.tui.batches import Batches

NOWHERE = Connection(Target.LAB, "http://127.0.0.1:1/v1", Secret(LAB_KEY))


@pytest.fixture
def growing():
    """A run as it stands after each of so many pieces of a stream."""

    def runs(count):
        feed, run = EventFeed(), Run(starting_draft(Kind.TEXT), NOWHERE, Transcript(Kind.TEXT), 0.0)
        for place in range(count):
            feed.feed(sse(chunk(f"{place} "), done=False).encode())
            run = run.then(Chunk(place / 1000, feed.answer()))
            yield run

    return runs


def test_growth_is_shown_together_and_whatever_happens_at_once(growing):
    async def watch():
        shown: list[Run] = []
        batches = Batches(shown.append)
        first, *middle, last = growing(50)
        for run in (first, *middle):
            batches.take(run)
        assert shown == [first]
        news = last.then(Stopped(1.0, "the person says so"))
        batches.take(news)
        assert shown == [first, news]
        batches.flush()
        assert shown[-1] is news

    asyncio.run(watch())


def test_the_end_of_a_stream_is_shown_with_what_follows_from_it(growing):
    async def watch():
        shown: list[Run] = []
        batches = Batches(shown.append)
        first, last = growing(2)
        batches.take(first)
        over = last.then(Replied(1.0, 200, (), b"", 1.0))
        batches.take(over)
        assert shown == [first]
        ended = over.then(Ended(1.0, EndReason.DONE))
        batches.take(ended)
        assert shown == [first, ended]

    asyncio.run(watch())


def test_the_newest_growth_is_shown_by_itself(growing):
    async def watch():
        seen = asyncio.Queue()
        batches = Batches(seen.put_nowait)
        runs = list(growing(3))
        for run in runs:
            batches.take(run)
        async with asyncio.timeout(20):
            assert [await seen.get(), await seen.get()] == [runs[0], runs[2]]

    asyncio.run(watch())
