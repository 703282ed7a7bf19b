"""A word for somebody who looks elsewhere: as the terminal's own notification, else its bell."""

from collections.abc import Mapping
from enum import Enum

from cometplay.core import plain
from cometplay.tui import terminals

BELL = "\a"


class Notice(Enum):
    """The sequences that terminals make a desktop notification of; `{}` is the text."""

    OSC_9 = "\x1b]9;CometPlay: {}\x1b\\"
    OSC_777 = "\x1b]777;notify;CometPlay;{}\x1b\\"


_KNOWN: tuple[tuple[str, str, Notice], ...] = (
    ("TERM", "xterm-kitty", Notice.OSC_9),
    ("TERM", "xterm-ghostty", Notice.OSC_9),
    ("TERM", "foot", Notice.OSC_777),
    ("TERM", "rxvt-unicode", Notice.OSC_777),
    ("TERM_PROGRAM", "iTerm.app", Notice.OSC_9),
    ("TERM_PROGRAM", "WezTerm", Notice.OSC_9),
    ("TERM_PROGRAM", "ghostty", Notice.OSC_9),
)
"""Variable, how its value begins, and what the terminal that sets it understands."""


def alert(environ: Mapping[str, str], text: str) -> str:
    """What is written to the terminal. The text may be a server's: it is made harmless here."""
    form = terminals.known(environ, _KNOWN)
    # a semicolon would part the text
    told = plain.line(text, 120).replace(";", ",")
    return BELL if form is None else form.value.format(told)
