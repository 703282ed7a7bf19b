"""A view as a file of text, under a name that is not taken yet."""

from itertools import count
from pathlib import Path


def save(folder: Path, stem: str, text: str, suffix: str = ".txt") -> Path:
    """Writes the text whole, and gives the path. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        path = folder / f"{stem}-{number}{suffix}"
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise AssertionError("count() never ends")
