"""The files that a field of the composer names: found, read and told of. Reading blocks: for a thread."""

import os
import shlex
from dataclasses import replace
from pathlib import Path

from cometplay import uploads
from cometplay.core.drafts import Attachment, Draft
from cometplay.core.fields import PICTURE_FIELDS
from cometplay.core.models import family_of
from cometplay.session.timeline import amount
from cometplay.tui.picture_fields import in_slot

LARGEST = 50_000_000
"""Bytes of one file: no route is known to take more, and all of them stay in memory."""


class NotAttachedError(Exception):
    """A file that cannot go along; the text is one clause that says which, and why."""


def named(text: str) -> tuple[str, ...]:
    """The paths in a line, quoted as in a shell where there are spaces. Raises NotAttachedError."""
    try:
        return tuple(shlex.split(text, posix=os.name == "posix"))
    except ValueError:
        raise NotAttachedError("a quote of the paths is not closed") from None


def read(draft: Draft, field: str, text: str) -> tuple[Attachment, ...]:
    """The files that a field names. Raises NotAttachedError."""
    paths = named(text)
    most = family_of(draft.kind, draft.model).references if field in PICTURE_FIELDS else 1
    if len(paths) > most:
        told = "one file" if most == 1 else f"{most} files"
        raise NotAttachedError(f"{field} takes {told} with this model, not {len(paths)}")
    return tuple(_read(field, path) for path in paths)


def with_files(draft: Draft, field: str, files: tuple[Attachment, ...]) -> Draft:
    """The draft with these files in a field, in place of those that it had."""
    others = tuple(file for file in draft.attachments if not in_slot(file.field, field))
    return replace(draft, attachments=(*others, *files))


def afresh(draft: Draft) -> Draft:
    """The draft with its files as they are now. Raises NotAttachedError."""
    files = tuple(_read(file.field, file.path) if file.path else file for file in draft.attachments)
    return replace(draft, attachments=files)


def _read(field: str, text: str) -> Attachment:
    path = Path(text).expanduser()
    try:
        if path.stat().st_size > LARGEST:
            raise NotAttachedError(f"{path.name} is larger than {amount(LARGEST)}")
        file = uploads.attachment(field, path)
    except (OSError, ValueError) as error:  # ValueError is that of a NUL in a path
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise NotAttachedError(f"{text} cannot be read: {why}") from None
    if not file.data:
        raise NotAttachedError(f"{path.name} is empty")
    return replace(file, path=text)


def told(files: tuple[Attachment, ...]) -> str:
    """Name, size and type of each file, in a line."""
    return ", ".join(f"{file.filename} {amount(len(file.data))} {file.mime}" for file in files)
