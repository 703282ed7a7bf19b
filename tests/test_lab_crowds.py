"""Protects the lab from crowds and rubbish: nothing stops it, nothing starves the others, nothing grows."""

import asyncio
import gc
import math
import time
import tracemalloc

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_lab_kit import CHAT, play, raw, until

from cometplay.core import jsons
from cometplay.core.findings import Reply, Rule, Script
from cometplay.lab import Lab
from cometplay.lab.http import plain_head
from cometplay.stage import scripts

BODY = jsons.compact(CHAT).encode()
STREAMED = jsons.compact(CHAT | {"stream": True}).encode()


def asking(body: bytes = BODY, path: str = "/v1/chat/completions", *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "host: lab", "x-api-key: lab", f"content-length: {len(body)}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


TOKENS = st.sampled_from(
    [
        "host",
        "Host",
        "x-a",
        "content-length",
        "Content-Length",
        "connection",
        "expect",
        "transfer-encoding",
        "cookie",
        "X_b",
        "upgrade",
        "host ",
        "é",
    ]
)
VALUES = st.sampled_from(
    [
        "a",
        "",
        "0",
        "2",
        "02",
        "+2",
        "2, 2",
        "99999",
        "close",
        "keep-alive",
        "chunked",
        "100-continue",
        "é",
        "a\tb",
        " a ",
        "a\x00b",
        "a\nb: c",
        "h2c",
        "a\rb",
    ]
)
HEADS = st.builds(
    lambda method, target, version, fields, end: (
        f"{method} {target} HTTP/{version}{end}"
        + "".join(f"{name}:{space}{value}{end}" for name, space, value in fields)
        + end
    ).encode("latin-1"),
    st.sampled_from(["GET", "POST", "HEAD", "CONNECT", "get", "G T", ""]),
    st.sampled_from(["/", "/v1/models?x=1", "http://a/b", "*", "/é", "/a b"]),
    st.sampled_from(["1.1", "1.0", "2.0", "1.1 "]),
    st.lists(st.tuples(TOKENS, st.sampled_from(["", " ", "\t "]), VALUES), max_size=4),
    st.sampled_from(["\r\n", "\r\n", "\n"]),
)


@settings(max_examples=200)
@given(HEADS)
@example(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
@example(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nConnection: Keep-Alive\r\n\r\n")
def test_a_plain_head_is_read_as_h11_reads_it(head: bytes) -> None:
    plain = plain_head(head)
    if plain is None:
        return
    http = h11.Connection(h11.SERVER)
    http.receive_data(head + b"x" * plain.length)
    event = http.next_event()
    assert isinstance(event, h11.Request)
    assert event.method.decode() == plain.request.method
    assert event.target.decode() == plain.request.target
    pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers)
    assert pairs == plain.request.headers
    size = 0
    while isinstance(event := http.next_event(), h11.Data):
        size += len(event.data)
    assert size == plain.length
    assert not http.they_are_waiting_for_100_continue
    http.send(h11.Response(status_code=200, headers=[("content-length", "0")]))
    http.send(h11.EndOfMessage())
    assert http.our_state is h11.DONE


@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.1\r\nhost: x", b"POST /v1 HTTP/1.1\r\nhost: x\r\ncontent-length: 7"]
)
def test_what_most_clients_send_is_plain(head: bytes) -> None:
    assert plain_head(head + b"\r\n\r\n") is not None


SMUGGLED = b"GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\n\r\n"
SMUGGLING = {
    "length and chunks": b"POST /v1/videos HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n"
    b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /v1/videos HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 9\r\n\r\n",
    "a signed length": b"POST /v1/videos HTTP/1.1\r\nhost: x\r\ncontent-length: +0\r\n\r\n",
    "an unknown coding": b"POST /v1 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"POST /v1/videos HTTP/1.1\r\nhost: x\r\ncontent-length : 0\r\n\r\n",
    "two hosts": b"GET /v1/models HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
    "no host": b"GET /v1/models HTTP/1.1\r\n\r\n",
    "a header of 100 kB": b"GET /v1/models HTTP/1.1\r\nhost: x\r\nx-a: " + b"a" * 100_000 + b"\r\n\r\n",
    "headers without an end": b"GET /v1/models HTTP/1.1\r\n" + b"x-a: b\r\n" * 20_000,
}


@pytest.mark.parametrize("data", SMUGGLING.values(), ids=SMUGGLING)
def test_a_request_that_can_be_read_in_two_ways_is_refused_with_all_that_follows(data: bytes) -> None:
    async def part(lab, http):
        came = await raw(lab.port, data + SMUGGLED)
        return came, lab.requests, (await http.get(lab.base_url() + "/models")).status_code

    came, seen, after = play(part)
    assert came.startswith(b"HTTP/1.1 400 ")
    assert came.count(b"HTTP/1.1 ") == 1
    assert seen == ()
    assert after == 200


def test_pipelined_requests_of_every_form_are_answered_in_their_order() -> None:
    chunked = (
        b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\n"
        b"transfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
    )
    head = b"HEAD /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\n\r\n"

    async def part(lab, _):
        await raw(lab.port, asking() + chunked + head + asking(b"{") + chunked + SMUGGLED)
        return [(seen.method, seen.status) for seen in lab.requests]

    chat, refused = ("POST", 200), ("POST", 400)
    assert play(part) == [chat, chat, ("HEAD", 200), refused, chat, ("GET", 200)]


PARTS = st.sampled_from(
    [
        asking(),
        asking()[:-9],
        asking()[:40],
        SMUGGLED,
        SMUGGLED[:20],
        *SMUGGLING.values(),
        b"\r\n",
        b"\x16\x03\x01",
        asking(STREAMED),
        asking(b"", "/v1/videos", "expect: 100-continue"),
    ]
)


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.lists(st.one_of(PARTS, st.binary(max_size=400)), min_size=1, max_size=6), st.booleans(), st.booleans()
)
def test_rubbish_never_stops_the_lab(pieces: list[bytes], together, hang_up) -> None:
    async def part(lab, http):
        for port in (lab.port, lab.files_port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in [b"".join(pieces)] if together else pieces:
                writer.write(piece)
                await asyncio.sleep(0)
            if hang_up:
                writer.transport.abort()
            else:
                writer.write_eof()
                came = await reader.read()
                assert came == b"" or came.startswith(b"HTTP/1.1 ")
                writer.close()
        return (await http.get(lab.base_url() + "/models")).status_code

    assert play(part) == 200


async def conversation(port: int, data: bytes, until: float) -> int:
    """How many answers one client got, each whole and good, on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    while time.monotonic() < until:
        writer.write(data)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        await (reader.readexactly(length) if length else reader.readuntil(b"\r\n0\r\n\r\n"))
        answered += 1
    writer.close()
    return answered


@pytest.mark.slow
def test_two_hundred_clients_for_twenty_seconds_meet_no_error_and_leave_nothing() -> None:
    sent = [
        asking(),
        asking(STREAMED),
        asking(jsons.compact(CHAT | {"n": 3}).encode(), "/s/fine/v1/chat/completions"),
    ]

    async def run() -> tuple[int, int, float]:
        async with Lab({"fine": Script((Rule(Reply(503), times=0),))}, speed=math.inf) as lab:

            async def crowd(seconds: float) -> int:
                until = time.monotonic() + seconds
                crowd = (conversation(lab.port, sent[place % 3], until) for place in range(200))
                return sum(await asyncio.gather(*crowd))

            while len(lab.requests) < 10_000:  # until the record is full, and lets go of the oldest
                await crowd(1)
            tracemalloc.start()
            await crowd(2)
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            answered = await crowd(20)
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
            tracemalloc.stop()
        return answered, grown, len(lab.requests)

    answered, grown, kept = asyncio.run(run())
    assert answered > 2_000
    assert kept == 10_000
    assert grown < 12 * 2**20, "what 10,000 records take once, and no more"


@pytest.mark.slow
def test_five_hundred_slow_clients_starve_nobody() -> None:
    async def slow(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for place in range(len(asking())):
                writer.write(asking()[place : place + 1])
                await asyncio.sleep(1)
        finally:
            writer.close()

    async def run() -> tuple[float, int]:
        async with Lab({}, speed=math.inf) as lab:
            slow_ones = [asyncio.create_task(slow(lab.port)) for _ in range(500)]
            await until(lab, lambda: lab.open_connections >= 500)
            answered = await conversation(lab.port, asking(), time.monotonic() + 3)
            there = lab.open_connections
            for one in slow_ones:
                one.cancel()
            await asyncio.gather(*slow_ones, return_exceptions=True)
        return answered / 3, there

    rate, there = asyncio.run(run())
    assert there >= 500
    assert rate > 50


@pytest.mark.slow
def test_the_lab_closes_within_a_second_with_streams_open() -> None:
    long = jsons.compact(
        CHAT | {"stream": True, "messages": [{"role": "user", "content": "at least 5000 words"}]}
    )

    async def run() -> float:
        async with Lab(scripts(), speed=1.0) as lab:
            readers = []
            for _ in range(100):
                reader, writer = await asyncio.open_connection("127.0.0.1", lab.port)
                writer.write(asking(long.encode()))
                readers.append((reader, writer))
            for reader, _ in readers:
                await reader.readuntil(b"data: ")
            began = time.monotonic()
        took = time.monotonic() - began
        for _, writer in readers:
            writer.transport.abort()
        return took

    assert asyncio.run(run()) < 1.0
