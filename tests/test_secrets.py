"""Protects the key: whatever happens and whatever a server echoes, it appears in nothing that is produced."""

import asyncio
import base64
import dataclasses
import gzip
import json
import traceback
from urllib.parse import quote

import pytest
from playing import STRIKES_AFTER_S, FakeClock, RawServer, alone, chat_saying, converse, http

from cometplay.cli import settings
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.failures.catalogue import CATALOGUE

MARK = "mArKeD/0987+kEy=="
KEY = f"sk-{MARK}"
SPELLINGS = (MARK, quote(MARK, safe=""), quote(MARK), json.dumps(MARK)[1:-1], "mArKeD")
"""However a key is written, its first letters are among it."""
CASES = [(mode, kind) for mode in CATALOGUE for kind in Kind if kind in mode.kinds]
PNG = b"\x89PNG\r\n\x1a\n0000"


def leaks(*texts: object) -> list[str]:
    """The pieces of what was produced that hold the key."""
    return [text[:300] for text in map(everything, texts) if any(form in text for form in SPELLINGS)]


def everything(value: object) -> str:
    """All that a value holds, fields that its repr hides included."""
    shown = f"{value!r}\n{value}"
    match value:
        case Secret():
            return shown
        case bytes() | bytearray():
            return value.decode("utf-8", "replace")
        case BaseException():
            held = [*traceback.format_exception(value), *value.args]
        case dict():
            held = [*value.items()]
        case list() | tuple():
            held = value
        case _ if dataclasses.is_dataclass(value):
            held = [getattr(value, field.name) for field in dataclasses.fields(value)]
        case _:
            held = []
    return "\n".join([shown, *map(everything, held)])


def files_below(folder) -> list[bytes]:
    return [path.name.encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "kind"), [pytest.param(mode, kind, id=f"{mode.id}-{kind}") for mode, kind in CASES]
)
def test_no_scenario_tells_the_key_of_the_environment(mode, kind, cli, swift, monkeypatch, tmp_path):
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    places = ["--out", tmp_path / "out", "--log", tmp_path / "log"]
    limit = ["--timeout", STRIKES_AFTER_S] if mode.reproduce.request_limit_s else []
    scenario = ["send", kind.value, "--scenario", mode.id, *places, *limit]
    said = [cli(*scenario), cli(*scenario, "--json")]
    snippet = cli("snippet", kind.value, "--scenario", mode.id, "--lang", "curl")
    assert leaks(said, snippet, files_below(tmp_path)) == []
    assert {request.key.value for lab in swift.labs for request in lab.requests} <= {"lab", "none"}


def echo_of(request: bytes) -> str:
    """The credential that a request came with, as a careless server says it back."""
    head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
    named = (line.partition(":") for line in head.split("\r\n"))
    return next((value.strip() for name, _, value in named if name.lower() == "authorization"), "")


def error(text: str) -> dict:
    return {"error": {"message": f"bad key {text}", "code": text, "type": text, "param": text}}


