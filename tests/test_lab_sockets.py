"""The lab below HTTP: garbage, limits, keep-alive, how its ports listen, and how it stops."""

import asyncio
import contextlib
import math
import socket
import ssl

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_lab_kit import CHAT, KEY, VIDEO, client, play, raw, until

from cometplay.core.findings import Break, Breakage, Listen, Rule, Script
from cometplay.core.wire import Phase
from cometplay.lab import Lab


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5))
@example([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"])
@example([b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: nine\r\n\r\n"])
@example([b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n\x00"])
@example([b"GET http://[x/ HTTP/1.1\r\nhost: x\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nhost: x\r\n\r\n"])
@example([b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])
@example([b"GET /%ff%00/s//@ HTTP/1.0\r\n\r\n"])
@example([b"POST /v1/videos HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"])
def test_garbage_is_answered_with_400_and_never_stops_the_lab(pieces: list[bytes]) -> None:
    async def part(lab, http):
        for garbage in pieces:
            for port in (lab.port, lab.files_port):
                came = await raw(port, garbage)
                assert came == b"" or came.startswith(b"HTTP/1.1 ")
                if garbage[0] < 0x21:
                    assert came.startswith(b"HTTP/1.1 400 ") or not garbage.strip(b"\r\n")
        return (await http.get(lab.base_url() + "/models")).status_code

    assert play(part) == 200


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["x", "", '"', "é"]))
def test_a_garbled_form_is_a_400(body: bytes, boundary: str) -> None:
    async def part(lab, http):
        kind = f"multipart/form-data; boundary={boundary}".encode()
        headers = {"content-type": kind}
        return (await http.post(lab.base_url() + "/videos", content=body, headers=headers)).status_code

    assert play(part) == 400


def test_a_connection_carries_many_requests() -> None:
    async def part(lab, http):
        one = b"GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\n\r\n"
        came = await raw(lab.port, one * 3)
        for _ in range(3):
            await http.get(lab.base_url() + "/models")
        return came.count(b"HTTP/1.1 200 "), lab.open_connections

    assert play(part) == (3, 1)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/v1/models", "/v1/chat/completions", "/nowhere"])
def test_head_and_options_have_no_body(method: str, path: str) -> None:
    async def part(lab, http):
        head = await http.request(method, f"http://127.0.0.1:{lab.port}{path}")
        after = await http.get(lab.base_url() + "/models")
        return head, after.status_code, lab.open_connections

    head, after, connections = play(part)
    assert head.content == b""
    assert "x-cometapi-request-id" in head.headers
    assert (after, connections) == (200, 1)
    assert method == "HEAD" or head.status_code == 204


def expecting(length: int) -> bytes:
    return (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\n"
        f"expect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
    ).encode()


def test_expect_100_continue_is_answered_before_the_body() -> None:
    async def part(lab, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", lab.port)
        writer.write(expecting(2))
        first = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"{}")
        second = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return first, second

    first, second = play(part)
    assert first.startswith(b"HTTP/1.1 100 ")
    assert second.startswith(b"HTTP/1.1 400 ")


def test_a_body_over_32_mb_is_refused() -> None:
    async def part(lab, http):
        response = await http.post(lab.base_url() + "/videos", content=bytes(32 * 2**20 + 1))
        announced = await raw(lab.port, expecting(33 * 2**20), half_close=False)
        good = await http.post(lab.base_url() + "/videos", json=VIDEO)
        return response, announced, good, [entry.status for entry in lab.requests]

    response, announced, good, statuses = play(part)
    assert response.status_code == 413
    assert "over 32 MB" in response.json()["error"]["message"]
    assert announced.startswith(b"HTTP/1.1 413 ")
    assert good.status_code == 200
    assert statuses == [413, 413, 200]


LISTENS = {
    "shut": Script(listen=Listen.NOT_AT_ALL),
    "plain": Script(listen=Listen.IN_PLAIN),
    "odd name/@": Script(),
}


def test_a_script_may_listen_otherwise() -> None:
    async def part(lab, http):
        with pytest.raises(httpx.ConnectError) as refused:
            await http.get(lab.base_url("shut") + "/models")
        with pytest.raises(httpx.ConnectError) as insecure:
            await http.get(lab.base_url("plain") + "/models")
        odd = await http.get(lab.base_url("odd name/@", Phase.POLL) + "/models")
        return refused.value, insecure.value, odd.status_code, lab.base_url("plain"), lab.port

    refused, insecure, odd, base, port = play(part, LISTENS)
    assert not causes(refused, ssl.SSLError)
    assert causes(refused, OSError)
    assert causes(insecure, ssl.SSLError)
    assert odd == 200
    assert base == f"https://127.0.0.1:{port}/s/plain/v1"


def causes(fault: BaseException | None, kind: type[BaseException]) -> bool:
    while fault is not None:
        if isinstance(fault, kind):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def test_base_urls_name_their_scenario_and_phase() -> None:
    async def part(lab, _):
        return lab.port, lab.base_url(), lab.base_url("plain-name"), lab.base_url("a.b", Phase.DOWNLOAD)

    port, plain, named, moved = play(part)
    assert plain == f"http://127.0.0.1:{port}/v1"
    assert named == f"http://127.0.0.1:{port}/s/plain-name/v1"
    assert moved == f"http://127.0.0.1:{port}/s/a.b@download/v1"


def test_stopping_closes_every_connection_and_leaves_no_task() -> None:
    async def run() -> None:
        scripts = {"mute": Script((Rule(Break(Breakage.SILENCE)),))}
        async with Lab(scripts, speed=math.inf) as lab, client(headers=KEY) as http:
            port, files_port = lab.port, lab.files_port
            held = asyncio.create_task(http.post(lab.base_url("mute") + "/chat/completions", json=CHAT))
            idle = await asyncio.open_connection("127.0.0.1", port)
            partial = await asyncio.open_connection("127.0.0.1", files_port)
            partial[1].write(b"GET /files/x HT")
            await until(lab, lambda: bool(lab.requests) and lab.open_connections >= 3)
            await lab.__aexit__(None, None, None)
            with pytest.raises(httpx.RemoteProtocolError):
                await held
            for reader, writer in (idle, partial):
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                    await reader.readexactly(1)
                writer.close()
            assert lab.open_connections == 0
            for gone in (port, files_port):
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection("127.0.0.1", gone)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_lab_that_stops_in_the_middle_of_an_answer_stops_at_once() -> None:
    async def forever(_: float) -> None:
        await asyncio.Event().wait()

    async def run() -> tuple[int | None, ...]:
        async with client(headers=KEY) as http:
            async with Lab({}, speed=1.0, sleep=forever) as lab:
                asked = asyncio.create_task(http.get(lab.base_url() + "/models"))
                await until(lab, lambda: bool(lab.requests))
            with pytest.raises(httpx.TransportError):
                await asked
            return tuple(entry.status for entry in lab.requests)

    assert asyncio.run(run()) == (None,)


@pytest.mark.parametrize("turns", range(8))
def test_stopping_while_a_connection_is_closing_is_quiet(turns: int) -> None:
    async def run() -> None:
        async with Lab({}, speed=math.inf) as lab:
            _, writer = await asyncio.open_connection("127.0.0.1", lab.port)
            writer.write(b"GET / HTTP/1.0\r\n\r\n")
            for _ in range(turns):  # each stops it at another step of its closing
                await asyncio.sleep(0)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_port_in_use_is_an_error_and_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:

        async def run() -> None:
            async with Lab({}, port=taken.getsockname()[1]):
                pass

        with pytest.raises(OSError, match="in use"):
            asyncio.run(run())


def test_a_given_port_is_used_and_may_be_used_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def part(lab, http):
        return lab.port, (await http.get(f"http://127.0.0.1:{port}/v1/models")).status_code

    assert play(part, port=port) == (port, 200)
    assert play(part, port=port) == (port, 200)


def test_a_lab_that_has_not_started_has_no_port() -> None:
    with pytest.raises(RuntimeError, match="not been started"):
        Lab({}).base_url()


@pytest.mark.parametrize("speed", [0, -1, math.nan])
def test_time_cannot_stand_still_or_go_back(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Lab({}, speed=speed)
