"""Whether a text is what was expected: pure functions that give what is wrong, "" for nothing.

A Markdown fence around all of a text is no part of it: models put one around anything (errata C29).
"""

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import NoReturn

from cometplay.core import jsons
from cometplay.core.jsons import Json

LONGEST_SEARCHED = 100_000
"""Characters of an answer in which a pattern is searched for. A pattern that doubles its work with every
character (`(a+)+$`) is slow all the same: it is the person's own, and the cap keeps ordinary ones quick."""

LONGEST_QUOTE = 120


def unfenced(text: str) -> str:
    """The text without the one Markdown fence that is around all of it, if there is one."""
    bare = text.strip()
    first, line_end, rest = bare.partition("\n")
    for fence in ("```", "~~~"):
        if line_end and first.startswith(fence) and rest.endswith(fence):
            return rest.removesuffix(fence)
    return text


def label_fault(text: str, labels: tuple[str, ...]) -> str:
    """Case and the white space around do not count."""
    said = unfenced(text).strip().lower()
    return "" if said in {label.lower() for label in labels} else "none of the labels"


def json_fault(text: str) -> str:
    """Why a text is no JSON. NaN and Infinity are none."""
    try:
        jsons.parse(unfenced(text).strip(), strict=True)
    except ValueError as error:
        return str(error) or "not JSON"
    return ""


def schema_fault(text: str, schema: str) -> str:
    """Why a JSON text does not fit a schema: the first place that does not."""
    from fastjsonschema import JsonSchemaException  # noqa: PLC0415  loaded when a schema is expected

    fits = compiled(schema)
    try:
        value = jsons.parse(unfenced(text).strip())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fits(value)
    except JsonSchemaException as error:
        return str(error)[:LONGEST_QUOTE]
    except (RecursionError, ArithmeticError, TypeError, ValueError) as error:
        return f"the schema cannot be applied: {type(error).__name__}"
    return ""


@lru_cache(maxsize=16)
def compiled(schema: str) -> Callable[[Json], object]:
    """The check that a JSON schema (its text; drafts 4 to 7, `$defs` too) amounts to.

    Raises ValueError, with a line for the person, for what is no schema. Nothing is fetched: a `$ref` leads
    into the schema itself or is refused.
    """
    import fastjsonschema  # noqa: PLC0415  loaded when a schema is expected

    try:
        definition = jsons.parse(schema, strict=True)
    except ValueError as error:
        raise ValueError(f"the schema is not JSON: {error}") from None
    if not isinstance(definition, dict):
        raise ValueError("a schema is a JSON object")  # noqa: TRY004  what a text holds
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's doubts about a regular expression in it
            return fastjsonschema.compile(definition, handlers=_HANDLERS, use_default=False)
    except _BAD_SCHEMA as error:
        raise ValueError(f"the schema cannot be used: {str(error)[:LONGEST_QUOTE]}") from None


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"$ref leads to {uri[:60]}, and nothing is fetched: write that part into the schema")


class _Nowhere(dict[str, Callable[[str], NoReturn]]):
    """Refuses every scheme: for one that it did not hold, the library would open a connection."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: str) -> Callable[[str], NoReturn]:
        return _refuse


_HANDLERS = _Nowhere()

_BAD_SCHEMA = (
    ValueError,  # the library's own are one
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    SyntaxError,
    re.error,
)
"""What the library raises for a schema that is none: it does not look before it leaps."""


def words(text: str) -> int:
    """How many words a text has, whatever it is written in (errata C30).

    Between white space, each run that holds a letter or a digit is one. Where a script puts no spaces
    between words, signs are counted: three Chinese or Japanese signs as two words, four letters of Thai,
    Lao, Khmer or Burmese as one (their vowel and tone marks not counted), which is about what such words
    are long.
    """
    dense, letters = len(re.findall(_DENSE, text)), len(re.findall(_LETTERS, text))
    spaced = re.sub(_UNSPACED, " ", text)
    count = sum(any(sign.isalnum() for sign in word) for word in spaced.split())
    return count + -(-dense * 2 // 3) + -(-letters // 4)


_DENSE = "[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_LETTERS = (
    "[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46"
    "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3]"
)
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def short_fault(text: str, least: int) -> str:
    found = words(unfenced(text))
    return "" if found >= least else f"{found} words"


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression as a person typed it. Raises ValueError with a line that says what is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"pattern:{text[:60]} is no regular expression: {error}") from None


def pattern_fault(text: str, wanted: str) -> str:
    """Whether a pattern is found anywhere in the first LONGEST_SEARCHED characters."""
    bare = unfenced(text)
    if pattern(wanted).search(bare[:LONGEST_SEARCHED]):
        return ""
    searched = len(bare) <= LONGEST_SEARCHED
    return "not found" if searched else f"not found in the first {LONGEST_SEARCHED} characters"
