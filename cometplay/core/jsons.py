"""JSON as a type, and a safe way into it: nothing a server sends is indexed blindly."""

import json
from math import isfinite
from typing import TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


_DECODE = json.JSONDecoder().decode
"""As `json.loads` reads a text, without asking each time how."""


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    return value if isfinite(value) else _no_number(digits)


def parse(text: str, *, strict: bool = False) -> Json:
    """The value of a JSON text. Raises ValueError when it is none, or is nested beyond reading.

    Servers do write NaN and Infinity, which Python reads; `strict` refuses them, for what is sent.
    """
    try:
        if strict:
            return cast("Json", json.loads(text, parse_constant=_no_number, parse_float=_finite))
        short, long = _apart(text) if len(text) > LARGE else (text, {})
        value = cast("Json", _DECODE(short))
        return _whole(value, long) if long else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


LARGE = 4_000_000
"""Characters of a JSON text that takes long enough to be felt."""

_LONG = 1_000_000
_PART = 262_144
_STAND_IN = "\\u0000long "


def _apart(text: str) -> tuple[str, dict[str, str]]:
    """The text with words in the place of its very long strings, and these by the word.

    The parser reads a string in one go, in which no other thread has a turn: a picture in base64 is
    taken out before, and left as it is.
    """
    if _STAND_IN in text:
        return text, {}
    parts: list[str] = []
    long: dict[str, str] = {}
    done, start = 0, text.find('"')
    while start >= 0 and (end := _end_of(text, start)) >= 0:
        if end - start > _LONG and _is_plain(inner := text[start + 1 : end]):
            parts += (text[done : start + 1], _STAND_IN, str(len(long)))
            long[f"\0long {len(long)}"] = inner
            done = end
        start = text.find('"', end + 1)
    return "".join([*parts, text[done:]]), long


def _is_plain(inner: str) -> bool:
    """Whether a string means what it says, looked at in parts."""
    parts = (inner[place : place + _PART] for place in range(0, len(inner), _PART))
    return all("\\" not in part and part.isprintable() for part in parts)


def _end_of(text: str, start: int) -> int:
    """Where the string that begins at `start` ends; -1 where it does not."""
    end = text.find('"', start + 1)
    while end >= 0 and text[end - 1] == "\\":
        before = end - 1
        while text[before - 1] == "\\":
            before -= 1
        if (end - before) % 2 == 0:
            break
        end = text.find('"', end + 1)
    return end


def _whole(value: Json, long: dict[str, str]) -> Json:
    match value:
        case str():
            return long.get(value, value)
        case list():
            return [_whole(item, long) for item in value]
        case dict():
            return {name: _whole(item, long) for name, item in value.items()}
        case _:
            return value


def parse_object(text: str) -> JsonObject:
    """The object that a person wrote as JSON. Raises ValueError when it is not JSON or not an object."""
    value = parse(text, strict=True)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  what a text holds, not an argument
    return value


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def compact(value: Json) -> str:
    """One line of JSON with every script kept readable."""
    return _COMPACT.encode(value)


def dig(value: Json, *path: str | int) -> Json:
    """What stands at `path`, or None as soon as a step of it is missing."""
    for step in path:  # not by `match`: this is most of what reading an answer takes
        if isinstance(value, dict):
            value = value.get(step) if isinstance(step, str) else None
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def dig_text(value: Json, *path: str | int) -> str:
    """The text at `path`; numbers as they are written; "" for anything else."""
    return as_text(dig(value, *path))


def as_text(value: Json) -> str:
    """A text as it is; a number as it is written; "" for anything else."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, int | float) else ""


def dig_list(value: Json, *path: str | int) -> list[Json]:
    """The list at `path`, or an empty one."""
    found = dig(value, *path)
    return found if isinstance(found, list) else []
