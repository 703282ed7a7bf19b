"""Protects streamed answers on their way: told as they come, without the key, and kept whatever ends them."""

import asyncio
import json
from dataclasses import replace

import pytest
from playing import STRIKES_AFTER_S, FakeClock, RawServer, Stage, alone, dialogue, on_stage
from test_stream import chunk, sse
from test_stream_feed import EVENTS, cuts

from cometplay.core import wire
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import BATCH_S, Ended, EndReason, Fault, Replied, Sent
from cometplay.core.findings import Rule, SayThen, Script, StreamEnd
from cometplay.core.models import starting_draft
from cometplay.core.redact import MASK, PiecewiseRedactor, Redactor, Secret
from cometplay.gateway import Gateway
from cometplay.gateway.arrival import Arrival, Arrived, arrived

STREAMED = replace(starting_draft(Kind.TEXT), stream=True)


def told(run) -> tuple:
    return run.verdict.mode, run.output, run.transcript.last.answer.streamed


def test_a_streamed_answer_is_that_of_an_unstreamed_request():
    async def act(here: Stage):
        plain = await here.send(starting_draft(Kind.TEXT))
        run = await here.send(STREAMED)
        return plain, run, here.versions

    plain, run, versions = on_stage(act)
    assert told(run) == ("text.ok", plain.output, True)
    assert dialogue(run) == ["sent create 1", "replied 200", "ended DONE"]
    assert run.usage == plain.usage
    partial = [version.output for version in versions if version.transcript.stream]
    assert partial[-1] == plain.output
    assert run.transcript.stream is None


SAID = "It was a dark and stormy night."


def ending(end: StreamEnd, **plan):
    """A streamed run of the lab that says SAID and then ends so, with its versions."""

    async def act(here: Stage):
        run = await here.send(STREAMED, here.connection("own"), **plan)
        return run, here.versions

    return on_stage(act, more={"own": Script((Rule(SayThen(SAID, end)),))})


LAST = b"data: " + json.dumps(chunk(SAID, "stop")).encode()


@pytest.mark.parametrize(("more", "fault"), [(0, None), (9, Fault.INTERRUPTED)], ids=["whole", "cut"])
def test_a_last_event_that_nothing_ends_is_part_of_the_answer(more, fault, tmp_path):
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {len(LAST) + more}\r\n\r\n"
    with RawServer(lambda _: head.encode() + LAST) as server:
        run = alone(STREAMED, server.connection(), tmp_path)
    assert (run.output, run.transcript.create.fault) == (SAID, fault)


def test_a_cut_connection_keeps_the_text_that_came():
    run, _ = ending(StreamEnd.CUT)
    assert run.output == SAID
    assert (run.transcript.create.fault, run.transcript.creates) == (Fault.INTERRUPTED, 1)


def test_a_stall_strikes_the_limit_and_keeps_the_text_that_came():
    run, versions = ending(StreamEnd.STALL, request_limit_s=STRIKES_AFTER_S * 3)
    assert run.output == SAID
    assert (run.transcript.create.fault, run.transcript.creates) == (Fault.TIMEOUT, 1)
    assert any(version.output == SAID for version in versions if version.transcript.stream)


def test_a_run_that_is_cancelled_in_the_middle_keeps_the_text_that_came():
    seen = []

    def observe(run):
        seen.append(run)
        if run.output == SAID and len(seen) > 1 and seen[-2].output != SAID:
            asyncio.current_task().cancel()

    with pytest.raises(asyncio.CancelledError):
        ending(StreamEnd.STALL, observe=observe)
    assert seen[-1].output == SAID
    assert isinstance(seen[-1].transcript.events[-1], Ended)
    assert seen[-1].transcript.ended is EndReason.CANCELLED


HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
)


def http_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def exchanged(answer: bytes, key: str = "lab", **settings) -> list:
    """Every event of one exchange with a server that says this and then nothing more."""

    async def whole():
        with RawServer(lambda _: answer, closes=False) as server:
            connection = Connection(Target.LAB, f"http://127.0.0.1:{server.port}/v1", Secret(key))
            request = wire.encode(STREAMED, connection.base_url)
            async with Gateway(connection, FakeClock().monotonic, **settings) as gateway:
                return [event async for event in gateway.exchange(request, 1, 5.0)]

    return asyncio.run(whole())


