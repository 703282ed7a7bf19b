"""The request as code, coloured the way its language is; what handles a failure stands out."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cometplay.tui.sheet import Sheet
from cometplay.tui.views import shown

if TYPE_CHECKING:
    from cometplay.tui.coding import Coded

MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of code. `handles`: these handle the failure that is marked."""

    content: Content
    handles: bool


class Snippet(Vertical):
    """Code in parts, one below the other. It is made and coloured beside the screen."""

    DEFAULT_CSS = """
    Snippet {
        height: auto;
        Static { height: auto; }
        &.-marks Static { border-left: blank; }
        &.-marks .-handles { border-left: thick $warning; background: $warning 10%; }
    }
    """

    @dataclass
    class Drawn(Message):
        """Other code is in sight; `note` says what of it, or what is marked."""

        code: "Coded"
        note: str

    def __init__(self) -> None:
        super().__init__(id="snippet")
        self._wanted: Sheet | None = None
        self._drawing = False
        self._went_to = ("", "")
        self._aim: Static | None = None

    def show(self, sheet: Sheet) -> None:
        """Shows a sheet's request; what comes while one is drawn waits, and only the newest is drawn."""
        self._wanted = sheet
        if not self._drawing:
            self._drawing = True
            self.run_worker(self._draw(), name="code")

    async def _draw(self) -> None:
        try:
            sheet = None
            while sheet is not self._wanted and self._wanted is not None:
                sheet = self._wanted
                code, parts, note = await asyncio.to_thread(drawn, sheet)
                await self._put(parts)
                self.post_message(self.Drawn(code, note))
                self._go_to_mark(code)
        finally:
            self._drawing = False

    async def _put(self, parts: list[Part]) -> None:
        there = list(self.query(Static))
        for block, part in zip(there, parts, strict=False):
            block.update(part.content)
        for block in there[len(parts) :]:
            await block.remove()
        more = [Static(part.content, markup=False) for part in parts[len(there) :]]
        await self.mount(*more)
        for block, part in zip((*there, *more), parts, strict=False):
            block.set_class(part.handles, "-handles")
        self.set_class(any(part.handles for part in parts), "-marks")

    def _go_to_mark(self, code: "Coded") -> None:
        """Brings the first of what handles a failure into sight, once for each failure and language."""
        before, self._went_to = self._went_to, (code.mark, code.writing.form)
        if code.mark and self._went_to != before:
            self._aim = next(iter(self.query(".-handles").results(Static)), None)
            self.call_after_refresh(self._take_aim)

    def on_resize(self) -> None:
        self._take_aim()  # until now the code stood as long as the one before it
        self._aim = None

    def _take_aim(self) -> None:
        if self._aim:
            self._aim.scroll_visible(animate=False, top=True)


def drawn(sheet: Sheet) -> tuple["Coded", list[Part], str]:
    """The sheet's code, as much of it as the screen can bear, and what is to be said of it."""
    from textual.highlight import highlight

    from cometplay.tui.coding import coded

    code = coded(sheet)
    if not code.text:
        return code, [Part(Content(code.why), handles=False)], ""
    part, note = shown(code.text.removesuffix("\n"), MOST_LINES)
    lines = highlight(part, language=code.writing.language.lexer).split("\n")
    return code, _parts(lines, code.marked), note or _told(code)


def _parts(lines: list[Content], marked: tuple[range, ...]) -> list[Part]:
    edges = sorted({0, len(lines), *(edge for run in marked for edge in (run.start, run.stop))})
    return [
        Part(Content("\n").join(lines[start:stop]), any(start in run for run in marked))
        for start, stop in pairwise(edges)
        if start < len(lines)
    ]


def _told(code: "Coded") -> str:
    if not code.mark:
        return ""
    return f"Marked: {code.mark}" if code.marked else "No line handles it"
