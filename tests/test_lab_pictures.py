"""The lab's own encoders, checked by decoders that others wrote; these are here only for that."""

import io
import shutil
import subprocess

import pytest

from cometplay.lab import webp
from cometplay.lab.canvas import Canvas, paint
from cometplay.lab.ids import digest
from cometplay.lab.pictures import Format, draw


def decoded(data: bytes, mode: str) -> list[tuple[int, ...]]:
    image = pytest.importorskip("PIL.Image", reason="Pillow is no part of the lab; here it only checks it")
    with image.open(io.BytesIO(data)) as picture:
        raw = picture.convert(mode).tobytes()
    return list(zip(*[iter(raw)] * len(mode), strict=True))


def expected(canvas: Canvas, parts: int) -> list[tuple[int, ...]]:
    return [pixel[:parts] for row in canvas.rows for pixel in row]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_another_decoder_sees_the_pixels_that_were_painted(seed: int) -> None:
    mark = digest(seed)
    opaque, clear = paint(mark), paint(mark, clear=True)
    for form in (Format.PNG, Format.WEBP):
        assert decoded(draw(mark, form), "RGB") == expected(opaque, 3)
        assert decoded(draw(mark, form, clear=True), "RGBA") == expected(clear, 4)
    pairs = zip(decoded(draw(mark, Format.JPEG), "RGB"), expected(opaque, 3), strict=True)
    assert max(abs(a - b) for one, other in pairs for a, b in zip(one, other, strict=True)) < 16


@pytest.mark.slow
def test_webp_runs_of_any_length_come_back() -> None:
    colours = [(n * 37 % 256, n * 91 % 256, n * 53 % 256, 255) for n in range(64)]
    row = tuple(colours[n] for n in range(64) for _ in range(n + 1))
    canvas = Canvas((row, tuple(reversed(row)), (colours[0],) * len(row), *((colours[1],) * len(row),) * 5))
    assert decoded(webp.encode(canvas), "RGB") == expected(canvas, 3)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
@pytest.mark.parametrize(("form", "codec"), [("png", "png"), ("jpeg", "mjpeg"), ("webp", "webp")])
def test_ffprobe_reads_every_format(form: str, codec: str, tmp_path) -> None:
    path = tmp_path / f"picture.{form}"
    path.write_bytes(draw(digest("a picture"), Format(form)))
    entries = ("-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0")
    done = subprocess.run(
        ["ffprobe", "-v", "error", *entries, str(path)], capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == (f"{codec},96,96", "")
