"""JSON values as Python and as JavaScript, laid out as each language's formatter would leave them.

Objects stand one field a line: both formatters keep that as it is. What they decide by the width of a line
(JavaScript's arrays, and long texts behind a field's name) is decided here by their own rules.
"""

import math
import re
from collections.abc import Callable, Iterable
from unicodedata import category, east_asian_width

from cometplay.core.jsons import Json

JS_WIDTH = 80
"""Columns: prettier's usual line."""
JS_STEP = "  "
PYTHON_STEP = "    "
_LARGEST_EXACT = 2**53
_SHORT_NAME = 5
"""Columns: behind a shorter name prettier never breaks the line."""
_PYTHON_NAMES = {None: "None", True: "True", False: "False"}
_JS_NAMES = {None: "null", True: "true", False: "false"}
_NUMBER_NAME = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d{0,3}[1-9])?")
_JOINING = frozenset("\u200d\ufe0e\ufe0f\u20e3")
"""Signs that change the one before them; written out, because editors hide them."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def python(value: Json, indent: str = "") -> str:
    """A value as Python. Raises ValueError for what cannot be sent."""
    inner = indent + PYTHON_STEP
    match value:
        case dict():
            rows = [f"{python_text(name)}: {python(item, inner)}" for name, item in value.items()]
            return exploded("{", rows, "}", indent, step=PYTHON_STEP)
        case list():
            return exploded("[", [python(item, inner) for item in value], "]", indent, step=PYTHON_STEP)
        case str():
            return python_text(value)
        case None | bool():
            return _PYTHON_NAMES[value]
        case int() | float():
            return repr(value)


def javascript(value: Json, indent: str = "", used: int = 0) -> str:
    """A value as JavaScript; `used` columns of its line are taken by what stands before it, and a comma.

    Raises ValueError for what cannot be sent, or cannot be held.
    """
    match value:
        case dict():
            rows = [_field(name, item, indent + JS_STEP) for name, item in value.items()]
            return exploded("{", rows, "}", indent, step=JS_STEP)
        case list():
            return _array(value, indent, used)
        case str():
            return js_text(value)
        case None | bool():
            return _JS_NAMES[value]
        case int() | float():
            return _js_number(value)


def python_text(text: str) -> str:
    return _quoted(text, lambda code: f"\\U{code:08x}")


def js_text(text: str) -> str:
    return _quoted(text, lambda code: f"\\u{{{code:x}}}")


def number(value: float) -> str:
    """A number above 0 as both languages take it."""
    return f"{value:g}" if value < 1e6 else f"{int(value):_}"  # noqa: PLR2004  digits in groups from a million on


def exploded(opening: str, rows: Iterable[str], closing: str, indent: str = "", *, step: str) -> str:
    """A bracket with one thing a line, a `step` further in; an empty one stays on its line."""
    inner = "".join(f"{indent}{step}{row},\n" for row in rows)
    return f"{opening}\n{inner}{indent}{closing}" if inner else opening + closing


def width(text: str) -> int:
    """Columns as prettier counts them."""
    if text.isascii():
        return len(text)
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if "\u0300" <= sign <= "\u036f":
        return 0
    return 2 if east_asian_width(sign) in "WF" else 1


def _quoted(text: str, beyond: Callable[[int], str]) -> str:
    """A text in the quotes that need fewer escapes, whatever is invisible in it written out."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    if (
        text.isascii() and text.isprintable()
    ):  # such as 30 MB of base64, which sign by sign take half a minute
        escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
        return f"{quote}{escaped}{quote}"
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("half a surrogate pair is no text that can be sent")
    return quote + "".join(_sign(sign, quote, beyond) for sign in text) + quote


_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def _sign(sign: str, quote: str, beyond: Callable[[int], str]) -> str:
    code = ord(sign)
    if sign == quote:
        return f"\\{sign}"
    if sign in _NAMED:
        return _NAMED[sign]
    hidden = not sign.isprintable() or sign in _JOINING or code in _SKIN_TONES
    if not hidden and category(sign) != "Co":
        return sign
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else beyond(code)  # noqa: PLR2004


def _field(name: str, item: Json, indent: str) -> str:
    head = f"{field_name(name)}:"
    used = len(indent) + width(head) + 2  # the space before it and the comma behind
    written = javascript(item, indent, used)
    if isinstance(item, str) and width(head) > _SHORT_NAME and used + width(written) > JS_WIDTH:
        return f"{head}\n{indent}{JS_STEP}{written}"
    return f"{head} {written}"


def field_name(name: str) -> str:
    """A field's name in an object: in quotes only where it needs them."""
    if name == "__proto__":
        return '["__proto__"]'  # without the brackets it would set the prototype
    bare = name.replace("$", "_").isidentifier() or _NUMBER_NAME.fullmatch(name)
    return name if bare else js_text(name)


def _array(value: list[Json], indent: str, used: int) -> str:
    items = [javascript(item, indent + JS_STEP, len(indent) + 3) for item in value]
    line = f"[{', '.join(items)}]"
    forced = any("\n" in item for item in items) or _is_matrix(value)
    if not value or (not forced and used + width(line) <= JS_WIDTH):
        return line
    numbers = len(value) > 1 and all(_is_number(item) for item in value)
    return _filled(items, indent) if numbers else exploded("[", items, "]", indent, step=JS_STEP)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_matrix(value: list[Json]) -> bool:
    """Several lists of several things each: prettier gives each a line."""
    return len(value) > 1 and all(isinstance(item, list) and len(item) > 1 for item in value)


def _filled(items: list[str], indent: str) -> str:
    """As many numbers a line as there is room for."""
    lines, line = list[str](), indent + JS_STEP
    for item in items:
        if line.strip() and len(line) + len(item) + 2 > JS_WIDTH:
            lines.append(line.rstrip())
            line = indent + JS_STEP
        line += f" {item}," if line.strip() else f"{item},"
    return "\n".join(["[", *lines, line, f"{indent}]"])


def _js_number(value: float) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST_EXACT:
        raise ValueError(f"JavaScript cannot hold the number {value} exactly")
    if math.isfinite(value):
        return repr(value).replace("e+", "e")
    raise ValueError(f"{value} is no JSON")
