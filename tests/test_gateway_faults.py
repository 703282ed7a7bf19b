"""Protects the table of faults: whatever the HTTP client raises is caught and told as what it is."""

import asyncio
import inspect
import itertools
import ssl
import subprocess

import httpx
import pytest

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Broke, Fault, Sent
from cometplay.core.wire import Phase, WireRequest
from cometplay.gateway import Gateway
from cometplay.gateway.faults import CAUGHT, detail_of, fault_of

RAISED = sorted(
    (
        member
        for _, member in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(member, Exception) and not issubclass(member, Warning)
    ),
    key=lambda member: member.__name__,
)
REQUEST = httpx.Request("GET", "https://h/")


def made(kind):
    """An exception of a class, however its constructor wants it."""
    if issubclass(kind, httpx.HTTPStatusError):
        return kind("said", request=REQUEST, response=httpx.Response(500, request=REQUEST))
    if issubclass(
        kind, (httpx.StreamConsumed, httpx.StreamClosed, httpx.ResponseNotRead, httpx.RequestNotRead)
    ):
        return kind()
    return kind("said")


def test_the_walk_meets_the_exceptions_that_stand_outside_the_family():
    outside = {kind.__name__ for kind in RAISED if not issubclass(kind, httpx.HTTPError)}
    assert {"InvalidURL", "CookieConflict", "StreamError", "ResponseNotRead"} <= outside
    assert len(RAISED) > 25


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_every_exception_of_the_client_is_caught_and_has_a_fault(kind):
    error = made(kind)
    assert isinstance(error, CAUGHT)
    assert fault_of(error) in Fault
    assert detail_of(error)


@pytest.mark.parametrize(
    "kind", [kind for kind in RAISED if kind.__subclasses__()], ids=lambda kind: kind.__name__
)
def test_a_class_that_a_later_release_adds_has_one_too(kind):
    later = type("Later", (kind,), {"__init__": Exception.__init__})("said")
    assert isinstance(later, CAUGHT)
    assert fault_of(later) is fault_of(made(kind))


TABLE = [
    (httpx.ConnectError, Fault.CONNECT),
    (httpx.ConnectTimeout, Fault.CONNECT),
    (httpx.PoolTimeout, Fault.CONNECT),
    (httpx.ProxyError, Fault.CONNECT),
    (httpx.UnsupportedProtocol, Fault.UNSENDABLE),
    (httpx.LocalProtocolError, Fault.UNSENDABLE),
    (httpx.InvalidURL, Fault.UNSENDABLE),
    (httpx.ReadTimeout, Fault.TIMEOUT),
    (httpx.WriteTimeout, Fault.TIMEOUT),
    (TimeoutError, Fault.TIMEOUT),
    (httpx.ReadError, Fault.INTERRUPTED),
    (httpx.WriteError, Fault.INTERRUPTED),
    (httpx.CloseError, Fault.INTERRUPTED),
    (httpx.RemoteProtocolError, Fault.INTERRUPTED),
    (httpx.DecodingError, Fault.INTERRUPTED),
    (ConnectionResetError, Fault.INTERRUPTED),
    (BrokenPipeError, Fault.INTERRUPTED),
    (ssl.SSLError, Fault.TLS),
    (ssl.SSLCertVerificationError, Fault.TLS),
]


@pytest.mark.parametrize(
    ("kind", "fault"), TABLE, ids=lambda part: getattr(part, "name", None) or part.__name__
)
def test_a_fault_is_told_as_what_it_is(kind, fault):
    assert isinstance(kind("said"), CAUGHT)
    assert fault_of(kind("said")) is fault


def test_a_key_that_no_header_can_carry_is_a_fault_before_sending():
    with pytest.raises(UnicodeEncodeError) as told:
        "sk-é".encode("ascii")
    assert (isinstance(told.value, CAUGHT), fault_of(told.value)) == (True, Fault.UNSENDABLE)


def chained(*errors, by="__cause__"):
    for outer, inner in itertools.pairwise(errors):
        setattr(outer, by, inner)
    return errors[0]


@pytest.mark.parametrize("by", ["__cause__", "__context__"])
@pytest.mark.parametrize("depth", [0, 1, 2, 5])
@pytest.mark.parametrize("outer", [httpx.ConnectError, httpx.ConnectTimeout])
def test_tls_is_told_by_an_ssl_error_anywhere_in_the_chain(outer, depth, by):
    inner = [OSError(f"layer {layer}") for layer in range(depth)]
    error = chained(outer("outer"), *inner, ssl.SSLCertVerificationError("certificate has expired"), by=by)
    assert fault_of(error) is Fault.TLS
    assert "certificate has expired" in detail_of(error)


@pytest.mark.parametrize("outer", [httpx.ReadError, httpx.WriteError, OSError])
def test_tls_that_breaks_in_the_middle_of_an_answer_is_a_cut(outer):
    assert fault_of(chained(outer("outer"), ssl.SSLError("bad record mac"))) is Fault.INTERRUPTED


@pytest.mark.parametrize("wait", [ssl.SSLWantReadError, ssl.SSLWantWriteError], ids=["read", "write"])
@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (TimeoutError(), Fault.TIMEOUT),
        (httpx.ReadTimeout("slow"), Fault.TIMEOUT),
        (httpx.ConnectTimeout("slow"), Fault.CONNECT),
        (httpx.ReadError("reset"), Fault.INTERRUPTED),
    ],
    ids=["limit", "read", "connect", "reset"],
)
def test_a_sound_connection_that_only_waited_is_no_tls_fault(error, fault, wait):
    assert fault_of(chained(error, asyncio.CancelledError(), wait("not yet"))) is fault


def test_a_chain_that_bites_its_tail_has_an_end():
    first, second = httpx.ReadError("one"), OSError("two")
    chained(first, second, first)
    assert (fault_of(first), detail_of(first)) == (Fault.INTERRUPTED, "two")


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (chained(httpx.ConnectError("all attempts failed"), OSError("refused")), "refused"),
        (chained(httpx.ConnectError("refused"), OSError("")), "refused"),
        (TimeoutError(), "TimeoutError"),
        (httpx.ReadError(" "), "ReadError"),
    ],
    ids=["innermost", "innermost with words", "none", "blank"],
)
def test_the_detail_is_what_the_innermost_has_to_say(error, detail):
    assert detail_of(error) == detail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody but this test trusts, made by openssl."""
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "cert.pem", folder / "key.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(["openssl", "req", "-x509", *curve, *names, *files], check=True, capture_output=True)
    return paths


async def _met(certificate, limit_s):
    """What a client is told by a server behind TLS that takes the request and stays silent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def silent(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0, ssl=context)
    async with server:
        base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        request = WireRequest("GET", f"{base}/models", Kind.TEXT, Phase.POLL, "m")
        async with Gateway(Connection(Target.LIVE, base), lambda: 0.0) as gateway:
            return [event async for event in gateway.exchange(request, 1, limit_s)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trusted", "limit_s", "fault"),
    [(True, 0.1, Fault.TIMEOUT), (False, 10.0, Fault.TLS)],
    ids=["trusted", "not trusted"],
)
def test_a_silent_server_behind_tls_is_a_timeout_and_an_untrusted_one_is_not(
    certificate, monkeypatch, trusted, limit_s, fault
):
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    sent, broke = asyncio.run(_met(certificate, limit_s))
    assert isinstance(sent, Sent)
    assert isinstance(broke, Broke)
    assert (broke.fault, broke.status, broke.body) == (fault, 0, b"")
