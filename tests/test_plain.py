"""Protects the terminal: no text of a server moves the cursor, hides, turns around or breaks a line."""

import json
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cometplay.core import plain

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY = st.text(st.characters()) | st.text(
    st.sampled_from(f"ab\x00\x07\x08\t\n\v\f\r\x1b[31m\x7f\x85\x9b{BIDI}\u2028\u2029\ud800\udfffé漢👍")
)
SPELLED = {
    "ANSI colour": ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
    "a title set": ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
    "C1 control": ("\x9b2J", r"\x9b2J"),
    "next line": ("a\x85b", r"a\x85b"),
    "NUL": ("a\0b", r"a\x00b"),
    "backspace": ("a\bb", r"a\x08b"),
    "delete": ("a\x7fb", r"a\x7fb"),
    "a lone carriage return": ("safe\rfake", r"safe\x0dfake"),
    "vertical tab, form feed": ("a\vb\fc", r"a\x0bb\x0cc"),
    "right to left override": ("a\u202egpj.exe", r"a\u202egpj.exe"),
    "isolates": ("\u2066a\u2069", r"\u2066a\u2069"),
    "Arabic letter mark": ("\u061ca", r"\u061ca"),
    "line separator": ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    "half a pair": ("a\ud83d", r"a\ud83d"),
    "nothing to do": ("é 漢字 👍 [bold] \\x1b", "é 漢字 👍 [bold] \\x1b"),
}


@pytest.mark.parametrize(("text", "shown"), SPELLED.values(), ids=SPELLED)
def test_a_control_is_spelled_and_the_rest_stays(text, shown):
    assert plain.block(text) == shown
    assert plain.line(text) == shown


@pytest.mark.parametrize(
    ("text", "block", "line"),
    [
        ("a\nb", "a\nb", r"a\x0ab"),
        ("a\r\nb\r\n", "a\nb\n", r"a\x0d\x0ab\x0d\x0a"),
        ("a\tb", "a\tb", r"a\x09b"),
        ("\n\n", "\n\n", r"\x0a\x0a"),
        ("", "", ""),
    ],
    ids=["line break", "windows", "tab", "only breaks", "empty"],
)
def test_a_block_keeps_its_lines_and_tabs_and_a_line_spells_them(text, block, line):
    assert plain.block(text) == block
    assert plain.line(text) == line


def is_control(sign):
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in BIDI


@given(ANY)
def test_no_control_survives(text):
    assert not [sign for sign in plain.block(text) if is_control(sign) and sign not in "\n\t"]
    assert not [sign for sign in plain.line(text, 10_000) if is_control(sign)]


@given(ANY)
def test_what_is_shown_can_be_printed_and_shown_again_is_the_same(text):
    shown = plain.block(text)
    shown.encode()
    assert plain.block(shown) == shown


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])))
def test_harmless_text_is_not_touched(text):
    assert plain.block(text) == text
    assert plain.line(text, len(text) + 1) == text


@given(ANY, st.integers(1, 40))
def test_a_line_never_exceeds_its_limit_and_says_when_it_was_cut(text, limit):
    shown = plain.line(text, limit)
    whole = plain.line(text, 10_000)
    assert len(shown) <= limit
    assert shown == whole if len(whole) <= limit else shown == whole[: limit - 1] + "…"


@pytest.mark.parametrize(
    ("length", "shown"),
    [(199, "a" * 199), (200, "a" * 200), (201, "a" * 199 + "…"), (10**6, "a" * 199 + "…")],
)
def test_a_line_has_200_characters_at_most(length, shown):
    assert plain.line("a" * length) == shown


VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | ANY.map(lambda text: text.replace("\ud800", "").replace("\udfff", "")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3),
)


@given(VALUE, st.sampled_from([None, 2]))
def test_escaped_json_is_the_same_value_and_harmless(value, indent):
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    assume(not re.search("[\ud800-\udbff][\udc00-\udfff]", text))  # reading JSON joins such halves
    shown = plain.escaped_json(text)
    assert json.loads(shown) == json.loads(text)
    assert not [sign for sign in shown if is_control(sign) and sign not in "\n\t"]
