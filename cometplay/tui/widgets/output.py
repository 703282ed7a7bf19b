"""What stands in a view: a text in a scroll of its own, or a page that is laid out."""

import asyncio
import importlib
from enum import Enum
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from cometplay.core import plain
from cometplay.tui.actions import key_of
from cometplay.tui.views import Said, is_markdown, shown
from cometplay.tui.widgets.longtext import CALL, THOUGHT, LongText, Part
from cometplay.tui.widgets.telling import tell

if TYPE_CHECKING:
    from textual.widgets import Markdown


class Page(Enum):
    """What is in sight, as the class that shows it."""

    TEXT = "-text"
    MARKDOWN = "-markdown"
    CODE = "-code"
    PICTURES = "-pictures"


class Output(Container):
    """A text, an answer in its parts, or one of `pages`. What Markdown needs is loaded with the first."""

    DEFAULT_CSS = """
    Output {
        height: 1fr;
        #pages, #answer, #snippet, Gallery, Made { display: none; }
        &.-markdown #pages, &.-code #pages, &.-pictures #pages { display: block; }
        &.-markdown #text, &.-code #text, &.-pictures #text { display: none; }
        &.-markdown #answer, &.-code #snippet, &.-pictures Gallery, &.-pictures Made { display: block; }
        &.-pictures Gallery.-empty { display: none; }
        Gallery { min-height: 100%; }
        #answer, #thought, #calls { height: auto; }
        #thought { color: $text-muted; text-style: italic; margin: 0 0 1 0; }
        #calls { color: $text-accent; margin: 1 0 0 0; }
        Markdown { padding: 0; height: auto; }
    }
    """

    def __init__(self, *pages: Widget) -> None:
        super().__init__(id="view")
        self.markdown = True
        """Whether Markdown is wanted."""
        self._pages = pages
        self._page = Page.TEXT
        self._wanted: tuple[str, bool] = ("", False)
        self._shown: tuple[str, bool] = ("", False)
        self._rendering = False

    def compose(self) -> ComposeResult:
        yield LongText(id="text")
        with VerticalScroll(id="pages"):
            with Vertical(id="answer"):
                yield Static("", id="thought", markup=False)
                yield Static("", id="calls", markup=False)
            yield from self._pages

    def show(self, text: str) -> None:
        """A text as it stands."""
        self._show_parts(Part(text))

    def answer(self, told: Said, *, live: bool) -> None:
        """An answer, be it whole or, `live`, as far as it came."""
        if not (self.markdown and is_markdown(told.text)):
            self._show_parts(*_parts(told))
            return
        self._tell("#thought", _thought(shown(told.thought)[0]))
        self._tell("#calls", _calls(told.calls))
        wanted = (plain.block(told.text), live)
        if wanted == self._shown:
            self.open(Page.MARKDOWN)
        elif self._page is not Page.MARKDOWN:
            self._show_parts(*_parts(told))  # until it is drawn
        self._wanted = wanted
        if not self._rendering:
            self._rendering = True
            self.run_worker(self._draw(), name="markdown")

    def open(self, page: Page) -> None:
        """Puts a page in sight; what had the focus hands it on."""
        if page is not Page.MARKDOWN:
            self._wanted = ("", False)
        if page is self._page:
            return
        held = self.has_focus_within
        self.remove_class(self._page.value).add_class(page.value)
        self._page = page
        if held:
            self.call_after_refresh((self._text if page is Page.TEXT else self._scroll).focus)

    def go_home(self) -> None:
        """To the beginning, and no longer with the end."""
        self.follow(wanted=False)
        for scroll in (self._text, self._scroll):
            scroll.scroll_home(animate=False, force=True)  # the bar of what is yet to be drawn is not there

    def follow(self, *, wanted: bool) -> None:
        """Keeps the end in sight from now on, or no longer."""
        self._text.follows = wanted
        self._scroll.anchor(wanted)
        if wanted:
            self._text.scroll_end(animate=False, force=True)

    @property
    def _text(self) -> LongText:
        return self.query_one("#text", LongText)

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one("#pages", VerticalScroll)

    def _show_parts(self, *parts: Part) -> None:
        self.open(Page.TEXT)
        self._text.show(*parts)

    def _tell(self, where: str, text: str) -> None:
        line = self.query_one(where, Static)
        line.display = bool(text)
        tell(line, Content(plain.block(text)))

    async def _draw(self) -> None:
        """Brings the Markdown up to what is wanted; what comes meanwhile is taken together."""
        try:
            paper = await self._paper()
            while self._wanted[0] and (self._wanted != self._shown or self._page is not Page.MARKDOWN):
                (text, live), (before, _) = self._wanted, self._shown
                if live and before and text.startswith(before):
                    await paper.append(text[len(before) :])
                else:
                    await paper.update(text)
                self._shown = (text, live)
                if self._wanted[0]:
                    self.open(Page.MARKDOWN)
        finally:
            self._rendering = False

    async def _paper(self) -> "Markdown":
        # loaded beside the screen, so that no key has to wait for it
        await asyncio.to_thread(importlib.import_module, "textual.widgets._markdown")
        from markdown_it import MarkdownIt
        from textual.widgets import Markdown

        for paper in self.query("#markdown").results(Markdown):
            return paper
        paper = Markdown(
            id="markdown",
            parser_factory=lambda: MarkdownIt("commonmark").enable(["table", "strikethrough"]),
            open_links=False,
        )
        await self.query_one("#answer").mount(paper, after="#thought")
        return paper


def _parts(told: Said) -> tuple[Part, ...]:
    """An answer as one text, what was thought and what is called told apart."""
    parts = ((_thought(told.thought), THOUGHT), (told.text, ""), (_calls(told.calls), CALL))
    there = [(raw, look) for raw, look in parts if raw]
    return tuple(Part("\n\n" * (place > 0) + raw, look) for place, (raw, look) in enumerate(there))


def _thought(text: str) -> str:
    return f"Thinking\n{text}" if text else ""


def _calls(calls: tuple[str, ...]) -> str:
    """Each call, and how to answer it."""
    told = "".join(f"→ calls {call}\n\n" for call in calls)
    return f"{told}{key_of('answer_call')} sends a result back" if calls else ""
