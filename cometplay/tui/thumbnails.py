"""A picture's file, made small enough for the screen. Blocking: for a thread."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError, features

CODECS = {"PNG": "zlib", "JPEG": "jpg", "WEBP": "webp", "GIF": ""}
"""The formats that are drawn, and what a Pillow must have been built with for each; "" for nothing."""
MOST_PIXELS = 64_000_000
"""Of a file that is unpacked here: a quarter of a gigabyte, and four times what any model makes."""

SIDE = 1_024
"""Pixels: more than a terminal shows."""


Image.MAX_IMAGE_PIXELS = None  # it would warn in the middle of the screen; the limit above is lower


class NotShownError(Exception):
    """The picture cannot be drawn here; the text says why. The file stands all the same."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture for the screen, with what is to be said of the file: format, width and height, bytes."""

    image: Image.Image
    format: str
    width: int
    height: int
    size: int


def thumbnail(path: Path) -> Thumbnail:
    """Raises NotShownError."""
    # asked before, since Pillow warns in the middle of the screen, or speaks of its decoders
    formats = [name for name, codec in CODECS.items() if not codec or features.check(codec)]
    try:
        with Image.open(path, formats=formats) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise NotShownError(f"{width:,} × {height:,} pixels are too many to draw")
            picture.draft("RGB", (SIDE, SIDE))
            picture.thumbnail((SIDE, SIDE))
            return Thumbnail(_opaque(picture), picture.format or "", width, height, path.stat().st_size)
    except UnidentifiedImageError:
        raise NotShownError("no picture in a format that can be drawn here") from None
    except (OSError, ValueError, SyntaxError) as error:
        # SyntaxError is what Pillow raises of a PNG whose parts are damaged
        raise NotShownError(f"the picture is damaged: {error}") from error


def _opaque(picture: Image.Image) -> Image.Image:
    """What is transparent becomes white, as on most pages."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
