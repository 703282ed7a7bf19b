"""Protects `explain --jsonl`: every line gets its answer, in order, whatever the lines beside it hold."""

import io
import json
import sys
from pathlib import Path

import pytest
from test_explain import CHAT, CUT, LIMITED, SECRET
from test_hostile import NASTY, harmless

from cometplay.cli import lines

KEYS = ["id", "class", "retryable", "request_id", "title", "fix", "notes"]


def line(**fields: object) -> bytes:
    return json.dumps({"body": CHAT.decode(), **fields}).encode() + b"\n"


@pytest.fixture
def feed(cli, monkeypatch):
    """Calls the command with lines on standard input: what it said, and the objects in it."""

    def call(data: bytes):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        said = cli("explain", "--jsonl", "-")
        return said, [json.loads(row) for row in said.out.splitlines()]

    return call


def test_every_line_is_answered_in_order(feed):
    data = line(case="a") + line(case="b", body=LIMITED.decode(), status=429) + line(body=CUT.decode())
    said, rows = feed(data)
    assert (said.status, said.err) == (0, "")
    assert [row["id"] for row in rows] == ["text.ok", "http.rate-limited", "text.truncated"]
    assert [list(row) for row in rows] == [["case", *KEYS], ["case", *KEYS], KEYS]
    assert [row["retryable"] for row in rows] == [False, True, False]


@pytest.mark.parametrize("case", ["", "a", 7, 1.5, None, True, ["x", {"y": [1]}], "\ud800", "\x1b[31m", "春"])
def test_a_case_is_echoed_as_it_is(feed, case):
    said, rows = feed(line(case=case))
    assert rows[0]["case"] == case
    assert harmless(said.out)
    assert feed(json.dumps({"case": case}).encode())[1] == [
        {"case": case, "line": 1, "error": "body: it is missing"}
    ]


def test_a_file_is_read_as_well(cli):
    Path("FILE").write_bytes(line(case=1) + line(case=2))
    assert [json.loads(row)["case"] for row in cli("explain", "--jsonl", "FILE").out.splitlines()] == [1, 2]


FIELDS = {
    "status as text": ({"body": "{}", "status": "429"}, "id", "http.rate-limited"),
    "status as a float": ({"body": "{}", "status": 429.0}, "id", "http.rate-limited"),
    "no status": ({"body": CUT.decode(), "status": None}, "id", "text.truncated"),
    "kind null": ({"kind": None}, "id", "text.ok"),
    "phase null": ({"phase": None}, "id", "text.ok"),
    "stream": ({"phase": "stream"}, "id", "text.ok"),
    "unknown keys": ({"expect": {"id": 3}, "note": [], "": None}, "id", "text.ok"),
    "request": ({"request": {"model": "x", "messages": []}}, "id", "text.ok"),
    "request null": ({"request": None, "headers": None, "elapsed_s": None}, "id", "text.ok"),
    "headers as an object": ({"headers": {"X-Request-Id": "abc"}}, "request_id", "abc"),
    "headers as pairs": ({"headers": [["a", "b"], ["x-request-id", "abc"]]}, "request_id", "abc"),
    "headers with lists": ({"headers": {"x-request-id": ["abc"], "vary": ["a", "b"]}}, "request_id", "abc"),
    "headers with numbers": ({"headers": {"x-request-id": 7, "age": 1.5, "gone": None}}, "request_id", "7"),
    "a young task": (
        {
            "kind": "video",
            "phase": "poll",
            "status": 400,
            "elapsed_s": 3,
            "body": '{"code":"task_not_exist"}',
        },
        "id",
        "video.task-not-exist",
    ),
    "an old task": (
        {
            "kind": "video",
            "phase": "poll",
            "status": 400,
            "elapsed_s": 9e4,
            "body": '{"code":"task_not_exist"}',
        },
        "id",
        "video.task-not-found",
    ),
}


