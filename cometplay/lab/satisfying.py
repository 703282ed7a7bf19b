"""A value that satisfies a JSON Schema: what a structured answer and a tool's arguments are made of.

The same schema and text make the same value. A schema is a stranger's: whatever it says, the work and the
size of the value are bounded, and what cannot be satisfied within that comes as near as it can.
"""

import math
from typing import cast

from cometplay.core.jsons import Json, JsonObject, compact
from cometplay.lab.words import shallow

DEEP = 4
"""From this depth on only what has to be there is made, and a branch that ends is preferred."""
DEEPEST = 32
WORK = 100_000
"""Characters, fields and steps together."""
_MOST_ITEMS = 100
_LONGEST = 10_000
_LONGEST_REF = 1_000
_MOST_REFS = 16
_EXACT = 2**53
"""Beyond it a float has no halves."""

_FORMATS = {
    "date-time": "2026-11-20T12:00:00Z",
    "date": "2026-11-20",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "somebody@example.com",
    "hostname": "lab.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_TYPES_BY_WORD = {
    "properties": "object",
    "required": "object",
    "items": "array",
    "minItems": "array",
    "minimum": "integer",
    "maximum": "integer",
}


def satisfying(schema: Json, text: str, mark: bytes) -> Json:
    """A value for `schema`. `text` is what a string without any rule says; `mark` varies the choices."""
    return _Maker(schema, text or "text", mark).value(schema, 0)


