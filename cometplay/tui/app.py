"""The terminal program: its themes, its commands, and the lab that it brings along."""

from textual.app import App
from textual.binding import Binding
from textual.events import Event, InputEvent, Key

from cometplay.tui.actions import key_name
from cometplay.tui.commands import PlayCommands
from cometplay.tui.outset import Outset
from cometplay.tui.screens.play import PlayScreen
from cometplay.tui.theme import DARK, THEMES


class CometPlay(App[str]):
    """One play screen. What it returns is the last word for the person's shell."""

    TITLE = "CometPlay"
    COMMANDS = App.COMMANDS | {PlayCommands}
    CSS = "Input > .input--placeholder { color: $text-muted; }"

    def __init__(self, outset: Outset) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self._play = PlayScreen(outset)
        self._drawn = outset.drawn

    def on_mount(self) -> None:
        self.call_after_refresh(self._drawn)

    async def on_event(self, event: Event) -> None:
        if isinstance(event, InputEvent):
            await self._play.furnished.wait()  # what is typed before there is a field waits for it
        if isinstance(event, Key) and event.key.startswith("alt+"):
            event.character = None  # a command that is not possible now is no letter for a field
        await super().on_event(event)

    def get_default_screen(self) -> PlayScreen:
        """The play screen itself: a blank one behind it would be laid out for nothing."""
        return self._play

    def get_key_display(self, binding: Binding) -> str:
        return key_name(binding.key)

    async def action_quit(self) -> None:
        """Ends the program; tasks that go on are named with the way back to them."""
        self.exit(self._play.last_word())
