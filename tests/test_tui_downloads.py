"""Protects what the image tab says of a picture that does not come home, and the folders of the machine."""

import sys

import pytest
from PIL import Image
from playing import RawServer, http
from test_tui_images import PNG, choose, in_base64, made
from test_tui_pictures import SVG, huge_png
from tui_playing import Playing, Time, act

from cometplay.core.drafts import Kind

pytestmark = pytest.mark.slow

DAMAGED = {
    "refused": (http(403, "<Error><Code>AccessDenied</Code></Error>"), "image.url-expired", 0, ""),
    "cut": (http(200, PNG)[:-20], "transport.interrupted", 0, ""),
    "too large": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 300000000\r\n\r\n" + PNG,
        "transport.interrupted",
        0,
        "",
    ),
    "no picture": (http(200, "<html><body>Gone</body></html>"), "http.wrong-path", 0, ""),
    "a program": (http(200, SVG), "body.not-json", 0, ""),
    "a bomb": (http(200, huge_png()), "image.ok", 1, "too many to draw"),
    "a good one": (http(200, PNG), "image.ok", 1, "PNG · 96 × 96"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_what_becomes_of_a_download_is_told_and_nothing_else_is_written(case, tmp_path):
    sent, verdict, files, told = DAMAGED[case]
    folder = tmp_path / "results"
    folder.mkdir()

    def answer(request: bytes) -> bytes:
        url = f"http://127.0.0.1:{server.port}/a/../../../../../escaped.png?X-Amz-Date=20260521T120000Z"
        return sent if request.startswith(b"GET") else http(200, made({"url": url}))

    with RawServer(answer) as server:

        async def look(here: Playing) -> None:
            await here.press("alt+r")
            await here.open(Kind.IMAGE)
            await choose(here, "dall-e-3")
            await here.press("alt+r")
            await here.send()
            assert here.run.verdict.mode == verdict
            assert verdict in here.widget("#told").visual.plain
            assert "escaped.png" in here.run.transcript.create.reading.text
            assert len(here.run.transcript.saved) == files
            if told:
                await here.until(lambda: told in here.text)

        act(look, folder, live=server.connection(), size=(140, 50))
    assert len([path for path in folder.iterdir() if path.suffix == ".png"]) == files
    assert not list(tmp_path.rglob("*escaped*"))
    assert not list(tmp_path.rglob("*.part"))


def test_a_picture_that_this_pillow_cannot_draw_is_saved_and_told_of_all_the_same(tmp_path, monkeypatch):
    Image.new("RGB", (40, 20)).save(tmp_path / "webp", "WEBP")
    monkeypatch.setitem(sys.modules, "PIL._webp", None)
    monkeypatch.setattr("PIL.WebPImagePlugin.SUPPORTED", False)
    webp = (tmp_path / "webp").read_bytes()

    with RawServer(lambda _: http(200, made(in_base64(webp)))) as server:

        async def look(here: Playing) -> None:
            await here.open(Kind.IMAGE)
            await here.send()
            assert here.run.verdict.mode == "image.ok"
            await here.until(lambda: "no picture in a format that can be drawn here" in here.text)
            assert next(tmp_path.glob("*.webp")).read_bytes() == webp
            await here.press("alt+c")
            await here.send()
            assert here.run.verdict.mode == "image.ok"

        act(look, tmp_path, live=server.connection(), size=(140, 50))


SIZED = "█████░░░░░  2.0 kB of 4.0 kB"


@pytest.mark.parametrize(
    ("kind", "head", "told"),
    [
        (Kind.IMAGE, "content-length: 4000\r\n", SIZED),
        (Kind.VIDEO, "content-length: 4000\r\n", SIZED),
        (Kind.IMAGE, "connection: close\r\n", "2.0 kB so far"),
    ],
    ids=["image", "video", "of unknown size"],
)
def test_how_much_of_a_file_has_come_is_told_while_it_comes(kind, head, told, tmp_path):
    times: list[Time] = []

    def answer(request: bytes) -> bytes:
        if b"/file" in request:
            times[0].now += 1
            return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + PNG[:100] + bytes(1_900)
        url = f"http://127.0.0.1:{server.port}/file"
        return http(200, made({"url": url}) | {"id": "t", "status": "completed", "video_url": url})

    with RawServer(answer, closes=False) as server:

        async def look(here: Playing) -> None:
            times.append(here.time)
            await here.press("alt+r")
            await here.open(kind)
            await here.press("ctrl+s")
            if kind is Kind.VIDEO:
                await here.press("enter")  # it is billed
            await here.until(lambda: told in here.see("#timeline"))
            await here.press("escape")
            await here.until(lambda: not here.sheet.busy)

        act(look, tmp_path, live=server.connection(), size=(140, 50))
    assert not [path for path in tmp_path.rglob("*") if path.suffix in {".part", ".png", ".mp4"}]
