"""The actions in the command palette, from the one table."""

from collections.abc import Callable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from cometplay.tui.actions import ACTIONS, Action, key_name


class PlayCommands(Provider):
    """Every action that is possible just now."""

    def _possible(self) -> list[tuple[Action, Callable[[], object]]]:
        screen = self.screen
        return [
            (action, partial(screen.run_action, action.name))
            for action in ACTIONS
            if screen.check_action(action.name, ())
        ]

    async def discover(self) -> Hits:
        for action, run in self._possible():
            yield DiscoveryHit(f"{action.title} ({key_name(action.key)})", run, help=action.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, run in self._possible():
            name = f"{action.title} ({key_name(action.key)})"
            score = matcher.match(name)
            if score:
                yield Hit(score, matcher.highlight(name), run, help=action.help)
