"""A draft after its model became another one: what still fits stays, and what had to go is named."""

from dataclasses import dataclass, replace

from cometplay.core.drafts import Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.families import Family
from cometplay.core.fields import FIELDS, PICTURE_FIELDS, without_field
from cometplay.core.models import family_of


@dataclass(frozen=True, slots=True)
class Fitted:
    """The draft as its model takes it, and a clause for each thing that changed."""

    draft: Draft
    changed: tuple[str, ...] = ()


def values(family: Family, name: str) -> tuple[str, ...] | None:
    """What a family takes in a field, by wire name: () for anything, None where it has no such field."""
    match family.kind, name:
        case _, "api" | "max_tokens" | "max_completion_tokens":
            return ()
        case Kind.IMAGE | Kind.VIDEO, "size":
            return family.sizes.words if family.sizes else ()
        case Kind.VIDEO, _:
            return _of_video(family).get(name, ())
        case Kind.IMAGE, _:
            return family.options.get(name)
        case _:
            return ()


def _of_video(family: Family) -> dict[str, tuple[str, ...] | None]:
    return {
        "seconds": None if family.fixed_s else tuple(map(str, family.seconds)),
        "mode": family.modes or None,
        "input_reference": () if family.references else None,
    }


def takes(family: Family, name: str, text: str) -> bool:
    """Whether a family takes this value in a field."""
    if name == "size" and family.sizes:
        return family.sizes.takes(text)
    known = values(family, name)
    return known is not None and (not known or text in known)


def fitted(draft: Draft) -> Fitted:
    """The draft without the fields, the values and the files that its model does not take."""
    if not isinstance(draft, ImageDraft | VideoDraft):
        return Fitted(draft)
    family = family_of(draft.kind, draft.model)
    kept, changed = _counted(draft, family) if isinstance(draft, ImageDraft) else (draft, ())
    told = [*changed]
    for name, field in FIELDS[draft.kind].items():
        value = getattr(kept, field.attribute)
        if name == "api" or value in (None, ""):
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not takes(family, name, text):
            kept = without_field(kept, name)
            told.append(f"dropped {name}: {draft.model} takes {_taken(family, name)}")
    files = tuple(file for file in kept.attachments if _takes_file(family, file.field))
    if files != kept.attachments:
        told.append(f"dropped {_named(len(kept.attachments) - len(files))}: {draft.model} takes none")
    return Fitted(replace(kept, attachments=files), tuple(told))


def _counted(draft: ImageDraft, family: Family) -> tuple[ImageDraft, tuple[str, ...]]:
    """As many pictures as before: by calls of one, by one call, or as a series."""
    wanted = max(draft.n or 1, draft.calls, draft.max_images or 1)
    if wanted == 1:
        return draft, ()
    bare = replace(draft, n=None, calls=1, max_images=None)
    if values(family, "n") is not None:
        kept = replace(bare, n=min(wanted, family.most_images or wanted))
    elif values(family, "max_images") is not None:
        kept = replace(bare, max_images=wanted)
    else:
        kept = replace(bare, calls=wanted)
    if kept == draft:
        return draft, ()
    return kept, (f"{wanted} pictures: {_way(kept)}",)


def _way(draft: ImageDraft) -> str:
    if draft.calls > 1:
        return f"{draft.calls} calls, for {draft.model} makes one a call"
    return f"max_images {draft.max_images}" if draft.max_images else f"n {draft.n}"


def _taken(family: Family, name: str) -> str:
    if name == "size" and family.sizes:
        return family.sizes.told
    known = values(family, name)
    if not known:
        return "none"
    *first, last = known
    return f"{', '.join(first)} or {last}" if first else last


_PICTURE = {Kind.IMAGE: "image", Kind.VIDEO: "input_reference"}
"""The field that reference pictures stand in."""


def _takes_file(family: Family, field: str) -> bool:
    return values(family, _PICTURE[family.kind] if field in PICTURE_FIELDS else field) is not None


def _named(count: int) -> str:
    return "the file" if count == 1 else f"{count} files"
