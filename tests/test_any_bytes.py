"""Protects the diagnosis from whatever a server can send: no exception, no empty answer, no endless wait."""

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core import bodies
from cometplay.core.drafts import Kind
from cometplay.core.recorded import PHASES, Recorded, split_head, transcript
from cometplay.failures import judge

pytestmark = pytest.mark.slow  # megabytes, depths and thousands of examples

KINDS = st.sampled_from(Kind)
PHASE = st.sampled_from(sorted(set(PHASES.values())))
STATUSES = st.none() | st.integers(100, 999)
NAMES = st.sampled_from(
    ["content-type", "Retry-After", "x-request-id", "location", "cf-ray", "content-encoding", "server"]
)
TYPES = st.sampled_from(
    ["application/json", "text/event-stream", "text/html; charset=", "text/plain; charset=idna", "image/png"]
)
HEADERS = st.lists(st.tuples(NAMES | st.text(), TYPES | st.text()), max_size=4).map(tuple)

_FIELDS = """
    error errors message code type param detail msg status data choices finish_reason content
    output id task_id task_status fail_reason base_resp status_code metadata raw innererror
    b64_json url video_url progress delta usage request_id success Response Error details reason
    state task_result refusal tool_calls reasoning_content revised_prompt description result object
    videos creations
"""
FIELDS = st.sampled_from(_FIELDS.split())
_WORDS = """
    invalid_request_error model_not_found stop length content_filter succeeded SUCCESS failed
    queued 429 0 200 null https://example.org/x.mp4 iVBORw0KGgo= [DONE] task_not_exist <think>
    expired response
"""
WORDS = st.sampled_from(_WORDS.split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(), inner, max_size=5),
    max_leaves=25,
)
ANSWERS = st.dictionaries(FIELDS, VALUES, max_size=6)


def diagnosed(body: bytes, kind=Kind.TEXT, phase=PHASES["create"], status=400, headers=(), asked=None):
    """Everything that is done with an answer, and what has to hold whatever it is."""
    found = judge.diagnose(transcript(Recorded(kind, phase, status, headers, body, asked or {})))
    assert found
    assert all(finding.mode and finding.title for finding in found)
    return found


@given(st.binary(), KINDS, PHASE, STATUSES, HEADERS)
def test_any_bytes_have_a_finding(body, kind, phase, status, headers):
    diagnosed(body, kind, phase, status, headers)


@given(st.text(), KINDS, PHASE, STATUSES, HEADERS)
def test_any_text_has_a_finding(text, kind, phase, status, headers):
    diagnosed(text.encode("utf-8", "surrogatepass"), kind, phase, status, headers)


@given(VALUES | ANSWERS, KINDS, PHASE, STATUSES, HEADERS, ANSWERS, st.booleans())
def test_any_json_has_a_finding(value, kind, phase, status, headers, asked, readable):
    body = json.dumps(value, ensure_ascii=readable).encode("utf-8", "surrogatepass")
    diagnosed(body, kind, phase, status, headers, asked)


@given(st.lists(ANSWERS, max_size=4), KINDS, STATUSES, st.sampled_from(["\n", "\r", "\r\n", "\u2028"]))
def test_any_stream_has_a_finding(events, kind, status, end):
    body = "".join(f"data: {json.dumps(event)}{end}{end}" for event in events)
    diagnosed(body.encode(), kind, PHASES["stream"], status)


@given(ANSWERS, st.integers(1, 6), st.sampled_from([json.dumps, repr]), KINDS)
def test_any_nested_error_has_a_finding(value, depth, spell, kind):
    for _ in range(depth):
        value = {"error": {"message": f"status_code=429, {spell(value)}", "metadata": {"raw": spell(value)}}}
    diagnosed(json.dumps(value).encode(), kind)


