"""The side panel: which failure mode this is, why, and what to do."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive

from cometplay.tui.actions import key_of
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.telling import Told, settled_size, tell


class Deeds(Vertical):
    """What can be done about a run."""

    DEFAULT_CSS = """
    Deeds {
        height: auto;
        #first-deeds { height: 1; display: none; }
        #apply { display: none; background: $warning; color: $text; text-style: bold; }
        #copy-id, #handled { display: none; }
        &.-fix #first-deeds, &.-id #first-deeds { display: block; }
        &.-fix #apply, &.-id #copy-id, &.-failed #handled { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="deeds")

    def compose(self) -> ComposeResult:
        with Horizontal(id="first-deeds"):
            yield Press(f"{key_of('apply_fix')} Apply fix", "apply_fix", id="apply")
            yield Press(f"{key_of('copy_id')} copy request id", "copy_id", id="copy-id")
        yield Press(f"{key_of('handling')} see it handled in code", "handling", id="handled")

    def offer(self, sheet: Sheet) -> None:
        """Those that are possible for the sheet's run."""
        self.set_class(sheet.fix is not None, "-fix")
        self.set_class(sheet.failed and not sheet.busy, "-failed")
        self.set_class(sheet.run is not None and bool(sheet.run.request_ids), "-id")


class Diagnosis(VerticalScroll):
    """Shows the verdict of the newest run; its first lines hold what can be done about it."""

    DEFAULT_CSS = """
    Diagnosis {
        #table { text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    virtual_size = settled_size()
    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__(id="diagnosis")
        self.border_title = "Diagnosis"

    def compose(self) -> ComposeResult:
        yield Deeds()
        yield Told(id="told")
        yield Told(id="table")

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None or (old and _same(old, sheet)):
            return
        self._tell(sheet)
        self.query_one(Deeds).offer(sheet)
        verdict = sheet.run.verdict if sheet.run else None
        known = old.run.verdict if old and old.run else None
        if verdict is not None and (known is None or verdict.mode != known.mode):
            self.scroll_home(animate=False)

    def _tell(self, sheet: Sheet) -> None:
        told, table = _nothing_yet(sheet), Content("")
        if sheet.checked:
            from cometplay.tui import panel

            told = panel.before_sending(sheet.checked)
        elif sheet.run and (finding := sheet.run.verdict):
            from cometplay.tui import panel

            told, table = panel.diagnosis(sheet, sheet.run, finding), panel.documented(finding)
        tell(self.query_one("#told", Told), told)
        tell(self.query_one("#table", Told), table)


def _same(old: Sheet, new: Sheet) -> bool:
    """Whether there is nothing new to tell: more of a streamed answer is nothing."""
    if old.kind is not new.kind or old.moment != new.moment or old.checked != new.checked:
        return False
    return old.run is new.run or bool(old.run and new.run and old.run.findings is new.run.findings)


def _nothing_yet(sheet: Sheet) -> Content:
    if sheet.busy:
        return Content.styled("Waiting for an answer…", "$foreground-muted")
    return Content.assemble(
        ("What an answer means is told here.\n\n", "$foreground-muted"),
        (key_of("send"), "bold $text-accent"),
        "  sends the request\n",
        (key_of("scenario"), "bold $text-accent"),
        "  chooses a failure to play\n",
        (key_of("help"), "bold $text-accent"),
        "  lists every key",
    )
