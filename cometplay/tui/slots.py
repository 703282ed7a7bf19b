"""How a field of the composer looks, what it takes, and how it gets in and out of a draft."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from cometplay.core import jsons
from cometplay.core.drafts import Draft, Kind
from cometplay.core.fields import FIELDS, Field, Takes, with_field, without_field

Read = Callable[[Draft], str]
Write = Callable[[Draft, str], Draft]


class Control(StrEnum):
    """How a field is filled: typed in a line or in several, chosen or typed, stepped, row by row, by path."""

    INPUT = "input"
    TALL = "tall"
    CHOICE = "choice"
    TOGGLE = "toggle"
    ROWS = "rows"
    FILES = "files"


class Place(StrEnum):
    """Whether a field always stands there, or with the rarely used ones, which unfold."""

    MAIN = "main"
    MORE = "more"


def _always(_: Draft) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One field. `write` raises ValueError, with a clause that says what fits.

    `offered` are the values that can be chosen: for a CHOICE a list to choose from beside typing, for a
    TOGGLE the only ones; `by_model` gives them where they differ by model, and `called` the label. `short`:
    two in a row share a line. `told_as`: the other names by which a finding may speak of the field. `fits`:
    whether the draft's model has the field at all.
    """

    name: str
    label: str
    read: Read
    write: Write
    control: Control = Control.INPUT
    offered: tuple[str, ...] = ()
    short: bool = False
    hint: str = ""
    help: str = ""
    place: Place = Place.MAIN
    told_as: tuple[str, ...] = ()
    fits: Callable[[Draft], bool] = _always
    by_model: Callable[[Draft], tuple[str, ...]] | None = None
    called: Callable[[Draft], str] | None = None

    def of(self, draft: Draft) -> "Slot":
        """The field as the draft's model has it."""
        offered = self.by_model(draft) if self.by_model else self.offered
        label = self.called(draft) if self.called else self.label
        return replace(self, offered=offered, label=label)


def _written(field: Field, draft: Draft) -> str:
    value = getattr(draft, field.attribute)
    if field.choices:
        return next((word for word, route in field.choices.items() if route is value), "")
    if isinstance(value, bool):
        return str(value).lower()  # as JSON has it, and as it can be typed
    return "" if value is None else str(value)


_AS_TYPED = frozenset({Takes.TEXT, Takes.ANY, Takes.CHOICE, Takes.LIST, Takes.OBJECT, Takes.FORMAT})


def typed(
    kind: Kind,
    name: str,
    label: str = "",
    *,
    control: Control = Control.INPUT,
    offered: tuple[str, ...] = (),
    short: bool = False,
    hint: str = "",
    place: Place = Place.MAIN,
) -> Slot:
    """A slot for a field of core/fields.py, by its wire name; empty is not sent."""
    field = FIELDS[kind][name]

    def write(draft: Draft, text: str) -> Draft:
        if not text.strip():
            return without_field(draft, name)
        if field.takes in _AS_TYPED:
            return with_field(draft, name, text)
        try:
            value = jsons.parse(text, strict=True)
        except ValueError:
            value = text  # which with_field refuses, in its own words
        return with_field(draft, name, value)

    return Slot(
        name=field.attribute,
        label=label or field.label,
        read=lambda draft: _written(field, draft),
        write=write,
        control=control,
        offered=offered or tuple(field.choices),
        short=short,
        hint=hint or ("–" if short else "(default)"),
        place=place,
        told_as=(name,),
    )


def short_field(kind: Kind, name: str, place: Place = Place.MAIN) -> Slot:
    return typed(kind, name, short=True, place=place)
