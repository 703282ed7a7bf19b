"""Protects the rules of repeating: what goes out again unasked, when, and what never does (10.3)."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.drafts import Kind
from cometplay.core.events import Fault, WaitReason
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
from cometplay.core.wire import Phase

NOW = 1_780_000_000.0
READS = (Phase.POLL, Phase.PROBE, Phase.DOWNLOAD)
STATUSES = (200, 202, 301, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 501, 502, 503, 504, 520, 524)
GOES_OUT_AGAIN = {
    (Kind.TEXT, Phase.CREATE): {408, 429, 500, 502, 503, 504},
    (Kind.IMAGE, Phase.CREATE): {429, 503},
    (Kind.VIDEO, Phase.CREATE): {429, 503},
} | {(kind, phase): {408, 429, 500, 502, 503, 504} for kind in Kind for phase in READS}


def asked(failure, repeats=0, limit=2, jitter=1.0):
    return decide(failure, repeats, limit, lambda: jitter, NOW)


def chat(status=429, **settings):
    return Failure(Kind.TEXT, Phase.CREATE, **({"retryable": True, "status": status} | settings))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("kind", "phase"), GOES_OUT_AGAIN, ids=lambda part: part.value)
def test_a_status_is_repeated_only_where_the_rule_says_so(kind, phase, status):
    decision = asked(Failure(kind, phase, retryable=True, status=status))
    assert isinstance(decision, Wait) == (status in GOES_OUT_AGAIN[kind, phase])


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("phase", Phase, ids=lambda phase: phase.value)
@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_of_the_faults_only_a_failed_connect_is_repeated(kind, phase, fault):
    decision = asked(Failure(kind, phase, retryable=True, fault=fault))
    assert isinstance(decision, Wait) == (fault is Fault.CONNECT)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT, Fault.INTERRUPTED], ids=lambda fault: fault.name)
def test_an_answer_cut_after_a_status_that_could_be_repeated_is_not(fault):
    assert isinstance(asked(chat(503, fault=fault)), Stop)


@pytest.mark.parametrize("shape", [{"status": 429}, {"status": 503}, {"fault": Fault.CONNECT, "status": 0}])
def test_what_would_fail_again_is_never_repeated(shape):
    decision = asked(chat(**shape, retryable=False))
    assert decision == Stop("the same request would fail again")


@pytest.mark.parametrize(
    ("repeats", "limit", "goes_on"),
    [(0, 0, False), (0, 1, True), (1, 1, False), (1, 2, True), (2, 2, False), (2, 3, True), (7, 3, False)],
)
def test_no_more_repeats_than_allowed(repeats, limit, goes_on):
    assert isinstance(asked(chat(), repeats, limit), Wait) == goes_on


def test_a_create_has_two_repeats_and_a_read_three():
    assert (CREATE_REPEATS, READ_REPEATS) == (2, 3)


def date(seconds):
    return format_datetime(datetime.fromtimestamp(NOW + seconds, UTC), usegmt=True)


RETRY_AFTER = {
    "seconds": ([("retry-after", "7")], 7.0),
    "zero": ([("retry-after", "0")], 0.0),
    "a float": ([("retry-after", "2.5")], 2.5),
    "spaces": ([("retry-after", "  3 ")], 3.0),
    "any case": ([("Retry-After", "4")], 4.0),
    "milliseconds": ([("retry-after-ms", "1500")], 1.5),
    "milliseconds before seconds": ([("retry-after", "9"), ("retry-after-ms", "250")], 0.25),
    "garbage milliseconds, good seconds": ([("retry-after-ms", "soon"), ("retry-after", "9")], 9.0),
    "negative": ([("retry-after", "-5")], 0.0),
    "negative milliseconds": ([("retry-after-ms", "-5")], 0.0),
    "a date to come": ([("retry-after", date(30))], 30.0),
    "a date gone by": ([("retry-after", date(-30))], 0.0),
    "asctime, which is GMT": ([("retry-after", "Thu May 28 20:26:50 2026")], 10.0),
    "a date of no zone, which is GMT": ([("retry-after", "Thu, 28 May 2026 20:26:50 -0000")], 10.0),
    "another zone": ([("retry-after", "Thu, 28 May 2026 22:26:50 +0200")], 10.0),
    "120 s": ([("retry-after", "120")], 120.0),
    "empty": ([("retry-after", "")], None),
    "garbage": ([("retry-after", "in a while")], None),
    "half a date": ([("retry-after", "Thu, 28 May")], None),
    "a date of no calendar": ([("retry-after", "Thu, 99 May 2026 20:26:50 GMT")], None),
    "a year beyond numbers": ([("retry-after", "1 Jan 99999999999999999999 00:00:00 GMT")], None),
    "nan": ([("retry-after", "nan")], None),
    "inf": ([("retry-after", "inf")], None),
    "minus inf": ([("retry-after", "-inf")], None),
    "a number beyond floats": ([("retry-after", "1e999")], None),
    "nan milliseconds": ([("retry-after-ms", "nan")], None),
    "no header": ([], None),
    "another header": ([("x-retry-after", "3")], None),
}


@pytest.mark.parametrize(("headers", "expected"), RETRY_AFTER.values(), ids=RETRY_AFTER)
def test_what_a_server_asks_for_is_waited_for(headers, expected):
    decision = asked(chat(headers=tuple(headers)), jitter=1.0)
    usual = Wait(1.0, WaitReason.BACKOFF)
    assert decision == (usual if expected is None else Wait(expected, WaitReason.RETRY_AFTER))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_date_without_a_zone_means_the_same_on_every_machine(zone, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        got = retry_after((("retry-after", "Thu May 28 20:26:50 2026"),), NOW)
    time.tzset()
    assert got == 10.0


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (("retry-after", "121"), "121 s"),
        (("retry-after", "120.6"), "121 s"),
        (("retry-after-ms", "120001"), "120 s"),
        (("retry-after", date(86400)), "86400 s"),
        (("retry-after", "99999999999"), "99999999999 s"),
        (("retry-after", "31 Dec 9999 23:59:59 GMT"), " s"),
    ],
    ids=["121", "fraction", "ms", "tomorrow", "absurd", "year 9999"],
)
def test_a_wait_of_over_two_minutes_is_shown_and_not_waited_for(header, shown):
    decision = asked(chat(headers=(header,)))
    assert isinstance(decision, Stop)
    assert "too long to wait for" in decision.why
    assert shown in decision.why


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2},? [0-9: +-]{1,25}( GMT)?", fullmatch=True))
def test_no_header_can_break_the_reading(text):
    found = retry_after((("retry-after", text), ("retry-after-ms", text[::-1])), NOW)
    assert found is None or found >= 0


@pytest.mark.parametrize("word", ["false", "False", " FALSE "])
@pytest.mark.parametrize("name", ["x-should-retry", "X-Should-Retry"])
def test_the_server_can_forbid_a_repeat(name, word):
    decision = asked(chat(headers=((name, word), ("retry-after", "1"))))
    assert decision == Stop("the server says x-should-retry: false")


FORBIDDEN = {
    "not retryable": (chat(429, retryable=False), 0),
    "image 500": (Failure(Kind.IMAGE, Phase.CREATE, retryable=True, status=500), 0),
    "video 504": (Failure(Kind.VIDEO, Phase.CREATE, retryable=True, status=504), 0),
    "chat 524": (chat(524), 0),
    "after a 200": (chat(200), 0),
    "timeout": (chat(0, fault=Fault.TIMEOUT), 0),
    "used up": (chat(429), 2),
}


@pytest.mark.parametrize(("failure", "repeats"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_server_cannot_order_a_repeat(failure, repeats):
    ordered = replace(failure, headers=(("x-should-retry", "true"), ("retry-after", "1")))
    assert isinstance(asked(ordered, repeats), Stop)


@pytest.mark.parametrize(
    ("repeats", "cap"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 30), (6, 30), (5000, 30)]
)
@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_backoff_is_full_jitter_up_to_a_cap_of_30_s(repeats, cap, jitter):
    assert asked(chat(), repeats, repeats + 1, jitter) == Wait(jitter * cap, WaitReason.BACKOFF)


@pytest.mark.parametrize(
    ("repeats", "jitter", "seconds"), [(0, 0, 5), (0, 1, 6), (1, 0, 5), (1, 1, 7), (5, 1, 35)]
)
def test_a_full_upstream_is_given_five_seconds_at_least(repeats, jitter, seconds):
    decision = asked(chat(saturated=True), repeats, repeats + 1, jitter)
    assert decision == Wait(seconds, WaitReason.SATURATED)


def test_a_saturated_upstream_that_names_a_time_gets_it():
    decision = asked(chat(saturated=True, headers=(("retry-after", "2"),)))
    assert decision == Wait(2.0, WaitReason.RETRY_AFTER)


@given(
    st.integers(0, 12),
    st.floats(0, 1),
    st.booleans(),
    st.sampled_from(["", "0", "119.5", "120", "121", "-3", "nan", "x"]),
)
def test_no_wait_is_ever_negative_or_longer_than_two_minutes(repeats, jitter, saturated, header):
    failure = chat(saturated=saturated, headers=(("retry-after", header),))
    decision = asked(failure, repeats, 20, jitter)
    assert isinstance(decision, Stop) or 0 <= decision.seconds <= LONGEST_WAIT_S
