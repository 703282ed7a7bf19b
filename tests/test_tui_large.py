"""Protects the screen and the person from a large answer: a part is shown, and the whole is kept."""

import json

import pytest
from playing import RawServer, chat_saying, http
from tui_playing import Playing, act

from cometplay.tui.views import MOST_CHARACTERS

pytestmark = pytest.mark.slow

ONE_LINE = "QUJD" * 330_000
MANY_LINES = json.dumps(
    chat_saying("Hi") | {"rows": [{"n": n, "text": "x" * 40} for n in range(70_000)]}, indent=1
)
BODIES = {
    "5 MB of JSON": MANY_LINES,
    "one line of 1.3 MB": json.dumps(chat_saying("Hi") | {"picture": ONE_LINE}),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_raw_shows_a_part_and_says_so_and_gives_the_whole(body, tmp_path, monkeypatch):
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    with RawServer(lambda _: http(200, body)) as server:

        async def take(here: Playing) -> None:
            await here.send()
            assert "Hi" in here.see("#view")
            assert "A part of" not in here.see("#figures")
            await here.show("Raw")
            shown = here.widget("#text").text
            assert 0 < len(shown) <= MOST_CHARACTERS + 1000
            assert shown[:40] == body[:40]
            assert "A part of" in " ".join(here.see("#figures").split())
            await here.press("alt+c", "f12")
            await here.until(lambda: "Raw, whole, is" in here.said)

        act(take, tmp_path, live=server.connection(), size=(140, 40))
    assert copied == [body]
    assert (tmp_path / "cometplay-raw-1.txt").read_text() == body


def test_a_long_output_is_shown_and_copied_whole(tmp_path, monkeypatch):
    text = "word " * 40_000
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    with RawServer(lambda _: http(200, chat_saying(text))) as server:

        async def take(here: Playing) -> None:
            await here.send()
            assert here.widget("#text").text == text
            assert "A part of" not in here.see("#figures")
            await here.press("alt+c")
            await here.until(lambda: "Output, whole, is" in here.said)

        act(take, tmp_path, live=server.connection(), size=(140, 40))
    assert copied == [text]
