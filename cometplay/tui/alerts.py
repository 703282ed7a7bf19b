"""A word for somebody who looks elsewhere: as the terminal's own notification, else its bell."""

from collections.abc import Mapping

from cometplay.core import plain
from cometplay.tui.terminals import terminal

BELL = "\a"


def alert(environ: Mapping[str, str], text: str) -> str:
    """What is written to the terminal. The text may be a server's: it is made harmless here."""
    form = terminal(environ).notice
    # a semicolon would part the text
    told = plain.line(text, 120).replace(";", ",")
    return BELL if form is None else form.value.format(told)
