"""The composer's fields: how each is read from a draft, and how what is typed gets into one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cometplay.core import jsons
from cometplay.core.drafts import (
    Draft,
    Kind,
    TextDraft,
    with_prompt,
    with_system,
)
from cometplay.core.expectations import parse_expectation, written_expectation
from cometplay.core.fields import FIELDS, Takes, with_field

Read = Callable[[Draft], str]
Write = Callable[[Draft, str], Draft]


@dataclass(frozen=True, slots=True)
class Slot:
    """One field. `write` raises ValueError, with a clause that says what fits."""

    name: str
    label: str
    read: Read
    write: Write
    tall: bool = False
    short: bool = False
    """Two short ones in a row share a line."""
    hint: str = ""


def _system(draft: Draft, text: str) -> Draft:
    return with_system(draft, text) if isinstance(draft, TextDraft) else draft


def _expect(draft: Draft, text: str) -> Draft:
    return replace(draft, expect=parse_expectation(text) if text.strip() else None)


MODEL = Slot(
    "model", "Model", lambda draft: draft.model, lambda draft, text: replace(draft, model=text.strip())
)
PROMPT = Slot("prompt", "Prompt", lambda draft: draft.prompt, with_prompt, tall=True)
SYSTEM = Slot(
    "system",
    "System",
    lambda draft: draft.system if isinstance(draft, TextDraft) else "",
    _system,
    hint="(none)",
)
EXPECT = Slot(
    "expect",
    "Expect",
    lambda draft: written_expectation(draft.expect),
    _expect,
    hint="label:yes,no",
)
EXTRA = Slot(
    "extra",
    "Extra JSON",
    lambda draft: draft.extra,
    lambda draft, text: replace(draft, extra=text),
    hint='{"seed": 7}',
)


def _typed(name: str, *, short: bool = False) -> Slot:
    """A slot for a field of core/drafts.py, by its wire name; empty is not sent."""

    def read(draft: Draft) -> str:
        value = getattr(draft, FIELDS[draft.kind][name].attribute)
        if isinstance(value, bool):
            return str(value).lower()  # as JSON has it, and as it can be typed
        return "" if value is None else str(value)

    def write(draft: Draft, text: str) -> Draft:
        field = FIELDS[draft.kind][name]
        if not text.strip():
            empty = "" if isinstance(getattr(draft, field.attribute), str) else None
            return replace(draft, **{field.attribute: empty})
        if field.takes is Takes.TEXT:
            return with_field(draft, name, text)
        try:
            value = jsons.parse(text, strict=True)
        except ValueError:
            value = text  # which with_field refuses, in its own words
        return with_field(draft, name, value)

    kind = next(kind for kind in Kind if name in FIELDS[kind])
    field = FIELDS[kind][name]
    return Slot(field.attribute, field.label, read, write, short=short, hint="–" if short else "(default)")


SLOTS: dict[Kind, tuple[Slot, ...]] = {
    Kind.TEXT: (
        MODEL,
        SYSTEM,
        PROMPT,
        _typed("max_tokens", short=True),
        _typed("temperature", short=True),
        EXPECT,
        EXTRA,
    ),
    Kind.IMAGE: (
        MODEL,
        PROMPT,
        _typed("size"),
        _typed("quality", short=True),
        _typed("n", short=True),
        _typed("output_format"),
        _typed("response_format"),
        EXTRA,
    ),
    Kind.VIDEO: (MODEL, PROMPT, _typed("seconds", short=True), _typed("size", short=True), EXTRA),
}
"""The fields of each tab, from top to bottom."""


def filled_by(draft: Draft, plain: Draft) -> frozenset[str]:
    """The names of the fields in which a scenario's draft differs from the tab's first one."""
    return frozenset(slot.name for slot in SLOTS[draft.kind] if slot.read(draft) != slot.read(plain))
