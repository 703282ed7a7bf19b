"""Protects what a person takes along: the copy is made both ways, and what is said of it is true."""

import base64
import threading

import pyperclip
import pytest
from playing import PATIENCE_S, RawServer, chat_saying, http
from textual.drivers.headless_driver import HeadlessDriver
from tui_playing import Playing, act

pytestmark = pytest.mark.slow  # a program of its own for each

SURROGATE = b'{"choices":[{"message":{"content":"a\\ud800b"},"finish_reason":"stop"}]}'


@pytest.fixture
def terminal(monkeypatch):
    """What the terminal is handed by OSC 52, decoded."""
    taken: list[str] = []

    def write(_: HeadlessDriver, data: str) -> None:
        if data.startswith("\x1b]52;c;"):
            taken.append(base64.b64decode(data[7:-1]).decode())

    monkeypatch.setattr(HeadlessDriver, "write", write)
    return taken


@pytest.fixture
def system(monkeypatch):
    """What the system's clipboard is handed."""
    taken: list[str] = []
    monkeypatch.setattr("pyperclip.copy", taken.append)
    return taken


def test_every_copy_goes_both_ways_and_whole(tmp_path, terminal, system):
    async def copy(here: Playing) -> None:
        await here.send()
        for key, what in (
            ("f9", "The code (curl, minimal)"),
            ("ctrl+r", "The request id"),
            ("alt+c", "Output"),
        ):
            before = len(system)
            await here.press(key)
            await here.until(lambda what=what: what in here.said)
            assert f"{what}" in here.said
            assert "is on the system clipboard" in here.said
            assert len(system) == before + 1
        assert system == terminal
        assert system[0].startswith("curl")
        assert here.lab.base_url() in system[0]
        assert system[1] == here.run.request_ids[0]
        assert system[2] == here.run.output

    act(copy, tmp_path)


def broken(_: str) -> None:
    raise pyperclip.PyperclipException("no xclip")


def hanging(_: str) -> None:
    NEVER.wait(PATIENCE_S)


NEVER = threading.Event()
FAULTS = {
    "there is no tool": (broken, "this system has no clipboard tool"),
    "the tool hangs": (hanging, "the system clipboard does not answer"),
}


@pytest.mark.parametrize(("copy", "word"), FAULTS.values(), ids=FAULTS.keys())
def test_the_message_says_what_did_not_work(tmp_path, monkeypatch, terminal, copy, word):
    monkeypatch.setattr("pyperclip.copy", copy)
    monkeypatch.setattr("cometplay.tui.clipboard.LIMIT_S", 0.01)

    async def try_it(here: Playing) -> None:
        await here.press("alt+c", "ctrl+r")
        assert "There is nothing to copy yet" in here.said
        assert terminal == []
        await here.press("f9")
        await here.until(lambda: "The code (curl" in here.said)
        assert f"handed to the terminal (OSC 52), which may not take it; {word}" in here.said
        assert terminal[0].startswith("curl")

    try:
        act(try_it, tmp_path, size=(140, 40))
    finally:
        NEVER.set()
        NEVER.clear()


def test_saving_keeps_every_file_and_says_where(tmp_path, system):
    folder = tmp_path / "new" / "place"

    async def save(here: Playing) -> None:
        await here.send()
        for number in (1, 2):
            await here.press("f12")
            assert f"cometplay-output-{number}.txt" in here.said.replace(" ", "")
        await here.show("Raw")
        await here.press("f12")

    act(save, folder, size=(140, 40))
    first, second = (folder / f"cometplay-output-{number}.txt" for number in (1, 2))
    assert first.read_text() == second.read_text() != ""
    assert '"choices"' in (folder / "cometplay-raw-1.txt").read_text()
    assert system == []


def test_a_place_that_cannot_be_written_is_one_message(tmp_path):
    (tmp_path / "file").write_text("")

    async def save(here: Playing) -> None:
        await here.press("f12")
        assert "Not saved in" in here.said
        assert "Not a directory" in here.said

    act(save, tmp_path / "file" / "folder", size=(140, 40))


def test_half_a_character_can_be_copied_and_saved(tmp_path, terminal, system):
    """JSON may hold a lone surrogate, which no encoding takes."""
    with RawServer(lambda _: http(200, SURROGATE)) as server:

        async def take(here: Playing) -> None:
            await here.send()
            await here.press("alt+c")
            await here.until(lambda: "Output, whole, is" in here.said)
            await here.press("f12")
            assert "Saved" in here.said

        act(take, tmp_path, live=server.connection(), size=(140, 40))
    assert [text[0] + text[-1] for text in (*system, *terminal)] == ["ab", "ab"]
    assert (tmp_path / "cometplay-output-1.txt").read_bytes()[:1] == b"a"


def test_controls_are_copied_as_they_came(tmp_path, terminal, system):
    text = "a\x1b[31m\x00[red]\u202e\r\nb"
    with RawServer(lambda _: http(200, chat_saying(text))) as server:

        async def take(here: Playing) -> None:
            await here.send()
            await here.press("alt+c", "f12")
            await here.until(lambda: "Output, whole, is" in here.said)

        act(take, tmp_path, live=server.connection())
    assert system == terminal == [text]
    assert (tmp_path / "cometplay-output-1.txt").read_bytes() == text.encode()
