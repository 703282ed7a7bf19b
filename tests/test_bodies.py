"""Protects the reading of answers: whatever comes is understood or kept, and never breaks the program."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.bodies import read
from cometplay.core.errors import ApiError

REQUEST_ID = "20260205132859123456789abcdEFGH"
INNER_ID = "20260205132858000000001zzzzYYYY"


def error(code="", kind="", message="", param="", place="error"):
    return ApiError(code, kind, message, param, place)


COMET = "comet_api_error"
SHAPES = {
    "A": (
        {"error": {"message": "no", "type": COMET, "param": "", "code": "invalid_request"}},
        error("invalid_request", COMET, "no"),
    ),
    "A, param named": (
        {"error": {"message": "no", "type": "t", "param": "size", "code": "c"}},
        error("c", "t", "no", "size"),
    ),
    "A, code null": (
        {"error": {"message": "no", "type": "t", "param": None, "code": None}},
        error("", "t", "no"),
    ),
    "A, code a number": ({"error": {"message": "no", "code": 1301}}, error("1301", "", "no")),
    "B": ({"error": {"code": "", "message": "no", "type": COMET}}, error("", COMET, "no")),
    "C": (
        {"code": "task_not_exist", "message": "task_not_exist", "data": None},
        error("task_not_exist", "", "task_not_exist", place=""),
    ),
    "C, code null": (
        {"code": None, "message": "user quota is not enough", "data": None},
        error("", "", "user quota is not enough", place=""),
    ),
    "D": (
        {"error": {"message": "current status: VIOLATION", "type": "invalid_request_error"}},
        error("", "invalid_request_error", "current status: VIOLATION"),
    ),
    "E, message": (
        {"code": 1303, "message": "parallel limit", "request_id": "k-1", "data": None},
        error("1303", "", "parallel limit", place=""),
    ),
    "E, msg": ({"code": 40001, "msg": "bad ratio"}, error("40001", "", "bad ratio", place="")),
    "F, provider type": (
        {"error": {"type": "image_generation_user_error", "message": "no", "code": "moderation_blocked"}},
        error("moderation_blocked", "image_generation_user_error", "no"),
    ),
    "F, detail": (
        {"detail": [{"loc": ["body", "size", 0], "msg": "bad size", "type": "value_error"}]},
        error("", "value_error", "bad size", "body.size.0", "detail[0]"),
    ),
    "K": ({"error": "text"}, error("", "", "text")),
    "Gemini streamed, a list": ([{"error": {"message": "no"}}], error("", "", "no")),
    "MiniMax": (
        {"id": "x", "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        error("1008", "", "insufficient balance", place="base_resp"),
    ),
    "Midjourney": (
        {"description": "banned prompt", "code": 24, "type": "x"},
        error("24", "x", "banned prompt", place=""),
    ),
    "a console's": ({"success": False, "message": "no"}, error("", "", "no", place="")),
    "detail as text": ({"detail": "no"}, error("", "", "no", place="detail")),
    "errors in a list": ({"errors": [{"message": "no"}]}, error("", "", "no", place="errors[0]")),
    "in a choice": (
        {"choices": [{"error": {"message": "no", "code": 502}}]},
        error("502", "", "no", place="choices[0].error"),
    ),
    "Tencent": (
        {"Response": {"Error": {"Code": "AuthFailure", "Message": "no"}, "RequestId": "r"}},
        error("AuthFailure", "", "no", place="Response.Error"),
    ),
    "K, with a code": ({"error": "text", "code": 7}, error("7", "", "text")),
}


@pytest.mark.parametrize(("body", "expected"), SHAPES.values(), ids=SHAPES)
def test_an_error_is_found_in_every_known_shape(body, expected):
    found = read(json.dumps(body).encode())
    assert found.is_json
    assert found.error == expected
    assert found.value == body


HEALTHY = {
    "chat": {"id": "c", "object": "chat.completion", "choices": [{"message": {"content": "Hi"}}]},
    "image": {"created": 1, "data": [{"b64_json": "AAAA"}]},
    "error null": {"error": None, "data": []},
    "error empty text": {"error": "", "data": []},
    "error empty object": {"error": {}, "data": []},
    "Kling, fine": {"code": 0, "message": "SUCCEED", "data": {"task_id": "t"}},
    "200 as code": {"code": 200, "message": "OK"},
    "wrapped task": {"code": "success", "message": "", "data": {"status": "FAILURE"}},
    "running task": {"id": "t", "status": "in_progress"},
    "a failed task's own error": {"id": "t", "status": "failed", "error": {"message": "no", "code": "x"}},
    "a failed task's error as text": {"task_id": "t", "status": "FAILED", "error": "no"},
    "a done task with an empty error": {
        "id": "t",
        "status": "completed",
        "error": {},
        "video_url": "https://x",
    },
    "a text": "error",
    "a number": 7,
    "an empty object": {},
    "Midjourney, accepted": {"description": "Submit success", "code": 1, "result": "1"},
    "MiniMax, fine": {"task_id": "t", "base_resp": {"status_code": 0, "status_msg": "success"}},
    "a message alone": {"message": "hello"},
    "an empty list": [],
    "null": None,
    "detail of no list": {"detail": []},
}


@pytest.mark.parametrize("body", HEALTHY.values(), ids=HEALTHY)
def test_no_error_is_seen_in_a_healthy_answer(body):
    found = read(json.dumps(body).encode())
    assert (found.is_json, found.error) == (True, None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<html><body>502 Bad Gateway</body></html>",
        b"upstream error",
        b'{"error":',
        b"\x89PNG\r\n\x1a\n\x00\xff",
        b"{'a':1}",
    ],
    ids=["empty", "blank", "html", "text", "cut", "binary", "single quotes"],
)
def test_what_is_no_json_is_kept_as_text(body):
    found = read(body)
    assert (found.is_json, found.value, found.error) == (False, None, None)
    assert found.text in (body.decode("utf-8", "replace"), body.decode("latin-1"))


def test_a_byte_order_mark_is_passed_over():
    found = read(b'\xef\xbb\xbf{"error":{"message":"no"}}')
    assert found.error == error(message="no")


@pytest.mark.parametrize(
    "opening", [b"[", b'{"a":', b'{"error":', b'{"data":', b'[{"detail":['], ids=bytes.decode
)
def test_ten_thousand_levels_are_no_way_in(opening):
    for body in (opening * 10_000, opening * 10_000 + b"1" + b"]" * 10_000):
        found = read(body)
        assert (found.is_json, found.error) == (False, None)


def test_ten_thousand_levels_of_whole_json_never_raise():
    found = read(b"[" * 10_000 + b"]" * 10_000)
    assert found.error is None
    assert len(found.text) == 20_000


def test_a_number_of_ten_thousand_digits_never_raises():
    found = read(b'{"error":{"code":' + b"9" * 10_000 + b',"message":"no"}}')
    assert found.error is None or found.error.message == "no"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(body):
    found = read(body, (("x-request-id", "a"),))
    assert found.request_ids == ("a",) or found.error
    assert isinstance(found.text, str)
    assert read(gzip.compress(body)).is_json is False


KEYS = [
    "error",
    "message",
    "msg",
    "code",
    "detail",
    "loc",
    "type",
    "status",
    "data",
    "request_id",
    "id",
    "param",
]
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just("(request id: x)"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
)


@given(VALUE)
def test_no_json_breaks_the_reading(value):
    found = read(json.dumps(value).encode())
    assert found.is_json
    texts = (
        (found.error.code, found.error.type, found.error.message, found.error.param) if found.error else ()
    )
    assert all(isinstance(text, str) for text in (*texts, *found.request_ids))


def said(message, **more):
    return json.dumps({"error": {"message": message}} | more).encode()


HEADERS = [
    "x-cometapi-request-id",
    "x-request-id",
    "x-oneapi-request-id",
    "apim-request-id",
    "request-id",
    "cf-ray",
]


@pytest.mark.parametrize("first", range(len(HEADERS)), ids=HEADERS)
def test_the_gateways_own_header_names_the_request_before_all_others(first):
    headers = [(name.title(), f"id-{name}") for name in HEADERS[first:]]
    found = read(said(f"no (request id: {REQUEST_ID})"), tuple(reversed(headers)))
    assert found.request_ids == (*(f"id-{name}" for name in HEADERS[first:]), REQUEST_ID)


IDS = {
    "at the end of the message": (said(f"no (request id: {REQUEST_ID})"), (REQUEST_ID,)),
    "without its colon, in capitals": (said(f"no (Request ID {REQUEST_ID})"), (REQUEST_ID,)),
    "twice: ours is the last": (
        said(f"no (request id: {INNER_ID}) (request id: {REQUEST_ID})"),
        (REQUEST_ID, INNER_ID),
    ),
    "twice the same": (said(f"no (request id: {REQUEST_ID}) (request id: {REQUEST_ID})"), (REQUEST_ID,)),
    "in a flat message": (
        json.dumps({"code": "x", "message": f"no (request id: {REQUEST_ID})"}).encode(),
        (REQUEST_ID,),
    ),
    "in an error that is text": (
        json.dumps({"error": f"no (request id: {REQUEST_ID})"}).encode(),
        (REQUEST_ID,),
    ),
    "as a field": (b'{"code":1303,"message":"no","request_id":"k-1"}', ("k-1",)),
    "message before field": (said(f"no (request id: {REQUEST_ID})", request_id="k-1"), (REQUEST_ID, "k-1")),
    "field before bare words": (said("no. Request id: bare-123", request_id="k-1"), ("k-1", "bare-123")),
    "bare words": (said("no. Request id: bare-123"), ("bare-123",)),
    "a trace id": (said("no traceid: 0123abcd"), ("0123abcd",)),
    "a job's id is none": (b'{"request_id":"job-1"}', ()),
    "none": (said("no"), ()),
    "no body": (b"", ()),
    "an empty one": (said("no (request id: )"), ()),
}


@pytest.mark.parametrize(("body", "expected"), IDS.values(), ids=IDS)
def test_a_request_id_is_found_where_the_body_hides_it(body, expected):
    assert read(body).request_ids == expected


def test_header_and_message_with_one_id_name_it_once():
    found = read(said(f"no (request id: {REQUEST_ID})"), (("X-CometAPI-Request-Id", f" {REQUEST_ID} "),))
    assert found.request_ids == (REQUEST_ID,)
