"""Protects the wire: where the key goes, what the environment may not change, and each way to fail."""

import asyncio
import gzip
import inspect
import socket
import ssl
import zlib

import httpx
import pytest
from playing import STRIKES_AFTER_S, FakeClock, RawServer, Stage, alone, chat_saying, http, on_stage

from cometplay.core import wire
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import ImageDraft, Kind
from cometplay.core.events import Broke, Fault, Replied
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.core.wire import Phase, WireRequest
from cometplay.gateway import Gateway, faults

TEXT = starting_draft(Kind.TEXT)
GOOD = http(200, chat_saying("Hello."))


async def exchanged(connection: Connection, request: WireRequest, limit_s: float = 5.0):
    """The last event of one exchange."""
    clock = FakeClock()
    async with Gateway(connection, clock.monotonic) as gateway:
        return [event async for event in gateway.exchange(request, 1, limit_s)][-1]


def exchange(connection: Connection, request: WireRequest | None = None, limit_s: float = 5.0):
    return asyncio.run(exchanged(connection, request or wire.encode(TEXT, connection.base_url), limit_s))


def authorization(request: bytes) -> str:
    head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
    named = dict(line.partition(": ")[::2] for line in head.split("\r\n")[1:])
    return {name.lower(): value for name, value in named.items()}.get("authorization", "")


def test_the_key_goes_to_the_origin_of_the_base_url():
    with RawServer(lambda _: GOOD) as server:
        exchange(server.connection("sk-mine"))
    assert [authorization(request) for request in server.requests] == ["Bearer sk-mine"]


def test_the_key_goes_to_no_other_port_of_the_same_host():
    with RawServer(lambda _: GOOD) as home, RawServer(lambda _: GOOD) as other:
        request = wire.encode(TEXT, other.connection().base_url)
        exchange(home.connection("sk-mine"), request)
    assert [authorization(request) for request in other.requests] == [""]


@pytest.mark.parametrize(
    "draft",
    [starting_draft(Kind.VIDEO), ImageDraft(model="dall-e-3", prompt="A lighthouse")],
    ids=["video", "image"],
)
def test_result_urls_are_fetched_without_the_key(draft):
    async def act(here: Stage):
        run = await here.send(draft, Connection(Target.LIVE, here.lab.base_url(), Secret("sk-a-persons-own")))
        return run, here.lab.requests

    run, requests = on_stage(act)
    assert len(run.transcript.saved) == 1, "the files' port refuses whoever sends a key"
    assert {request.key.value for request in requests[:-1]} == {"other"}
    assert requests[-1].key.value == "none"


def test_a_result_url_on_the_keys_own_host_gets_no_key_either():
    with RawServer(lambda _: http(200, b"file")) as server:
        connection = server.connection("sk-mine")
        created = wire.encode(TEXT, connection.base_url)
        exchange(connection, wire.download(created, f"http://127.0.0.1:{server.port}/v1/file.png"))
    assert [authorization(request) for request in server.requests] == [""]


def test_the_content_route_gets_the_key():
    with RawServer(lambda _: http(200, b"file")) as server:
        connection = server.connection("sk-mine")
        created = wire.encode(TEXT, connection.base_url)
        exchange(connection, wire.content(created, connection.base_url, "task", Phase.DOWNLOAD))
    assert authorization(server.requests[0]) == "Bearer sk-mine"


@pytest.mark.parametrize("target", Target)
def test_proxies_of_the_environment_are_not_used_for_loopback(target, monkeypatch, tmp_path, closed_port):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    with RawServer(lambda _: GOOD) as server:
        run = alone(TEXT, server.connection(target=target), tmp_path)
    assert run.verdict.mode == "text.ok"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_of_api_calls_are_shown_and_not_followed(status):
    with RawServer(lambda _: GOOD) as other:
        moved = http(status, b"", ("location", f"http://127.0.0.1:{other.port}/v1/chat/completions"))
        with RawServer(lambda _: moved) as server:
            reply = exchange(server.connection("sk-mine"))
    assert isinstance(reply, Replied)
    assert reply.status == status
    assert dict(reply.headers)["location"].endswith("/v1/chat/completions")
    assert other.requests == []


def test_redirects_of_a_download_are_followed_without_the_key():
    with RawServer(lambda _: http(200, b"the file")) as other:
        moved = http(302, b"", ("location", f"http://127.0.0.1:{other.port}/file"))
        with RawServer(lambda _: moved) as server:
            connection = server.connection("sk-mine")
            created = wire.encode(TEXT, connection.base_url)
            reply = exchange(connection, wire.download(created, f"http://127.0.0.1:{server.port}/f"))
    assert reply.body == b"the file"
    assert [authorization(request) for request in (*server.requests, *other.requests)] == ["", ""]


def test_a_download_that_is_sent_to_another_host_is_left_there():
    with RawServer(lambda _: http(200, b"the file")) as other:
        moved = http(302, b"", ("location", f"http://localhost:{other.port}/file"))
        with RawServer(lambda _: moved) as server:
            created = wire.encode(TEXT, server.connection().base_url)
            reply = exchange(server.connection(), wire.download(created, f"http://127.0.0.1:{server.port}/f"))
    assert (reply.status, other.requests) == (302, [])


