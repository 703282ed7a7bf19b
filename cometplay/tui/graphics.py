"""The widgets that draw pictures, one for each way that a terminal may have.

The library that has them asks the terminal itself, as soon as it is imported; a running program would
read the answer as typing. So it is imported here, with nothing to ask.
"""

import io
import os
import struct
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cometplay.tui.terminals import Graphics

if TYPE_CHECKING:
    from textual_image.widget import HalfcellImage, SixelImage, TGPImage


def picture_widget(way: Graphics) -> "type[TGPImage | SixelImage | HalfcellImage]":
    """The widget class that draws so. Takes a moment when it is called first.

    Sixels are as large as they are, so without the size of a cell nobody could tell where they end.
    """
    cell = _cell()
    with _nothing_to_ask(cell):
        from textual_image.widget import HalfcellImage, SixelImage, TGPImage
    match way:
        case Graphics.TGP:
            return TGPImage
        case Graphics.SIXEL if cell:
            return SixelImage
        case Graphics.SIXEL | Graphics.HALF_BLOCKS:
            return HalfcellImage


def _cell() -> dict[str, str]:
    """How many pixels a cell has, as the library takes it; empty where the system does not know."""
    try:
        import fcntl
        import termios
    except ImportError:  # not on Windows
        return {}
    try:
        told = fcntl.ioctl(sys.__stderr__ or 2, termios.TIOCGWINSZ, bytes(8))
    except (OSError, ValueError):  # no terminal, or one that was closed
        return {}
    rows, columns, width, height = struct.unpack("HHHH", told)
    if not (rows and columns and width and height):
        return {}
    return {"TEXTUAL_CELL_WIDTH": str(width // columns), "TEXTUAL_CELL_HEIGHT": str(height // rows)}


@contextmanager
def _nothing_to_ask(cell: Mapping[str, str]) -> Generator[None]:
    terminal = sys.__stdout__
    setattr(sys, "__stdout__", io.StringIO())  # noqa: B010  pyright takes the name for a constant
    os.environ.update(cell)
    try:
        yield
    finally:
        setattr(sys, "__stdout__", terminal)  # noqa: B010  likewise
        for name in cell:
            del os.environ[name]
