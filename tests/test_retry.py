"""Protects the rules of repeating: what goes out again unasked, when, and what never does (9.2, 10.3)."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.drafts import Kind
from cometplay.core.events import Broke, Fault, Sent, WaitReason
from cometplay.core.findings import Retryable
from cometplay.core.recorded import Recorded, transcript
from cometplay.core.retry import (
    CREATE_REPEATS,
    LONGEST_WAIT_S,
    READ_REPEATS,
    Failure,
    Stop,
    Wait,
    decide,
    retry_after,
)
from cometplay.core.transcript import Transcript, fold
from cometplay.core.wire import Phase, WireRequest
from cometplay.failures import judge

NOW = 1_780_000_000.0
TEXT, IMAGE, VIDEO = Kind
CREATE, POLL, DOWNLOAD = Phase.CREATE, Phase.POLL, Phase.DOWNLOAD
JSON = ("content-type", "application/json")
PAGE = ("content-type", "text/html")

AGAIN = "it would fail again"
YOURS = "left to you"
FORBIDDEN = "x-should-retry: false"
USED_UP = "repeats are used up"
TOO_LONG = "too long to wait for"
FULL = Wait(6.0, WaitReason.SATURATED)
"""A full upstream: five seconds, and the jitter of the first repeat."""


def backoff(seconds):
    return Wait(seconds, WaitReason.BACKOFF)


def asked(seconds):
    return Wait(seconds, WaitReason.RETRY_AFTER)


SOON = backoff(1.0)


@dataclass(frozen=True)
class Case:
    """An answer and the repeats that went before it; `expected` is a wait, or words of why there is none."""

    expected: Wait | str
    status: int = 0
    error: dict[str, str] | str = ""
    kind: Kind = TEXT
    phase: Phase = CREATE
    headers: tuple[tuple[str, str], ...] = ()
    repeats: int = 0
    limit: int | None = None
    fault: Fault | None = None
    jitter: float = 1.0

    @property
    def body(self) -> bytes:
        if isinstance(self.error, str):
            return self.error.encode()
        return json.dumps({"error": self.error}).encode()


def date(seconds):
    return format_datetime(datetime.fromtimestamp(NOW + seconds, UTC), usegmt=True)


def limited(expected, *headers, **settings):
    """A chat that is rate limited, which may be repeated if nothing else forbids it."""
    return Case(expected, 429, {"code": "rate_limit_exceeded"}, headers=(JSON, *headers), **settings)


def told(expected, status, code="", message="", **settings):
    return Case(expected, status, {"code": code, "message": message}, headers=(JSON,), **settings)


# one row each, by the numbers of the decision table (9.2); a chat's create unless it says otherwise
BY_SIGNAL = {
    "1 no connection": Case(SOON, fault=Fault.CONNECT),
    "1 no TLS": Case(AGAIN, fault=Fault.TLS),
    "2 redirect": Case(AGAIN, 301, headers=(("location", "/v1/"),)),
    "3 console page": Case(AGAIN, 200, "<!doctype html><title>CometAPI</title>", headers=(PAGE,)),
    "4 invalid request, 400": told(AGAIN, 400, "invalid_request"),
    "4 invalid request, 500": told(AGAIN, 500, "invalid_request", "field messages is required"),
    "5 no model": told(AGAIN, 400, message="model name is required"),
    "6 no price": told(AGAIN, 400, "model_price_error", "has not been priced by the administrator"),
    "7 unknown model under a 503": told(AGAIN, 503, "model_not_found"),
    "7 no channel, in words": told(AGAIN, 503, "", "no available channel for model x"),
    "7 no channel, in Chinese": told(AGAIN, 503, "", "当前分组 default 下对于模型 x 无可用渠道"),
    "8 no channel picked": told(SOON, 500, "get_channel_failed"),
    "9 another route": told(AGAIN, 500, "convert_request_failed"),
    "9 unknown parameter": told(AGAIN, 400, "", "Unknown parameter: 'foo'."),
    "10 moderation under a 500": told(AGAIN, 500, "sensitive_words_detected"),
    "10 moderation, picture": told(AGAIN, 400, "moderation_blocked", kind=IMAGE),
    "11 key": told(AGAIN, 401, "", "Invalid token"),
    "12 token's quota": told(AGAIN, 401, "", "该令牌额度已用尽"),
    "12 token's end": told(AGAIN, 401, "", "该令牌已过期"),
    "13 balance": told(AGAIN, 403, "insufficient_user_quota", "user quota is not enough"),
    "14 token's quota, by code": told(AGAIN, 403, "pre_consume_token_quota_failed"),
    "15 firewall": Case(AGAIN, 403, "<!doctype html><title>Just a moment...</title>", headers=(PAGE,)),
    "16 country": told(AGAIN, 403, "unsupported_country_region_territory"),
    "17 path": told(AGAIN, 404, "", "Invalid URL (POST /v1/chat)"),
    "18 young task: the poll's schedule, not a repeat": Case(
        YOURS, 400, '{"code":"task_not_exist","message":"","data":null}', VIDEO, POLL, (JSON,)
    ),
    "19 slow": told(SOON, 408),
    "19 own limit on a GET": Case(YOURS, kind=VIDEO, phase=POLL, fault=Fault.TIMEOUT),
    "20 too large": told(AGAIN, 413),
    "21 content type": told(AGAIN, 415),
    "21 field type": told(AGAIN, 422),
    "22 quota under a 429": told(AGAIN, 429, "insufficient_quota"),
    "22 quota under saturation": told(AGAIN, 429, "insufficient_user_quota", "当前分组上游负载已饱和"),
    "23 saturated": told(FULL, 429, "", "当前分组上游负载已饱和，请稍后再试"),
    "24 empty 429": Case(SOON, 429),
    "24 rate": told(SOON, 429, "rate_limit_exceeded"),
    "24 crowd": told(SOON, 429, "concurrent_limit_exceeded"),
    "25 provider not reached": told(SOON, 500, "do_request_failed"),
    "26 provider's 503": Case(SOON, 500, {"code": "bad_response_status_code", "param": "503"}),
    "26 provider's 400": Case(AGAIN, 500, {"code": "bad_response_status_code", "param": "400"}),
    "26 provider's status untold": told(SOON, 500, "bad_response_status_code"),
    "27 broken answer": told(SOON, 500, "bad_response_body"),
    "27 broken answer, video": told(YOURS, 500, "bad_response_body", kind=VIDEO),
    "28 not implemented": told(YOURS, 501),
    "29 proxy": Case(SOON, 502, "<html><title>502 Bad Gateway</title>", headers=(PAGE,)),
    "29 provider too slow": told(SOON, 504),
    "30 unavailable": told(SOON, 503, "service_unavailable"),
    "30 busy": told(SOON, 503, "", "系统繁忙，请稍后再试"),
    "31 edge, POST": Case(YOURS, 524, "<html><title>524: A timeout occurred</title>", headers=(PAGE,)),
    "31 edge, GET": Case(YOURS, 524, "error code: 524", VIDEO, POLL),
    "32 server": told(SOON, 500, "internal_error"),
    "33 unknown": told(AGAIN, 409),
}

STATUSES = (200, 202, 301, 400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429)
SERVERS = (500, 501, 502, 503, 504, 520, 522, 524, 529)
READ = {408, 429, 500, 502, 503, 504}
GOES_OUT_AGAIN = {(TEXT, CREATE): READ, (IMAGE, CREATE): {429, 503}, (VIDEO, CREATE): {429, 503}}
GOES_OUT_AGAIN |= {
    (VIDEO, POLL): READ,
    (IMAGE, DOWNLOAD): READ,
    (VIDEO, DOWNLOAD): READ,
}
BY_STATUS = {
    f"{kind} {phase.name.lower()} {status}": Case(
        SOON if status in again else "", status, {"message": "hm"}, kind, phase, (JSON,)
    )
    for (kind, phase), again in GOES_OUT_AGAIN.items()
    for status in (*STATUSES, *SERVERS)
}
BY_FAULT = {
    f"{kind} {phase.name.lower()} {fault.name}{status or ''}": Case(
        SOON if fault is Fault.CONNECT else "", status, "", kind, phase, fault=fault
    )
    for kind, phase in GOES_OUT_AGAIN
    for fault, status in (*((fault, 0) for fault in Fault), (Fault.TIMEOUT, 503), (Fault.INTERRUPTED, 429))
}

BY_HEADER = {
    "seconds": limited(asked(7.0), ("retry-after", "7")),
    "zero": limited(asked(0.0), ("retry-after", "0")),
    "a float, and spaces": limited(asked(2.5), ("retry-after", "  2.5 ")),
    "any case": limited(asked(4.0), ("Retry-After", "4")),
    "milliseconds": limited(asked(1.5), ("retry-after-ms", "1500")),
    "milliseconds before seconds": limited(asked(0.25), ("retry-after", "9"), ("retry-after-ms", "250")),
    "garbage milliseconds": limited(asked(9.0), ("retry-after-ms", "soon"), ("retry-after", "9")),
    "negative": limited(asked(0.0), ("retry-after", "-5")),
    "negative milliseconds": limited(asked(0.0), ("retry-after-ms", "-5")),
    "a date to come": limited(asked(30.0), ("retry-after", date(30))),
    "a date gone by": limited(asked(0.0), ("retry-after", date(-30))),
    "asctime": limited(asked(10.0), ("retry-after", "Thu May 28 20:26:50 2026")),
    "another zone": limited(asked(10.0), ("retry-after", "Thu, 28 May 2026 22:26:50 +0200")),
    "120 s": limited(asked(120.0), ("retry-after", "120")),
    "121 s": limited("121 s, " + TOO_LONG, ("retry-after", "121")),
    "120.6 s": limited("121 s, " + TOO_LONG, ("retry-after", "120.6")),
    "120001 ms": limited("120 s, " + TOO_LONG, ("retry-after-ms", "120001")),
    "tomorrow": limited("86400 s, " + TOO_LONG, ("retry-after", date(86400))),
    "absurd": limited("99999999999 s, " + TOO_LONG, ("retry-after", "99999999999")),
    "year 9999": limited(TOO_LONG, ("retry-after", "31 Dec 9999 23:59:59 GMT")),
    "garbage": limited(SOON, ("retry-after", "in a while")),
    "no calendar": limited(SOON, ("retry-after", "Thu, 99 May 2026 20:26:50 GMT")),
    "a year beyond numbers": limited(SOON, ("retry-after", "1 Jan 99999999999999999999 00:00:00 GMT")),
    "nan": limited(SOON, ("retry-after", "nan")),
    "beyond floats": limited(SOON, ("retry-after", "1e999")),
    "nan milliseconds": limited(SOON, ("retry-after-ms", "nan")),
    "saturated, and a time": Case(
        asked(2.0), 429, {"message": "当前分组上游负载已饱和"}, headers=(JSON, ("retry-after", "2"))
    ),
    "forbidden": limited(FORBIDDEN, ("x-should-retry", "false")),
    "forbidden, any case": limited(FORBIDDEN, ("X-Should-Retry", " FALSE "), ("retry-after", "1")),
    "allowed, which changes nothing": limited(SOON, ("x-should-retry", "true")),
}
ORDERED = (JSON, ("x-should-retry", "true"), ("retry-after", "1"))
IN_VAIN = {
    f"ordered in vain: {name}": case
    for name, case in {
        "quota": Case(AGAIN, 429, {"code": "insufficient_quota"}, headers=ORDERED),
        "500 of an invalid request": Case(AGAIN, 500, {"code": "invalid_request"}, headers=ORDERED),
        "image 500": Case(YOURS, 500, {"message": "x"}, IMAGE, headers=ORDERED),
        "video 504": Case(YOURS, 504, {"message": "x"}, VIDEO, headers=ORDERED),
        "chat 524": Case(YOURS, 524, headers=ORDERED),
        "cut after a 200": Case(YOURS, 200, "{", headers=ORDERED),
        "own limit": Case(YOURS, headers=ORDERED, fault=Fault.TIMEOUT),
        "used up": limited(USED_UP, *ORDERED[1:], repeats=2),
    }.items()
}
BY_ATTEMPT = {
    **{
        f"attempt {n}": limited(backoff(s), repeats=n, limit=n + 1)
        for n, s in enumerate((1, 2, 4, 8, 16, 30, 30))
    },
    "no jitter": limited(backoff(0.0), repeats=3, limit=9, jitter=0.0),
    "half the jitter": limited(backoff(15.0), repeats=5000, limit=5001, jitter=0.5),
    "saturated, second": told(Wait(7.0, WaitReason.SATURATED), 429, "", "上游负载已饱和", repeats=1),
    "saturated, no jitter": told(Wait(5.0, WaitReason.SATURATED), 429, "", "上游负载已饱和", jitter=0.0),
    "a create's third": limited("2 of 2 " + USED_UP, repeats=2),
    "a video's third": limited("2 of 2 " + USED_UP, repeats=2, kind=VIDEO),
    "a poll's third": limited(backoff(4.0), repeats=2, kind=VIDEO, phase=POLL),
    "a poll's fourth": limited("3 of 3 " + USED_UP, repeats=3, kind=VIDEO, phase=POLL),
    "none allowed": limited("0 of 0 " + USED_UP, limit=0),
}
CASES = BY_SIGNAL | BY_STATUS | BY_FAULT | BY_HEADER | IN_VAIN | BY_ATTEMPT


def judged(case: Case) -> Failure:
    """The failure as a run meets it: whether it is retryable is what the catalogue says of the answer."""
    if case.fault is None:
        run = transcript(Recorded(case.kind, case.phase, case.status, case.headers, case.body, elapsed_s=5.0))
    else:
        keyed = case.phase is not DOWNLOAD
        request = WireRequest("POST", "", case.kind, case.phase, "m", keyed=keyed)
        run = fold(Transcript(case.kind), Sent(0.0, request, 1))
        run = fold(run, Broke(1.0, case.fault, "", 1.0, case.status, case.headers))
    verdict = judge.diagnose(run)[0]
    return Failure(
        kind=case.kind,
        phase=case.phase,
        retryable=verdict.retryable is Retryable.YES,
        status=run.last.status,
        fault=run.last.fault,
        headers=run.last.headers,
        saturated=verdict.seen.saturated,
    )


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_rule_of_repeating(case):
    usual = CREATE_REPEATS if case.phase is CREATE else READ_REPEATS
    limit = usual if case.limit is None else case.limit
    decision = decide(judged(case), case.repeats, limit, lambda: case.jitter, NOW)
    if isinstance(case.expected, Wait):
        assert decision == case.expected
    else:
        assert isinstance(decision, Stop)
        assert case.expected in decision.why


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_date_without_a_zone_means_the_same_on_every_machine(zone, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        got = retry_after((("retry-after", "Thu May 28 20:26:50 2026"),), NOW)
    time.tzset()
    assert got == 10.0


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2},? [0-9: +-]{1,25}( GMT)?", fullmatch=True))
def test_no_header_can_break_the_reading(text):
    found = retry_after((("retry-after", text), ("retry-after-ms", text[::-1])), NOW)
    assert found is None or found >= 0


@given(
    st.integers(0, 12),
    st.floats(0, 1),
    st.booleans(),
    st.sampled_from(["", "0", "119.5", "120", "121", "-3", "nan", "x"]),
)
def test_no_wait_is_ever_negative_or_longer_than_two_minutes(repeats, jitter, saturated, header):
    headers = (("retry-after", header),)
    failure = Failure(TEXT, CREATE, retryable=True, status=429, headers=headers, saturated=saturated)
    decision = decide(failure, repeats, 20, lambda: jitter, NOW)
    assert isinstance(decision, Stop) or 0 <= decision.seconds <= LONGEST_WAIT_S