@pytest.mark.parametrize(("fields", "key", "value"), FIELDS.values(), ids=FIELDS.keys())
def test_each_field_is_understood(feed, fields, key, value):
    said, rows = feed(line(**fields))
    assert said.status == 0, rows
    assert rows[0][key] == value


ENDINGS = {
    "line feeds": line(case=1) + line(case=2),
    "carriage returns too": (line(case=1) + line(case=2)).replace(b"\n", b"\r\n"),
    "no last one": (line(case=1) + line(case=2)).rstrip(),
    "empty lines": b"\n\n" + line(case=1) + b" \t\r\n\n" + line(case=2) + b"\n",
    "byte order mark": b"\xef\xbb\xbf" + line(case=1) + line(case=2),
}


@pytest.mark.parametrize("chunk", [1, 7, 64, 65_536])
@pytest.mark.parametrize("data", ENDINGS.values(), ids=ENDINGS.keys())
def test_lines_are_told_apart_however_they_arrive(feed, monkeypatch, data, chunk):
    monkeypatch.setattr(lines, "CHUNK", chunk)
    said, rows = feed(data)
    assert [row["case"] for row in rows] == [1, 2]
    assert said.status == 0


BAD = {
    "no JSON": (b"oops", "not JSON: Expecting value, at character 1"),
    "half a line": (b'{"body":"x', "not JSON: Unterminated string"),
    "two values": (b'{"body":""}{"body":""}', "not JSON: Extra data"),
    "a list": (b"[1]", "a list, and no JSON object"),
    "a text": (b'"x"', "'x', and no JSON object"),
    "null": (b"null", "null, and no JSON object"),
    "no body": (b"{}", "body: it is missing"),
    "a body of null": (b'{"body":null}', "body: null is no text"),
    "a body that is an object": (b'{"body":{}}', "body: an object is no text"),
    "a status in words": (line(status="four"), "status: 'four'"),
    "a status of true": (line(status=True), "status: true"),
    "a status out of range": (line(status=99999), "status: 99999"),
    "a status of zero": (line(status=0), "status: 0"),
    "a status of half": (line(status=429.5), "status: 429.5"),
    "a status without end": (b'{"body":"","status":1e999}', "status: Infinity"),
    "a status in other digits": (line(status="４２９"), "status: "),
    "a list as status": (line(status=[429]), "status: a list"),
    "an unknown kind": (line(kind="txt"), "kind: there is no 'txt'; did you mean text?"),
    "a kind of nothing": (line(kind=""), "text, image or video"),
    "a kind that is a number": (line(kind=1), "kind: there is no 1"),
    "an unknown phase": (line(phase="polling"), "did you mean poll?"),
    "headers in a text": (line(headers="a: b"), "headers: 'a: b' is neither"),
    "headers that are no pairs": (line(headers=[["a", "b"], ["c"]]), "headers: item 2 is no pair"),
    "a header that is an object": (line(headers={"a": {}}), "headers: the value of 'a' is an object"),
    "a header's list of numbers": (line(headers={"a": [1]}), "headers: the value of 'a' is a list"),
    "a request that is a text": (line(request="{}"), "request: '{}' is no object"),
    "a negative time": (line(elapsed_s=-1), "elapsed_s: -1"),
    "a time that is none": (b'{"body":"","elapsed_s":NaN}', "elapsed_s: NaN"),
    "a time without end": (b'{"body":"","elapsed_s":Infinity}', "elapsed_s: Infinity"),
    "a time in words": (line(elapsed_s="3"), "elapsed_s: '3'"),
    "a time of true": (line(elapsed_s=True), "elapsed_s: true"),
    "a case that is no number": (b'{"body":"","case":NaN}', "case: "),
    "a case too deep in it": (b'{"body":"","case":[[Infinity]]}', "case: "),
    "not UTF-8": (b'{"body":"\xff"}', "not UTF-8: byte 10 (0xff)"),
    "UTF-16": ('{"body":""}'.encode("utf-16"), "UTF-16"),
    "NUL": (b'{"body":"\x00"}', "byte 10 is NUL"),
    "NULs alone": (b"\x00" * 100, "NUL"),
    "nested without end": (b"[" * 100_000, "nested too deeply"),
    "a number without end": (b'{"body":"","status":' + b"1" * 5000 + b"}", "cannot be read"),
}


