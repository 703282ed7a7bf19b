"""What a person can do with a file that came: look closer, open it, copy its path, save it elsewhere."""

import asyncio
import shutil
from pathlib import Path

from cometplay.tui.screens.viewing import Viewing


class Keeping(Viewing):
    """One method for each row of ACTIONS that concerns a result's file."""

    @property
    def _file(self) -> Path | None:
        """The one that is chosen among those of the newest run."""
        files = self.sheet.files
        return Path(files[min(self._result.chosen, len(files) - 1)]) if files else None

    def action_look(self) -> None:
        from cometplay.tui.screens.closer import Closer

        pictures = tuple(Path(path) for path in self.sheet.pictures)
        if pictures:
            self._program.push_screen(Closer(pictures, min(self._result.chosen, len(pictures) - 1)))

    async def action_copy_path(self) -> None:
        if self._file:
            await self._copy(str(self._file), "The path")

    def action_open_file(self) -> None:
        if self._file:
            self.run_worker(self._open_file(self._file), group="open")

    async def _open_file(self, path: Path) -> None:
        from cometplay.tui.opening import NotOpenedError, open_file

        try:
            await asyncio.to_thread(open_file, path)
        except NotOpenedError as error:
            self._say(f"Not opened, {error}: {path}", severity="warning")
        else:
            self._say(f"Opened {path}")

    def action_save_as(self) -> None:
        from cometplay.tui.screens.choices import Choices

        path = self._file
        if path is None:
            return
        names = tuple(dict.fromkeys(str(folder / path.name) for folder in (Path.cwd(), Path.home())))
        self._program.push_screen(Choices("Save as", names), lambda chosen: self._save(path, chosen))

    def _save(self, path: Path, chosen: str | None) -> None:
        if chosen is not None:
            self.run_worker(self._copy_file(path, chosen), group="save")

    async def _copy_file(self, path: Path, chosen: str) -> None:
        try:
            there = await asyncio.to_thread(_copied, path, chosen)
        except (OSError, RuntimeError, ValueError) as error:  # of a home that nobody has, and of a NUL
            why = error.strerror or error if isinstance(error, OSError) else error
            self._say(f"Not saved as {chosen}: {why}", severity="error")
        else:
            self._say(f"Saved {there}")


def _copied(path: Path, chosen: str) -> Path:
    """Copies a file, into a folder under its own name, and over no other. Raises OSError."""
    there = Path(chosen).expanduser()
    there = there / path.name if there.is_dir() else there
    with path.open("rb") as source, there.open("xb") as target:
        shutil.copyfileobj(source, target)
    return there
