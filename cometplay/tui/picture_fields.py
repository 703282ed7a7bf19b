"""The composer's fields of a picture: each stands there only for the models that take it."""

from collections.abc import Callable
from dataclasses import replace

from cometplay.core.drafts import Draft, Kind
from cometplay.core.fields import PICTURE_FIELDS
from cometplay.core.fitting import values
from cometplay.core.models import family_of
from cometplay.tui.slots import Control, Place, Slot, typed


def known(name: str) -> Callable[[Draft], tuple[str, ...]]:
    """The values that a draft's model takes in a field."""
    return lambda draft: values(family_of(draft.kind, draft.model), name) or ()


def of_model(slot: Slot, name: str) -> Slot:
    """The field where the model takes it, or where it is set all the same: what is sent is in sight."""

    def fits(draft: Draft) -> bool:
        return values(family_of(draft.kind, draft.model), name) is not None or bool(slot.read(draft))

    return replace(slot, fits=fits)


def choice(kind: Kind, name: str, place: Place = Place.MAIN) -> Slot:
    slot = typed(kind, name, control=Control.CHOICE, place=place)
    return of_model(replace(slot, by_model=known(name)), name)


def _plain(name: str, place: Place = Place.MAIN, hint: str = "") -> Slot:
    return of_model(typed(Kind.IMAGE, name, place=place, hint=hint), name)


def _calls(draft: Draft, text: str) -> Draft:
    bare = text.strip()
    if bare and not (bare.isdecimal() and int(bare) > 0):
        raise ValueError("calls takes a whole number from 1 on")
    return replace(draft, calls=int(bare or 1))


_CALLS = Slot(
    name="calls",
    label="Pictures",
    read=lambda draft: str(draft.calls) if draft.calls > 1 else "",
    write=_calls,
    hint="1; each is a call",
    help="This model makes one picture a call: for more it is called as often.",
    fits=lambda draft: family_of(draft.kind, draft.model).most_images == 1 or draft.calls > 1,
)


def files_of(draft: Draft, slot: str) -> tuple[str, ...]:
    """The paths in a field of files."""
    return tuple(file.path for file in draft.attachments if in_slot(file.field, slot))


def in_slot(field: str, slot: str) -> bool:
    """Whether an attachment under this form field stands in this field of the composer."""
    return field == slot or (slot == "image" and field in PICTURE_FIELDS)


def files(name: str, label: str, place: Place, hint: str) -> Slot:
    slot = Slot(
        name=name,
        label=label,
        read=lambda draft: written_paths(files_of(draft, name)),
        write=lambda draft, _: draft,  # read and attached once the field is left
        control=Control.FILES,
        place=place,
        hint=hint,
    )
    return of_model(slot, name)


def written_paths(paths: tuple[str, ...]) -> str:
    """Paths in one line: quoted as a shell, and a file dropped on a terminal, has them."""
    import shlex

    return " ".join(shlex.quote(path) for path in paths)


FOLDER = Slot(
    name="folder",
    label="Folder",
    read=lambda _: "",  # no part of the draft: the screen fills it in
    write=lambda draft, _: draft,
    control=Control.ROWS,
    help="Where results are saved, at once: the urls die. Holds until the program ends.",
)

PICTURE = (
    replace(typed(Kind.IMAGE, "size", control=Control.CHOICE), by_model=known("size")),
    choice(Kind.IMAGE, "quality"),
    _plain("n", hint="1 to 10"),
    _CALLS,
    _plain("max_images", hint="1 to 15"),
    choice(Kind.IMAGE, "output_format"),
    choice(Kind.IMAGE, "style"),
    files("image", "Picture", Place.MAIN, hint="path of a file"),
    FOLDER,
)
"""What always stands there, from top to bottom."""

RARE_OF_PICTURE = (
    files("mask", "Mask", Place.MORE, hint="a PNG as large; transparent = edit"),
    choice(Kind.IMAGE, "background", Place.MORE),
    _plain("output_compression", Place.MORE, hint="0 to 100, of jpeg and webp"),
    choice(Kind.IMAGE, "response_format", Place.MORE),
    of_model(
        typed(Kind.IMAGE, "watermark", control=Control.TOGGLE, offered=("true", "false"), place=Place.MORE),
        "watermark",
    ),
    typed(Kind.IMAGE, "api", "Route", control=Control.TOGGLE, place=Place.MORE),
)