@given(st.binary(), st.integers(0, 40))
def test_any_head_is_split(rest, cut):
    raw = b"HTTP/1.1 429 Too Many\r\na: b\r\n\r\n"[:cut] + rest
    head, body = split_head(raw)
    assert raw.endswith(body)
    assert head.status is None or 0 <= head.status <= 999


NESTED = {
    "arrays": lambda depth: "[" * depth + "]" * depth,
    "objects": lambda depth: '{"error":' * depth + "{}" + "}" * depth,
    "both": lambda depth: '{"data":[' * depth + "]}" * depth,
    "choices": lambda depth: '{"choices":[{"message":{"content":' + "[" * depth + "]" * depth + "}}]}",
    "arrays of errors": lambda depth: "[" * depth + '{"error":"x"}' + "]" * depth,
    "a task": lambda depth: (
        '{"id":"t","status":"failed","error":' + '{"data":' * depth + "1" + "}" * (depth + 1)
    ),
    "open": lambda depth: '{"error":[' * depth,
    "a printed dict": lambda depth: json.dumps({"error": "{'a':" * depth + "}" * depth}),
    "in a stream": lambda depth: "data: " + '{"error":' * depth + "1" + "}" * depth + "\n\n",
}
DEPTHS = [*range(80, 130, 7), *range(300, 340, 3), *range(900, 1010, 5), 2000, 10_000]


@pytest.mark.parametrize("nest", NESTED.values(), ids=NESTED.keys())
@pytest.mark.parametrize("kind", Kind)
def test_any_depth_has_a_finding(nest, kind):
    for depth in DEPTHS:
        for status in (200, 400):
            for phase in PHASES.values():
                diagnosed(nest(depth).encode(), kind, phase, status)


def test_errors_inside_errors_to_any_depth_have_a_finding():
    text = "the end"
    while len(text) < 1_000_000:
        text = json.dumps({"error": {"message": text}})
        diagnosed(text.encode())


