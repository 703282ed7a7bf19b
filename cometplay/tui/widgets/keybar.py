"""The last line: what can be done just now, with its key; each entry is a place for the mouse."""

from textual.content import Content
from textual.events import Click
from textual.widget import Widget

from cometplay.tui.actions import ACTIONS, key_name
from cometplay.tui.messages import Asked

PALETTE = ("^p", "Commands", "app.command_palette")


def _width(entries: list[tuple[str, str, str]]) -> int:
    return sum(len(key) + len(title) + 3 for key, title, _ in entries)


class KeyBar(Widget):
    """One widget for all the keys: the first frame is not kept waiting for a widget each."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; background: $panel; padding: 0 1; }
    """

    def entries(self) -> list[tuple[str, str, str]]:
        """Key, title and action of what is possible, in the order of the table."""
        shown = [
            (key_name(action.key), action.title, action.name)
            for action in ACTIONS
            if action.footer and self.screen.check_action(action.name, ())
        ]
        # half an entry tells nothing: the last ones give way, and the help, which lists them all, never
        *others, last = [*shown, PALETTE] if _width([*shown, PALETTE]) <= self.size.width else shown
        while others and _width([*others, last]) > self.size.width:
            others.pop()
        return [*others, last]

    def render(self) -> Content:
        parts = (
            Content.assemble((key, "bold $text-accent"), f" {title}  ") for key, title, _ in self.entries()
        )
        return Content("").join(parts)

    def on_click(self, event: Click) -> None:
        position = event.x - 1
        for key, title, action in self.entries():
            position -= len(key) + len(title) + 3
            if position < 0:
                self.post_message(Asked(action))
                return