def test_silence_within_a_stream_has_a_limit_of_its_own():
    body = sse(chunk("Hel"), done=False).encode()
    *_, piece, broke = exchanged(HEAD + http_chunk(body), stall_limit_s=STRIKES_AFTER_S)
    assert piece == Arrived(0.0, body)
    assert (broke.fault, broke.status, broke.body) == (Fault.TIMEOUT, 200, body)
    assert broke.detail == "nothing more came for 0.1 s"


@pytest.mark.parametrize(
    ("status", "kind"), [(b"500 No", b"text/event-stream"), (b"200 OK", b"application/json")]
)
def test_nothing_but_a_good_stream_comes_in_pieces(status, kind):
    head = HEAD.replace(b"200 OK", status).replace(b"Text/Event-Stream; charset=utf-8", kind)
    events = exchanged(head + http_chunk(b"data: {}\n\n") + http_chunk(b""))
    assert [type(event) for event in events] == [Sent, Replied]


TURNS = 10
"""Of the loop: enough for whoever waits for a piece to take it."""


def batches(pieces: list[bytes], *, apart_s: float, key: str = "lab") -> list[Arrived]:
    """What is told of a first piece, and of more that come so many seconds apart, or at once."""

    async def whole():
        clock, arrival = FakeClock(), Arrival()
        arrival.begin(200, EVENTS)

        async def receive() -> None:
            for place, piece in enumerate(pieces):
                arrival.take(piece)
                clock.now += apart_s
                for _ in range(TURNS if apart_s or not place else 0):
                    await asyncio.sleep(0)

        receiving = asyncio.ensure_future(receive())
        told = arrived(arrival, receiving, Redactor(Secret(key)), clock.monotonic)
        return [event async for event in told]

    return asyncio.run(whole())


PIECES = [f"data: {place}\n\n".encode() for place in range(100)]


def test_each_piece_of_a_slow_stream_is_told_at_once():
    told = batches(PIECES, apart_s=BATCH_S * 1.25)
    assert [event.data for event in told] == PIECES


def test_of_a_flood_the_first_piece_is_told_at_once_and_the_others_together():
    told = batches(PIECES, apart_s=0.0)
    assert [event.data for event in told] == [PIECES[0], b"".join(PIECES[1:])]


KEY = "sk-abcabcabc0123456789"


def test_a_key_that_two_pieces_share_is_masked():
    body = sse(f"data: invalid token {KEY}, {KEY}{KEY} sk-abc sk-other", f"data: {KEY[:12]}").encode()
    whole = Redactor(Secret(KEY)).data(body.rstrip())
    for first, rest in cuts(body.rstrip()):
        masked = PiecewiseRedactor(Redactor(Secret(KEY)))
        assert masked.data(first) + masked.data(rest) + masked.rest() == whole
        assert KEY.encode() not in first or MASK.encode() in whole
    pieces = [b"data: a", *(sign.encode() for sign in f" {KEY}\n\n")]
    shown = b"".join(event.data for event in batches(pieces, apart_s=1.0, key=KEY))
    assert shown == f"data: a {MASK}\n\n".encode()


def test_send_prints_a_streamed_text_once_and_says_when_it_began(cli, swift):
    said = cli("send", "text", "--target", "lab", "--param", "stream=true", "--prompt", "Name the sea.")
    assert json.loads(swift.requests[0].body)["stream"] is True
    assert said.status == 0
    assert said.out == cli("send", "text", "--target", "lab", "--prompt", "Name the sea.").out
    assert said.err.count("first text after 0 ms") == 1
    assert said.err.count("POST /") == 1
    assert said.err.index("POST /") < said.err.index("first text") < said.err.index("200 in")


def test_a_flag_takes_nothing_but_true_and_false(cli):
    said = cli("send", "text", "--target", "lab", "--param", "stream=yes")
    assert (said.status, said.out) == (2, "")
    assert "stream takes true or false" in said.err
