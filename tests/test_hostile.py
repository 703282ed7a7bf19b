"""Protects the terminal and the data from a server's text: harmless where printed, whole where kept."""

import json
import re

import pytest
from playing import RawServer, chat_saying, http

NASTY = {
    "markup": "[red]alarm[/red] [/ [bold",
    "colours": "\x1b[31mred\x1b[0m and \x9b31m",
    "a title": "\x1b]0;owned\x07 \x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
    "a cleared screen": "\x1b[2J\x1b[H\x1bc",
    "overwritten line": "all is well\rnothing is\x08\x08\x08",
    "NUL": "before\x00after",
    "bidirectional overrides": "\u202egnp.exe\u202c \u2066x\u2069 \u200f\u061c",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive\x0csix",
    "a megabyte": "0123456789abcdef" * 65_536,
    "scripts and signs": "春 🎈 é ﷽ \U0001f469\u200d\U0001f680",
    "quotes": 'it\'s "quoted" `code` $HOME %s {0} \\n',
}
LARGE = "a megabyte"
texts = pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=(pytest.mark.slow,) if name == LARGE else ())
        for name, text in NASTY.items()
    ],
)
KINDS = ("text", "image", "video")
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Every control character but newline and tab, and what turns the direction of writing or ends a line."""


def harmless(shown: str) -> bool:
    return not HARMFUL.search(shown)


@pytest.fixture
def send(cli, swift, tmp_path):
    """Sends to a server that answers alike whatever it is asked."""

    def call(answer: bytes, kind: str, *options: str):
        with RawServer(lambda _: answer) as server:
            target = ["--target", server.connection().base_url, "--out", tmp_path / "out"]
            return cli("send", kind, *target, "--max-wait", "30", *options)

    assert swift.labs == []
    return call


@texts
def test_content_is_printed_harmless(send, text):
    said = send(http(200, chat_saying(text)), "text")
    assert said.status == 0
    assert harmless(said.out)
    assert harmless(said.err)
    assert [sign for sign in set(text) if sign.isprintable() and sign not in said.out] == []


@texts
def test_content_is_carried_whole_in_json(send, text):
    said = send(http(200, chat_saying(text)), "text", "--json")
    assert json.loads(said.out)["output"] == text
    assert harmless(said.out)


def test_a_megabyte_is_printed_whole(send):
    text = NASTY["a megabyte"]
    assert send(http(200, chat_saying(text)), "text").out == text + "\n"


@texts
@pytest.mark.parametrize("kind", KINDS)
def test_error_text_is_printed_harmless(send, text, kind):
    error = {"message": text, "type": text, "code": text[:500], "param": text}
    said = send(http(400, {"error": error}), kind)
    assert said.status == 1
    assert harmless(said.err)
    assert said.out == ""
    assert len(said.err) < 20_000, "a long message is quoted in part"


@texts
@pytest.mark.parametrize("kind", KINDS)
def test_error_text_in_json_stays_json(send, text, kind):
    said = send(http(400, {"error": {"message": f"no (request id: {text[:50]})"}}), kind, "--json")
    assert harmless(said.out)
    assert harmless(said.err)
    assert json.loads(said.out)["status"] == 400


@pytest.mark.parametrize("text", ["[red]x[/", "\x1b[31mred", "a\x07b\x7f", "\x9b2J", "\u202eevil"], ids=repr)
def test_headers_are_printed_harmless(send, text):
    headers = (("x-cometapi-request-id", text), ("retry-after", text), ("location", text))
    for options in ([], ["--json"]):
        said = send(http(302, {"error": {"message": "x"}}, *headers), "text", *options)
        assert said.status in (1, 5)
        assert harmless(said.err)
        assert harmless(said.out)


@texts
def test_task_ids_and_status_words_are_printed_harmless(send, text):
    task = {"id": text[:2000], "status": text[:2000], "progress": text}
    for options in (["--detach"], ["--json"], []):
        said = send(http(200, task), "video", *options)
        assert said.status in (1, 6)
        assert harmless(said.out)
        assert harmless(said.err)


@texts
def test_a_task_id_is_carried_whole_in_json(send, text):
    said = send(http(200, {"id": text[:2000], "status": "queued"}), "video", "--detach", "--json")
    assert json.loads(said.out)["task"]["id"] == text[:2000]


@texts
def test_a_reason_to_fail_is_printed_harmless(send, text):
    said = send(http(200, {"id": "t", "status": "failed", "error": {"message": text}}), "video")
    assert said.status in (1, 3)
    assert harmless(said.err)


NO_ANSWERS = {
    "nothing": b"",
    "binary": b"\x00\xff\xfe",
    "deep array": b"[" * 100_000,
    "deep object": b'{"error":' * 2000,
    "byte order mark": b"\xef\xbb\xbf{}",
    "surrogate": b'"\\ud800"',
    "infinity": b"1e999",
    "NaN": b"NaN",
    "long number": b"1" * 5000,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_a_body_that_is_no_answer_gets_a_verdict(send, body, kind):
    said = send(http(200, body), kind, "--json")
    assert said.status not in (0, 2)
    assert json.loads(said.out)["id"]
    assert harmless(said.err)


def test_a_lone_surrogate_in_the_content_can_be_printed(send):
    body = b'{"choices":[{"message":{"content":"a\\ud800b"},"finish_reason":"stop"}]}'
    assert harmless(send(http(200, body), "text").out)
    said = send(http(200, body), "text", "--json")
    assert json.loads(said.out)["output"] == "a\ud800b"


NO_URLS = ("http://", "http://[", "http://127.0.0.1:99999/x", "http://\x00/", "http://ü\ud800/", "http:x")


@pytest.mark.parametrize("url", [*NO_URLS, *(f"https{url[4:]}" for url in NO_URLS)], ids=ascii)
@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_url_that_no_client_can_fetch_is_no_exception(send, url, kind):
    answer = {"data": [{"url": url}], "id": "t", "status": "succeeded", "url": url}
    said = send(http(200, answer), kind, "--json")
    assert said.status != 0
    assert json.loads(said.out)["files"] == []
    assert harmless(said.err)
