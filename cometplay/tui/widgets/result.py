"""What came of the request, in five views; the screen shows a part of what is large."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from cometplay.core.drafts import Kind
from cometplay.tui.actions import key_of
from cometplay.tui.messages import ViewOpened
from cometplay.tui.sheet import Sheet
from cometplay.tui.views import View, as_it_came, said, shown, summary
from cometplay.tui.widgets.codeline import CodeLine
from cometplay.tui.widgets.output import Output, Page
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.snippet import Snippet
from cometplay.tui.widgets.strip import Strip
from cometplay.tui.widgets.telling import tell

if TYPE_CHECKING:
    from cometplay.tui.widgets.gallery import Gallery

EMPTY = {
    View.OUTPUT: "No output yet.",
    View.RAW: "No answer yet.",
    View.HEADERS: "No answer yet.",
    View.REQUEST: "Nothing was sent.",
}
OF_AN_ANSWER = frozenset({View.RAW, View.HEADERS, View.REQUEST})
"""The views that show one answer, or what it answers."""
NO_OUTPUT = "No output came. Raw has what did; the diagnosis says what it means."


class Result(Vertical):
    """The views as a strip of tabs, the open one below, and a line of figures."""

    DEFAULT_CSS = """
    Result {
        height: 3fr;
        min-height: 4;
        #views-line { height: 1; background: $panel; }
        #views-gap { width: 1fr; }
        CodeLine, #edit { display: none; }
        &.-code CodeLine, &.-code #edit { display: block; }
        #several { display: none; }
        &.-several #several { display: block; }
        #figures { height: 1; background: $panel; }
        #summary {
            width: 1fr; height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
        }
    }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)
    view: reactive[View] = reactive(View.OUTPUT)

    def __init__(self) -> None:
        super().__init__(id="result")
        self._note = ""
        self._follows = True
        self._place = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="views-line"):
            yield Strip(tuple(View), View.OUTPUT, id="views")
            yield Static("", id="views-gap")
            yield Press(f"paste {key_of('paste')}", "paste", id="paste")
        yield CodeLine()
        yield Output(Snippet())
        with Horizontal(id="figures"):
            yield Static("", id="summary", markup=False)
            yield Press(f"copy {key_of('copy_view')}", "copy_view")
            yield Press(f"save {key_of('save_view')}", "save_view")
            yield Press(f"edit {key_of('edit_code')}", "edit_code", id="edit")
            yield Press(f"answers {key_of('answers')}", "answers", id="several")

    def on_strip_chosen(self, event: Strip.Chosen) -> None:
        event.stop()
        self.view = View(event.name)

    def on_resize(self) -> None:
        self._figure()

    def watch_view(self) -> None:
        self.post_message(ViewOpened(self.view))
        self.query_one("#views", Strip).chosen = self.view
        self.set_class(self.view is View.CODE, "-code")
        self._show()
        self._output.go_home()

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        same = old and sheet and _alike(old, sheet)
        if same and (self.view is not View.CODE or (old and sheet and old.code_of == sheet.code_of)):
            return
        if sheet and old and sheet.busy and not old.busy:
            self._output.follow(wanted=False)  # an answer that comes whole is read from its beginning
        self._show()
        if sheet and old and not old.streaming and sheet.streaming and self._follows:
            self._output.follow(wanted=True)

    @property
    def _output(self) -> Output:
        return self.query_one(Output)

    @property
    def chosen(self) -> int:
        """The place of the chosen file among those of the run."""
        return self._place

    def show_answers(self) -> None:
        """Opens a view in which one answer can be told from another."""
        if self.view not in OF_AN_ANSWER:
            self.view = View.RAW

    async def _show_pictures(self, sheet: Sheet) -> None:
        """The files of a run and what is to be said of them; what that needs is loaded with the first."""
        from cometplay.tui.widgets.gallery import Gallery
        from cometplay.tui.widgets.made import Made

        if not self.query(Made):
            await self.query_one("#pages").mount(Gallery(), Made(markup=False))
        gallery = self.query_one(Gallery)
        gallery.paths = tuple(Path(path) for path in sheet.pictures)
        gallery.set_class(not sheet.pictures, "-empty")
        self.query_one(Made).tell(sheet, self._place)

    def on_gallery_turned(self, event: "Gallery.Turned") -> None:
        event.stop()
        self._place = event.place
        if self.sheet and self.sheet.has_file:
            self.call_next(self._show_pictures, self.sheet)

    def on_snippet_drawn(self, event: Snippet.Drawn) -> None:
        event.stop()
        if self.view is not View.CODE:
            return
        chosen = self.sheet is not None and self.sheet.place.free
        self.query_one(CodeLine).tell(event.code.writing, chosen=chosen)
        self._note = event.note
        self._figure()

    def switch_markdown(self) -> bool:
        """Markdown or plain; gives whether it is Markdown now."""
        self._output.markdown = not self._output.markdown
        self._show()
        return self._output.markdown

    def switch_follow(self) -> bool:
        """Whether the newest of an answer is kept in sight; gives what it is now."""
        self._follows = not self._follows
        self._output.follow(wanted=self._follows)
        return self._follows

    def _nothing(self) -> str:
        """Why a view is empty."""
        run = self.sheet.run if self.sheet and not self.sheet.busy else None
        if run is None or self.view is not View.OUTPUT:
            return EMPTY[self.view]
        from cometplay.tui.views import why_not_saved

        lost = why_not_saved(run)
        return f"It came, and is not saved: {lost}. Raw has it." if lost else NO_OUTPUT

    def _show(self) -> None:
        if self.sheet is None:
            return
        self._note = ""
        output, run = self._output, self.sheet.run
        drawn = self.view is View.OUTPUT and self.sheet.kind is not Kind.TEXT and self.sheet.has_file
        self._make_room("-drawn", wanted=drawn)
        self._make_room("-coding", wanted=self.view is View.CODE)
        match self.view:
            case View.OUTPUT if drawn:
                output.open(Page.PICTURES)
                self.call_next(self._show_pictures, self.sheet)
            case View.CODE:
                output.open(Page.CODE)
                self.query_one(Snippet).show(self.sheet)
            case View.OUTPUT if run and (told := said(run)).text + told.thought + "".join(told.calls):
                output.answer(told, live=self.sheet.streaming)
            case _:
                part, self._note = shown(as_it_came(self.sheet, self.view) or self._nothing())
                output.show(part)
        self._figure()

    def _make_room(self, name: str, *, wanted: bool) -> None:
        if self.screen.has_class(name) != wanted:
            self.screen.set_class(wanted, name)

    def _figure(self) -> None:
        """The line below: what is left out, else the figures of the run, as many as fit."""
        line = self.query_one("#summary", Static)
        figures = summary(self.sheet.run, line.size.width) if self.sheet and self.sheet.run else ""
        which = _which(self.sheet) if self.sheet and self.sheet.run and self.view in OF_AN_ANSWER else ""
        self.set_class(bool(which), "-several")
        tell(line, Content(which or self._note or figures))


def _which(sheet: Sheet) -> str:
    """Which answer of several is shown."""
    from cometplay.tui.answers import told

    return told(sheet)


def _alike(old: Sheet, new: Sheet) -> bool:
    """Whether a result has nothing else to show."""
    same = old.runs is new.runs and old.kind is new.kind and old.busy == new.busy
    return same and (old.chosen, old.looked_at, old.reel) == (new.chosen, new.looked_at, new.reel)
