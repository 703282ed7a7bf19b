"""What a lab remembers of its clients, the newest of it: a lab may run for days under load."""

from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
MOST = 10_000


class Newest(dict[Key, Value]):
    """A dict of `most` entries: each new one beyond them takes the place of the oldest."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        super().__setitem__(key, value)
        if len(self) > self._most:
            del self[next(iter(self))]
