"""Server text made harmless for a terminal: control characters become visible, nothing is lost."""

import re

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_HALF = re.compile("[\ud800-\udfff]")
_CONTROL_OR_LINE = re.compile(_CONTROL.pattern[:-1] + "\t\n]")


def _visible(found: re.Match[str]) -> str:
    sign = found.group()
    return f"\\x{ord(sign):02x}" if sign <= "\xff" else f"\\u{ord(sign):04x}"


def block(text: str) -> str:
    r"""Text of many lines: line breaks and tabs stay, every other control is spelled (ESC as \x1b)."""
    return _CONTROL.sub(_visible, text.replace("\r\n", "\n"))


def line(text: str, limit: int = 200) -> str:
    """Text for one line: breaks are spelled too, and what is over `limit` characters is cut with …."""
    shown = _CONTROL_OR_LINE.sub(_visible, text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def encodable(text: str) -> str:
    """Text that can be written as UTF-8: halves of a character, which JSON can carry, are spelled."""
    return _HALF.sub(_visible, text)


def escaped_json(text: str) -> str:
    r"""JSON text whose controls, inside its strings, are spelled as \uXXXX: still the same value."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
