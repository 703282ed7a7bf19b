"""Protects what the image tab says of a picture that does not come home, and the folders of the machine."""

import pytest
from playing import RawServer, http
from test_tui_images import PNG, choose, made
from test_tui_pictures import SVG, huge_png
from tui_playing import Playing, act

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
