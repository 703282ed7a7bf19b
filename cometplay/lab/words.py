"""Words as the lab counts and writes them: one and its space stand for a token."""

import json
import re
from collections.abc import Iterable

from cometplay.core import plain
from cometplay.core.jsons import Json

_ECHO_CHARACTERS = 60
_DEEPEST = 64
_TOKEN = re.compile(r"\S+\s*|\s+")
_SHARD = re.compile(r"\S{1,8}\s*|\s+")


def tokens(text: str) -> list[str]:
    """A text as its tokens; joined they are the text again."""
    return _TOKEN.findall(text)


def shards(text: str) -> list[str]:
    """JSON as its tokens, which are shorter than words: it may have no spaces at all."""
    return _SHARD.findall(text)


def echo(prompt: str) -> str:
    """What was asked, on one line and not too long."""
    return plain.line(" ".join(prompt.split()), _ECHO_CHARACTERS).rstrip(".!?")


def shallow(value: Json) -> bool:
    """Whether a stranger's value can be written back: what was just readable may be too deep to write."""
    row = [value]
    for _ in range(_DEEPEST):
        row = [inner for outer in row for inner in _inside(outer)]
        if not row:
            return True
    return False


def _inside(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def written(value: Json) -> str:
    """JSON as a model writes it, with spaces."""
    return json.dumps(value, ensure_ascii=False)
