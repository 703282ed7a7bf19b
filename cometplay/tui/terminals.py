"""Which terminal this is, told by its environment, and what it can do: draw pictures, and notify."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Graphics(Enum):
    """The ways of drawing a picture, the finest first."""

    TGP = "kitty's graphics protocol"
    SIXEL = "sixel"
    HALF_BLOCKS = "half blocks"


class Notice(Enum):
    """The sequences that terminals make a desktop notification of; `{}` is the text."""

    OSC_9 = "\x1b]9;CometPlay: {}\x1b\\"
    OSC_777 = "\x1b]777;notify;CometPlay;{}\x1b\\"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal: the variable that it sets, how its value begins, and what it can do."""

    variable: str
    begins: str
    graphics: Graphics = Graphics.HALF_BLOCKS
    notice: Notice | None = None


TERMINALS = (
    Terminal("TERM", "xterm-kitty", Graphics.TGP, Notice.OSC_9),
    Terminal("TERM", "xterm-ghostty", Graphics.TGP, Notice.OSC_9),
    Terminal("TERM", "foot", Graphics.SIXEL, Notice.OSC_777),
    Terminal("TERM", "mlterm", Graphics.SIXEL),
    Terminal("TERM", "rxvt-unicode", notice=Notice.OSC_777),
    Terminal("TERM_PROGRAM", "WezTerm", Graphics.SIXEL, Notice.OSC_9),
    Terminal("TERM_PROGRAM", "iTerm.app", Graphics.SIXEL, Notice.OSC_9),
    Terminal("TERM_PROGRAM", "contour", Graphics.SIXEL),
    Terminal("TERM_PROGRAM", "ghostty", notice=Notice.OSC_9),
)
UNKNOWN = Terminal("", "")

_MULTIPLEXERS = ("TMUX", "STY", "ZELLIJ")
"""They keep what only the outer terminal understands to themselves: its graphics, its notifications."""


def terminal(environ: Mapping[str, str]) -> Terminal:
    """The terminal of this environment; an unknown one, which can do the least, inside of a multiplexer."""
    if any(environ.get(name) for name in _MULTIPLEXERS):
        return UNKNOWN
    fitting = (each for each in TERMINALS if environ.get(each.variable, "").startswith(each.begins))
    return next(fitting, UNKNOWN)