@pytest.fixture
def closed_port():
    """A port that is held, so that nobody else can take it, and does not listen."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_refused_connection_is_told_as_such(closed_port):
    broke = exchange(Connection(Target.LAB, f"http://127.0.0.1:{closed_port}/v1"))
    assert (type(broke), broke.fault, broke.status, broke.body) == (Broke, Fault.CONNECT, 0, b"")
    assert broke.detail


HALF = b'{"choices":[{"message":{"content":"Hel'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

WAYS_TO_BREAK = {
    "closed before the head": (b"", Fault.INTERRUPTED, 0, b""),
    "closed within the head": (b"HTTP/1.1 200 OK\r\ncontent-ty", Fault.INTERRUPTED, 0, b""),
    "closed within the body": (HEAD + b"content-length: 500\r\n\r\n" + HALF, Fault.INTERRUPTED, 200, HALF),
    "closed within a chunk": (
        HEAD + b"transfer-encoding: chunked\r\n\r\n26\r\n" + HALF + b"\r\n",
        Fault.INTERRUPTED,
        200,
        HALF,
    ),
    "garbage for HTTP": (b"\x00\x01SSH-2.0-hello\r\n\r\n", Fault.INTERRUPTED, 0, b""),
    "garbage for a chunk's size": (
        HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
        Fault.INTERRUPTED,
        200,
        b"",
    ),
}


@pytest.mark.parametrize(
    ("answer", "fault", "status", "body"), WAYS_TO_BREAK.values(), ids=WAYS_TO_BREAK.keys()
)
def test_a_broken_answer_keeps_what_came(answer, fault, status, body):
    with RawServer(lambda _: answer) as server:
        broke = exchange(server.connection())
    assert isinstance(broke, Broke)
    assert (broke.fault, broke.status, broke.body) == (fault, status, body)


def test_silence_strikes_the_limit():
    with RawServer(lambda _: None) as server:
        broke = exchange(server.connection(), limit_s=STRIKES_AFTER_S)
    assert broke.fault is Fault.TIMEOUT


def test_silence_in_the_middle_keeps_what_came():
    unfinished = HEAD + b"content-length: 500\r\n\r\n" + HALF
    with RawServer(lambda _: unfinished, closes=False) as server:
        broke = exchange(server.connection(), limit_s=STRIKES_AFTER_S)
    assert (broke.fault, broke.status, broke.body) == (Fault.TIMEOUT, 200, HALF)


def test_tls_to_a_plain_port_is_told_from_a_failed_connect():
    with RawServer(lambda _: http(400, b"this is http")) as server:
        connection = Connection(Target.LAB, f"https://127.0.0.1:{server.port}/v1")
        assert exchange(connection).fault is Fault.TLS


UNSENDABLE = {
    "key that is not ASCII": (Secret("sk-schlüssel"), "/v1"),
    "key with a line break": (Secret("sk-a\r\nx-evil: 1"), "/v1"),
}


@pytest.mark.parametrize(("key", "path"), UNSENDABLE.values(), ids=UNSENDABLE.keys())
def test_what_cannot_be_sent_is_a_fault_and_no_exception(key, path):
    with RawServer(lambda _: GOOD) as server:
        connection = Connection(Target.LIVE, f"http://127.0.0.1:{server.port}{path}", key)
        broke = exchange(connection)
    assert broke.fault is Fault.UNSENDABLE
    assert b"".join(server.requests) == b""
    assert "schlüssel" not in repr(broke)
    assert "sk-a" not in repr(broke)


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*(subclasses(inner) for inner in kind.__subclasses__()))


def test_no_exception_of_the_client_is_missing_from_the_table():
    public = {
        found for _, found in inspect.getmembers(httpx, inspect.isclass) if issubclass(found, BaseException)
    }
    raised = public | subclasses(httpx.HTTPError) | subclasses(httpx.StreamError)
    assert {kind.__name__ for kind in raised} <= {kind.__name__ for kind in faults.FAULTS}


def test_a_tls_fault_is_found_anywhere_in_the_chain():
    outer, middle = httpx.ConnectError("outer"), OSError("middle")
    outer.__cause__, middle.__context__ = middle, ssl.SSLError("certificate verify failed")
    assert faults.fault_of(outer) is Fault.TLS
    assert faults.fault_of(httpx.ConnectError("no")) is Fault.CONNECT
    assert faults.detail_of(outer) == "('certificate verify failed',)"


def test_a_large_answer_is_carried_whole(tmp_path):
    text = "0123456789" * 300_000
    with RawServer(lambda _: http(200, chat_saying(text))) as server:
        run = alone(TEXT, server.connection(), tmp_path)
    assert run.output == text


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_a_compressed_answer_is_read_whole(encoding, tmp_path):
    text = "Hello. " * 5000
    plain = http(200, chat_saying(text)).partition(b"\r\n\r\n")[2]
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[encoding]
    with RawServer(lambda _: http(200, pack(plain), ("content-encoding", encoding))) as server:
        run = alone(TEXT, server.connection(), tmp_path)
    assert run.output == text
    assert run.verdict.mode == "text.ok"


def test_half_a_compressed_answer_is_not_taken_for_a_whole_one(tmp_path):
    packed = gzip.compress(http(200, chat_saying("Hello. " * 5000)).partition(b"\r\n\r\n")[2])
    half = http(200, packed[: len(packed) // 2], ("content-encoding", "gzip"))
    with RawServer(lambda _: half) as server:
        run = alone(TEXT, server.connection(), tmp_path)
    assert run.verdict.mode == "transport.interrupted"
