"""What a person expects of a text: as a value, as it is typed, and as it is written back."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from cometplay.core import checks, jsons

FORMS = "label:yes,no, json, schema:{...}, min-words:N or pattern:RE"


@dataclass(frozen=True, slots=True)
class LabelExpectation:
    """The answer has to be one of these labels, and nothing else."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JsonExpectation:
    """The answer has to parse as JSON."""


@dataclass(frozen=True, slots=True)
class SchemaExpectation:
    """The answer has to be JSON that fits this JSON schema (its own JSON text)."""

    schema: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MinWordsExpectation:
    """The answer has to have this many words at least."""

    words: int


@dataclass(frozen=True, slots=True)
class PatternExpectation:
    """This regular expression (Python's) has to be found somewhere in the answer."""

    pattern: str


Expectation: TypeAlias = (
    LabelExpectation | JsonExpectation | SchemaExpectation | MinWordsExpectation | PatternExpectation
)


def parse_expectation(text: str) -> Expectation:
    """An expectation as it is typed. Raises ValueError with a line that says what fits.

    The schema stands in the text itself: `schema:{"type": "object"}`. Nothing is read from a disk here.
    """
    word, colon, rest = text.partition(":")
    match word.strip():
        case "label" if labels := tuple(label.strip() for label in rest.split(",") if label.strip()):
            return LabelExpectation(labels)
        case "json" if not colon:
            return JsonExpectation()
        case "schema" if rest.lstrip().startswith("{"):
            return schema_expectation(rest)
        case "schema":
            raise ValueError(f"{_short(text)!r} holds no schema: write it out, schema:{{...}}")
        case "min-words":
            return MinWordsExpectation(_count(rest))
        case "pattern" if rest:
            checks.pattern(rest)
            return PatternExpectation(rest)
        case _:
            raise ValueError(f"{_short(text)!r} is no expectation: write {FORMS}")


def schema_expectation(text: str) -> SchemaExpectation:
    """The expectation of a schema's JSON text. Raises ValueError with a line that says what is wrong."""
    checks.compiled(text)
    return SchemaExpectation(jsons.compact(jsons.parse(text)))


def _count(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"min-words:{_short(text)} is no number of words: write min-words:10")
    return int(text)


_NUMBER = re.compile(r"\s*0*[1-9]\d{0,6}\s*", re.ASCII)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004  one line of a message


def written_expectation(expectation: Expectation | None) -> str:
    """An expectation as it would be typed; "" for none. The inverse of parse_expectation."""
    match expectation:
        case None:
            return ""
        case LabelExpectation(labels):
            return f"label:{','.join(labels)}"
        case JsonExpectation():
            return "json"
        case SchemaExpectation(schema):
            return f"schema:{schema}"
        case MinWordsExpectation(words):
            return f"min-words:{words}"
        case PatternExpectation(pattern):
            return f"pattern:{pattern}"
