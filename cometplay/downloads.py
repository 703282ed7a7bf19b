"""Results as files: written under a temporary name, kept under one that no server chose."""

import os
import tempfile
import time
import unicodedata
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (8, b"WEBP", "image/webp", "webp"),
    (0, b"GIF8", "image/gif", "gif"),
    (4, b"ftypavi", "image/avif", "avif"),
    (4, b"ftyphei", "image/heic", "heic"),
    (4, b"ftypmif1", "image/heif", "heif"),
    (4, b"ftypqt", "video/quicktime", "mov"),
    (4, b"ftyp", "video/mp4", "mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm", "webm"),
)
"""Offset, bytes, type, ending: what a file is, by what it holds and not by what a server calls it.

The first that fits wins.
"""

_HEAD = 16
_LONGEST_WORDS = 40


def named(made_at: float, model: str, prompt: str) -> str:
    """A file's name without its ending: when it was made (epoch seconds), by which model, of which prompt."""
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(made_at))
    words = (_words(model.rpartition("/")[2]), _words(prompt))
    return "-".join((moment, *(text for text in words if text)))


def _words(text: str) -> str:
    """The letters and digits at a text's beginning, with a hyphen for whatever else is between them."""
    plain = unicodedata.normalize("NFKC", text[: 10 * _LONGEST_WORDS])
    signs = (sign.lower() if sign.isalnum() or sign == "." else "-" for sign in plain)
    words = [word.strip(".") for word in "".join(signs).split("-")]
    return "-".join(word for word in words if word)[:_LONGEST_WORDS].rstrip("-.")


class NotWrittenError(Exception):
    """The file could not be written; the text says why."""


class Part:
    """A file that is being written. Used as a context manager, it is gone unless it was kept."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".cometplay-", suffix=".part", dir=folder)
        except OSError as error:
            raise _not_written(folder, error) from error
        self._file = os.fdopen(handle, "wb")
        self._path = Path(name)
        self._head = b""
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk was told already, and refuses the last bytes once more
            self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Raises NotWrittenError when the disk is full or gone."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _not_written(self._path.parent, error) from error
        self._head += data[: _HEAD - len(self._head)]
        self.size += len(data)

    @property
    def mime(self) -> str:
        return self._kind()[0]

    def keep(self, stem: str) -> Path:
        """Moves it to `stem`, with the ending of what it holds and a number where that is taken.

        Raises NotWrittenError when the last bytes do not fit or the folder is gone.
        """
        try:
            self._file.close()
            path = self._reserved(stem)
            self._move_to(path)
        except OSError as error:
            raise _not_written(self._path.parent, error) from error
        return path

    def _move_to(self, path: Path) -> None:
        try:
            self._path.replace(path)
        except OSError:
            path.unlink(missing_ok=True)  # the name was reserved with an empty file
            raise

    def _reserved(self, stem: str) -> Path:
        for number in count(1):
            path = self._path.with_name(f"{stem}{'' if number == 1 else f'-{number}'}.{self._kind()[1]}")
            with suppress(FileExistsError):
                path.touch(exist_ok=False)  # from here on nobody else can take the name
                self._path.chmod(path.stat().st_mode)  # mkstemp keeps its file to the owner
                return path
        raise AssertionError("count() never ends")

    def _kind(self) -> tuple[str, str]:
        for offset, magic, mime, ending in _MAGIC:
            if self._head[offset : offset + len(magic)] == magic:
                return mime, ending
        return "application/octet-stream", "bin"


def _not_written(folder: Path, error: OSError) -> NotWrittenError:
    return NotWrittenError(f"cannot write in {folder}: {error.strerror or error}")