ECHOES = {
    "content": lambda key: http(200, chat_saying(f"your key is {key}")),
    "error": lambda key: http(401, error(key)),
    "error of a rate limit": lambda key: http(429, error(key), ("retry-after", "1")),
    "headers": lambda key: http(
        200, chat_saying("x"), ("x-request-id", key), ("x-key", key), ("authorization", key)
    ),
    "redirect": lambda key: http(302, b"", ("location", f"http://127.0.0.1:9/v1?key={quote(key)}&k={key}")),
    "page": lambda key: http(200, f"<html>{key}</html>", ("content-type", "text/html")),
    "task id": lambda key: http(200, {"id": key, "task_id": key, "status": key, "progress": key}),
    "failed task": lambda key: http(200, {"id": "t", "status": "failed", "error": {"message": key}}),
    "base64 that is none": lambda key: http(200, {"data": [{"b64_json": key, "revised_prompt": key}]}),
    "result url": lambda key: http(200, {"data": [{"url": f"http://127.0.0.1:9/{quote(key)}?sig={key}"}]}),
    "body cut after it": lambda key: http(200, chat_saying(key * 50))[:-20],
    "body cut within it": lambda key: http(200, chat_saying(key * 50))[:-40],
    "compressed": lambda key: http(
        400, gzip.compress(json.dumps(error(key)).encode()), ("content-encoding", "gzip")
    ),
    "status line": lambda key: f"HTTP/1.1 {key}\r\n\r\n".encode(),
    "garbage": lambda key: f"{key}\r\n\r\n".encode(),
    "header that is none": lambda key: f"HTTP/1.1 200 OK\r\n{key}\r\n\r\n".encode(),
    "request id in the message": lambda key: http(500, {"error": {"message": f"no (request id: {key})"}}),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("echo", ECHOES)
def test_no_echo_of_the_key_is_kept_or_shown(echo, kind, cli, swift, monkeypatch, tmp_path):
    with RawServer(lambda request: ECHOES[echo](echo_of(request))) as server:
        run = alone(starting_draft(kind), server.connection(KEY), tmp_path / "files")
        monkeypatch.setenv("COMETAPI_KEY", KEY)
        monkeypatch.setenv("COMETAPI_BASE_URL", server.connection().base_url)
        places = ["--out", tmp_path / "out", "--log", tmp_path / "log"]
        said = [cli("send", kind.value, *places), cli("send", kind.value, "--json", *places)]
        assert KEY.encode() in server.requests[0], "the server did get the key"
    assert leaks(*run.transcript.events, run, *run.findings) == []
    assert leaks(said, files_below(tmp_path)) == []
    assert swift.labs == []


def test_a_picture_from_the_keys_own_host_holds_no_key(tmp_path):
    content = base64.b64encode(PNG).decode()
    with RawServer(lambda _: http(200, {"data": [{"b64_json": content, "revised_prompt": KEY}]})) as server:
        run = alone(starting_draft(Kind.IMAGE), server.connection(KEY), tmp_path)
    assert len(run.transcript.saved) == 1
    assert leaks(run, files_below(tmp_path)) == []


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY} ü", f'"{KEY}"', f"Bearer {KEY}", f" {KEY} "], ids=repr)
def test_a_damaged_key_is_complained_of_and_not_quoted(key, cli, swift, monkeypatch):
    monkeypatch.setenv("COMETAPI_KEY", key)
    with RawServer(lambda request: http(401, error(echo_of(request)))) as server:
        monkeypatch.setenv("COMETAPI_BASE_URL", server.connection().base_url)
        said = cli("send", "text", "--json")
    assert leaks(said) == []
    assert "preflight.key-form" in said.out
    assert swift.labs == []


@pytest.mark.parametrize("raised", [asyncio.CancelledError, KeyError], ids=["cancelled", "broken watcher"])
@pytest.mark.parametrize("key", [KEY, f"{KEY}\r\n", f"{KEY}ü"], ids=["good", "line break", "not ASCII"])
def test_no_exception_that_leaves_a_run_holds_the_key(raised, key, tmp_path):
    """The key that cannot be sent makes the client raise with the key in its words."""

    def observe(_run) -> None:
        raise raised("from outside")

    connection = Connection(Target.LIVE, "http://127.0.0.1:9/v1", Secret(key))
    draft = starting_draft(Kind.TEXT)
    with pytest.raises(raised) as caught:
        asyncio.run(converse(draft, connection, clock=FakeClock(), folder=tmp_path, observe=observe))
    link = caught.value
    while link is not None:
        assert leaks(link, link.args, getattr(link, "__notes__", ())) == []
        link = link.__cause__ or link.__context__


def test_settings_connections_and_drafts_print_no_key(monkeypatch):
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    known = settings.load()
    connection = Connection(Target.LIVE, known.base_url, known.key)
    assert known.key.reveal() == KEY
    assert leaks(f"{known} {known.key} {connection} {known.key!r:>5} {[known.key]}", known, connection) == []
