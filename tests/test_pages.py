"""Protects what is made of bodies that are no JSON: encodings, pages of proxies and edges, storage's XML."""

import gzip

import pytest

from cometplay.core.bodies import read
from cometplay.core.pages import page_of, text_of

CHINESE = "余额不足，请充值后再试"
FRENCH = "La requête a été refusée : modèle inconnu"

ENCODED = {
    "UTF-8": (CHINESE.encode(), "", CHINESE),
    "UTF-8 with a BOM": (CHINESE.encode("utf-8-sig"), "", CHINESE),
    "UTF-16 with a BOM": (CHINESE.encode("utf-16"), "", CHINESE),
    "GB18030, not said": (CHINESE.encode("gb18030"), "", CHINESE),
    "GB18030, traditional signs": ("餘額不足，請儲值".encode("gb18030"), "", "餘額不足，請儲值"),
    "GB2312, said": (CHINESE.encode("gb2312"), "text/html; charset=gb2312", CHINESE),
    "Latin-1, not said": (FRENCH.encode("latin-1"), "text/plain", FRENCH),
    "Latin-1, said": (FRENCH.encode("latin-1"), 'text/plain; charset="iso-8859-1"', FRENCH),
    "a charset that nobody knows": (CHINESE.encode(), "text/plain; charset=klingon", CHINESE),
    "a charset that is wrong": (CHINESE.encode(), "text/plain; charset=ascii", CHINESE),
    "still packed": (gzip.compress(CHINESE.encode()), "", CHINESE),
    "UTF-8, cut in a character": (CHINESE.encode()[:-1], "", CHINESE[:-1] + "�"),
}


@pytest.mark.parametrize(("body", "content_type", "text"), ENCODED.values(), ids=ENCODED)
def test_bytes_become_the_text_that_was_meant(body, content_type, text):
    assert text_of(body, content_type) == text


def test_what_only_begins_like_gzip_is_kept():
    assert "\x1f" in text_of(b"\x1f\x8b and nothing more")


CLOUDFLARE = """<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<html><head><title>gateway.example |
 524: A timeout occurred</title></head><body>
<span>Cloudflare Ray ID: <strong class="font-semibold">8f00c1d2e3f4a5b6</strong></span></body></html>"""

PAGES = {
    "Cloudflare": (CLOUDFLARE, "gateway.example | 524: A timeout occurred", "8f00c1d2e3f4a5b6"),
    "nginx": ("<html>\r\n<head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway", ""),
    "a heading only": ("<html><body><h1>Not <b>here</b></h1></body></html>", "Not here", ""),
    "after a comment": ("<!-- x -->\n<!DOCTYPE html><title>T</title>", "T", ""),
    "no words": ("<html></html>", "", ""),
}


@pytest.mark.parametrize(("text", "title", "ray_id"), PAGES.values(), ids=PAGES)
def test_a_page_tells_its_title_and_ray(text, title, ray_id):
    page = page_of(text)
    assert (page.title, page.ray_id) == (title, ray_id)


@pytest.mark.parametrize(
    "text", ["", "plain", "<Error><Code>x</Code></Error>", "{}", "a <html> later", "<p>hi"]
)
def test_other_text_is_no_page(text):
    assert page_of(text) is None


def test_the_ray_of_a_page_is_its_request_id():
    found = read(CLOUDFLARE.encode(), status=524)
    assert found.request_ids == ("8f00c1d2e3f4a5b6",)
    assert found.words == "gateway.example | 524: a timeout occurred"
    assert found.layers == ()


STORED = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Request has expired</Message><RequestId>5A9C0F</RequestId></Error>"""


def test_an_object_storages_refusal_is_an_error():
    found = read(STORED, (("content-type", "application/xml"),), status=403)
    assert (found.error.code, found.error.message) == ("AccessDenied", "Request has expired")
    assert found.codes == ("accessdenied",)
    assert found.request_ids == ("5A9C0F",)


def test_plain_text_is_an_error_only_where_the_status_says_so():
    assert read(b"upstream connect error", status=503).words == "upstream connect error"
    assert read(b"upstream connect error", status=200).layers == ()


@pytest.mark.parametrize("opening", ["<!-- ", "<html><title>", "<" * 9, "Ray ID: <", "<Error><Code>"])
def test_a_page_that_never_ends_is_read_in_time(opening):
    assert read((opening * 100_000).encode()).is_json is False
