"""Protects every size of terminal: all is there, nothing overlaps, and a resize loses nothing."""

import pytest
from tui_playing import Playing, act

from cometplay.core.drafts import Kind
from cometplay.tui.actions import ACTIONS, key_name

pytestmark = pytest.mark.slow

SIZES = ((80, 24), (100, 30), (140, 40), (200, 60))
USUAL = ((80, 24), (140, 40))
sizes = pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[] if size in USUAL else pytest.mark.slow) for size in SIZES], ids=str
)


def inside(here: Playing, *selectors: str) -> None:
    """Each stands wholly on the screen, and none covers another."""
    regions = [here.widget(selector).region for selector in selectors]
    screen = here.app.screen.region
    for selector, region in zip(selectors, regions, strict=True):
        assert region.area, f"{selector} has no room"
        assert screen.contains_region(region), f"{selector} leaves the screen"
        others = [other for other in regions if other is not region]
        assert not any(region.overlaps(other) for other in others), f"{selector} is overlapped"


@sizes
def test_everything_needed_fits(size, tmp_path):
    async def look(here: Playing) -> None:
        for kind in Kind:
            await here.open(kind)
            inside(here, "#topbar", "#composer", "#middle", "KeyBar")
            inside(here, "#timeline", "#views", "#view", "#figures")
            assert f"[{kind.value.capitalize()}]" in here.see("#tabs")
            assert here.see("#prompt").strip()
            assert "Send ^s" in here.see("#send") or "^s Send" in here.see("KeyBar")
            assert "[Output] Raw  Headers  Request  Code" in here.see("#views")
        assert "F1 Help" in here.see("KeyBar")
        if size[0] >= 100:
            inside(here, "#composer", "#middle", "#diagnosis")

    act(look, tmp_path, size=size)


@sizes
def test_a_failure_is_told_and_the_panel_gives_way(size, tmp_path):
    async def fail(here: Playing) -> None:
        here.set_scene("http.auth-invalid")
        await here.send()
        assert "● HARD" in here.see("#diagnosis")
        assert "http.auth-invalid" in here.see("#diagnosis")
        assert "401 in" in here.see("#timeline") or size[0] < 100
        await here.press("escape")
        drawer = size[0] < 100
        assert bool(here.widget("#diagnosis").region.area) is not drawer
        assert "401 in" in here.see("#timeline")
        await here.press("ctrl+g")
        assert "http.auth-invalid" in here.see("#diagnosis")
        assert here.app.focused.id == "diagnosis"

    act(fail, tmp_path, size=size)


def test_the_drawer_of_a_failure_stands_before_no_other_tab(tmp_path):
    async def go(here: Playing) -> None:
        here.set_scene("http.model-not-found")
        await here.send()
        assert "http.model-not-found" in here.see("#diagnosis")
        await here.open(Kind.VIDEO)
        assert not here.widget("#diagnosis").region.area

    act(go, tmp_path, size=(80, 24))


def test_the_drawer_and_its_key_come_and_go_with_the_width(tmp_path):
    async def resize(here: Playing) -> None:
        here.set_scene("http.auth-invalid")
        await here.send()
        await here.until(lambda: "esc Cancel" in here.see("KeyBar"))
        await here.resize(140, 40)
        assert "http.auth-invalid" in here.see("#diagnosis")
        assert "esc Cancel" not in here.see("KeyBar"), "there is nothing to close"
        await here.resize(80, 24)
        assert "http.auth-invalid" in here.see("#diagnosis")
        await here.press("escape")
        assert "Cancel" not in here.see("KeyBar")
        assert "401 in" in here.see("#timeline")

    act(resize, tmp_path, size=(80, 24))


def test_a_run_outlives_every_resize(tmp_path):
    async def resize(here: Playing) -> None:
        here.set_scene("http.rate-limited")
        await here.write("prompt", "kept while resizing")
        await here.send()
        for size in (*SIZES, (80, 24), (140, 40)):
            await here.resize(*size)
            await here.until(lambda: "repeats in" in here.see("#timeline"))
            assert "kept while" in here.see("#prompt"), size
            inside(here, "#topbar", "#composer", "#middle", "KeyBar")
        await here.go_on()
        assert "text.ok" in here.see("#diagnosis")

    act(resize, tmp_path, size=(140, 40), holds=True)


@pytest.mark.parametrize("small", [(59, 30), (3, 1)], ids=str)
def test_a_terminal_too_small_says_so_and_recovers(small, tmp_path):
    async def shrink(here: Playing) -> None:
        await here.write("prompt", "still here")
        await here.resize(*small)
        assert not here.widget("#body").region.area
        if small[0] >= 25:
            assert f"This terminal is {small[0]}x{small[1]}." in here.text
            assert "CometPlay needs 60x18." in here.text
        await here.resize(80, 24)
        assert "still here" in here.see("#prompt")
        assert "CometPlay needs" not in here.text

    act(shrink, tmp_path, size=(80, 24))


def test_help_names_every_key_at_the_smallest_size(tmp_path):
    async def read(here: Playing) -> None:
        await here.press("f1")
        seen = here.text
        while "^q " not in here.text:
            await here.press(*["down"] * 10)
            seen += here.text
        seen = " ".join(seen.split())
        for action in ACTIONS:
            assert f"{key_name(action.key)} {action.help}" in seen, action.name
        assert "^q Quit" in seen
        await here.press("escape")
        assert here.app.screen is here.play

    act(read, tmp_path, size=(80, 24))
