"""Protects what is large: read without holding the screen up, and told by its length."""

import json

import pytest

from cometplay.core import jsons
from cometplay.tui.eliding import elided
from cometplay.tui.opening import NotOpenedError, command

B64 = "iVBORw0KGgoAAAANSUhEUgAAAGAAAABg" * 40_000


@pytest.mark.parametrize(
    "value",
    [
        {"data": [{"b64_json": B64 * 4, "revised_prompt": 'a "b" \\'}], "created": 1},
        {"a\\": B64 * 4, "b": ["\\\\", B64, {"c": B64 * 3 + "\n"}]},
        {"long": B64 * 4, "taken": "\0long 0"},
        [B64 * 2, B64 * 2, None, True, 1.5],
    ],
)
def test_a_large_answer_is_read_as_any_other(value):
    text = json.dumps(value)
    assert len(text) > jsons.LARGE
    assert jsons.parse(text) == value


@pytest.mark.parametrize("text", ['{"a": "' + B64 * 4, '{"a": "' + B64 * 4 + '"', B64 * 4])
def test_a_large_answer_that_is_cut_is_no_json(text):
    with pytest.raises(ValueError, match=r"."):
        jsons.parse(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f'{{"b64_json":"{B64}"}}', f'{{"b64_json":"{B64[:24]}… (1,280,000 characters of base64)"}}'),
        (f"{B64[:400]}\nmore", f"{B64[:24]}… (400 characters of base64)\nmore"),
        (
            f'"data:image/png;base64,{B64[:999]}=" x',
            f'"data:image/png;base64,{B64[:24]}… (1,000 characters of base64)" x',
        ),
        ("a" * 500, "a" * 500),
        ('{"prompt": "words and words"}', '{"prompt": "words and words"}'),
    ],
    ids=["json", "bare", "data uri", "letters alone", "words"],
)
def test_base64_is_told_by_its_beginning_and_its_length(text, shown):
    assert elided(text, 40_000) == shown


def test_no_more_is_read_than_is_shown():
    assert len(elided("word " * 1_000_000, 40_000)) < 200_000


@pytest.mark.parametrize(
    ("platform", "environ", "found", "told"),
    [
        ("linux", {"DISPLAY": ":0"}, "/usr/bin/xdg-open", "/usr/bin/xdg-open"),
        ("linux", {"WAYLAND_DISPLAY": "w"}, "/usr/bin/xdg-open", "/usr/bin/xdg-open"),
        ("linux", {"DISPLAY": ":10", "SSH_TTY": "/dev/pts/0"}, "/usr/bin/xdg-open", "/usr/bin/xdg-open"),
        ("darwin", {}, None, "open"),
    ],
)
def test_a_file_is_opened_by_what_the_system_has(platform, environ, found, told):
    assert command(platform, environ, lambda _: found) == told


@pytest.mark.parametrize(
    ("platform", "environ", "why"),
    [
        ("linux", {}, "no display"),
        ("linux", {"SSH_CONNECTION": "1"}, "another machine"),
        ("darwin", {"SSH_TTY": "/dev/ttys0"}, "another machine"),
        ("linux", {"DISPLAY": ":0"}, "no xdg-open"),
    ],
)
def test_where_nothing_can_be_opened_it_is_told_why(platform, environ, why):
    with pytest.raises(NotOpenedError, match=why):
        command(platform, environ, lambda _: None)
