"""What the second port serves: result files by name, each with the request that it was made for."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from cometplay.core.jsons import JsonObject
from cometplay.lab.answers import Mime


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, and the fields of its create request: a rule about the download is judged by those."""

    mime: Mime
    data: bytes = field(repr=False)
    asked: JsonObject = field(repr=False)
    task_id: str = ""


@cache
def clip() -> bytes:
    """One and a half seconds of H.264, 128x96: every video of the lab."""
    return (files("cometplay.lab") / "clip.mp4").read_bytes()