class _Maker:
    def __init__(self, root: Json, text: str, mark: bytes) -> None:
        self._root = root
        self._text = text
        self._mark = mark
        self._steps = 0
        self._left = WORK

    def value(self, schema: Json, depth: int, place: int = 0) -> Json:  # noqa: PLR0911  one a type
        """The value for a part of the schema; `place` is where it stands in its list."""
        self._left -= 1
        if self._left <= 0 or depth > DEEPEST:
            return None
        rules = self._resolved(schema, deep=depth >= DEEP)
        if "const" in rules:
            return self._given(rules["const"])
        choices = rules.get("enum")
        if isinstance(choices, list) and choices:
            return self._given(self._chosen(choices))
        match _type_of(rules):
            case "object":
                return self._object(rules, depth)
            case "array":
                return self._list(rules, depth)
            case "integer" | "number" as kind:
                return self._number(rules, whole=kind == "integer")
            case "boolean":
                return self._chance() % 2 == 0
            case "null":
                return None
            case _:
                return self._string(rules, place)

    def _chosen(self, choices: list[Json]) -> Json:
        """The one that the text speaks of, as a model would have it, else any."""
        text = self._text.casefold()
        for choice in choices[:_MOST_ITEMS]:
            if isinstance(choice, str) and choice and choice.casefold() in text:
                return choice
        return choices[self._chance() % len(choices)]

    def _given(self, value: Json) -> Json:
        if not shallow(value):
            return None
        self._left -= len(compact(value))
        return value

    def _chance(self) -> int:
        self._steps += 1
        return self._mark[self._steps % len(self._mark)]

    def _resolved(self, schema: Json, *, deep: bool) -> JsonObject:
        """The rules with references followed, every allOf and the first of each choice merged in."""
        rules = schema if isinstance(schema, dict) else {}
        for _ in range(_MOST_REFS):
            match rules:
                case {"$ref": str() as ref, **rest}:
                    rules = self._merged(rest, self._found(ref))
                case {"allOf": list() as parts, **rest}:
                    rules = rest
                    for part in parts:
                        rules = self._merged(rules, part)
                case {"anyOf": list() as choices, **rest} | {"oneOf": list() as choices, **rest}:
                    rules = self._merged(rest, _branch(choices, deep=deep))
                case _:
                    break
        return rules

    def _merged(self, rules: JsonObject, more: Json) -> JsonObject:
        self._left -= 1
        if self._left <= 0 or not isinstance(more, dict):
            return rules
        merged: JsonObject = {**rules, **more}
        for name in ("properties", "required"):
            match rules.get(name), more.get(name):
                case dict() as mine, dict() as theirs:
                    self._left -= len(mine) + len(theirs)
                    merged[name] = {**mine, **theirs}
                case list() as mine, list() as theirs:
                    self._left -= len(mine) + len(theirs)
                    merged[name] = [*mine, *theirs]
                case _:
                    pass
        self._left -= len(merged)
        return merged

    def _found(self, ref: str) -> Json:
        """What a reference inside this schema leads to; {} for any other."""
        if not ref.startswith("#") or len(ref) > _LONGEST_REF:
            return {}
        found = self._root
        for step in ref[1:].split("/")[1:]:
            self._left -= 1
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _object(self, rules: JsonObject, depth: int) -> JsonObject:
        properties = rules.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        required = rules.get("required")
        needed = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
        names = dict.fromkeys(needed if depth >= DEEP else [*properties, *needed])
        self._left -= sum(map(len, names)) + len(needed)
        if self._left <= 0:
            return {}
        return {name: self.value(properties.get(name), depth + 1) for name in names}

    def _list(self, rules: JsonObject, depth: int) -> list[Json]:
        usual = 0 if depth >= DEEP else 1
        least, most = _size(rules.get("minItems"), usual), _size(rules.get("maxItems"), _MOST_ITEMS)
        count = min(max(least, usual), most, _MOST_ITEMS)
        return [self.value(rules.get("items"), depth + 1, place) for place in range(count)]

    def _number(self, rules: JsonObject, *, whole: bool) -> int | float:
        above, over = _number_in(rules, "minimum"), _number_in(rules, "exclusiveMinimum")
        below, under = _number_in(rules, "maximum"), _number_in(rules, "exclusiveMaximum")
        lows = [*map(math.ceil, above), *(math.floor(bound) + 1 for bound in over)]
        highs = [*map(math.floor, below), *(math.ceil(bound) - 1 for bound in under)]
        self._left -= sum(bound.bit_length() for bound in (*lows, *highs))
        if not lows and not highs:
            return self._chance() % 100
        low = max(lows) if lows else min(highs) - 9
        room = min(highs) - low if highs else 9
        if room < 0 and not whole and abs(low) < _EXACT:  # no whole number lies between
            return (max([*above, *over]) + min([*below, *under])) / 2
        return low + self._chance() % (min(room, 9) + 1) if room > 0 else low

    def _string(self, rules: JsonObject, place: int) -> str:
        examples = rules.get("examples")
        for known in (*(examples[:1] if isinstance(examples, list) else ()), rules.get("default")):
            if isinstance(known, str):
                return str(self._given(known))
        shape = rules.get("format")
        if isinstance(shape, str) and shape in _FORMATS:
            return _FORMATS[shape]
        text = f"{self._text} {place + 1}" if place else self._text
        least = min(_size(rules.get("minLength"), 0), _LONGEST)
        text += " and so on" * math.ceil(max(0, least - len(text)) / len(" and so on"))
        text = text[: _size(rules.get("maxLength"), _LONGEST)]
        self._left -= len(text)
        return text


def _branch(choices: list[Json], *, deep: bool) -> Json:
    """The first of several schemas; where it is deep, the first that leads no further."""
    ends = [choice for choice in choices[:_MOST_ITEMS] if isinstance(choice, dict) and _ends(choice)]
    return ends[0] if deep and ends else choices[0] if choices else {}


def _ends(choice: JsonObject) -> bool:
    leads_on = {"$ref", "allOf", "anyOf", "oneOf"} & choice.keys()
    return not leads_on and _type_of(choice) not in ("object", "array")


def _type_of(rules: JsonObject) -> str:
    named = rules.get("type")
    named = named[0] if isinstance(named, list) and named else named
    if isinstance(named, str):
        return named
    return next((kind for word, kind in _TYPES_BY_WORD.items() if word in rules), "string")


def _size(value: Json, usual: int) -> int:
    """A length or a count, which is a whole number from 0; `usual` for anything else."""
    return max(0, int(value)) if isinstance(value, int | float) and not isinstance(value, bool) else usual


def _number_in(rules: JsonObject, name: str) -> list[int | float]:
    """The number under `name`, if there is one."""
    value = rules.get(name)
    numbers = isinstance(value, int | float) and not isinstance(value, bool)
    return [cast("int | float", value)] if numbers else []