ODD = {
    "half a character": b'{"error":{"message":"\\ud800","code":"\\udfff"}}',
    "half a character as bytes": b'{"error":"\xed\xa0\x80"}',
    "lone carriage returns": b'data: {"choices":[]}\rdata: [DONE]\r\r',
    "infinite": b'{"error":{"code":1e999,"message":-1e999},"status":1e999,"progress":NaN}',
    "5000 digits": b'{"error":{"code":' + b"9" * 5000 + b"}}",
    "4300 digits": b'{"status":' + b"9" * 4300 + b',"error":{"code":' + b"9" * 4300 + b"}}",
    "digits of other scripts": '{"error":{"code":"٤٢٩","message":"status_code=٤٢٩"}}'.encode(),
    "repeated keys": b'{"error":1,"error":{"message":"x"},"error":[]}',
    "NUL": b"\x00" * 1000,
    "marks": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "UTF-16": '{"error":"x"}'.encode("utf-16"),
    "half of UTF-16": '{"error":"x"}'.encode("utf-16")[:-1],
    "UTF-32": '{"error":"x"}'.encode("utf-32"),
    "GBK": '{"error":"额度不足"}'.encode("gbk"),
    "cut gzip": gzip.compress(b'{"error":"x"}' * 100)[:40],
    "gzip with rubbish": gzip.compress(b'{"error":"x"}') + b"rubbish",
    "gzip in gzip": gzip.compress(gzip.compress(b"{}")),
    "deflate": zlib.compress(b'{"error":"x"}'),
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", [None, 200, 429, 500])
def test_odd_bytes_have_a_finding(body, kind, status):
    for phase in PHASES.values():
        diagnosed(body, kind, phase, status)


_CHARSETS = "idna punycode undefined unicode_escape utf-7 hex rot13 mbcs utf-16 gbk big5 nonsense 8-bit"
CHARSETS = _CHARSETS.split()


@pytest.mark.parametrize("name", [*CHARSETS, "é", "\ud800", "a" * 10_000, '"', ""], ids=ascii)
def test_any_charset_is_survived(name):
    body = "Zugriff verweigert: für Sie nicht".encode("latin-1") * 1000
    diagnosed(body, headers=(("content-type", f"text/html; charset={name}"),))


AN_END = pytest.mark.timeout(60)
"""No budget: all of it takes less than a second; in quadratic time it would take minutes."""

MILLION = 1_000_000


def told(message: str) -> str:
    return json.dumps({"error": {"message": message, "code": message, "param": message}})


LARGE = {
    "an id that is never closed": told("(request id " * 80_000),
    "ids": told("(request id: abc) " * 60_000),
    "bare ids": told("request id " * 90_000),
    "request ids and spaces": told("request_id" + " " * MILLION),
    "braces": told("{" * MILLION + "}"),
    "braces and quotes": told("{'" * 40_000 + "'}"),
    "escaped quotes": told("{'" + "\\'" * 49_000 + "}"),
    "escaped double quotes": told('{"' + '\\"' * 49_000 + "'}"),
    "printed dict": told("{'a': " * 15_000 + "'" + "}" * 5000),
    "sum": told("{'a':" + "1+" * 49_000 + "1}"),
    "statuses": told("status_code=" * 80_000),
    "keys": told("sk-" * 330_000),
    "digits": told("9" * MILLION),
    "spaces": told(" " * MILLION),
    "comments": "<!---->" * 140_000,
    "comments of a page": "<!---->" * 500 + "<html>" + "<!--" * 200_000,
    "titles": "<html>" + "<title>" * 140_000,
    "headings": "<html>" + "<h1>" * 250_000,
    "open tags": "<html>" + "<h1" * 250_000,
    "rays": "<html>" + "Ray ID: <b>" * 90_000,
    "a ray and spaces": "<html>Ray ID" + " " * MILLION,
    "a ray and tags": "<html>Ray ID" + "<> " * 330_000,
    "storage": "<Error>" + "<Code>" * 160_000,
    "an xml head": "<?xml " + " " * MILLION,
    "thoughts": json.dumps({"choices": [{"message": {"content": "<think>" * 140_000}}]}),
    "choices": json.dumps({"choices": [{"delta": {}}] * 50_000}),
    "details": json.dumps({"error": {"message": "x", "details": [{"reason": "a"}] * 50_000}}),
    "empty events": "data:\n\n" * 140_000,
    "events that are no JSON": "data: {\n\n" * 110_000,
    "comment lines": ": ping\n\n" * 120_000,
    "one event of many lines": "data: [\n" * 120_000,
    "lines of nothing": "\n" * MILLION,
    "urls": json.dumps({"data": [{"url": "https://" * 120_000}]}),
    "a picture": json.dumps({"data": [{"b64_json": "iVBORw0K" * 125_000}]}),
    "no picture": json.dumps({"data": [{"b64_json": "é%" * 300_000}]}),
}


@AN_END
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
@pytest.mark.parametrize("status", [200, 400])
def test_a_megabyte_takes_no_quadratic_time(text, status):
    body = text.encode()
    for kind in Kind:
        diagnosed(body, kind, status=status)


@AN_END
def test_a_head_of_a_megabyte_takes_no_quadratic_time():
    split_head(b"HTTP/1.1 200 OK\r\n\r\n" * 50_000)
    split_head(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 160_000)
    split_head(b"HTTP/1.1 200 OK\r\n" + b"a" * MILLION)


def test_a_gzip_bomb_is_unpacked_up_to_a_limit():
    bomb = gzip.compress(b"[" * 200_000_000, 1)
    reading = bodies.read(bomb)
    assert len(reading.text) == 64 * 1024 * 1024
    diagnosed(bomb)


@pytest.mark.parametrize("kind", Kind)
def test_30_megabytes_have_a_finding(kind):
    for text in (
        told("a \n" * 10 * MILLION),
        f"data: {told('x' * 1000)}\n\n" * 30_000,
        "<html>" * 5 * MILLION,
    ):
        diagnosed(text.encode(), kind)
