"""The files that go with a request, and the folder of the results: looked at beside the screen."""

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cometplay.core.drafts import Draft, Kind
from cometplay.core.fitting import fitted
from cometplay.tui.messages import FilesNamed, ModelChanged
from cometplay.tui.screens.desk import Desk

if TYPE_CHECKING:
    from cometplay.tui.widgets.composer import Composer


class Attaching(Desk):
    """What follows when a field was left that names files, a model or a folder."""

    def _composer(self) -> "Composer":
        from cometplay.tui.widgets.composer import Composer

        return self.query_one(Composer)

    def on_files_named(self, event: FilesNamed) -> None:
        attaching = self._take_files(self.sheet.kind, event.field, event.text)
        self.run_worker(attaching, group=f"files {event.field}", exclusive=True)

    async def _take_files(self, kind: Kind, field: str, text: str) -> bool:
        """Reads the files of a field into the draft; False where that cannot be."""
        from cometplay.tui.attachments import NotAttachedError, read, with_files

        try:
            files = await asyncio.to_thread(read, self._runner.sheet(kind).draft, field, text)
        except NotAttachedError as error:
            self._refuse_files(kind, field, str(error))
            return False
        self._refuse_files(kind, field, "")
        # into the draft as it is by now: more may have been typed
        self._runner.edit(kind, with_files(self._runner.sheet(kind).draft, field, files))
        self._check()
        return True

    def _refuse_files(self, kind: Kind, field: str, why: str) -> None:
        """Marks the field; of a tab that was left meanwhile it is said."""
        if kind is self.sheet.kind:
            self._composer().refuse(field, why)
        elif why:
            self._say(f"Not attached: {why}", severity="error")

    def _compose_and_send(self) -> None:
        """Sends what is composed, with the files as they are by now."""
        composer = self._composer()
        if composer.settle():
            self._fit(self.sheet.draft)
        if composer.unread or any(file.path for file in self.sheet.draft.attachments):
            self.run_worker(
                self._read_and_send(self.sheet.kind, composer.unread), group="files", exclusive=True
            )
        else:
            self._send(self.sheet.draft)

    async def _read_and_send(self, kind: Kind, unread: tuple[FilesNamed, ...]) -> None:
        from cometplay.tui.attachments import NotAttachedError, afresh

        for named in unread:
            if not await self._take_files(kind, named.field, named.text):
                return
        try:
            draft = await asyncio.to_thread(afresh, self._runner.sheet(kind).draft)
        except NotAttachedError as error:
            self._say(f"Not sent: {error}.", severity="error")
            return
        if self.sheet.kind is kind:
            self._send(draft)

    def on_model_changed(self, _: ModelChanged) -> None:
        self._fit(self.sheet.draft)

    def _fit(self, draft: Draft) -> None:
        """Keeps what the draft's model takes, and says what it does not."""
        fit = fitted(draft)
        self._runner.edit(self.sheet.kind, fit.draft)
        self._check()
        for clause in fit.changed:
            self._say(clause[:1].upper() + clause[1:], severity="warning")

    def action_folder(self) -> None:
        """Asks for the folder that results are saved in."""
        from cometplay.tui.screens.choices import Choices

        usual = (self._runner.folder, self._downloads, Path.cwd(), Path(tempfile.gettempdir()))
        values = tuple(dict.fromkeys(map(str, usual)))
        self._program.push_screen(Choices("Folder for results", values), self._folder_chosen)

    def _folder_chosen(self, chosen: str | None) -> None:
        if chosen is None:
            return
        try:
            folder = Path(chosen).expanduser().absolute()
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass  # so that it is known before anything is made that would have to go there
        except OSError as error:
            self._say(f"No folder: {error.filename or chosen}: {error.strerror or error}", severity="error")
            return
        except (RuntimeError, ValueError) as error:  # of a home that nobody has, and of a NUL
            self._say(f"No folder: {error}", severity="error")
            return
        self._runner.set_folder(folder)
        self._say(f"Results are saved in {folder}")
