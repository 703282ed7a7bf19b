"""Protects pictures in the terminal: what is drawn, how, and what is said of what cannot be."""

import asyncio
import os
import pty
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image
from textual.app import App

from cometplay.tui.terminals import Graphics, terminal
from cometplay.tui.thumbnails import SIDE, NotShownError, thumbnail
from cometplay.tui.widgets.gallery import Gallery


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty"}, Graphics.TGP),
        ({"TERM": "xterm-ghostty"}, Graphics.TGP),
        ({"TERM": "foot-extra"}, Graphics.SIXEL),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Graphics.SIXEL),
        ({"TERM": "xterm-256color"}, Graphics.HALF_BLOCKS),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, Graphics.HALF_BLOCKS),
        ({}, Graphics.HALF_BLOCKS),
    ],
)
def test_the_environment_tells_what_the_terminal_draws_with(environ, way):
    assert terminal(environ).graphics is way


def huge_png() -> bytes:
    """Few bytes that unpack to ten thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (huge_png(), "100,000 × 100,000 pixels are too many"),
        (SVG, "no picture in a format"),
        (b"", "no picture in a format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "no picture|damaged"),
        (b"%PDF-1.7", "no picture in a format"),
    ],
)
def test_what_cannot_be_drawn_says_why(tmp_path, content, why):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(NotShownError, match=why):
        thumbnail(path)


def test_a_file_that_is_gone_says_so(tmp_path):
    with pytest.raises(NotShownError, match="No such file"):
        thumbnail(tmp_path / "gone.png")


def test_a_cut_picture_says_so(tmp_path):
    path = tmp_path / "cut.png"
    Image.effect_noise((200, 200), 90).save(path)
    path.write_bytes(path.read_bytes()[:9_000])
    with pytest.raises(NotShownError, match="damaged"):
        thumbnail(path)


@pytest.mark.parametrize(("mode", "ending"), [("RGBA", "png"), ("P", "gif"), ("L", "jpg"), ("RGB", "webp")])
def test_every_sort_of_picture_becomes_small_and_opaque(tmp_path, mode, ending):
    path = tmp_path / f"picture.{ending}"
    Image.new(mode, (3_000, 1_500)).save(path)
    small = thumbnail(path)
    assert (small.width, small.height) == (3_000, 1_500)
    assert (small.image.mode, max(small.image.size)) == ("RGB", SIDE)


@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_a_format_that_this_pillow_was_built_without_says_so_and_no_other_suffers(
    tmp_path, monkeypatch, ending
):
    for name in ("png", "gif", "jpg", "webp"):
        Image.new("RGB", (40, 20)).save(tmp_path / f"picture.{name}")
    if ending == "webp":
        monkeypatch.setitem(sys.modules, "PIL._webp", None)
        monkeypatch.setattr("PIL.WebPImagePlugin.SUPPORTED", False)
    else:
        monkeypatch.delattr("PIL.Image.core.jpeg_encoder")
        monkeypatch.delattr("PIL.Image.core.jpeg_decoder")
    with pytest.raises(NotShownError, match="no picture in a format that can be drawn here"):
        thumbnail(tmp_path / f"picture.{ending}")
    for name in {"png", "gif", "jpg", "webp"} - {ending}:
        assert thumbnail(tmp_path / f"picture.{name}").width == 40


def test_what_is_transparent_becomes_white(tmp_path):
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert thumbnail(tmp_path / "clear.png").image.getpixel((0, 0)) == (255, 255, 255)


class Showing(App[None]):
    def compose(self):
        yield Gallery()


async def drawn(pilot) -> list[str]:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return [str(about.render()) for about in pilot.app.query(".about")]


async def shown_in(paths: tuple[Path, ...], *keys: str):
    app = Showing()
    async with app.run_test(size=(80, 24)) as pilot:
        gallery = app.query_one(Gallery)
        gallery.paths = paths
        await pilot.pause()
        about = await drawn(pilot)
        gallery.focus()
        await pilot.pause()
        await pilot.press(*keys)
        pictures = [(widget.region.width, widget.region.height) for widget in app.query(".drawing")]
        return about, pictures, gallery.chosen


@pytest.mark.slow
def test_several_pictures_stand_side_by_side_and_a_bad_one_harms_none(tmp_path):
    Image.new("RGB", (400, 200), "red").save(tmp_path / "1.png")
    Image.new("RGB", (200, 400), "blue").save(tmp_path / "2.jpg")
    (tmp_path / "3.png").write_bytes(SVG)
    paths = tuple(sorted(tmp_path.glob("*.*")))
    about, pictures, chosen = asyncio.run(shown_in(paths, "right", "right", "right", "right"))
    assert about[0].startswith("PNG · 400 × 200 · ")
    assert about[1].startswith("JPEG · 200 × 400 · ")
    assert about[2].startswith("no picture")
    assert [width > height for width, height in pictures] == [True, False]
    assert chosen == 1  # past the last comes the first


@pytest.mark.slow
def test_the_terminal_is_asked_nothing():
    code = "from cometplay.tui.graphics import *\nfor way in Graphics: picture_widget(way)"
    outer, inner = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-kitty"}
    subprocess.run(
        [sys.executable, "-c", code],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        check=True,
        env=environ,
        timeout=60,
    )
    os.close(inner)
    os.set_blocking(outer, False)
    try:
        written = os.read(outer, 1_000)
    except (BlockingIOError, OSError):
        written = b""
    os.close(outer)
    assert written == b""
