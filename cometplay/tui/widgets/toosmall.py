"""What stands in a terminal that the play screen does not fit into."""

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

LEAST = Size(60, 18)


def fits(size: Size) -> bool:
    return size.width >= LEAST.width and size.height >= LEAST.height


class TooSmall(Static):
    """How large the terminal is, and how large it has to be."""

    DEFAULT_CSS = """
    TooSmall { display: none; width: 1fr; height: 1fr; content-align: center middle; text-align: center; }
    """

    def tell(self, size: Size) -> None:
        self.update(
            Content(
                f"This terminal is {size.width}x{size.height}.\nCometPlay needs {LEAST.width}x{LEAST.height}."
            )
        )
