"""What a person can do with a result: look at it another way, copy it, save it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from cometplay.tui import clipboard, saving
from cometplay.tui.messages import ViewOpened
from cometplay.tui.screens.desk import Desk
from cometplay.tui.views import View, whole

if TYPE_CHECKING:
    from cometplay.tui.widgets.result import Result


class Viewing(Desk):
    """One method for each row of ACTIONS that concerns the result."""

    @property
    def _result(self) -> "Result":
        from cometplay.tui.widgets.result import Result

        return self.query_one(Result)

    def action_next_view(self) -> None:
        views = [*View]
        result = self._result
        result.view = views[(views.index(result.view) + 1) % len(views)]

    def on_view_opened(self, event: ViewOpened) -> None:
        if event.view is View.CODE:
            self._bring_up_lab()  # the address in the code is the lab's

    def action_markdown(self) -> None:
        rendered = self._result.switch_markdown()
        self._say("The output is shown as Markdown" if rendered else "The output is shown as it came")

    def action_follow(self) -> None:
        follows = self._result.switch_follow()
        self._say("Keeps the newest in sight" if follows else "Stays where it is")

    async def action_copy_id(self) -> None:
        if self.sheet.run:
            await self._copy(self.sheet.run.request_ids[0], "The request id")

    async def action_copy_view(self) -> None:
        view = self._result.view
        # beside the screen: of a large request the code alone takes a while to write
        text = await asyncio.to_thread(whole, self.sheet, view)
        await self._copy(text, f"{view.value}, whole,")

    async def _copy(self, text: str, what: str) -> None:
        if not text:
            self._say("There is nothing to copy yet", severity="warning")
            return
        how = await clipboard.copy(text, self._program.copy_to_clipboard)
        self._say(f"{what} is {how}")

    async def action_save_view(self) -> None:
        view = self._result.view
        await self._save_text(whole(self.sheet, view), view.value.lower())

    async def _save_text(self, text: str, name: str, suffix: str = ".txt") -> Path | None:
        """Saves a text where results are saved, and says so; None where that cannot be."""
        try:
            path = await asyncio.to_thread(saving.save, self._folder, f"cometplay-{name}", text, suffix)
        except OSError as error:
            self._say(f"Not saved in {self._folder}: {error.strerror}", severity="error")
            return None
        self._say(f"Saved {path}")
        return path
