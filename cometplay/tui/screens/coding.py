"""What a person can do with the request as code: choose how it is written, mark, copy, save and edit it."""

import asyncio
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from cometplay.core import plain
from cometplay.tui import editing
from cometplay.tui.screens.viewing import Viewing
from cometplay.tui.views import View

if TYPE_CHECKING:
    from cometplay.tui.coding import Coded, Writing


class Coding(Viewing):
    """One method for each row of ACTIONS that concerns the code."""

    def _write(self, writing: "Writing") -> None:
        """Shows the code like this."""
        self._runner.write_as(writing)
        self._result.view = View.CODE
        self.remove_class("-drawer")  # it would stand before the code
        self.refresh_bindings()

    def action_language(self) -> None:
        from cometplay.tui.coding import FORMS
        from cometplay.tui.screens.choices import Choices

        choices = Choices("Code as", tuple(FORMS), others=False)
        self._program.push_screen(choices, self._language_chosen)

    def _language_chosen(self, chosen: str | None) -> None:
        from cometplay.tui.coding import FORMS, writing_of

        if chosen is not None:
            language, style = FORMS[chosen]
            self._write(replace(writing_of(self.sheet), language=language, style=style))

    def action_handling(self) -> None:
        from cometplay.tui.coding import marking, writing_of

        writing = writing_of(self.sheet)
        seen = writing.marks and self._result.view is View.CODE
        self._write(replace(writing, marks=False) if seen else marking(writing))

    def action_address(self) -> None:
        from cometplay.tui.coding import writing_of

        writing = writing_of(self.sheet)
        self._write(replace(writing, real=not writing.real))

    async def _coded(self) -> "Coded | None":
        """The code as it is now, made beside the screen; None, and a word why, where there is none."""
        from cometplay.tui.coding import coded

        self._bring_up_lab()
        await self._runner.up()
        code = await asyncio.to_thread(coded, self.sheet)
        if code.text:
            return code
        self._say(f"There is nothing to take along. {code.why}", severity="warning")
        return None

    async def action_copy_code(self) -> None:
        if code := await self._coded():
            await self._copy(code.text, f"The code ({code.writing.form})")

    async def action_save_view(self) -> None:
        if self._result.view is View.CODE:
            await self._save_code()
        else:
            await super().action_save_view()

    async def _save_code(self) -> Path | None:
        code = await self._coded()
        if code is None:
            return None
        return await self._save_text(plain.encodable(code.text), "code", code.writing.language.suffix)

    async def action_edit_code(self) -> None:
        try:
            editor = editing.editor(os.environ)
        except editing.NotEditedError as error:
            self._say(f"Not opened: {error}", severity="warning")
            return
        path = await self._save_code()
        if path is not None:
            self.run_worker(partial(self._edit, editor, path), group="edit", exclusive=True)

    async def _edit(self, editor: list[str], path: Path) -> None:
        """Lends the terminal to the editor. The runs go on meanwhile; nothing of them is drawn."""
        try:
            with self._program.batch_update(), self._program.suspend(), editing.undisturbed():
                fault = await asyncio.to_thread(editing.edit, editor, path)
        except SuspendNotSupported:
            fault = "this terminal cannot be lent to an editor"
        if fault:
            self._say(f"Not edited, {fault}: {path}", severity="warning")