@pytest.mark.parametrize(("bad", "why"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_says_why_and_the_others_are_answered(feed, bad, why):
    data = line(case="before") + b"\n" + bad.rstrip(b"\n") + b"\n" + line(case="after")
    said, rows = feed(data)
    assert said.status == 1
    assert [row.get("case") for row in rows] == ["before", None, "after"]
    assert list(rows[1]) == ["line", "error"]
    assert rows[1]["line"] == 3
    assert why in rows[1]["error"]
    assert len(rows[1]["error"]) < 200
    assert said.err.count("\n") == 1
    assert "1 of 3" in said.err


@pytest.mark.parametrize("chunk", [10, 1000, 65_536])
def test_a_line_over_the_limit_is_not_kept(feed, monkeypatch, chunk):
    monkeypatch.setattr(lines, "CHUNK", chunk)
    monkeypatch.setattr(lines, "LONGEST_LINE", 200)
    long = line(case="x" * 5000)
    said, rows = feed(line(case=1) + long + line(case=2) + long.rstrip())
    assert said.status == 1
    assert [(row.get("case"), row.get("line")) for row in rows] == [
        (1, None),
        (None, 2),
        (2, None),
        (None, 4),
    ]
    assert "longer than" in rows[1]["error"]


@pytest.mark.slow
def test_a_line_of_30_mb_is_answered(feed):
    picture = json.dumps({"data": [{"b64_json": "iVBORw0K" * 3_750_000}]})
    said, rows = feed(line(kind="image", body=picture, status=200) + line())
    assert said.status == 0
    assert rows[0]["id"].startswith("image.")
    assert rows[1]["id"] == "text.ok"


@pytest.mark.parametrize("data", [b"", b"\n\n \n"], ids=["no byte", "no text"])
def test_a_file_without_lines_is_remarked_on(feed, data):
    said, rows = feed(data)
    assert (said.status, rows) == (0, [])
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "named"), [("nowhere", "nowhere: "), (".", ".: "), ("", "no name"), ("a\0b", "NUL")], ids=repr
)
def test_a_file_that_cannot_be_read_is_a_usage_fault(cli, name, named):
    said = cli("explain", "--jsonl", name)
    assert (said.status, said.out) == (2, "")
    assert named in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_hostile_lines_are_answered_harmless(feed, text):
    error = json.dumps({"error": {"message": text, "code": text}})
    data = line(case=text, body=error, status=400) + line(kind=text) + line(headers={text: {}})
    data += line(body=text, headers={"x-request-id": text[:100]}) + text.encode("utf-8", "replace")
    said, rows = feed(data)
    assert rows[0]["case"] == text
    assert harmless(said.out)
    assert harmless(said.err)


def test_a_key_is_masked_wherever_it_stands(feed):
    secret = f"Bearer {SECRET}"
    data = line(body=json.dumps({"error": {"message": f"key {SECRET}"}}), headers={"x-request-id": secret})
    data += line(kind=secret) + line(headers={secret: {}}) + line(status=secret) + line(elapsed_s=secret)
    data += line(request=secret) + json.dumps(secret).encode()
    said, _ = feed(data)
    assert said.status == 1
    assert SECRET[3:11] not in said.out + said.err


def test_any_depth_is_an_answer_or_an_error(feed):
    deep = [b'{"body":"","case":' + b"[" * depth + b"]" * depth + b"}\n" for depth in range(800, 1100, 3)]
    _, rows = feed(b"".join(deep))
    assert len(rows) == len(deep)
