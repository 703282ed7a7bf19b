"""An answer as it grows: what was thought apart from what was said, as Markdown or as it came."""

import asyncio
import importlib
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cometplay.core import plain
from cometplay.tui.actions import key_of
from cometplay.tui.views import Said, is_markdown
from cometplay.tui.widgets.longtext import LongText
from cometplay.tui.widgets.telling import tell

if TYPE_CHECKING:
    from textual.widgets import Markdown


class Output(Vertical):
    """Any text, or an answer in its parts. What Markdown needs is loaded with the first of it."""

    DEFAULT_CSS = """
    Output {
        height: auto;
        #thought, #calls, #markdown { display: none; height: auto; }
        &.-thinks #thought { display: block; color: $text-muted; text-style: italic; margin: 0 0 1 0; }
        &.-calls #calls { display: block; color: $text-accent; margin: 1 0 0 0; }
        &.-rendered #markdown { display: block; }
        &.-rendered #text { display: none; }
        Markdown { padding: 0; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="output")
        self.markdown = True
        """Whether Markdown is wanted."""
        self._wanted: tuple[str, bool] = ("", False)
        self._shown: tuple[str, bool] = ("", False)
        self._rendering = False

    def compose(self) -> ComposeResult:
        yield LongText(id="thought")
        yield LongText(id="text")
        yield Static("", id="calls", markup=False)

    def show(self, text: str) -> None:
        """A text as it stands."""
        self.answer(Said("", text, ()), live=False, plainly=True)

    def answer(self, told: Said, *, live: bool, plainly: bool = False) -> None:
        """An answer, be it whole or, `live`, as far as it came."""
        self.query_one("#thought", LongText).show(f"Thinking\n{told.thought}" if told.thought else "")
        self.set_class(bool(told.thought), "-thinks")
        self._show_calls(told.calls)
        rendered = self.markdown and not plainly and is_markdown(told.text)
        if rendered:
            self._wanted = (plain.block(told.text), live)
            if not self._rendering:
                self._rendering = True
                self.run_worker(self._draw(), name="markdown")
        else:
            self._wanted = ("", False)
            self.query_one("#text", LongText).show(told.text)
        if not rendered:
            self.remove_class("-rendered")

    def _show_calls(self, calls: tuple[str, ...]) -> None:
        told = "\n\n".join(f"→ calls {call}" for call in calls)
        hint = f"\n\n{key_of('answer_call')} sends a result back" if calls else ""
        tell(self.query_one("#calls", Static), Content(plain.block(told) + hint))
        self.set_class(bool(calls), "-calls")

    async def _draw(self) -> None:
        """Brings the Markdown up to what is wanted; what comes meanwhile is taken together."""
        try:
            paper = await self._paper()
            while self._wanted[0] and (self._wanted != self._shown or not self.has_class("-rendered")):
                (text, live), (before, _) = self._wanted, self._shown
                if live and before and text.startswith(before):
                    await paper.append(text[len(before) :])
                else:
                    await paper.update(text)
                self._shown = (text, live)
                self.set_class(bool(self._wanted[0]), "-rendered")
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
        await self.mount(paper, after="#text")
        return paper
