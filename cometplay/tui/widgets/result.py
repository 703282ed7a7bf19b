"""What came of the request, in five views; the screen shows a part of what is large."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet
from cometplay.tui.views import View, shown, summary, whole
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.snippet import Snippet
from cometplay.tui.widgets.strip import Strip

EMPTY = {
    View.OUTPUT: "No output yet.",
    View.RAW: "No answer yet.",
    View.HEADERS: "No answer yet.",
    View.REQUEST: "Nothing was sent.",
}
NO_OUTPUT = "No output came. Raw has what did; the diagnosis says what it means."


class Result(Vertical):
    """The views as a strip of tabs, the open one below, and a line of figures."""

    DEFAULT_CSS = """
    Result {
        height: 3fr;
        min-height: 4;
        #views-line { height: 1; background: $panel; }
        #views-gap { width: 1fr; }
        #view { height: 1fr; }
        #snippet { display: none; }
        &.-code #snippet { display: block; }
        &.-code #text { display: none; }
        #figures { height: 1; background: $panel; }
        #summary { width: 1fr; height: 1; color: $text-muted; }
    }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)
    view: reactive[View] = reactive(View.OUTPUT)

    def __init__(self) -> None:
        super().__init__(id="result")

    def compose(self) -> ComposeResult:
        with Horizontal(id="views-line"):
            yield Strip(tuple(View), View.OUTPUT, id="views")
            yield Static("", id="views-gap")
            yield Press(f"paste {key_of('paste')}", "paste", id="paste")
        with VerticalScroll(id="view"):
            yield Static("", id="text", markup=False)
            yield Snippet()
        with Horizontal(id="figures"):
            yield Static("", id="summary", markup=False)
            yield Press(f"copy {key_of('copy_view')}", "copy_view")
            yield Press(f"save {key_of('save_view')}", "save_view")

    def on_strip_chosen(self, event: Strip.Chosen) -> None:
        event.stop()
        self.view = View(event.name)

    def watch_view(self) -> None:
        self.query_one("#views", Strip).chosen = self.view
        self.set_class(self.view is View.CODE, "-code")
        self._show()
        self.query_one("#view").scroll_home(animate=False)

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        same = old and sheet and old.runs is sheet.runs and old.kind is sheet.kind and old.busy == sheet.busy
        if same and (self.view is not View.CODE or (old and sheet and old.code == sheet.code)):
            return
        self._show()

    def _nothing(self) -> str:
        """Why a view is empty."""
        over = self.sheet and self.sheet.run and not self.sheet.busy
        return NO_OUTPUT if over and self.view is View.OUTPUT else EMPTY[self.view]

    def _show(self) -> None:
        if self.sheet is None:
            return
        text = whole(self.sheet, self.view)
        if self.view is View.CODE:
            self.query_one(Snippet).show_code(text)
            note = ""
        else:
            part, note = shown(text or self._nothing())
            self.query_one("#text", Static).update(Content(part))
        figures = summary(self.sheet.run) if self.sheet.run else ""
        self.query_one("#summary", Static).update(Content(note or figures))
