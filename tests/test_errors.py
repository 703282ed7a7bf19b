"""Protects the unwrapping of errors: what a gateway wraps comes out, the innermost first."""

import json

import pytest

from cometplay.core.bodies import read
from cometplay.core.errors import DEEPEST

QUOTA = {"code": "insufficient_user_quota", "message": "用户额度不足", "data": None}
GOOGLE = {
    "error": {
        "code": 429,
        "message": "You exceeded your current quota.",
        "status": "RESOURCE_EXHAUSTED",
        "details": [
            {"@type": "x/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED"},
            {"violations": [{"quotaId": "RequestsPerMinute"}]},
        ],
    }
}


def message(text, **more):
    return {"error": {"message": text, **more}}


WRAPPED = {
    "JSON in a message": (
        message(json.dumps(QUOTA), code="fail_to_fetch_task"),
        ("insufficient_user_quota", "fail_to_fetch_task"),
        "用户额度不足",
        None,
    ),
    "a status before it": (
        message(f"status_code=403, {json.dumps(QUOTA)}"),
        ("insufficient_user_quota",),
        "用户额度不足",
        403,
    ),
    "a status before plain words": (message("status_code=429, slow down"), (), "status_code=429, slow", 429),
    "a printed Python dict": (
        message("Error code: 401 - {'error': {'code': 'invalid_api_key', 'message': None}}"),
        ("invalid_api_key",),
        "error code: 401",
        401,
    ),
    "OpenRouter's raw": (
        message("Provider returned error", code=400, metadata={"raw": json.dumps(message("no", code="c"))}),
        ("c",),
        "no",
        400,
    ),
    "OpenRouter's raw as words": (
        message("Provider returned error", code=502, metadata={"raw": "upstream is down"}),
        (),
        "upstream is down",
        502,
    ),
    "a provider's status in param": (
        message("bad response status code 503", code="bad_response_status_code", param="503"),
        ("bad_response_status_code",),
        "bad response",
        503,
    ),
    "Google's words and numbers": (
        GOOGLE,
        ("resource_exhausted", "rate_limit_exceeded", "requestsperminute"),
        "you exceeded your current quota.",
        429,
    ),
    "Azure's inner code": (
        message("no", code="content_filter", innererror={"code": "ResponsibleAIPolicyViolation"}),
        ("content_filter", "responsibleaipolicyviolation"),
        "no",
        None,
    ),
    "an error in an error": (
        {"error": {"error": {"code": "deep", "message": "down here"}}},
        ("deep",),
        "down here",
        None,
    ),
    "the innermost number counts": (
        message(json.dumps(message("busy", code=503)), code=500),
        (),
        "busy",
        503,
    ),
    "a number that is no status": (message("no", code=1303), ("1303",), "no", None),
}


@pytest.mark.parametrize(("body", "codes", "words", "status"), WRAPPED.values(), ids=WRAPPED)
def test_what_is_wrapped_comes_out_innermost_first(body, codes, words, status):
    found = read(json.dumps(body).encode(), status=400)
    assert found.codes == codes
    assert found.words.startswith(words)
    assert found.status == status


def test_wrapping_without_end_is_unwrapped_so_far():
    body = message("the core")
    for _ in range(30):
        body = message(json.dumps(body)[:5000] if len(json.dumps(body)) < 5000 else "cut")
    assert 1 <= len(read(json.dumps(body).encode()).layers) <= DEEPEST


def test_the_outermost_error_is_the_gateways_own():
    found = read(json.dumps(WRAPPED["JSON in a message"][0]).encode())
    assert found.error.code == "fail_to_fetch_task"
    assert [layer.place for layer in found.layers] == ["error", "error"]


EVENT = b'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n'


def test_an_error_event_is_an_error_of_the_stream():
    found = read(EVENT + b'data: {"error":{"message":"gone","code":"c"}}\n\ndata: [DONE]\n\n')
    assert (found.error.code, found.stream.content, found.stream.done) == ("c", "Hi", True)


def test_a_curly_apostrophe_is_a_straight_one():
    assert read(json.dumps(message("it’s Azure’s policy")).encode()).words == "it's azure's policy"
