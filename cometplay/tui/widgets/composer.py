"""The request as fields. A field that a scenario filled has a dot beside its name."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.reactive import reactive
from textual.widgets import Input, Static, TextArea

from cometplay.core.drafts import Draft, Kind
from cometplay.core.models import family_of
from cometplay.core.tokens import prompt_tokens
from cometplay.tui.actions import key_of
from cometplay.tui.fields import slots_of, told_of
from cometplay.tui.messages import DraftEdited, FilesNamed, ModelChanged, Refused
from cometplay.tui.picture_fields import in_slot
from cometplay.tui.sheet import Sheet
from cometplay.tui.slots import Control, Place, Slot
from cometplay.tui.video_fields import usual
from cometplay.tui.widgets.controls import Files, Lead, Paths, Toggle
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.rows import rows, show
from cometplay.tui.widgets.telling import tell


class Composer(Vertical):
    """The fields of one tab. Posts DraftEdited, or Refused when a field cannot take what it holds."""

    DEFAULT_CSS = """
    Composer {
        #form { height: 1fr; scrollbar-size-vertical: 1; }
        #rare { height: auto; }
        .row { height: 1; }
        .name { width: 12; color: $text-muted; }
        .name.second { width: auto; padding: 0 1; }
        /* no change: textual styles a row anew only where the row itself has a rule for this state */
        .alone:focus-within { opacity: 100%; }
        .alone:focus-within .name { color: $text-accent; text-style: bold reverse; }
        Input { width: 1fr; height: 1; padding: 0; border: none; background: $surface; }
        Input:focus { border: none; background: $panel; }
        .open { padding: 0; color: $text-accent; }
        .warned .name { color: $text-warning; text-style: bold; }
        .bad .name { color: $text-error; text-style: bold underline; }
        .row.files { height: auto; }
        .tall { height: 1fr; min-height: 3; }
        #rare .tall { height: 4; }
        .tall TextArea { width: 1fr; height: 100%; padding: 0; background: $surface; border: none; }
        .tall TextArea:focus { border: none; background: $panel; }
        #more { color: $text-muted; }
        #bottom { height: 1; }
        #send { background: $primary; color: $text; text-style: bold; }
        #complaint { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #complaint { color: $text-warning; }
        &.-refuses #complaint { color: $text-error; }
        &.-complains #automatic { display: none; }
    }
    Composer.-image .name.first { width: 16; }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(id="composer")
        self.border_title = f"Compose {_estimate(sheet)}".rstrip()
        self._kind = sheet.kind
        self._draft: Draft = sheet.draft
        self._bad: dict[str, str] = {}
        self._posted: list[Draft] = []
        """What was typed and told, and has not come back in a sheet yet."""
        self._open = False
        self._shown: tuple[Slot, ...] = ()
        self._model_before: str | None = None
        """The model when its field got the focus; None while it has none."""

    def compose(self) -> ComposeResult:
        self._shown = self._placed(Place.MAIN) + (self._placed(Place.MORE) if self._open else ())
        with VerticalScroll(id="form", can_focus=False):
            yield from rows(self._placed(Place.MAIN), self._draft)
            if self._placed(Place.MORE):
                yield Lead(self._more_line(), "more", id="more")
                yield Vertical(
                    *(rows(self._placed(Place.MORE), self._draft) if self._open else ()), id="rare"
                )
        with Horizontal(id="bottom"):
            yield Press(f" Send {key_of('send')} ", "send", id="send")
            yield Static("", id="complaint", markup=False)
            yield Press("", "automatic", id="automatic")

    def _placed(self, place: Place) -> tuple[Slot, ...]:
        return tuple(slot for slot in slots_of(self._draft) if slot.place is place)

    def _more_line(self) -> str:
        """The sign of the part that unfolds, and what is set in it: nothing that is sent is out of sight."""
        rare = self._placed(Place.MORE)
        told = [f"{slot.label.lower()} {text}" for slot in rare if (text := slot.read(self._draft))]
        names = ", ".join(told or (slot.label.lower() for slot in rare))
        return f"{'▾' if self._open else '▸'} More {key_of('more')}  {names}"

    async def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None or (old and _composed(old) == _composed(sheet)):
            return
        typed = self._is_known(old, sheet)
        self._draft = self._draft if typed else sheet.draft
        typing_model = typed and self._model_before is not None
        if sheet.kind is not self._kind or (not typing_model and self._other_slots()):
            await self._rebuild(sheet)
        elif not typed:
            self._fill(sheet.draft)
        unfolds = not self._open and any(slot.name in sheet.filled for slot in self._placed(Place.MORE))
        if unfolds:
            await self.unfold()
        self._say("#automatic", f"auto retry {'on' if sheet.automatic else 'off'} {key_of('automatic')}")
        if old and (old.filled != sheet.filled or old.kind is not sheet.kind or unfolds):
            self._mark(sheet)
        self._tell()
        self._entitle(f"Compose {_estimate(sheet)}".rstrip(), "• set by the scenario" if sheet.filled else "")

    def _entitle(self, title: str, subtitle: str) -> None:
        """Sets what stands in the border; the same again would draw all that is in it for nothing."""
        if (self.border_title, self.border_subtitle) != (title, subtitle):
            self.border_title, self.border_subtitle = title, subtitle

    def _is_known(self, old: Sheet | None, sheet: Sheet) -> bool:
        """Whether a sheet holds nothing but what was typed here, be the newest of it on its way still."""
        if sheet.draft in self._posted:
            del self._posted[: self._posted.index(sheet.draft) + 1]
            return True
        if sheet.draft == self._draft or (old and old.draft == sheet.draft):
            return True
        self._posted.clear()
        return False

    def _other_slots(self) -> bool:
        """Whether the draft's model has other fields than those that stand here."""
        shown = (slot for slot in slots_of(self._draft) if self._open or slot.place is Place.MAIN)
        return tuple(shown) != self._shown

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if event.widget.id == "model":
            self._model_before = self._draft.model

    async def on_descendant_blur(self, event: DescendantBlur) -> None:
        if event.widget.id == "model":
            if self.settle():
                self.post_message(ModelChanged())
            self._model_before = None
            if self.sheet and self._other_slots():  # while a model is typed, no field comes or goes
                await self._rebuild(self.sheet)

    def settle(self) -> bool:
        """Whether another model was typed since its field got the focus, or since this was asked last."""
        before = self._model_before
        if before is None:  # nobody types there: a model that is another one came with a scenario
            return False
        self._model_before = self._draft.model
        return before != self._draft.model

    @property
    def unread(self) -> tuple[FilesNamed, ...]:
        """What the fields of files hold that nobody was told of."""
        fields = self.query(Paths)
        return tuple(FilesNamed(field.id or "", field.value) for field in fields if field.untold)

    async def unfold(self) -> None:
        """Shows the rarely used fields, or hides them."""
        if self._open and any(self._bad.values()):
            return  # what is typed there would be lost
        rare = self.query_one("#rare", Vertical)
        self._open = not self._open
        self._shown = self._placed(Place.MAIN)
        await rare.remove_children()
        if self._open:
            self._shown += self._placed(Place.MORE)
            await rare.mount_all(rows(self._placed(Place.MORE), self._draft))
            rare.scroll_visible(animate=False)
        if self.sheet:
            self._mark(self.sheet)
        self._tell()

    async def _rebuild(self, sheet: Sheet) -> None:
        """The fields anew: those of another tab or model, or more of them."""
        self._kind, self._draft = sheet.kind, sheet.draft
        for name in self._bad:
            self.post_message(Refused(name, ""))
        self._bad = {}
        self.set_class(sheet.kind is Kind.IMAGE, "-image")
        focused = self.screen.focused
        composing, same = self.has_focus_within, focused.id if focused else None
        await self.recompose()
        if composing:  # the focused field is gone; the strip of tabs, if it has the focus, keeps it
            (self.query(f"#{same or 'prompt'}") or self.query("#prompt")).first().focus()
        self._mark(sheet)

    def _fill(self, draft: Draft) -> None:
        """Shows a draft that was not typed here."""
        with self.prevent(Input.Changed, TextArea.Changed):
            for slot in self._shown:
                show(self.query_one(f"#{slot.name}"), slot.read(draft) or self._hint(slot))
                self._complain(slot, "")

    def _hint(self, slot: Slot) -> str:
        return slot.hint if slot.control is Control.ROWS else ""

    def _mark(self, sheet: Sheet) -> None:
        for slot in self._shown:
            dot = "•" if slot.name in sheet.filled else ""
            tell(self.query_one(f"#name-{slot.name}", Static), Content(f"{slot.label}{dot}"))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if not isinstance(event.input, Paths):
            self._typed(event.input.id or "", event.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._typed(event.text_area.id or "", event.text_area.text)

    def on_toggle_changed(self, event: Toggle.Changed) -> None:
        event.stop()
        self._typed(event.toggle.id or "", event.value)

    def _typed(self, name: str, text: str) -> None:
        slot = next((slot for slot in self._shown if slot.name == name), None)
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
            self._posted.append(self._draft)
            self.post_message(DraftEdited(self._draft))

    def refuse(self, name: str, why: str) -> None:
        """Marks a field whose fault somebody else found; "" takes the mark away."""
        slot = next((slot for slot in self._shown if slot.name == name), None)
        if slot:
            self._complain(slot, why)

    def _complain(self, slot: Slot, why: str) -> None:
        """Marks a field that holds what it cannot take, and says so in the last line."""
        if self._bad.get(slot.name, "") == why:
            return
        self._bad[slot.name] = why
        self._tell()
        self.post_message(Refused(slot.name, why))

    def _tell(self) -> None:
        """The marks of the fields and the last line: what cannot be taken, else what may go wrong."""
        found = self.sheet.checked if self.sheet else ()
        warned = [piece.where for finding in found for piece in finding.evidence]
        for slot in self._shown:
            row = self.query_one(f"#name-{slot.name}").parent
            if row:
                row.set_class(bool(self._bad.get(slot.name)), "bad")
                row.set_class(any(told_of(slot, where) for where in warned), "warned")
        for lead in self.query("#more").results(Lead):
            lead.text = self._more_line()
        for lead in self.query("#messages").results(Lead):
            show(lead, next(slot for slot in self._shown if slot.name == "messages").read(self._draft))
        for lead in self.query("#folder").results(Lead):
            show(lead, self.sheet.folder if self.sheet else "")
        self._tell_files()
        refused = next((f"! {fault}" for fault in self._bad.values() if fault), "")
        told = refused or next((f"{finding.cls.sign} {finding.title}" for finding in found), "")
        self._say("#complaint", told)
        self.set_class(bool(told), "-complains")
        self.set_class(bool(refused), "-refuses")

    def _say(self, place: str, text: str) -> None:
        tell(self.query_one(place, Static), Content(text))

    def _tell_files(self) -> None:
        if not self.query(Files):
            return
        from cometplay.tui.attachments import told

        for field in self.query(Files):
            name = field.query_one(Paths).id or ""
            field.about(told(tuple(file for file in self._draft.attachments if in_slot(file.field, name))))


def _composed(sheet: Sheet) -> tuple[object, ...]:
    """What of a sheet stands in these fields: the news of many tasks are none of theirs."""
    return sheet.kind, sheet.draft, sheet.filled, sheet.automatic, sheet.folder, sheet.checked


def _estimate(sheet: Sheet) -> str:
    """What the prompt takes, about, and of how much where the window is known; of a video the usual time."""
    if sheet.kind is Kind.VIDEO:
        return usual(sheet.draft)
    window = family_of(sheet.kind, sheet.draft.model).window
    of = f" of {window:,}" if window else ""
    return f"~{prompt_tokens(sheet.draft):,}{of} tokens" if sheet.kind is Kind.TEXT else ""
