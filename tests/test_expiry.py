"""Protects what is told of a link's life: read from each signature in use, and never made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.expiry import expires_at

NOON = 1_795_262_400.0  # 2026-11-21 12:00:00 UTC
DAY = 86_400
SIGNED = {
    "S3, version 4": ("X-Amz-Date=20261121T120000Z&X-Amz-Expires=86400&X-Amz-Signature=a", NOON + DAY),
    "S3, in another order": ("X-Amz-Expires=3600&X-Amz-Date=20261121T120000Z", NOON + 3600),
    "S3, lower case": ("x-amz-date=20261121T120000Z&x-amz-expires=60", NOON + 60),
    "Google": ("X-Goog-Date=20261121T120000Z&X-Goog-Expires=604800", NOON + 7 * DAY),
    "Volcano": ("X-Tos-Date=20261121T120000Z&X-Tos-Expires=86400", NOON + DAY),
    "OSS, version 4": ("x-oss-date=20261121T120000Z&x-oss-expires=259200", NOON + 3 * DAY),
    "OSS, a moment": (f"x-oss-expires={NOON:.0f}", NOON),
    "S3, version 2, and OSS": (f"OSSAccessKeyId=a&Expires={NOON:.0f}&Signature=b", NOON),
    "CloudFront": (f"Expires={NOON:.0f}&Key-Pair-Id=K", NOON),
    "milliseconds": (f"expires={NOON * 1000:.0f}", NOON),
    "a fraction": ("expires=1795262400.5", NOON),
    "Azure": ("st=2026-11-21T11%3A00%3A00Z&se=2026-11-21T12%3A00%3A00Z&sp=r&sig=a", NOON),
    "Azure, a day": ("se=2026-11-21", NOON - DAY / 2),
    "Azure, another zone": ("se=2026-11-21T14:00:00%2B02:00", NOON),
    "Tencent": (f"q-sign-time={NOON - 60:.0f};{NOON:.0f}&q-signature=a", NOON),
    "a short name": (f"e={NOON:.0f}&token=a", NOON),
    "none": ("", None),
    "a date alone": ("X-Amz-Date=20261121T120000Z", None),
    "seconds alone": ("X-Amz-Expires=86400", None),
    "no number": ("Expires=soon", None),
    "a count where a moment belongs": ("Expires=3600", None),
    "a broken date": ("X-Amz-Date=20261399T120000Z&X-Amz-Expires=60", None),
    "a negative count": ("X-Amz-Date=20261121T120000Z&X-Amz-Expires=-60", None),
    "a number without end": (f"Expires={'9' * 400}", None),
    "infinity": ("Expires=inf", None),
    "the end of the calendar": ("se=9999-12-31T23:59:59-23:00", None),
}


@pytest.mark.parametrize(("query", "moment"), SIGNED.values(), ids=SIGNED)
def test_a_signature_tells_when_its_link_dies(query, moment):
    assert expires_at(f"https://cdn.example/v.mp4?{query}") == moment


@pytest.mark.parametrize(
    "told",
    [{"expires_at": NOON}, {"expires_at": int(NOON)}, {"data": {"expires_at": str(int(NOON))}}],
    ids=["Sora", "whole", "wrapped"],
)
def test_an_answer_tells_it_where_the_url_does_not(told):
    assert expires_at("https://cdn.example/v.mp4", told) == NOON
    assert expires_at(f"https://cdn.example/v.mp4?Expires={NOON + 5:.0f}", told) == NOON + 5


@pytest.mark.parametrize(
    "told", [None, [], "x", {"expires_at": None}, {"expires_at": {}}, {"data": []}], ids=repr
)
def test_an_answer_without_it_tells_nothing(told):
    assert expires_at("https://cdn.example/v.mp4", told) is None


@given(st.text() | st.text(alphabet="expires=-X&Amzdate;0123456789TZ:%").map("https://h/?".__add__))
def test_any_url_is_read_or_says_nothing(url):
    moment = expires_at(url)
    assert moment is None or isinstance(moment, float)
