"""Text of any length: only the rows that are in sight are drawn, and more of it can come at any time."""

import time
from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from cometplay.core import plain
from cometplay.tui.wrapping import Row, rows

AT_ONCE_S = 0.008
"""Seconds of cutting before a key gets its turn."""
EVERY = 256
"""Rows between two looks at the time."""
TAB = " " * 4


class LongText(Widget):
    """Server text, wrapped at words; controls in it are spelled, and nothing in it is markup."""

    DEFAULT_CSS = "LongText { height: auto; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002  as every widget
        super().__init__(id=id, classes=classes)
        self._raw = ""
        self.text = ""
        """What is shown, harmless."""
        self._rows: list[Row] = []
        self._cutting: Iterator[Row] | None = None
        self._width = 0
        self._timer: Timer | None = None

    @property
    def whole(self) -> bool:
        """Whether every row is there already."""
        return self._cutting is None

    def show(self, raw: str) -> None:
        """Shows a text; of one that begins with what stands here only the rest is looked at."""
        if raw == self._raw:
            return
        if not self._raw or not raw.startswith(self._raw):
            self._raw, self.text, self._rows = "", "", []
        # half a line end at the end is left for what comes next
        new = raw[len(self._raw) :].removesuffix("\r")
        self._raw += new
        self.text += plain.block(new).replace("\t", TAB)
        start = self._rows.pop()[0] if self._rows else 0  # the last row may have become longer
        self._cutting = rows(self.text, start, self._width) if self._width else None
        self._cut_on()

    def _cut_on(self) -> None:
        self._cut()
        self.refresh(layout=True)

    def _cut(self) -> None:
        """Cuts on, as long as nobody has to wait for it; the rest later."""
        until = time.perf_counter() + AT_ONCE_S
        if self._timer:
            self._timer.stop()
            self._timer = None
        for count, row in enumerate(self._cutting or (), 1):
            self._rows.append(row)
            if count % EVERY == 0 and time.perf_counter() > until:
                self._timer = self.set_timer(AT_ONCE_S, self._cut_on)
                break
        else:
            self._cutting = None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002  textual's signature
        if width != self._width:
            self._width, self._rows = width, []
            self._cutting = rows(self.text, 0, width)
            self._cut()
        return len(self._rows) if self.text else 0

    def render_line(self, y: int) -> Strip:
        style = self.rich_style
        width = self._width
        if y >= len(self._rows):
            return Strip.blank(width, style)
        start, end = self._rows[y]
        segments = self._selected(self.text[start:end].rstrip("\n"), y, style)
        return Strip(segments).adjust_cell_length(width, style).apply_offsets(0, y)

    def _selected(self, line: str, y: int, style: Style) -> list[Segment]:
        """The line, with what a person has selected of it marked."""
        span = self.text_selection.get_span(y) if self.text_selection else None
        if span is None:
            return [Segment(line, style)]
        begin, end = span[0], len(line) if span[1] < 0 else span[1]
        marked = style + Style(reverse=True)
        return [Segment(line[:begin], style), Segment(line[begin:end], marked), Segment(line[end:], style)]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(self.text[start:end] for start, end in self._rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002  textual's signature
        self.refresh()
