"""Ids in the gateway's form, the same ones every time a lab with the same seed is asked the same things."""

import time
from collections.abc import Callable
from hashlib import sha256
from string import ascii_letters, ascii_lowercase, digits
from uuid import UUID

_ALPHABET = ascii_letters + digits
_TAILS = bytes(ord(_ALPHABET[byte % len(_ALPHABET)]) for byte in range(256))
"""The letter that stands for each byte."""
_SHORT = ascii_lowercase + digits
_UTC_PLUS_8_S = 8 * 3600
_NANOSECONDS = 10**9


def digest(*parts: object) -> bytes:
    """32 bytes that look random and depend on nothing but the parts."""
    # a lone surrogate is a legal JSON string and must not stop the lab
    return sha256("\0".join(map(str, parts)).encode(errors="backslashreplace")).digest()


class Ids:
    """Deals out the ids of one lab. `wall` is in seconds since 1970."""

    def __init__(self, seed: int, wall: Callable[[], float]) -> None:
        self._seed = seed
        self._wall = wall
        self._dealt = 0
        self._second, self._local = -1, ""

    def request_id(self) -> str:
        """14 digits of local time in UTC+8, 9 of nanoseconds, 8 characters (api-contract.md 1.2)."""
        mixed = self._next("request")
        second = int(self._wall())
        if second != self._second:
            self._second = second
            self._local = time.strftime("%Y%m%d%H%M%S", time.gmtime(second + _UTC_PLUS_8_S))
        nanoseconds = int.from_bytes(mixed[:8]) % _NANOSECONDS
        return f"{self._local}{nanoseconds:09d}{mixed[8:16].translate(_TAILS).decode()}"

    def task_id(self) -> str:
        """`task_` and 32 hexadecimal digits (api-contract.md 6.1)."""
        return "task_" + self._next("task")[:16].hex()

    def video_id(self) -> str:
        """`video_` and hexadecimal digits, as Sora's are (api-contract.md 6.1)."""
        return "video_" + self._next("video")[:16].hex()

    def number(self) -> str:
        """18 digits, the first an 8 (api-contract.md 7.1)."""
        return f"8{int.from_bytes(self._next('number')[:16]) % 10**17:017d}"

    def uuid(self) -> str:
        return str(UUID(bytes=self._next("uuid")[:16], version=4))

    def short(self) -> str:
        """26 small letters and digits, as Replicate's are."""
        return "".join(_SHORT[byte % len(_SHORT)] for byte in self._next("short")[:26])

    def _next(self, kind: str) -> bytes:
        self._dealt += 1
        return digest(self._seed, kind, self._dealt)
