"""Protects the precedence of signs, and that no answer whatever leaves a person without a finding."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Broke, Fault, Polled, Replied, Sent, TaskCreated
from cometplay.core.findings import Rank
from cometplay.core.models import starting_draft
from cometplay.core.states import read_task
from cometplay.core.transcript import Transcript, fold
from cometplay.core.wire import Phase, WireRequest, encode
from cometplay.failures import judge

BASE = "http://127.0.0.1:1/v1"
JSON = (("content-type", "application/json"),)


def created(kind: Kind) -> WireRequest:
    return encode(starting_draft(kind), BASE)


def answered(kind: Kind, status: int, body: bytes, headers=JSON) -> Transcript:
    """The transcript of one create and its answer."""
    begun = fold(Transcript(kind), Sent(0.0, created(kind), 1))
    return fold(begun, Replied(0.1, status, headers, body, 0.1))


def verdict(kind: Kind, status: int, **error: str):
    return judge.diagnose(answered(kind, status, json.dumps({"error": error}).encode()))[0]


PRECEDENCE = {
    "a code beats a type": (
        400,
        {"code": "invalid_api_key", "type": "missing"},
        "http.auth-invalid",
        Rank.CODE,
    ),
    "a code beats a phrase": (
        400,
        {"code": "invalid_api_key", "message": "model is required"},
        "http.auth-invalid",
        Rank.CODE,
    ),
    "a code beats the status": (
        429,
        {"code": "rate_limit_exceeded", "message": "nothing known"},
        "http.rate-limited",
        Rank.CODE,
    ),
    "a type beats a phrase": (
        400,
        {"type": "invalid_api_key", "message": "model is required"},
        "http.auth-invalid",
        Rank.TYPE,
    ),
    "a phrase beats the status": (
        429,
        {"message": "Rate limit reached"},
        "http.rate-limited",
        Rank.PHRASE,
    ),
    "a Chinese phrase is known too": (401, {"message": "无效的令牌"}, "http.auth-invalid", Rank.PHRASE),
    "a later mode's code beats an earlier one's phrase": (
        400,
        {"code": "missing_required_field", "message": "Invalid token"},
        "http.missing-field",
        Rank.CODE,
    ),
    "a later mode's code beats an earlier one's type": (
        400,
        {"code": "missing_required_field", "type": "authentication_error"},
        "http.missing-field",
        Rank.CODE,
    ),
    "a later mode's type beats an earlier one's phrase": (
        400,
        {"type": "missing", "message": "Invalid token"},
        "http.missing-field",
        Rank.TYPE,
    ),
    "the status is left": (429, {"message": "hm"}, "http.rate-limited", Rank.STATUS),
    "case does not matter": (401, {"message": "INVALID TOKEN"}, "http.auth-invalid", Rank.PHRASE),
    "a phrase beats a type that says little": (
        400,
        {"type": "authentication_error", "message": "model is required"},
        "http.missing-field",
        Rank.PHRASE,
    ),
    "a number in the code is a status": (
        200,
        {"code": "429", "message": "hm"},
        "http.rate-limited",
        Rank.STATUS,
    ),
    "nothing is known": (777, {"message": "hm"}, "undocumented", Rank.NOTHING),
}


@pytest.mark.parametrize(("status", "error", "mode", "rank"), PRECEDENCE.values(), ids=PRECEDENCE.keys())
def test_the_most_specific_sign_wins(status, error, mode, rank):
    found = verdict(Kind.TEXT, status, **error)
    assert (found.mode, found.seen.rank) == (mode, rank)


def test_the_row_of_a_kind_beats_a_code_of_the_general_rows():
    error = {"code": "missing_required_field", "message": "response_format is required to be absent"}
    assert verdict(Kind.IMAGE, 400, **error).mode == "image.response-format"
    assert verdict(Kind.TEXT, 400, **error).mode == "http.missing-field"


def test_an_error_in_the_body_beats_a_status_of_success():
    found = verdict(Kind.TEXT, 200, code="rate_limit_exceeded", message="x")
    assert found.mode != "text.ok"


def test_evidence_quotes_what_came_and_where_it_stood():
    found = verdict(Kind.TEXT, 401, code="invalid_api_key", message="Incorrect API key provided")
    told = {piece.where: piece.value for piece in found.evidence}
    assert told == {
        "status": "401",
        "error.code": "invalid_api_key",
        "error.message": "Incorrect API key provided",
    }


def test_a_saturated_upstream_is_told_apart_from_an_ordinary_limit():
    assert verdict(Kind.TEXT, 429, message="当前分组上游负载已饱和，请稍后再试").seen.saturated
    assert not verdict(Kind.TEXT, 429, message="Rate limit reached").seen.saturated


NOT_EXIST = b'{"code":"task_not_exist","message":"task_not_exist","data":null}'


@pytest.mark.parametrize(
    ("since_s", "misses", "mode"),
    [(5, 1, "video.task-not-exist"), (61, 1, "video.task-not-found"), (30, 6, "video.task-not-found")],
    ids=["young", "old", "young but missed six times"],
)
def test_age_tells_a_task_that_is_not_visible_yet_from_one_that_is_lost(since_s, misses, mode):
    transcript = fold(answered(Kind.VIDEO, 200, b'{"id":"t","status":"queued"}'), TaskCreated(0.0, "t"))
    look = WireRequest("GET", f"{BASE}/videos/t", Kind.VIDEO, Phase.POLL, "veo3-fast")
    for _ in range(misses):
        transcript = fold(transcript, Sent(since_s, look, 1))
        transcript = fold(
            transcript, Replied(since_s, 400, JSON, b'{"code":"task_not_exist","message":""}', 0)
        )
    assert judge.diagnose(transcript)[0].mode == mode


STATUS = st.integers(min_value=100, max_value=999)
WORDS = st.sampled_from(
    (
        *("error", "code", "message", "type", "data", "status", "id", "choices", "finish_reason", "url"),
        *("content", "b64_json", "stop", "length", "succeeded", "queued", "task_not_exist"),
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode())
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["content-type", "retry-after", "Retry-After-Ms", "x-should-retry", "location"])
        | st.text(max_size=8),
        st.text(max_size=20),
    ),
    max_size=4,
).map(tuple)


@given(kind=st.sampled_from(Kind), status=STATUS, headers=HEADERS, body=BODIES)
def test_any_answer_gets_a_finding_with_evidence(kind, status, headers, body):
    transcript = answered(kind, status, body, headers)
    task = read_task(transcript.last.reading.value)
    if kind is Kind.VIDEO and task.task_id:
        transcript = fold(transcript, TaskCreated(0.1, task.task_id))
        transcript = fold(transcript, Polled(0.1, task, 0.0))
    findings = judge.diagnose(transcript)
    assert findings
    assert all(finding.evidence for finding in findings)


@given(kind=st.sampled_from(Kind), fault=st.sampled_from(Fault), status=STATUS, headers=HEADERS, body=BODIES)
def test_any_broken_answer_is_a_transport_finding(kind, fault, status, headers, body):
    begun = fold(Transcript(kind), Sent(0.0, created(kind), 1))
    findings = judge.diagnose(fold(begun, Broke(0.1, fault, "", 0.1, status, headers, body)))
    assert findings[0].cls.value == "transport"
    assert findings[0].evidence


@given(kind=st.sampled_from(Kind), base=st.text(max_size=40), extra=st.text(max_size=40))
def test_preflight_judges_any_base_url_and_any_extra_fields(kind, base, extra):
    draft = replace(starting_draft(kind), extra=extra)
    found = judge.preflight(draft, Connection(Target.LIVE, base))
    assert "preflight.no-key" in [finding.mode for finding in found]
    assert all(finding.evidence for finding in found)
