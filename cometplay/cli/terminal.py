"""No command: the terminal program, where there is a terminal that can show it."""

import codecs
import os
import sys
from dataclasses import replace
from pathlib import Path

import platformdirs

from cometplay.cli import settings
from cometplay.cli.output import UsageError, tell, warn
from cometplay.cli.settings import Settings
from cometplay.core.connection import Target
from cometplay.tui import interpreter
from cometplay.tui.habits import USUAL, Habit
from cometplay.tui.outset import Outset


def terminal(target: str | None, habits: frozenset[Habit] = USUAL) -> int:
    """Opens the terminal program. Raises UsageError when this is no place for it."""
    _check_terminal()
    interpreter.prepare()
    known = settings.load()
    outset = replace(_outset(target, known), habits=habits, drawn=interpreter.settle)
    from cometplay.tui.app import CometPlay

    last_word = CometPlay(outset).run()
    if last_word:
        tell(last_word)
    return 0


def _check_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("standard input is not a terminal; `cometplay send` works without one")
    if not sys.stdout.isatty():
        raise UsageError("standard output is not a terminal; `cometplay send` works without one")
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise UsageError("this terminal cannot draw (TERM=dumb); use `cometplay send`, or set TERM")
    encoding = sys.stdout.encoding or "ascii"
    if codecs.lookup(encoding).name != "utf-8":
        raise UsageError(f"this terminal's encoding is {encoding}, not UTF-8; set LANG=C.UTF-8")


def _outset(target: str | None, known: Settings) -> Outset:
    folder = Path(platformdirs.user_downloads_path())
    live = settings.live(known)
    if target in (None, Target.LAB.value):
        if known.fault:
            warn(known.fault)
        return Outset(live, on_live=target is None and known.key is not None, folder=folder)
    known = known.checked()
    if target == Target.LIVE.value:
        return Outset(live, on_live=True, folder=folder)
    connection = settings.url_connection(target, known, send_key=False)
    offered = known.key if connection.withheld else None
    return Outset(connection, on_live=True, folder=folder, offered=offered)
