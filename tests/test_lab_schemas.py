"""Answers of a given form: what fits a JSON Schema, and what a hostile one cannot do."""

import functools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_lab_text import ask, text_of

from cometplay.lab.satisfying import satisfying

SCHEMAS = [
    ({"type": "string", "minLength": 200}, lambda made: len(made) >= 200),
    ({"type": "string", "maxLength": 3}, lambda made: len(made) <= 3),
    ({"type": "string", "format": "date"}, lambda made: made.count("-") == 2),
    ({"pattern": "^[a-c]+$", "examples": ["abc"]}, lambda made: made == "abc"),
    ({"type": "integer", "minimum": 3, "maximum": 4}, lambda made: made in (3, 4)),
    ({"type": "integer", "exclusiveMinimum": 3.5, "exclusiveMaximum": 5}, lambda made: made == 4),
    ({"type": "number", "minimum": 0.2, "maximum": 0.4}, lambda made: 0.2 <= made <= 0.4),
    ({"type": "number", "maximum": -2.5}, lambda made: made <= -2.5),
    ({"type": "boolean"}, lambda made: made in (True, False)),
    ({"type": ["null", "string"]}, lambda made: made is None),
    ({"const": {"a": [1]}}, lambda made: made == {"a": [1]}),
    ({"enum": [1, "two", None]}, lambda made: made in (1, "two", None)),
    ({"type": "array", "items": {"type": "string"}, "minItems": 3}, lambda made: len(set(made)) == 3),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, lambda made: made == []),
    ({"properties": {"a": {"type": "integer"}}, "required": ["b"]}, lambda made: set(made) == {"a", "b"}),
    ({"anyOf": [{"type": "boolean"}, {"type": "string"}]}, lambda made: made in (True, False)),
    (
        {"properties": {"a": {"const": 1}}, "oneOf": [{"properties": {"b": {"const": 2}}}]},
        lambda made: made == {"a": 1, "b": 2},
    ),
    (
        {"allOf": [{"required": ["a"]}, {"required": ["b"], "properties": {"b": {"type": "null"}}}]},
        lambda made: set(made) == {"a", "b"} and made["b"] is None,
    ),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"const": 5}}}, lambda made: made == 5),
    ({}, lambda made: isinstance(made, str)),
]


@pytest.mark.parametrize(("schema", "fits"), SCHEMAS)
def test_a_structured_answer_satisfies_its_schema(schema: dict, fits) -> None:
    shape = {"type": "json_schema", "json_schema": {"name": "it", "strict": True, "schema": schema}}
    for prompt in ("", "Tell me.", "One more."):
        assert fits(json.loads(text_of(ask(prompt, response_format=shape))))


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    node = {
        "type": "object",
        "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
        "required": ["value", "next"],
    }
    made = satisfying(node, "text", bytes(range(32)))
    while made["next"] is not None:
        made = made["next"]
    assert isinstance(made["value"], int)


HOSTILE = {
    "a circle of references": {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
    "no end": {"required": ["a"], "properties": {"a": {"$ref": "#"}}},
    "ever twice as many": {
        "$ref": "#/$defs/0",
        "$defs": {
            str(place): {"type": "array", "minItems": 100, "items": {"$ref": f"#/$defs/{place + 1}"}}
            for place in range(30)
        },
    },
    "out of all size": {"type": "array", "minItems": 1e18, "items": {"type": "string", "minLength": 10**12}},
    "wide and repeated": {
        "type": "array",
        "minItems": 100,
        "items": {"properties": {f"name {place}": {} for place in range(20_000)}},
    },
    "a large constant, often": {"type": "array", "minItems": 100, "items": {"const": "x" * 100_000}},
    "numbers beyond numbers": {"type": "number", "minimum": 10**400, "exclusiveMaximum": 10**400},
    "long ways": {"anyOf": [{"allOf": [{"oneOf": [{"$ref": "#" + "/a" * 10**6}]}] * 10**4}] * 10**4},
    "a constant too deep to be written": {
        "const": functools.reduce(lambda inner, _: [inner], range(5000), 1)
    },
    "not a schema": {"type": [[]], "enum": {}, "required": 5, "properties": [], "items": [[]], "$ref": 0},
}


@pytest.mark.parametrize("schema", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_schema_gets_an_answer_of_bounded_size(schema: dict) -> None:
    made = satisfying(schema, "text", bytes(range(32)))
    assert len(json.dumps(made)) < 1_000_000


WORDS = [
    "type",
    "properties",
    "required",
    "items",
    "minItems",
    "minLength",
    "minimum",
    "anyOf",
    "$ref",
    "const",
]
TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from([*WORDS, "#", "object"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)


@given(TREES)
def test_nothing_that_is_called_a_schema_stops_the_lab(schema) -> None:
    json.dumps(satisfying(schema, "text", bytes(range(32))))
