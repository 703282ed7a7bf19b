"""The request as fields. A field that a scenario filled has a dot beside its name."""

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static, TextArea

from cometplay.core.drafts import Draft, Kind
from cometplay.core.models import known_models
from cometplay.tui.actions import key_of
from cometplay.tui.fields import MODEL, SLOTS, Slot
from cometplay.tui.messages import DraftEdited, Refused
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.press import Press


class Composer(VerticalScroll, can_focus=False):
    """The fields of one tab. Posts DraftEdited, or Refused when a field cannot take what it holds."""

    DEFAULT_CSS = """
    Composer {
        .row { height: 1; }
        .name { width: 12; color: $text-muted; }
        .name.second { width: auto; padding: 0 1; }
        /* no change: textual styles a row anew only where the row itself has a rule for this state */
        .alone:focus-within { opacity: 100%; }
        .alone:focus-within .name { color: $text-accent; text-style: bold reverse; }
        Input { width: 1fr; height: 1; padding: 0; border: none; background: $surface; }
        Input:focus { border: none; background: $panel; }
        .bad .name { color: $text-error; text-style: bold underline; }
        .tall { height: 1fr; min-height: 3; }
        .tall TextArea { width: 1fr; height: 100%; padding: 0; background: $surface; border: none; }
        .tall TextArea:focus { border: none; background: $panel; }
        #bottom { height: 1; margin-top: 1; }
        #send { background: $primary; color: $text; text-style: bold; }
        #complaint { color: $text-error; width: 1fr; height: 1; }
        &.-complains #automatic { display: none; }
    }
    Composer.-image .name.first { width: 16; }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(id="composer")
        self.border_title = "Compose"
        self._kind = sheet.kind
        self._draft: Draft = sheet.draft
        self._bad: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        pending: Slot | None = None
        for slot in SLOTS[self._kind]:
            if not slot.short:
                yield self._row(slot)
            elif pending is None:
                pending = slot
            else:
                yield Horizontal(*self._pair(pending), *self._pair(slot, "second"), classes="row")
                pending = None
        with Horizontal(id="bottom"):
            yield Press(f" Send {key_of('send')} ", "send", id="send")
            yield Static("", id="complaint", markup=False)
            yield Press("", "automatic", id="automatic")

    def _row(self, slot: Slot) -> Horizontal:
        return Horizontal(*self._pair(slot), classes="row alone tall" if slot.tall else "row alone")

    def _pair(self, slot: Slot, place: str = "first") -> tuple[Static, Input | TextArea]:
        text = slot.read(self._draft)
        name = Static(Content(slot.label), id=f"name-{slot.name}", classes=f"name {place}", markup=False)
        if slot.tall:
            area = TextArea(text, id=slot.name, soft_wrap=True, highlight_cursor_line=False)
            return name, area
        suggester = SuggestFromList(known_models(self._draft.kind)) if slot is MODEL else None
        field = Input(
            text,
            placeholder=slot.hint,
            id=slot.name,
            suggester=suggester,
            select_on_focus=False,
        )
        return name, field

    async def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None:
            return
        if sheet.kind is not self._kind:
            self._kind, self._draft, self._bad = sheet.kind, sheet.draft, {}
            self.set_class(sheet.kind is Kind.IMAGE, "-image")
            composing = self.has_focus_within
            await self.recompose()
            if composing:  # the focused field is gone; the strip of tabs, if it has the focus, keeps it
                self.query_one("#prompt").focus()
        elif sheet.draft != self._draft:
            self._fill(sheet.draft)
        self.query_one("#automatic", Press).update(
            Content(f"auto retry {'on' if sheet.automatic else 'off'} {key_of('automatic')}")
        )
        if old and (old.filled != sheet.filled or old.kind is not sheet.kind):
            self._mark(sheet)

    def _fill(self, draft: Draft) -> None:
        """Shows a draft that was not typed here."""
        self._draft = draft
        with self.prevent(Input.Changed, TextArea.Changed):
            for slot in SLOTS[draft.kind]:
                text = slot.read(draft)
                if slot.tall:
                    area = self.query_one(f"#{slot.name}", TextArea)
                    if area.text != text:
                        area.text = text
                else:
                    self.query_one(f"#{slot.name}", Input).value = text
                self._complain(slot, "")

    def _mark(self, sheet: Sheet) -> None:
        for slot in SLOTS[sheet.kind]:
            dot = "•" if slot.name in sheet.filled else ""
            self.query_one(f"#name-{slot.name}", Static).update(Content(f"{slot.label}{dot}"))
        self.border_subtitle = "• set by the scenario" if sheet.filled else ""

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._typed(event.input.id or "", event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._typed(event.text_area.id or "", event.text_area.text)

    def _typed(self, name: str, text: str) -> None:
        slot = next((slot for slot in SLOTS[self._kind] if slot.name == name), None)
        if slot is None:
            return
        if slot.read(self._draft) == text:
            self._complain(slot, "")
            return
        try:
            self._draft = slot.write(self._draft, text)
        except ValueError as error:
            self._complain(slot, str(error))
        else:
            self._complain(slot, "")
            self.post_message(DraftEdited(self._draft))

    def _complain(self, slot: Slot, why: str) -> None:
        """Marks a field that holds what it cannot take, and says so in the last line."""
        if self._bad.get(slot.name, "") == why:
            return
        self._bad[slot.name] = why
        name = self.query_one(f"#name-{slot.name}", Static)
        if name.parent:
            name.parent.set_class(bool(why), "bad")
        standing = next((f"! {fault}" for fault in self._bad.values() if fault), "")
        self.query_one("#complaint", Static).update(Content(standing))
        self.set_class(bool(standing), "-complains")
        self.post_message(Refused(slot.name, why))
