"""Protects the comparison of a prompt with what a model made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.rewritten import LONGEST, passages


def marked(old, new):
    return "".join(f"[{part.text}]" if part.new else part.text for part in passages(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("A cat", "A cat", "A cat"),
        ("A cat", "A fluffy cat", "A [fluffy ]cat"),
        ("a Cat", "A cat.", "A cat[.]"),
        ("", "A cat", "[A cat]"),
        ("A cat and a dog", "A dog", "A dog"),
        ("一只猫", "一只黑色的猫", "一只[黑色的]猫"),
    ],
)
def test_only_what_is_new_is_marked(old, new, expected):
    assert marked(old, new) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_sign_of_the_new_text_is_lost(old, new):
    assert "".join(part.text for part in passages(old, new)) == new


def test_a_book_is_not_compared():
    book = "word " * LONGEST
    assert [part.new for part in passages("word", book)] == [False]
