"""A field to paste an answer into: the whole is kept, and of what is large a part is shown."""

from typing import ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.events import Paste
from textual.widgets import TextArea

from cometplay.session.pasted import normal
from cometplay.tui.views import shown


class Pad(TextArea):
    """Small plain text can be edited; of anything else a part stands here, and deleting takes all of it away.

    A text area alone needs seconds for a line of a megabyte, and draws control characters as they are.
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self) -> None:
        super().__init__(
            id="pad",
            soft_wrap=True,
            highlight_cursor_line=False,
            placeholder="Paste an answer's body, or all that curl -i printed.",
        )
        self._kept = ""

    @property
    def whole(self) -> str:
        """All that was pasted and typed."""
        return self._kept or self.text

    @property
    def in_part(self) -> bool:
        """Whether more is kept than is shown."""
        return bool(self._kept)

    def on_paste(self, event: Paste) -> None:
        event.prevent_default()
        event.stop()
        self._take(event.text)

    def action_paste(self) -> None:
        program: App[object] = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  textual leaves it open
        self._take(program.clipboard)

    def action_delete_left(self) -> None:
        if not self._emptied():
            super().action_delete_left()

    def action_delete_right(self) -> None:
        if not self._emptied():
            super().action_delete_right()

    def _emptied(self) -> bool:
        if not self._kept:
            return False
        self._kept, self.read_only = "", False
        self.load_text("")
        return True

    def _take(self, text: str) -> None:
        """Puts a text where the cursor is, or in the place of one that stands here in part."""
        self._emptied()
        text = normal(text)
        start, end = sorted((self.selection.start, self.selection.end))
        whole = self.get_text_range((0, 0), start) + text + self.get_text_range(end, self.document.end)
        part, _ = shown(whole)
        if part == whole:
            self.move_cursor(self.replace(text, start, end).end_location)
        else:
            self._kept, self.read_only = whole, True
            self.load_text(part)
