"""The code that snippets are made of, one file a language and part, and the little language it is written in.

A line that begins with %% is a directive:

- `%% if a+!b c` ... `%% end`: kept where one of the terms holds; a term holds with all of its tags.
- `%% mark id ...` ... `%% end`: what handles these failure modes; a pattern such as `http.*` is for those of
  the family that no other mark names.

`{{name}}` stands for a value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Line:
    """A line of code, and the modes that the blocks around it handle."""

    text: str
    handles: tuple[str, ...] = ()


_PLACE = re.compile(r"\{\{(\w+)\}\}")


@cache
def source(name: str) -> str:
    """The text of a template."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def fill(text: str, tags: frozenset[str], values: Mapping[str, str]) -> list[Line]:
    """The lines of a template for a request with these tags. Raises KeyError for a missing value."""
    lines: list[Line] = []
    blocks: list[tuple[bool, tuple[str, ...]]] = []
    for row in text.splitlines():
        if row.startswith("%%"):
            word, *rest = row[2:].split()
            if word == "end":
                blocks.pop()
            else:
                blocks.append((word == "mark" or _holds(rest, tags), tuple(rest) if word == "mark" else ()))
        elif all(kept for kept, _ in blocks):
            handles = tuple(name for _, names in blocks for name in names)
            filled = _PLACE.sub(lambda found: values[found[1]], row)
            lines += [Line(part, handles) for part in filled.split("\n")]
    return lines


def _holds(terms: Iterable[str], tags: frozenset[str]) -> bool:
    return any(all(_is(tag, tags) for tag in term.split("+")) for term in terms)


def _is(tag: str, tags: frozenset[str]) -> bool:
    return tag[1:] not in tags if tag.startswith("!") else tag in tags


LONGEST_OF_NAMES = 5_000
"""Characters: in a longer line stands a value, and no name that would have to be imported."""


def nameable(code: str) -> str:
    """The lines of a code in which names can stand: not those with a picture in them."""
    return "\n".join(line for line in code.split("\n") if len(line) <= LONGEST_OF_NAMES)
