"""Protects reading: in the dark, in the light and without colour every word can be read and told apart."""

import pytest
from rich.segment import Segment
from textual.color import Color
from tui_playing import Playing, act

from cometplay.core.drafts import Kind
from cometplay.tui.theme import DARK, LIGHT

pytestmark = pytest.mark.slow

LEAST_CONTRAST = 3.0
"""WCAG's for large and bold text, and for what is not the text itself; below it words are lost."""
FRAME = set("╭╮╰╯─│▌▐▔▁▂▃▄▅▆▇█░▊▎▍▏▋ ")


def contrast(one: Color, other: Color) -> float:
    """WCAG's ratio, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    parts = [part / 255 for part in color.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def pale(segments: list[Segment]) -> list[str]:
    """The words that are too close to what is behind them."""
    found = []
    for segment in segments:
        style = segment.style
        if not set(segment.text) - FRAME or style is None or not style.color or not style.bgcolor:
            continue
        front, back = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
        if contrast(front, back) < LEAST_CONTRAST:
            found.append(f"{segment.text.strip()!r} in {front.hex} on {back.hex}")
    return found


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_word_can_be_read_in_both_themes(theme, tmp_path):
    async def read(here: Playing) -> None:
        here.app.theme = theme.name
        await here.open(Kind.IMAGE)
        here.set_scene("image.response-format")
        await here.send()
        assert pale(here.strips_of("#body")) == []
        for key in ("f8", "ctrl+o", "f1"):
            await here.press(key)
            assert pale(here.strips_of("#box")) == [], key
            await here.press("escape")
        await here.press("alt+r")
        assert pale(here.strips_of("Toast")) == []

    act(read, tmp_path, size=(140, 40))


def test_the_palette_changes_the_theme_and_nothing_else(tmp_path):
    async def change(here: Playing) -> None:
        before, colours = here.text, {segment.style for strip in here.strips for segment in strip}
        assert here.app.theme == DARK.name
        await here.press("ctrl+p", *"theme")
        await here.until(lambda: "Theme" in here.text)
        await here.press("enter")
        await here.until(lambda: LIGHT.name in here.text)
        await here.press(*LIGHT.name, "enter")
        await here.until(lambda: here.app.theme == LIGHT.name)
        await here.until(lambda: here.text == before)
        assert {segment.style for strip in here.strips for segment in strip} != colours

    act(change, tmp_path, size=(100, 30))


def test_without_colour_everything_is_still_told(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def read(here: Playing) -> None:
        here.set_scene("text.truncated")
        await here.send()
        styles = [segment.style for strip in here.strips for segment in strip if segment.style]
        colours = {colour for style in styles for colour in (style.color, style.bgcolor) if colour}
        assert all(len(set(colour.get_truecolor())) == 1 for colour in colours), "greys"
        assert "[Text]" in here.see("#tabs")
        assert "[Output]" in here.see("#views")
        assert "◐ SOFT" in here.see("#diagnosis")
        assert "Max tokens•" in here.see("#composer")
        assert "▸ length" in here.text
        here.set_scene("http.rate-limited")
        await here.send()
        assert "██████████" in here.see("#timeline")

    act(read, tmp_path, size=(140, 60), holds=True)
