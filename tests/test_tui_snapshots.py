"""Protects the look of the states that a person knows: pictures, to be looked at when they change."""

import difflib
import os
import re
import time
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea
from tui_playing import Playing, act

from cometplay.core.drafts import Kind
from cometplay.tui.theme import DARK, LIGHT

pytestmark = pytest.mark.slow

PICTURES = Path(__file__).parent / "snapshots"
UPDATE = "COMETPLAY_UPDATE_SNAPSHOTS"
SIZES = ((80, 24), (140, 40))
CHANGING = ((r"terminal-\d+", "terminal-0"), (r"127\.0\.0\.1:\d{5}", "127.0.0.1:50000"))
"""What differs from run to run: the names inside a picture, and the lab's free port."""
CELL = 12.2
"""How wide a character is in a picture."""


async def first_screen(here: Playing) -> None:
    await here.until(lambda: here.app.focused)


async def waiting_to_repeat(here: Playing) -> None:
    here.set_scene("http.rate-limited")
    await here.send()


async def rate_limited(here: Playing) -> None:
    await waiting_to_repeat(here)
    await here.press("ctrl+n")
    await here.until(lambda: not here.sheet.busy)


async def image_fix(here: Playing) -> None:
    await here.open(Kind.IMAGE)
    here.set_scene("image.response-format")
    await here.send()
    await here.press("f8")


async def video_in_progress(here: Playing) -> None:
    await here.open(Kind.VIDEO)
    await here.send()
    await here.poll(6)


STATES = {
    "first-screen": first_screen,
    "waiting-to-repeat": waiting_to_repeat,
    "rate-limited": rate_limited,
    "image-fix": image_fix,
    "video-in-progress": video_in_progress,
}


@pytest.fixture
def utc(monkeypatch):
    """The time of day is the same everywhere."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def at_rest(here: Playing) -> str:
    """The picture, once nothing changes any more."""
    before, picture = "", here.app.export_screenshot(title="CometPlay", simplify=True)
    for _ in range(20):
        if picture == before:
            break
        await here.pause()
        before, picture = picture, here.app.export_screenshot(title="CometPlay", simplify=True)
    for changing, fixed in CHANGING:
        picture = re.sub(changing, fixed, picture)
    return picture


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STATES)
def test_it_looks_as_it_did(name, size, tmp_path):
    reach: Callable[[Playing], Awaitable[None]] = STATES[name]

    async def take(here: Playing) -> dict[str, str]:
        await reach(here)
        for field in here.play.query("Input, TextArea"):
            assert isinstance(field, Input | TextArea)
            field.cursor_blink = False
        taken = {}
        for theme in (DARK, LIGHT):
            here.app.theme = theme.name
            await here.pause()
            tone = theme.name.removeprefix("comet-")
            taken[f"{name}-{size[0]}x{size[1]}-{tone}.svg"] = await at_rest(here)
        return taken

    taken = act(take, Path("downloads"), size=size, holds=True)  # the folder is shown, by its own name
    if os.environ.get(UPDATE):
        PICTURES.mkdir(exist_ok=True)
        for file, picture in taken.items():
            (PICTURES / file).write_text(picture)
    differences = [told for file, picture in taken.items() if (told := difference(file, picture, tmp_path))]
    if differences:
        pytest.fail("\n\n".join(differences), pytrace=False)


def difference(file: str, picture: str, folder: Path) -> str:
    """What to look at, and what to do; "" when the picture is the kept one."""
    kept = PICTURES / file
    before = kept.read_text() if kept.exists() else ""
    if before == picture:
        return ""
    now = folder / file
    now.write_text(picture)
    lines = difflib.unified_diff(words(before), words(picture), "kept", "now", lineterm="", n=0)
    told = "\n".join([*lines][:20]) or "(the words are the same: it is colours or places)"
    return (
        f"{file} looks different. Look at both:\n  {kept}\n  {now}\n"
        f"If it is meant so: {UPDATE}=1 pytest tests/test_tui_snapshots.py\n{told}"
    )


def words(picture: str) -> list[str]:
    """The lines of text in a picture, each word in its column."""
    rows: dict[float, str] = {}
    for left, height, text in re.findall(
        r'<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', picture
    ):
        row = rows.get(float(height), "").ljust(round(float(left) / CELL))
        rows[float(height)] = row + unescape(text).replace("\xa0", " ")
    return [text.rstrip() for _, text in sorted(rows.items())]


def test_no_picture_is_kept_of_what_is_not_taken():
    wanted = {f"{name}-{w}x{h}-{tone}.svg" for name in STATES for w, h in SIZES for tone in ("dark", "light")}
    assert {path.name for path in PICTURES.iterdir()} == wanted
