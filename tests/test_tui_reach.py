"""Protects the three ways to everything: a key, a place for the mouse, a line in the palette."""

import pytest
from tui_playing import Playing, act

from cometplay.core.drafts import Kind
from cometplay.tui.actions import ACTIONS, key_name
from cometplay.tui.views import View

pytestmark = pytest.mark.slow  # a program of its own for each


@pytest.fixture(autouse=True)
def a_clipboard_of_our_own(monkeypatch):
    """No test touches the clipboard of the machine."""
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    return copied


async def palette(here: Playing) -> str:
    """All that the palette offers, with its help."""
    await here.press("ctrl+p")
    await here.until(lambda: "Save view" in here.text)
    await here.pause()
    shown = here.text
    await here.press("escape")
    return shown


async def click_press(here: Playing, place: str, number: int) -> None:
    """Clicks one of the places for the mouse in a line."""
    region = here.app.screen.query(f"{place} Press")[number].region
    assert await here.pilot.click(offset=(region.x + 1, region.y))
    await here.pause()


def test_the_palette_offers_what_is_possible(tmp_path):
    async def look(here: Playing) -> None:
        first = await palette(here)
        await here.open(Kind.IMAGE)
        here.set_scene("image.response-format")
        await here.send()
        failed = await palette(here)
        here.set_scene("http.rate-limited")
        await here.send()
        waiting = await palette(here)
        await here.press("escape")
        here.set_scene("")
        await here.send()
        await here.until(lambda: here.sheet.has_file)
        made = await palette(here)
        await here.open(Kind.VIDEO)
        await here.send()
        await here.poll(1)
        watched = await palette(here)
        await here.press("alt+k")
        left = await palette(here)
        offered = first + failed + waiting + made + watched + left
        for action in (action for action in ACTIONS if action.name not in {"answer_call", "second"}):
            name = f"{action.title} ({key_name(action.key)})"
            assert name in offered, name
            assert action.help in offered, name
        assert "Apply fix" not in first
        assert "Do not repeat" not in first
        assert "Do not repeat" in waiting
        assert "Apply fix" not in waiting

    act(look, tmp_path, size=(140, 110), holds=True)


def test_a_command_is_found_by_typing_and_runs(tmp_path):
    async def type_it(here: Playing) -> None:
        await here.press("ctrl+p", *"video")
        await here.until(lambda: "Go to the video tab" in here.text)
        await here.press("enter")
        await here.until(lambda: here.sheet.kind is Kind.VIDEO)
        await here.until(lambda: here.play.query("#size") and here.widget("#size").size.height)
        assert "[Video]" in here.see("#tabs")

    act(type_it, tmp_path, size=(80, 24))


def test_the_mouse_reaches_tabs_target_and_scenario(tmp_path):
    async def click(here: Playing) -> None:
        for kind, column in ((Kind.IMAGE, 8), (Kind.VIDEO, 15), (Kind.TEXT, 2)):
            await here.click("#tabs", (column, 0))
            await here.until(lambda kind=kind: here.sheet.kind is kind)
            await here.pause()
            assert f"[{kind.value.capitalize()}]" in here.see("#tabs")
        await here.click("#target")
        assert "LIVE api.cometapi.com" in " ".join(here.see("#topbar").split())
        await here.click("#address")
        assert "LAB" in here.see("#topbar")
        await here.click("#scenario")
        assert "Scenarios for text" in here.text
        await here.click("#found", (4, 3))
        await here.until(lambda: here.app.screen is here.play)
        await here.pause()
        assert here.sheet.scenario in here.see("#scenario")
        assert here.sheet.scenario

    act(click, tmp_path, size=(140, 40))


def test_the_mouse_sends_looks_copies_and_saves(tmp_path, a_clipboard_of_our_own):
    async def click(here: Playing) -> None:
        await here.click("#send")
        await here.settle(0)
        assert "text.ok" in here.see("#diagnosis")
        column = 0
        for view in View:
            await here.click("#views", (column + 1, 0))
            assert f"[{view}]" in here.see("#views")
            column += len(view) + 2
        await here.until(lambda: "curl" in here.see("#view"))
        await here.click("#copy-id")
        await here.until(lambda: "The request id is on the system clipboard" in here.said)
        here.app.clear_notifications()
        await here.until(lambda: not here.said)
        await here.pause()
        await click_press(here, "#figures", 0)
        await here.until(lambda: "Code, whole, is on the system clipboard" in here.said)
        here.app.clear_notifications()
        await here.until(lambda: not here.said)
        await here.pause()
        await click_press(here, "#figures", 1)
        await here.until(lambda: "Saved" in here.said)
        assert a_clipboard_of_our_own[0] == here.run.request_ids[0]
        assert a_clipboard_of_our_own[1].startswith("curl")
        assert [path.suffix for path in tmp_path.glob("cometplay-code-*")] == [".sh"]

    act(click, tmp_path, size=(140, 40))


def test_the_mouse_answers_a_question(tmp_path):
    async def click(here: Playing) -> None:
        here.set_scene("text.truncated")
        await here.send()
        await here.click("#apply")
        assert "send it like this" in here.text
        await click_press(here, "#answers", 1)
        assert here.app.screen is here.play
        assert len(here.sheet.runs) == 1
        await here.click("#apply")
        await click_press(here, "#answers", 0)
        await here.settle(1)
        assert "text.ok" in here.see("#diagnosis")

    act(click, tmp_path, size=(140, 40))
