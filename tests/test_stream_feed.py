"""Protects the reading of a stream as it comes: cut anywhere it reads as whole, in linear time."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from test_lab_kit import CHAT
from test_lab_streams import streamed
from test_lab_text import RESULT, WEATHER, ask
from test_stream import ERRORS, READ, chunk, sse

from cometplay.core import bodies, stream, wire
from cometplay.core.answers import streamed_answer
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Broke, Chunk, Fault, Replied, Sent
from cometplay.core.feed import EventFeed
from cometplay.core.findings import Say, SayThen, StreamEnd
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.core.transcript import Transcript, fold
from cometplay.session.state import Run
from cometplay.tui.views import pace

pytestmark = pytest.mark.slow  # a cut at every byte of many streams

EVENTS = (("content-type", "text/event-stream"),)

BASE = "http://127.0.0.1:1/v1"
DRAFT = starting_draft(Kind.TEXT)
REQUEST = wire.encode(DRAFT, BASE)
LONGEST = 4096
"""Bytes of a stream that is cut at every one of them."""
CORPUS = os.environ.get("COMETPLAY_CORPUS", "")


def fed(*pieces: bytes) -> stream.Stream:
    feed = EventFeed()
    for piece in pieces:
        feed.feed(piece)
    feed.close()
    return feed.answer()


def watched(*pieces: bytes) -> Run:
    """A run up to the end of its stream, with a chunk for each piece; of when the first text came nothing is
    kept. What follows is the reply, the same however the stream was cut, and so is what is made of both."""
    run = Run(DRAFT, Connection(Target.LAB, BASE, Secret("lab")), Transcript(Kind.TEXT), 0.0)
    run, feed = run.then(Sent(0.0, REQUEST, 1)), EventFeed()
    for piece in pieces:
        feed.feed(piece)
        run = run.then(Chunk(1.0, feed.answer()))
    feed.close()
    run = run.then(Chunk(1.0, feed.answer()))
    return replace(run, transcript=replace(run.transcript, first_chunk_at=None))


def cuts(body: bytes) -> list[tuple[bytes, bytes]]:
    return [(body[:place], body[place:]) for place in range(len(body) + 1)]


WIDE = json.dumps(chunk("Grüße 你好 🎈 \u2028e\u0301", "stop"), ensure_ascii=False)
MORE = {
    "characters of several bytes": f"data: {WIDE}\n\ndata: [DONE]\n\n",
    "a mark at the start": f"\ufeff{sse(chunk('Hi', 'stop'))}",
    "names without data, and an id": "event: ping\n\nid: 7\nretry: 10\ndata: {}\n\n",
    "no blank lines, and an event over two lines": 'data: {"a":1}\ndata: {"b":\ndata: 2}\ndata: [DONE]\n',
    "a name before the next event": 'event: a\ndata: {"x":1}\nevent: error\ndata: {"message":"no"}\n',
    "JSON in braces that is none": 'data: {"choices":[]}}\ndata: {}\n\n',
    "an empty line of data": "data:\ndata: \n\n",
}
TEXTS = {name: case[0] for name, case in (READ | ERRORS).items()} | MORE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_stream_that_is_cut_anywhere_reads_as_whole(text, end):
    body = text.replace("\n", end).encode()
    whole = watched(body)
    assert whole.transcript.stream == stream.read(text.replace("\n", end))
    assert watched(*(body[place : place + 1] for place in range(len(body)))) == whole
    for pieces in cuts(body):
        assert watched(*pieces) == whole


LABS = {
    "a chat": lambda: streamed(ask("Hi")),
    "a chat in another script": lambda: streamed(ask("Hi"), step=Say("你好 🎈, schön", "stop")),
    "a chat that ends in the middle": lambda: streamed(
        ask("Hi"), step=SayThen("It was", StreamEnd.CUT_CLEANLY)
    ),
    "a chat with an error": lambda: streamed(ask("Hi"), step=SayThen("It", StreamEnd.ERROR_EVENT, "gone")),
    "a response": lambda: streamed(
        {"model": CHAT["model"], "input": "Hi"}, "/responses", step=Say("Yes.", "stop")
    ),
    "a tool that is called": lambda: streamed(CHAT | {"messages": RESULT[:1], "tools": [WEATHER]}),
}


@pytest.mark.parametrize("answer", LABS.values(), ids=LABS)
def test_the_labs_streams_cut_anywhere_read_as_whole(answer):
    body = answer().content[:LONGEST]
    whole = watched(body)
    assert whole.transcript.stream == bodies.read(body, EVENTS).stream
    for pieces in cuts(body):
        assert watched(*pieces) == whole


@pytest.mark.skipif(not CORPUS, reason="COMETPLAY_CORPUS names no file of labelled answers")
def test_real_streams_cut_anywhere_read_as_whole():
    cases = (json.loads(line)["body"].encode() for line in Path(CORPUS).read_text("utf-8").splitlines())
    streams = [body[:LONGEST] for body in cases if bodies.read(body).stream]
    assert streams
    for body in streams:
        whole = watched(body)
        assert whole.transcript.stream == bodies.read(body, EVENTS).stream
        assert [pieces for pieces in cuts(body) if watched(*pieces) != whole] == []


OTHERWISE = {
    "in GB18030": "data: 你好，世界\n\n".encode("gb18030"),
    "in Latin-1": "data: café\n\n".encode("latin-1"),
    "in UTF-16": "\ufeffdata: {}\n\n".encode("utf-16-le"),
    "cut in a character": "data: 你好".encode()[:-1],
    "no stream at all": b'{"error": {"message": "no"}}',
    "nothing": b"",
}
WHOLE = {name: text.encode() for name, text in TEXTS.items()} | OTHERWISE


@pytest.mark.parametrize("end", [Replied, Broke], ids=["whole", "broken"])
@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_an_answer_that_was_watched_reads_as_one_that_was_not(body, end):
    event = (
        Replied(2.0, 200, EVENTS, body, 2.0)
        if end is Replied
        else Broke(2.0, Fault.INTERRUPTED, "", 2.0, 200, EVENTS, body)
    )
    seen = fold(Transcript(Kind.TEXT), Sent(0.0, REQUEST, 1))
    assert fold(fold(seen, Chunk(1.0, fed(body))), event).last == fold(seen, event).last


def test_a_text_that_is_cut_within_a_character_keeps_its_script():
    body = sse(WIDE.join(("data: ", "")), 'data: {"choices":[{"delta":{"content":"你').encode()[:-9]
    assert bodies.read(body, EVENTS).stream.content.startswith("Grüße 你好")
    assert bodies.read("data: 你好".encode()[:-1], EVENTS).text == "data: 你\ufffd"
    assert bodies.read(b"caf\xe9").text == "café"


def test_every_chunk_shows_what_came_so_far():
    feed, shown = EventFeed(), []
    for said in ("Hel", "lo", "!"):
        feed.feed(f"data: {json.dumps(chunk(said))}\n\nda".encode().removeprefix(b"da" if shown else b""))
        shown.append(feed.answer().content)
    assert shown == ["Hel", "Hello", "Hello!"]


def test_an_event_without_a_blank_line_is_shown_when_the_next_begins():
    feed = EventFeed()
    feed.feed(f"data: {json.dumps(chunk('Hi'))}\ndata: {{\n".encode())
    assert feed.answer().content == "Hi"


@pytest.mark.slow
@pytest.mark.timeout(60)  # each takes a second; in quadratic time it would take many minutes
def test_many_chunks_are_taken_whole():
    piece = f"data: {json.dumps(chunk('word '))}\n\n".encode()
    feed, seen = EventFeed(), fold(Transcript(Kind.TEXT), Sent(0.0, REQUEST, 1))
    for place in range(20_000):
        feed.feed(piece)
        seen = fold(seen, Chunk(place / 100, feed.answer()))
    assert seen.stream.content == "word " * 20_000
    assert len(seen.events) == 1


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_line_that_comes_byte_by_byte_is_taken_whole():
    feed = EventFeed()
    for byte in f"data: {json.dumps(chunk('x' * 300_000))}\n\n":
        feed.feed(byte.encode())
    assert feed.answer().content == "x" * 300_000


def test_a_transcript_keeps_the_newest_chunk_until_the_answer_is_there():
    empty, some = fed(sse(chunk("", role="assistant")).encode()), fed(sse(chunk("Hi")).encode())
    seen = fold(fold(Transcript(Kind.TEXT), Sent(1.0, REQUEST, 1)), Chunk(1.5, empty))
    assert (seen.stream, seen.first_chunk_at, seen.now) == (empty, None, 1.5)
    seen = fold(fold(seen, Chunk(1.75, some)), Chunk(2.0, some))
    assert (seen.stream, seen.first_chunk_at) == (some, 0.75)
    assert [type(event) for event in seen.events] == [Sent]
    for end in (Replied(3.0, 200, EVENTS, b"", 2.0), Broke(3.0, Fault.INTERRUPTED, "", 2.0)):
        over = fold(seen, end)
        assert (over.stream, over.first_chunk_at) == (None, 0.75)
        again = fold(over, Sent(4.0, REQUEST, 2))
        assert (again.stream, again.first_chunk_at) == (None, None)


def test_the_pace_of_a_stream_is_that_of_its_text_and_an_estimate_until_it_is_counted():
    body = sse(chunk("one two three four"), {"choices": [], "usage": {"completion_tokens": 20}}).encode()
    run = Run(DRAFT, Connection(Target.LAB, BASE, Secret("lab")), Transcript(Kind.TEXT), 0.0)
    run = run.then(Sent(0.0, REQUEST, 1)).then(Chunk(1.0, fed(sse(chunk("one")).encode())))
    assert pace(run) == "", "no time has passed since its first text"
    run = run.then(Chunk(3.0, fed(sse(chunk("one two three four")).encode())))
    assert pace(run).startswith("~")
    run = run.then(Chunk(5.0, fed(body))).then(Replied(5.0, 200, EVENTS, body, 5.0))
    assert pace(run) == "5 tokens/s"


def test_thoughts_are_no_first_text():
    thinking = fed(sse(chunk("<think>hm")).encode())
    assert streamed_answer(thinking).content == ""
    seen = fold(fold(Transcript(Kind.TEXT), Sent(0.0, REQUEST, 1)), Chunk(1.0, thinking))
    assert seen.first_chunk_at is None
