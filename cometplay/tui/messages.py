"""What a person did, as the widgets tell it. The play screen decides what follows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from cometplay.core.drafts import Draft

if TYPE_CHECKING:
    from cometplay.tui.views import View


@dataclass
class DraftEdited(Message):
    """A field was changed, and what it holds can be understood."""

    draft: Draft


@dataclass
class Refused(Message):
    """A field holds what it cannot take; `why` is one clause, "" once it is mended."""

    field: str
    why: str


@dataclass
class Asked(Message):
    """A place for the mouse was pressed that stands for this action."""

    action: str


@dataclass
class ViewOpened(Message):
    """Another view of the result is in sight."""

    view: "View"


@dataclass
class FilesNamed(Message):
    """A field of files was left with other paths in it."""

    field: str
    text: str


@dataclass
class ModelChanged(Message):
    """The model field was left with another model in it."""


@dataclass
class TaskChosen(Message):
    """A line of the list of tasks was chosen, by the key of the task."""

    key: str
