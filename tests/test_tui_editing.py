"""Protects the way into a person's own editor: it gets the terminal, and gives it back."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playing import PATIENCE_S
from tui_playing import Playing, act

import cometplay
from cometplay.tui.editing import NotEditedError, edit, editor

ROOT = Path(cometplay.__file__).parents[1]


def there(program):
    return f"/usr/bin/{program}" if program in ("vi", "code") else None


@pytest.mark.parametrize(
    ("wanted", "command"),
    [("vi", ["/usr/bin/vi"]), ("code --wait -g 'a b'", ["/usr/bin/code", "--wait", "-g", "a b"])],
)
def test_an_editor_may_have_options(wanted, command):
    assert editor({"EDITOR": wanted}, there) == command


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({}, "EDITOR is not set"),
        ({"EDITOR": " "}, "EDITOR is not set"),
        ({"EDITOR": "emax"}, "EDITOR names emax, and there is no such program"),
        ({"EDITOR": "vi 'a"}, "EDITOR is no command"),
    ],
)
def test_what_is_no_editor_is_told_in_a_clause(environ, why):
    with pytest.raises(NotEditedError, match=why):
        editor(environ, there)


@pytest.mark.slow
def test_an_editor_that_fails_is_told(tmp_path):
    assert edit([shutil.which("false") or ""], tmp_path) == "false gave up with 1"
    assert "cannot be started" in edit([str(tmp_path / "gone")], tmp_path)


@pytest.mark.slow
def test_without_an_editor_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv("EDITOR", raising=False)

    async def ask(here: Playing) -> None:
        await here.show("Code")
        await here.press("alt+shift+e")
        await here.until(lambda: "EDITOR is not set" in here.said)
        assert not [*tmp_path.glob("cometplay-code-*")]

    act(ask, tmp_path, size=(140, 40))


@pytest.mark.slow
def test_a_terminal_that_cannot_be_lent_is_told_and_the_file_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("EDITOR", "true")

    async def ask(here: Playing) -> None:
        await here.show("Code")
        await here.click("#edit")
        await here.until(lambda: "cannot be lent to an editor" in here.said)
        assert (tmp_path / "cometplay-code-1.sh").read_text().startswith("curl")

    act(ask, tmp_path, size=(140, 40))


EDITOR = """#!/bin/sh
tty < /dev/tty > /dev/null || exit 3
printf 'in the editor now\\n'
read line
echo "# $line" >> "$1"
"""


@pytest.mark.slow
def test_the_editor_gets_the_terminal_and_gives_it_back(tmp_path):
    program = tmp_path / "editor"
    program.write_text(EDITOR)
    program.chmod(0o755)
    tmux = [shutil.which("tmux") or "", "-L", f"cometplay-{tmp_path.name}", "-f", "/dev/null"]
    assert tmux[0], "this test needs tmux"
    folder = tmp_path / "downloads"
    setting = {"EDITOR": program, "PYTHONPATH": ROOT, "XDG_DOWNLOAD_DIR": folder, "HOME": tmp_path}
    words = ["env", *(f"{name}={value}" for name, value in setting.items())]
    command = shlex.join([*words, sys.executable, "-m", "cometplay", "--target", "lab"])

    def seen(word):
        shown = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True)
        return word in shown.stdout

    def until(condition):
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, subprocess.run([*tmux, "capture-pane", "-p"], check=False)
            time.sleep(0.02)

    def press(*keys):
        subprocess.run([*tmux, "send-keys", *keys], check=True)

    environ = {name: value for name, value in os.environ.items() if name != "TMUX"}
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", command], check=True, env=environ)
    try:
        until(lambda: seen("Send"))
        press("M-E")
        until(lambda: seen("in the editor now"))
        assert not seen("Compose")
        press("checked", "Enter")
        until(lambda: seen("Compose"))
        (path,) = folder.rglob("cometplay-code-*.sh")
        press("M-E")
        until(lambda: seen("in the editor now"))
        press("C-c")
        until(lambda: seen("Compose"))
        assert path.read_text().startswith("curl")
        assert path.read_text().endswith("# checked\n")
        press("C-q")
        until(lambda: subprocess.run([*tmux, "has-session"], capture_output=True, check=False).returncode)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
