"""Protects who looks elsewhere: told in the way that the terminal has, and never with a server's controls."""

import pytest

from cometplay.tui.alerts import alert

NINE, SEVEN = (
    "\x1b]9;CometPlay: veo3-fast: succeeded\x1b\\",
    "\x1b]777;notify;CometPlay;veo3-fast: succeeded\x1b\\",
)
TERMINALS = {
    "kitty": ({"TERM": "xterm-kitty"}, NINE),
    "iTerm2": ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, NINE),
    "foot": ({"TERM": "foot-extra"}, SEVEN),
    "urxvt": ({"TERM": "rxvt-unicode-256color"}, SEVEN),
    "any other": ({"TERM": "xterm-256color"}, "\a"),
    "kitty with tmux in it": ({"TERM": "tmux-256color", "TMUX": "/tmp/x", "TERM_PROGRAM": "WezTerm"}, "\a"),
    "nothing known": ({}, "\a"),
}


@pytest.mark.parametrize(("environ", "sequence"), TERMINALS.values(), ids=TERMINALS.keys())
def test_each_terminal_gets_what_it_understands(environ, sequence):
    assert alert(environ, "veo3-fast: succeeded") == sequence


def test_what_a_server_said_ends_no_sequence():
    told = alert({"TERM": "xterm-kitty"}, "a\x1b\\\x07; b\x9c\n")
    assert told.startswith("\x1b]9;")
    assert told.endswith("\x1b\\")
    assert not set(told[4:-2]) & set("\x1b\x07\x9c\n;")
