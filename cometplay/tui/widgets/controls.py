"""The composer's own controls: a line that offers values, one that steps through them, one that leads on."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from cometplay.tui.messages import Asked, FilesNamed
from cometplay.tui.widgets.telling import fit_scrollbar, settled_size, tell

UNSET = "–"


class Pick(Input):
    """A line to type in; down offers what is known to fit."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "offer", "Choose", show=False)]

    def action_offer(self) -> None:
        self.post_message(Asked(f"offer('{self.id}')"))


class Words(TextArea):
    """Text of several lines in a field that keeps its size: a line more lays nothing out."""

    virtual_size = settled_size()

    def watch_virtual_size(self) -> None:
        fit_scrollbar(self)
        self.refresh()


class Paths(Input):
    """Paths of files, in one line; what it names is told when the field is left, and with enter."""

    def __init__(self, text: str, hint: str, *, id: str) -> None:  # noqa: A002  as every widget
        super().__init__(text, placeholder=hint, id=id, select_on_focus=False)
        self._told = text

    def on_blur(self) -> None:
        self.tell()

    async def action_submit(self) -> None:
        self.tell()

    def show(self, text: str) -> None:
        """Takes a text that nobody typed: there is nothing to tell of it."""
        self._told = self.value = text

    @property
    def untold(self) -> bool:
        return self.value != self._told

    def tell(self) -> None:
        if self.untold:
            self._told = self.value
            self.post_message(FilesNamed(self.id or "", self.value))


class Files(Vertical):
    """A field of paths, and below it what was read of them."""

    DEFAULT_CSS = """
    Files { height: auto; width: 1fr; }
    Files .about { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; display: none; }
    Files.-read .about { display: block; }
    """

    def __init__(self, text: str, hint: str, *, field: str) -> None:
        super().__init__()
        self._text, self._hint, self._field = text, hint, field

    def compose(self) -> ComposeResult:
        yield Paths(self._text, self._hint, id=self._field)
        yield Static("", classes="about", markup=False)

    def about(self, told: str) -> None:
        tell(self.query_one(".about", Static), Content(told))
        self.set_class(bool(told), "-read")


class Toggle(Widget, can_focus=True):
    """A few values and none: space, enter, a click or an arrow goes on to the next."""

    DEFAULT_CSS = """
    Toggle { height: 1; width: 1fr; background: $surface; &:focus { background: $panel; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,right", "step(1)", "Next", show=False),
        Binding("left", "step(-1)", "Previous", show=False),
    ]

    value: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """A person chose `value`; "" is none."""

        toggle: "Toggle"
        value: str

        @property
        def control(self) -> "Toggle":
            return self.toggle

    def __init__(self, values: tuple[str, ...], value: str, *, id: str) -> None:  # noqa: A002  as every widget
        super().__init__(id=id)
        self._values = ("", *values)
        self.set_reactive(Toggle.value, value)

    def render(self) -> Content:
        parts = (
            Content.styled(f"[{value or UNSET}]", "bold $text-accent")
            if value == self.value
            else Content.styled(f" {value or UNSET} ", "$foreground-muted")
            for value in self._values
        )
        return Content("").join(parts)

    def on_click(self, event: Click) -> None:
        position = event.x
        for value in self._values:
            position -= len(value or UNSET) + 2
            if position < 0:
                self._choose(value)
                return

    def action_step(self, by: int) -> None:
        place = self._values.index(self.value) if self.value in self._values else 0
        self._choose(self._values[(place + by) % len(self._values)])

    def _choose(self, value: str) -> None:
        self.value = value
        self.post_message(self.Changed(self, value))


class Lead(Widget, can_focus=True):
    """A line that leads to more: enter, space or a click asks for `action`."""

    DEFAULT_CSS = """
    Lead {
        height: 1; width: 1fr; background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { background: $panel; text-style: bold; }
        &:hover { text-style: underline; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "ask", "Open", show=False)]

    text: reactive[str] = reactive("")

    def __init__(self, text: str, action: str, *, id: str) -> None:  # noqa: A002  as every widget
        super().__init__(id=id)
        self._action = action
        self.set_reactive(Lead.text, text)

    def render(self) -> Content:
        return Content(self.text)

    def on_click(self) -> None:
        self.action_ask()

    def action_ask(self) -> None:
        self.post_message(Asked(self._action))
