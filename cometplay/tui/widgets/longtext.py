"""Text of any length that scrolls: only the rows in sight are drawn, and more of it can come at any time."""

import time
from collections.abc import Iterator
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from cometplay.core import plain
from cometplay.tui.widgets.telling import fit_scrollbar, settled_size
from cometplay.tui.wrapping import Row, rows

AT_ONCE_S = 0.008
"""Seconds of cutting before a key gets its turn."""
EVERY = 256
"""Rows between two looks at the time."""
TAB = " " * 4


class Part(NamedTuple):
    """A part of a text as it came; `look` names the style that tells it from the others, if any."""

    raw: str
    look: str = ""


THOUGHT = "longtext--thought"
CALL = "longtext--call"


class LongText(ScrollView, can_focus=True):
    """Server text, wrapped at words; controls in it are spelled, and nothing in it is markup."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {THOUGHT, CALL}
    DEFAULT_CSS = """
    LongText {
        height: 1fr;
        overflow-x: hidden;
        & > .longtext--thought { color: $text-muted; text-style: italic; }
        & > .longtext--call { color: $text-accent; }
    }
    """

    virtual_size = settled_size()  # a stream grows too often to lay the screen out each time

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  as every widget
        super().__init__(id=id)
        self.follows = False
        """Whether the end stays in sight while more comes, until a person scrolls away from it."""
        self.text = ""
        """What is shown, harmless."""
        self._parts: tuple[Part, ...] = ()
        self._looks: list[tuple[int, str]] = []
        self._rows: list[Row] = []
        self._cutting: Iterator[Row] | None = None
        self._width = 0
        self._timer: Timer | None = None
        self._styles: dict[str, Style] = {}

    @property
    def whole(self) -> bool:
        """Whether every row is there already."""
        return self._cutting is None

    def show(self, *parts: Part) -> None:
        """Shows a text; of one that begins with what stands here only the rest is looked at."""
        if parts == self._parts:
            return
        if not _begins(parts, self._parts):
            self._parts, self._looks, self.text, self._rows = (), [], "", []
            self.virtual_size = Size(self._width, 0)
            self.scroll_home(animate=False, force=True)  # its bar may be yet to come
        # half a line end at the end is left for what comes next
        *before, last = parts
        parts = (*before, last._replace(raw=last.raw.removesuffix("\r")))
        for new, old in zip_longest(parts, self._parts):
            if old is None:
                self._looks.append((len(self.text), new.look))
            self.text += plain.block(new.raw[len(old.raw) if old else 0 :]).replace("\t", TAB)
        self._parts = parts
        start = self._rows.pop()[0] if self._rows else 0  # the last row may have become longer
        self._cutting = rows(self.text, start, self._width) if self._width else None
        self._cut_on()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width, self._rows = width, []
            self._cutting = rows(self.text, 0, width)
            self._cut_on()

    def _cut_on(self) -> None:
        at_end = self.is_vertical_scroll_end
        self._cut()
        self._measure()
        if self.follows and at_end:
            self.scroll_end(animate=False, immediate=True, force=True)

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

    def _measure(self) -> None:
        self.virtual_size = Size(self._width, len(self._rows) if self.text else 0)
        fit_scrollbar(self)
        if self.whole and self.scroll_y > self.max_scroll_y:
            self.scroll_end(animate=False, immediate=True, force=True)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        if not self._width:  # the first drawing comes before the first size is told
            self._fit()
        # a style is put together from those of all that lies around: once for all rows
        self._styles = {look: self.get_component_rich_style(look) for look in (THOUGHT, CALL)}
        self._styles[""] = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(self._width, self._styles[""])
        start, end = self._rows[place]
        style = self._styles[next((look for begins, look in reversed(self._looks) if begins <= start), "")]
        segments = self._selected(self.text[start:end].rstrip("\n"), place, style)
        return Strip(segments).adjust_cell_length(self._width, style).apply_offsets(0, place)

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


def _begins(parts: tuple[Part, ...], with_: tuple[Part, ...]) -> bool:
    """Whether a text is another one and more."""
    if not with_ or len(parts) < len(with_):
        return False
    *same, last = with_
    grown = parts[len(same)]
    return list(parts[: len(same)]) == same and grown.look == last.look and grown.raw.startswith(last.raw)
