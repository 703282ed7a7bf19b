"""Protects compressed answers: a whole one comes out whole, and half of one never passes for a whole."""

import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.gateway.decoding import Decoder, TruncatedError

PLAIN = '{"choices":[{"message":{"content":"Hello é 漢"}}]}'.encode()
PACKED = {"gzip": gzip.compress(PLAIN, mtime=0), "deflate": zlib.compress(PLAIN)}
NAMES = [
    ("gzip", "gzip"),
    ("x-gzip", "gzip"),
    (" GZip ", "gzip"),
    ("deflate", "deflate"),
    ("Deflate", "deflate"),
]


def decoded(encoding, *pieces):
    decoder = Decoder(encoding)
    plain = b"".join([decoder.feed(piece) for piece in pieces])
    decoder.finish()
    return plain


def single(data):
    return [data[place : place + 1] for place in range(len(data))]


@pytest.mark.parametrize(("name", "packed"), NAMES)
def test_a_packed_answer_is_unpacked_whole_or_byte_by_byte(name, packed):
    assert decoded(name, PACKED[packed]) == PLAIN
    assert decoded(name, *single(PACKED[packed])) == PLAIN
    assert decoded(name, b"", *single(PACKED[packed]), b"") == PLAIN


@pytest.mark.parametrize("name", ["", "identity", "br", "zstd", "gzip, br"])
def test_any_other_encoding_stays_as_it_came(name):
    assert decoded(name, PACKED["gzip"]) == PACKED["gzip"]


@pytest.mark.parametrize("bytewise", [False, True], ids=["at once", "byte by byte"])
@pytest.mark.parametrize("name", PACKED)
def test_cut_at_any_byte_it_is_told_as_cut(name, bytewise):
    for cut in range(1, len(PACKED[name])):
        piece = PACKED[name][:cut]
        with pytest.raises(TruncatedError, match="ends early"):
            decoded(name, *(single(piece) if bytewise else [piece]))


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("pieces", [(), (b"",), (b"", b"")])
def test_an_empty_answer_is_empty_and_not_cut(name, pieces):
    assert decoded(name, *pieces) == b""


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize(
    "body",
    [
        b'{"error":{"message":"no"}}',
        b"<html>502</html>",
        b"xyz begins like zlib",
        b"\x1f not gzip",
        b"x\x00",
        b"\x00\x00",
    ],
    ids=["json", "html", "x", "gzip's first byte", "zlib's first byte", "zeros"],
)
def test_what_is_not_packed_although_the_header_says_so_stays_as_it_came(name, body):
    assert decoded(name, body) == body
    assert decoded(name, *single(body)) == body
    assert decoded(name, body[:1], body[1:], b"more") == body + b"more"


@pytest.mark.parametrize("name", PACKED)
def test_damage_after_the_head_is_told_and_never_passed_on_as_whole(name):
    for place in range(12, len(PACKED[name])):
        broken = bytearray(PACKED[name])
        broken[place] ^= 0xFF
        with pytest.raises(TruncatedError):
            decoded(name, bytes(broken))


def test_damage_behind_a_good_beginning_is_told():
    data = gzip.compress(bytes(range(256)) * 200, mtime=0)
    with pytest.raises(TruncatedError):
        decoded("gzip", data[:200], b"\xff" * (len(data) - 200))


@given(
    st.binary(min_size=2, max_size=200),
    st.lists(st.integers(0, 200), max_size=5),
    st.sampled_from(["gzip", "deflate"]),
)
def test_cut_into_any_pieces_the_answer_is_the_same(plain, cuts, name):
    data = gzip.compress(plain, mtime=0) if name == "gzip" else zlib.compress(plain)
    places = [0, *sorted(cuts), len(data)]
    assert decoded(name, *(data[begin:end] for begin, end in itertools.pairwise(places))) == plain
