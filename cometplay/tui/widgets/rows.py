"""Slots as widgets: the rows of the composer, two short fields in one of them."""

from collections.abc import Iterable, Iterator

from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from cometplay.core.drafts import Draft
from cometplay.tui.slots import Control, Slot
from cometplay.tui.widgets.controls import Files, Lead, Paths, Pick, Toggle, Words
from cometplay.tui.widgets.press import Press

_HEIGHTS = {Control.TALL: "tall", Control.FILES: "files"}


def rows(slots: Iterable[Slot], draft: Draft) -> Iterator[Horizontal]:
    """A row for each field, from top to bottom."""
    pending: Slot | None = None
    for slot in slots:
        if not slot.short:
            yield Horizontal(*_pair(slot, draft), classes=f"row alone {_HEIGHTS.get(slot.control, '')}")
        elif pending is None:
            pending = slot
        else:
            yield Horizontal(*_pair(pending, draft), *_pair(slot, draft, "second"), classes="row")
            pending = None


def _pair(slot: Slot, draft: Draft, place: str = "first") -> Iterator[Widget]:
    name = Static(Content(slot.label), id=f"name-{slot.name}", classes=f"name {place}", markup=False)
    name.tooltip = slot.help or None
    yield name
    yield _control(slot, slot.read(draft))
    if slot.control is Control.CHOICE:
        yield Press("▾", f"offer('{slot.name}')", classes="open")


def _control(slot: Slot, text: str) -> Widget:
    match slot.control:
        case Control.INPUT:
            return Input(text, placeholder=slot.hint, id=slot.name, select_on_focus=False)
        case Control.CHOICE:
            suggester = SuggestFromList(slot.offered)
            return Pick(text, placeholder=slot.hint, id=slot.name, suggester=suggester, select_on_focus=False)
        case Control.TALL:
            return Words(
                text, id=slot.name, soft_wrap=True, highlight_cursor_line=False, placeholder=slot.hint
            )
        case Control.TOGGLE:
            return Toggle(slot.offered, text, id=slot.name)
        case Control.FILES:
            return Files(text, slot.hint, field=slot.name)
        case Control.ROWS:
            return Lead(text or slot.hint, slot.name, id=slot.name)


def show(widget: Widget, text: str) -> None:
    """Puts a text into a field where another one stands."""
    match widget:
        case Words():
            if widget.text != text:
                widget.text = text
        case Paths():
            widget.show(text)
        case Input() | Toggle():
            widget.value = text
        case Lead():
            widget.text = text
        case _:
            raise TypeError(f"{widget!r} is no field")
