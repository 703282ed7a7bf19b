"""What a fix changes of a draft, field by field, as a person reads it."""

from dataclasses import dataclass, fields
from typing import cast

from cometplay.core.drafts import Draft, Message


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a fix changes, as it is shown: before -> after."""

    field: str
    before: str
    after: str


def changes(before: Draft, after: Draft) -> tuple[Change, ...]:
    """Every field in which two drafts of one kind differ."""
    found: list[Change] = []
    for name in (field.name for field in fields(before)):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(Change(name.replace("_", " "), _shown(old), _shown(new)))
    return tuple(found)


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return "(none)"
        case Message(role, text):
            return f"{role}: {text}"
        case bool():
            return "true" if value else "false"
        case tuple():
            return " / ".join(_shown(item) for item in cast("tuple[object, ...]", value))
        case _:
            return str(value)
