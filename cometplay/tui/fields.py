"""The composer's fields, one row each: how it looks, what it takes, and how it gets in and out of a draft.

A new field is a new row. Where the fields of a kind differ by model, a row says which models have it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from cometplay.core import jsons
from cometplay.core.drafts import Draft, Kind, Message, Role, TextDraft, with_prompt, with_system
from cometplay.core.expectations import parse_expectation, written_expectation
from cometplay.core.fields import FIELDS, Field, Takes, with_field, without_field
from cometplay.core.models import known_models

Read = Callable[[Draft], str]
Write = Callable[[Draft, str], Draft]


class Control(StrEnum):
    """How a field is filled: typed in a line, typed in several, chosen or typed, stepped, row by row."""

    INPUT = "input"
    TALL = "tall"
    CHOICE = "choice"
    TOGGLE = "toggle"
    ROWS = "rows"


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
    TOGGLE the only ones. `short`: two in a row share a line. `told_as`: the other names by which a finding
    may speak of the field. `fits`: whether the draft's model has the field at all.
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


def _model(kind: Kind) -> Slot:
    return Slot(
        name="model",
        label="Model",
        read=lambda draft: draft.model,
        write=lambda draft, text: replace(draft, model=text.strip()),
        control=Control.CHOICE,
        offered=known_models(kind),
        help="Type any id, or choose one: down, or a click on ▾.",
    )


PROMPT = Slot(
    name="prompt",
    label="Prompt",
    read=lambda draft: draft.prompt,
    write=with_prompt,
    control=Control.TALL,
    told_as=("messages",),
    help="What is asked; in a chat the last message of the user.",
)


def _system(draft: Draft, text: str) -> Draft:
    return with_system(draft, text) if isinstance(draft, TextDraft) else draft


SYSTEM = Slot(
    name="system",
    label="System",
    read=lambda draft: draft.system if isinstance(draft, TextDraft) else "",
    write=_system,
    hint="(none)",
    help="Sets the scene. Further messages stand below.",
)


def spoken(draft: Draft) -> tuple[Message, ...]:
    """The messages of a chat; () where there are none."""
    return draft.messages if isinstance(draft, TextDraft) else ()


def _roles(draft: Draft) -> str:
    return ", ".join(message.role or "?" for message in spoken(draft))


MESSAGES = Slot(
    name="messages",
    label="Messages",
    read=_roles,
    write=lambda draft, _: draft,  # written row by row, on a screen of its own
    control=Control.ROWS,
    told_as=("messages[].role",),
    hint="(none)",
    help="Every message with its role: add, remove, reorder.",
)


def _expect(draft: Draft, text: str) -> Draft:
    return replace(draft, expect=parse_expectation(text) if text.strip() else None)


EXPECT = Slot(
    name="expect",
    label="Expect",
    read=lambda draft: written_expectation(draft.expect),
    write=_expect,
    control=Control.CHOICE,
    offered=("label:yes,no", "json", 'schema:{"type": "object"}', "min-words:10", "pattern:^[A-Z]"),
    hint="label:yes,no",
    help="What the answer must be; where it is not, the failure is silent, and told all the same.",
)
EXTRA = Slot(
    name="extra",
    label="Extra JSON",
    read=lambda draft: draft.extra,
    write=lambda draft, text: replace(draft, extra=text),
    hint='{"user": "me"}',
    told_as=("extra fields",),
    help="Fields that stand nowhere else; merged last, over the others.",
)


def _written(field: Field, draft: Draft) -> str:
    value = getattr(draft, field.attribute)
    if field.choices:
        return next((word for word, route in field.choices.items() if route is value), "")
    if isinstance(value, bool):
        return str(value).lower()  # as JSON has it, and as it can be typed
    return "" if value is None else str(value)


_AS_TYPED = frozenset({Takes.TEXT, Takes.ANY, Takes.CHOICE, Takes.LIST, Takes.OBJECT, Takes.FORMAT})


def _typed(
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


def _short(kind: Kind, name: str, place: Place = Place.MAIN) -> Slot:
    return _typed(kind, name, short=True, place=place)


ROLES = tuple(role.value for role in Role)
_TEXT_MORE = (
    _typed(Kind.TEXT, "stream", control=Control.TOGGLE, offered=("true", "false"), place=Place.MORE),
    _typed(Kind.TEXT, "api", "Route", control=Control.TOGGLE, place=Place.MORE),
    _short(Kind.TEXT, "top_p", Place.MORE),
    _short(Kind.TEXT, "seed", Place.MORE),
    _typed(Kind.TEXT, "stop", hint='END or ["a", "b"]', place=Place.MORE),
    _typed(
        Kind.TEXT,
        "reasoning_effort",
        control=Control.CHOICE,
        offered=("none", "minimal", "low", "medium", "high", "xhigh"),
        place=Place.MORE,
    ),
    _typed(
        Kind.TEXT,
        "response_format",
        control=Control.CHOICE,
        offered=(
            "text",
            "json_object",
            '{"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}',
        ),
        place=Place.MORE,
    ),
    _typed(
        Kind.TEXT,
        "stream_options",
        control=Control.CHOICE,
        offered=('{"include_usage": true}',),
        place=Place.MORE,
    ),
    replace(
        _typed(Kind.TEXT, "tools", control=Control.TALL, place=Place.MORE),
        help="A JSON list of the functions that the model may ask for.",
    ),
)

SLOTS: dict[Kind, tuple[Slot, ...]] = {
    Kind.TEXT: (
        _model(Kind.TEXT),
        SYSTEM,
        PROMPT,
        MESSAGES,
        _short(Kind.TEXT, "max_tokens"),
        _short(Kind.TEXT, "temperature"),
        EXPECT,
        EXTRA,
        *_TEXT_MORE,
    ),
    Kind.IMAGE: (
        _model(Kind.IMAGE),
        PROMPT,
        _typed(Kind.IMAGE, "size"),
        _short(Kind.IMAGE, "quality"),
        _short(Kind.IMAGE, "n"),
        _typed(Kind.IMAGE, "output_format"),
        _typed(Kind.IMAGE, "response_format"),
        EXTRA,
    ),
    Kind.VIDEO: (
        _model(Kind.VIDEO),
        PROMPT,
        _short(Kind.VIDEO, "seconds"),
        _short(Kind.VIDEO, "size"),
        EXTRA,
    ),
}
"""The fields of each tab, from top to bottom."""


def slots_of(draft: Draft) -> tuple[Slot, ...]:
    """The fields that a draft has, its model considered."""
    return tuple(slot for slot in SLOTS[draft.kind] if slot.fits(draft))


def slot_named(draft: Draft, name: str) -> Slot | None:
    return next((slot for slot in slots_of(draft) if slot.name == name), None)


def filled_by(draft: Draft, plain: Draft) -> frozenset[str]:
    """The names of the fields in which a scenario's draft differs from the tab's first one."""
    return frozenset(slot.name for slot in slots_of(draft) if slot.read(draft) != slot.read(plain))


def told_of(slot: Slot, where: str) -> bool:
    """Whether a finding that speaks of `where` speaks of this field."""
    return where == slot.name or where in slot.told_as
