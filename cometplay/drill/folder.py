"""The working folder: what a run left in it, and a copy of links for each run of a program that writes there.

Runs that write the same name side by side would spoil each other's files, and with them the verdicts. So a
program whose healthy run leaves files gets a folder for every other run, in which all else stands as links.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cometplay.drill.observation import Left

_DEEP = 3
_MOST = 20_000
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})


@dataclass(frozen=True, slots=True)
class Stamp:
    size: int
    changed_ns: int


Snapshot: TypeAlias = Mapping[str, Stamp]
"""The files of a folder, by their names below it."""


def snapshot(folder: Path) -> Snapshot:
    """Every file down to three folders deep; not in hidden ones, nor in those that tools fill."""
    found: dict[str, Stamp] = {}
    for path in _files(folder, _DEEP):
        try:
            seen = path.stat(follow_symlinks=False)
        except OSError:  # it is gone again
            continue
        found[str(path.relative_to(folder))] = Stamp(seen.st_size, seen.st_mtime_ns)
        if len(found) >= _MOST:
            break
    return found


def _files(folder: Path, deep: int) -> Iterable[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield Path(entry.path)
        elif deep and entry.name not in _SKIPPED and not entry.name.startswith("."):
            yield from _files(Path(entry.path), deep - 1)


def left(folder: Path, before: Snapshot) -> tuple[Left, ...]:
    """What was made or changed since, in the order of the names."""
    after = snapshot(folder)
    changed = (name for name, stamp in after.items() if before.get(name) != stamp)
    return tuple(Left(name, after[name].size, is_whole(folder / name)) for name in changed)


def mirror(folder: Path, copy: Path, written: Iterable[str]) -> None:
    """Fills `copy` with links to what `folder` holds, but for the files `written`, whose folders are real."""
    names = [Path(name).parts for name in written]
    _mirror(folder, copy, [parts for parts in names if parts])


def _mirror(folder: Path, copy: Path, written: list[tuple[str, ...]]) -> None:
    copy.mkdir(exist_ok=True)
    real = {parts[0] for parts in written}
    for entry in os.scandir(folder):
        if entry.name not in real:
            (copy / entry.name).symlink_to(entry.path)
    for name in real:
        deeper = [parts[1:] for parts in written if parts[0] == name and len(parts) > 1]
        if deeper:
            _mirror(folder / name, copy / name, deeper)


_LONGEST_READ = 64 * 2**20


def is_whole(path: Path) -> bool:
    """Whether a picture or a video ends as its form says; any other file is whole unless it is empty."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _LONGEST_READ else None
    except OSError:
        return True
    if not data:
        return data is None
    return next((ends(data) for begins, ends in _FORMS if begins(data)), True)


def _boxes_end(data: bytes) -> bool:
    """Whether the boxes of an MP4, each with its length in front, fill the file to its end."""
    place = 0
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        if size < 8:  # noqa: PLR2004  a length of its own kind: to the end, or in 64 bits
            return True
        place += size
    return place == len(data)


_FORMS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], bool]], ...] = (
    (lambda data: data.startswith(b"\x89PNG"), lambda data: b"IEND" in data[-12:]),
    (lambda data: data.startswith(b"\xff\xd8"), lambda data: data.endswith(b"\xff\xd9")),
    (
        lambda data: data.startswith(b"RIFF"),
        lambda data: len(data) >= 8 + int.from_bytes(data[4:8], "little") > 8,  # noqa: PLR2004  its own head
    ),
    (lambda data: data[4:8] == b"ftyp", _boxes_end),
)
"""How each form of picture and video begins, and how it ends when it is whole."""
