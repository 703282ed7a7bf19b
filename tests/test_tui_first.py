"""Protects the first minute: the program opens without a key, says what to press, and that works."""

import asyncio
import os
import pty
import subprocess
import sys
from contextlib import ExitStack

import pytest
from playing import PATIENCE_S
from tui_playing import playing, squeezed

from cometplay.tui.app import CometPlay

FITTING = {"TERM": "xterm-256color", "PYTHONUTF8": "1"}
NO_UTF8 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
UNFIT = {
    "standard input is no terminal": (("stdout",), FITTING, "standard input is not a terminal"),
    "standard output is no terminal": (("stdin",), FITTING, "standard output is not a terminal"),
    "a terminal that cannot draw": (("stdin", "stdout"), FITTING | {"TERM": "dumb"}, "TERM=dumb"),
    "a terminal without a name": (("stdin", "stdout"), FITTING | {"TERM": ""}, "TERM"),
    "a terminal without UTF-8": (("stdin", "stdout"), FITTING | NO_UTF8, "not UTF-8"),
}


def test_the_first_send_needs_no_typing_and_no_key(tmp_path):
    async def first_minute() -> None:
        async with playing(tmp_path) as here:
            assert "CometPlay [Text] Image  Video" in here.see("#topbar")
            assert "LAB" in here.see("#topbar")
            assert "Sayhelloinoneshortsentence." in squeezed(here.see("#prompt"))
            assert "Ready. ^s sends this text request" in here.see("#timeline")
            assert "^s  sends the request" in here.see("#diagnosis")
            assert "^o  chooses a failure to play" in here.see("#diagnosis")
            await here.until(lambda: here.app.focused and here.app.focused.id == "prompt")
            await here.press("ctrl+s")  # it may be pressed before the lab is up
            await here.settle(0)
            assert "✓ OK" in here.see("#diagnosis")
            assert "text.ok" in here.see("#diagnosis")
            assert "You wrote “Say hello in one short sentence”" in here.see("#view")
            assert "Ready" not in here.see("#timeline")

    asyncio.run(first_minute())


def test_what_is_typed_first_goes_into_the_prompt(tmp_path):
    async def type_and_send() -> None:
        async with playing(tmp_path, size=(100, 30)) as here:
            await here.until(lambda: here.app.focused)
            await here.press("N", "o", "w", " ", "ctrl+s")
            await here.settle(0)
            assert "Now Say hello" in here.see("#view")

    asyncio.run(type_and_send())


def test_what_is_typed_before_there_is_a_screen_waits_for_the_prompt(tmp_path, monkeypatch):
    class Hasty(CometPlay):
        def on_load(self) -> None:
            for key in ("N", "o", "w", "space"):
                self.simulate_key(key)

    monkeypatch.setattr("tui_playing.CometPlay", Hasty)

    async def look() -> None:
        async with playing(tmp_path) as here:
            assert "NowSayhello" in squeezed(here.see("#prompt"))

    asyncio.run(look())


@pytest.mark.parametrize(("terminals", "setting", "word"), UNFIT.values(), ids=UNFIT.keys())
def test_where_it_cannot_be_shown_it_says_so_in_one_line(terminals, setting, word):
    with ExitStack() as stack:
        master, slave = pty.openpty()
        stack.callback(os.close, master)
        stack.callback(os.close, slave)
        streams = {name: slave if name in terminals else subprocess.PIPE for name in ("stdin", "stdout")}
        said = subprocess.run(
            [sys.executable, "-m", "cometplay"],
            env={name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"} | setting,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_S,
            check=False,
            **streams,
        )
    assert said.returncode == 2
    line = said.stderr.decode()
    assert word in line
    assert line.count("\n") == 1
    assert line.endswith("\n")
