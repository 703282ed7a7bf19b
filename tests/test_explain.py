"""Protects `explain --kind`: any answer that somebody kept gets its diagnosis, and a slip a clear line."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_hostile import NASTY, harmless

import cometplay
from cometplay.cli import diagnose
from cometplay.core.drafts import Kind
from cometplay.core.recorded import Recorded, split_head, transcript
from cometplay.failures import catalogue, judge

KEYS = ["id", "class", "retryable", "request_id", "title", "fix", "notes"]
LIMITED = b'{"error":{"message":"slow down","code":"rate_limit_exceeded"}}'
CHAT = b'{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}'
CUT = CHAT.replace(b"stop", b"length")
HEAD = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nX-Request-Id: 20260601abcdef\r\n\r\n"


@pytest.fixture
def explain(cli, monkeypatch):
    """Calls `explain` with something on standard input."""

    def call(data: bytes, *options: object):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return cli("explain", *options)

    return call


@pytest.fixture
def verdict(explain):
    """The object that `explain --json` prints."""

    def call(data: bytes, *options: object) -> dict:
        said = explain(data, *options, "--json")
        assert (said.status, said.err) == (0, "")
        return json.loads(said.out)

    return call


def test_the_verdict_has_exactly_its_keys_in_order(verdict):
    told = verdict(HEAD + LIMITED, "--kind", "text")
    assert list(told) == KEYS
    assert told["id"] == "http.rate-limited"
    assert (told["class"], told["retryable"], told["request_id"]) == ("hard", True, "20260601abcdef")
    assert told["fix"] == list(catalogue.get("http.rate-limited").fixes)
    assert told["notes"] == []


@pytest.mark.parametrize("options", [["FILE"], ["-"], []], ids=["file", "dash", "nothing"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_the_answer_comes_from_a_file_or_standard_input(verdict, options, place):
    Path("FILE").write_bytes(CUT)
    kind = ["--kind", "text"]
    told = verdict(CUT, *(options + kind if place == "before" else kind + options))
    assert told["id"] == "text.truncated"


def test_a_file_whose_name_is_an_id_is_a_file(verdict):
    Path("text.ok").write_bytes(CUT)
    assert verdict(b"", "--kind", "text", "text.ok")["id"] == "text.truncated"


HEADS = {
    "none": (b"", None, 0),
    "as curl prints it": (HEAD, 429, 2),
    "bare line feeds": (HEAD.replace(b"\r", b""), 429, 2),
    "HTTP/2 without a reason": (b"HTTP/2 503 \r\nserver: x\r\n\r\n", 503, 1),
    "no headers": (b"HTTP/1.0 500 Oops\r\n\r\n", 500, 0),
    "no blank line": (b"HTTP/1.0 500 Oops\n", 500, 0),
    "100 before it": (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD, 429, 2),
    "a proxy and a redirect": (b"HTTP/1.1 200 OK\n\nHTTP/1.1 301 Moved\nLocation: /\n\n" + HEAD, 429, 2),
    "byte order mark": (b"\xef\xbb\xbf" + HEAD, 429, 2),
}


@pytest.mark.parametrize(("head", "status", "headers"), HEADS.values(), ids=HEADS.keys())
@pytest.mark.parametrize("body", [LIMITED, b"", b"{", b"\x00\r\n\xff", b"<html>HTTP/1.1 200 OK"], ids=repr)
def test_a_head_is_told_from_the_body(head, status, headers, body):
    found, rest = split_head(head + body)
    assert (found.status, len(found.headers), rest) == (status, headers, body)


def test_a_head_that_powershell_wrote_is_one():
    found, rest = split_head((HEAD + LIMITED).decode().encode("utf-16"))
    assert (found.status, rest) == (429, LIMITED)


@pytest.mark.parametrize(
    "text", ["HTTP/1.1", "HTTP/1.1 OK", "http/1.1 200 OK\n\n", " HTTP/1.1 200 OK\n\n", "HTTP/1.1 2000 x\n\n"]
)
def test_what_is_no_head_is_body(text):
    assert split_head(text.encode())[1] == text.encode()


def test_the_status_of_the_file_counts(verdict):
    told = verdict(b'HTTP/1.1 429 x\r\n\r\n{"error":{"message":"so it is"}}', "--kind", "image")
    assert told["id"] == "http.rate-limited"


def test_an_option_overrides_the_file(verdict):
    file = b'HTTP/1.1 200 x\r\nX-Request-Id: of-file\r\n\r\n{"error":{"message":"so it is"}}'
    assert verdict(file, "--kind", "text", "--status", "429")["id"] == "http.rate-limited"
    assert verdict(file, "--kind", "text", "--header", "x-request-id: given")["request_id"] == "given"
    assert verdict(file, "--kind", "text")["request_id"] == "of-file"


def test_headers_are_given_one_by_one(explain):
    options = ("--header", "Retry-After: 7", "--header", "X-Request-Id:abc")
    said = explain(LIMITED, "--kind", "text", "--status", "429", *options)
    assert "retry-after: 7" in said.out.lower()
    assert "abc" in said.out


def test_a_person_is_told_what_the_panel_tells(explain):
    said = explain(HEAD + LIMITED, "--kind", "text")
    mode = catalogue.get("http.rate-limited")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"{mode.cls.sign} HARD  {mode.title}  ({mode.id})\n")
    told = [mode.meaning, mode.cause, *mode.fixes, mode.not_when.text, mode.not_when.id, mode.source.name]
    told += ["status: 429", "error.message: slow down", "20260601abcdef", "HTTP statuses: 429 | "]
    assert [text for text in told if text not in said.out] == []


def test_an_ok_is_told_without_its_raw_body(explain):
    assert "Raw" not in explain(CHAT, "--kind", "text").out
    assert CUT.decode() in explain(CUT, "--kind", "text").out


GUESSES = {
    "an error": (LIMITED, "http.rate-limited"),
    "a chat": (CHAT, "text.ok"),
    "a page with its status": (b"<html><title>429 Too Many Requests</title></html>", "http.rate-limited"),
    "a line with its status": (b"error code: 429", "http.rate-limited"),
}


@pytest.mark.parametrize(("body", "mode"), GUESSES.values(), ids=GUESSES.keys())
def test_without_a_status_the_body_tells_it(verdict, body, mode):
    assert verdict(body, "--kind", "text")["id"] == mode


def test_a_lone_message_without_a_status_is_an_error():
    seen = transcript(Recorded(Kind.TEXT, body=b'{"message":"Unauthorized"}'))
    assert not seen.last.succeeded
    assert seen.last.reading.error.message == "Unauthorized"
    seen = transcript(Recorded(Kind.VIDEO, body=b'{"message":"Success","status":"queued","id":"t"}'))
    assert seen.last.succeeded


def test_nothing_at_all_is_diagnosed_and_remarked_on(explain):
    said = explain(b"", "--kind", "text", "--json")
    assert said.status == 0
    assert json.loads(said.out)["id"]
    assert "--status" in said.err
    assert explain(b"", "--kind", "text", "--status", "502", "--json").err == ""


@pytest.mark.parametrize("phase", ["create", "poll", "download", "stream"])
@pytest.mark.parametrize("kind", ["text", "image", "video"])
def test_every_kind_and_phase_has_an_answer(verdict, kind, phase):
    for body in (b"", b"{}", CHAT, LIMITED, b"\x00\xff", b"data: {}\n\n", b"<html>"):
        assert verdict(HEAD + body, "--kind", kind, "--phase", phase)["id"]


def test_the_model_and_the_stream_are_part_of_what_was_asked(explain, monkeypatch):
    asked = []
    diagnosed = judge.diagnose
    monkeypatch.setattr(judge, "diagnose", lambda seen: asked.append(seen) or diagnosed(seen))
    explain(CHAT, "--kind", "text", "--phase", "stream", "--model", "gpt-5.4")
    assert asked[0].asked == {"stream": True, "model": "gpt-5.4"}
    assert asked[0].sent.model == "gpt-5.4"


def error_of(text: str) -> bytes:
    return json.dumps({"error": {"message": text, "code": text[:300], "param": text}}).encode()


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize(
    "wrap", [error_of, lambda text: text.encode("utf-8", "replace")], ids=["json", "raw"]
)
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["person", "program"])
def test_a_hostile_body_is_printed_harmless(explain, text, wrap, options):
    head = f"HTTP/1.1 400 x\r\nx-request-id: {text[:300]}\r\n\r\n".encode("utf-8", "replace")
    for kind in ("text", "image", "video"):
        said = explain(head + wrap(text), "--kind", kind, *options)
        assert said.status == 0
        assert harmless(said.out)
        assert len(said.out) < 30_000, "a long body is quoted in part"


SECRET = "sk-abcdefghijklmnop0123456789"


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["person", "program"])
def test_a_key_in_an_answer_is_masked(explain, options):
    head = (
        f"HTTP/1.1 401 x\r\nAuthorization: Bearer {SECRET}\r\nx-request-id: {SECRET}\r\nretry-after: {SECRET}"
    )
    body = {"error": {"message": f"Incorrect API key provided: {SECRET}", "code": f"Bearer {SECRET}"}}
    for text in (json.dumps(body), "x " * 490 + SECRET, f"<title>{SECRET}</title>"):
        said = explain(f"{head}\r\n\r\n{text}".encode(), "--kind", "text", *options)
        assert said.status == 0
        assert SECRET[3:11] not in said.out


BAD = {
    "nothing": ([], "ID"),
    "unknown kind": (["--kind", "txt"], "did you mean text?"),
    "a kind like none": (["--kind", "sound"], "text, image or video"),
    "unknown phase": (["--kind", "text", "--phase", "crate"], "create"),
    "a status that is none": (["--kind", "text", "--status", "ok"], "100 to 999"),
    "a status out of range": (["--kind", "text", "--status", "99999"], "100 to 999"),
    "a negative status": (["--kind", "text", "--status=-1"], "100 to 999"),
    "a header without a colon": (["--kind", "text", "--header", "x"], "Name: value"),
    "a header without a name": (["--kind", "text", "--header", ": x"], "Name: value"),
    "no such file": (["--kind", "text", "nowhere"], "nowhere: "),
    "a folder": (["--kind", "text", "."], ".: "),
    "no name": (["--kind", "text", ""], "no name"),
    "NUL in a name": (["--kind", "text", "a\0b"], "NUL"),
    "a status without a kind": (["--status", "429"], "--kind"),
    "a header with an id": (["text.ok", "--header", "a: b"], "--kind"),
    "a file without a kind": (["FILE"], "--kind"),
    "two files": (["--kind", "text", "FILE", "FILE"], "unrecognized"),
    "lines and a kind": (["--jsonl", "FILE", "--kind", "text"], "--jsonl"),
    "lines and an id": (["text.ok", "--jsonl", "FILE"], "--jsonl"),
    "a slip": (["--kind", "text", "--staus", "429"], "--status"),
}


@pytest.mark.parametrize(("options", "named"), BAD.values(), ids=BAD.keys())
def test_a_slip_is_one_line_and_status_2(explain, options, named):
    Path("FILE").write_bytes(CHAT)
    said = explain(b"", *options)
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert named in said.err


def test_a_key_in_a_slip_is_masked(explain):
    assert SECRET[3:11] not in explain(b"", "--kind", "text", "--header", f"Bearer {SECRET}").err
    assert SECRET[3:11] not in explain(b"", "--kind", f"Bearer {SECRET}").err


def test_a_terminal_is_not_waited_for(cli, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    said = cli("explain", "--kind", "text")
    assert said.status == 2
    assert "curl -i" in said.err
    assert "FILE" in said.err
    assert cli("explain", "--kind", "text", "-").status == 0, "who asks for it gets it"


def test_a_closed_standard_input_is_said(cli, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    said = cli("explain", "--kind", "text")
    assert said.status == 2
    assert "FILE" in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(explain):
    Path("mine").touch(0)
    assert "mine" in explain(b"", "--kind", "text", "mine").err


def test_an_endless_input_is_refused(explain, monkeypatch):
    monkeypatch.setattr(diagnose, "LARGEST", 1000)
    assert explain(b"x" * 1000, "--kind", "text").status == 0
    said = explain(b"x" * 1001, "--kind", "text")
    assert said.status == 2
    assert "MB" in said.err


@pytest.mark.parametrize("options", [["--kind", "text"], ["--jsonl", "-"]], ids=["body", "lines"])
def test_neither_a_client_nor_a_screen_is_loaded(options):
    code = (
        "import sys; from cometplay.cli import run; status = run(sys.argv[1:]);"
        "sys.exit(status or sorted({'httpx', 'textual', 'rich', 'asyncio'} & sys.modules.keys()) or None)"
    )
    command = [sys.executable, "-c", code, "explain", *options]
    line = json.dumps({"body": CHAT.decode()}).encode()
    here = Path(cometplay.__file__).parents[1]
    done = subprocess.run(command, input=line, capture_output=True, cwd=here, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
