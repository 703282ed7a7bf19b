"""Tabs in one line: the chosen one stands in brackets, so that no colour is needed to tell it."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Strip(Widget, can_focus=True):
    """A row of names; left, right or a click chooses one."""

    DEFAULT_CSS = """
    Strip {
        height: 1;
        width: auto;
        &:focus { background: $accent 30%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Left", show=False),
        Binding("right", "step(1)", "Right", show=False),
    ]

    chosen: reactive[str] = reactive("")

    @dataclass
    class Chosen(Message):
        """`name` was chosen by key or mouse."""

        strip: "Strip"
        name: str

        @property
        def control(self) -> "Strip":
            return self.strip

    def __init__(self, names: tuple[str, ...], chosen: str, *, id: str | None = None) -> None:  # noqa: A002  as every widget
        super().__init__(id=id)
        self._names = names
        self.set_reactive(Strip.chosen, chosen)

    def render(self) -> Content:
        parts = (
            Content.styled(f"[{name}]", "bold $text-accent")
            if name == self.chosen
            else Content.styled(f" {name} ", "$foreground-muted")
            for name in self._names
        )
        return Content("").join(parts)

    def get_content_width(self, container: object, viewport: object) -> int:  # noqa: ARG002  textual's signature
        return sum(len(name) + 2 for name in self._names)

    def on_click(self, event: Click) -> None:
        position = event.x
        for name in self._names:
            position -= len(name) + 2
            if position < 0:
                self.post_message(self.Chosen(self, name))
                return

    def action_step(self, by: int) -> None:
        place = self._names.index(self.chosen) + by
        self.post_message(self.Chosen(self, self._names[place % len(self._names)]))
