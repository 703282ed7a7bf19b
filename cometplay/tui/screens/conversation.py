"""Every message of a chat with its role, to be added, removed and reordered."""

from collections.abc import Iterator
from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static, TextArea

from cometplay.core import plain
from cometplay.core.drafts import Message, Role
from cometplay.tui.fields import ROLES
from cometplay.tui.messages import Asked
from cometplay.tui.widgets.press import Press

NEXT = {Role.SYSTEM: Role.USER, Role.USER: Role.ASSISTANT, Role.ASSISTANT: Role.USER, Role.TOOL: Role.USER}
"""Who usually speaks after whom."""


class Turn(Vertical):
    """One message: its role, its text, and of a tool's the call that it answers."""

    DEFAULT_CSS = """
    Turn {
        height: auto; margin: 0 0 1 0;
        .head { height: 1; }
        .name { width: auto; color: $text-muted; padding: 0 1 0 0; }
        .role { width: 12; }
        .call { width: 1fr; }
        .after { padding: 0 1 0 2; }
        Input { height: 1; border: none; padding: 0; background: $panel; }
        Input:focus { border: none; background: $accent 30%; }
        TextArea { height: 3; border: none; padding: 0; background: $panel; }
        TextArea:focus { border: none; background: $panel; }
        .calls { color: $text-accent; height: auto; }
        &:focus-within .name { text-style: bold reverse; color: $text-accent; }
    }
    """

    def __init__(self, message: Message, number: int) -> None:
        super().__init__()
        self._message, self._number = message, number

    def compose(self) -> ComposeResult:
        with Horizontal(classes="head"):
            yield Static(f"{self._number:2}", classes="name", markup=False)
            suggester = SuggestFromList(ROLES)
            yield Input(
                self._message.role,
                placeholder="role",
                classes="role",
                suggester=suggester,
                select_on_focus=False,
            )
            yield Static("answers call", classes="name after", markup=False)
            yield Input(
                self._message.call_id, placeholder="(a tool's only)", classes="call", select_on_focus=False
            )
        yield TextArea(self._message.text, soft_wrap=True, highlight_cursor_line=False)
        for call in self._message.calls:
            line = f"calls {plain.line(call.name, 60)}({plain.line(call.arguments, 200)})"
            yield Static(Content(line), classes="calls", markup=False)

    @property
    def message(self) -> Message:
        """What stands here now."""
        role, call_id = (self.query_one(f".{name}", Input).value.strip() for name in ("role", "call"))
        return replace(self._message, role=role, call_id=call_id, text=self.query_one(TextArea).text)


class Conversation(ModalScreen[tuple[Message, ...] | None]):
    """Gives the messages as they were left, or None when they are to stay as they were."""

    DEFAULT_CSS = """
    Conversation {
        align: center middle;
        #box {
            width: 100; max-width: 95%; height: 90%;
            border: round $accent; background: $surface; padding: 0 1;
        }
        #turns { height: 1fr; scrollbar-size-vertical: 1; }
        #answers { height: 1; }
    }
    """
    AUTO_FOCUS = "TextArea"
    BINDINGS = (
        Binding("ctrl+s", "take", "Take"),
        Binding("escape", "close", "Close"),
        # a field with the focus would type the letter
        Binding("alt+n", "add", "Add", priority=True),
        Binding("alt+x", "remove", "Remove", priority=True),
        Binding("alt+u", "move(-1)", "Up", priority=True),
        Binding("alt+j", "move(1)", "Down", priority=True),
    )

    def __init__(self, messages: tuple[Message, ...]) -> None:
        super().__init__()
        self._first = messages or (Message(Role.USER, ""),)

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = "Messages"
            yield VerticalScroll(*_turns(self._first), id="turns", can_focus=False)
            with Horizontal(id="answers"):
                for key, word, action in (
                    ("^s", "take", "take"),
                    ("esc", "leave", "close"),
                    ("alt n", "add", "add"),
                    ("alt x", "remove", "remove"),
                    ("alt u/j", "up, down", "move(-1)"),
                ):
                    yield Press(f"{key} {word}", action)

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(turn.message for turn in self.query(Turn))

    async def on_asked(self, event: Asked) -> None:
        event.stop()
        await self.run_action(event.action)

    def action_take(self) -> None:
        self.dismiss(tuple(message for message in self.messages if message != Message(message.role, "")))

    def action_close(self) -> None:
        self.dismiss(None)

    @property
    def _at(self) -> int:
        """The message that the focus is in; the last where it is in none."""
        turns = [*self.query(Turn)]
        around = self.focused.ancestors_with_self if self.focused else []
        return next((place for place, turn in enumerate(turns) if turn in around), len(turns) - 1)

    async def action_add(self) -> None:
        """A message after the one that has the focus."""
        messages, at = self.messages, self._at
        before = messages[at].role if messages else ""
        role = NEXT[Role(before)] if before in set(NEXT) else Role.USER
        await self._show((*messages[: at + 1], Message(role, ""), *messages[at + 1 :]), at + 1)

    async def action_remove(self) -> None:
        messages, at = self.messages, self._at
        await self._show((*messages[:at], *messages[at + 1 :]), max(0, at - 1))

    async def action_move(self, by: int) -> None:
        messages, at = [*self.messages], self._at
        if 0 <= at + by < len(messages):
            messages[at], messages[at + by] = messages[at + by], messages[at]
            await self._show(tuple(messages), at + by)

    async def _show(self, messages: tuple[Message, ...], at: int) -> None:
        turns = self.query_one("#turns")
        with self.app.batch_update():  # pyright: ignore[reportUnknownMemberType]  textual leaves it open
            await turns.remove_children()
            await turns.mount_all(_turns(messages))
        for place, turn in enumerate(self.query(Turn)):
            if place == at:
                turn.query_one(TextArea).focus()


def _turns(messages: tuple[Message, ...]) -> Iterator[Turn]:
    return (Turn(message, number) for number, message in enumerate(messages, 1))
