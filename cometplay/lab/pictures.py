"""A hash -> a real picture in the format that was asked (api-contract.md 5.1)."""

from enum import StrEnum

from cometplay.lab import jpeg, png, webp
from cometplay.lab.answers import Mime
from cometplay.lab.canvas import paint


class Format(StrEnum):
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def mime(self) -> Mime:
        return Mime(f"image/{self.value}")


def draw(mark: bytes, form: Format = Format.PNG, *, quality: int = jpeg.BEST, clear: bool = False) -> bytes:
    """A small picture. `quality` counts for JPEG alone: the WebP is lossless, as a PNG is."""
    canvas = paint(mark, clear=clear)
    match form:
        case Format.PNG:
            return png.encode(canvas)
        case Format.JPEG:
            return jpeg.encode(canvas, quality)
        case Format.WEBP:
            return webp.encode(canvas)
