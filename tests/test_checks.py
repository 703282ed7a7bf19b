"""Protects what a person expects of a text: how it is written, and when it is met."""

import sys

import pytest

from cometplay.core import checks
from cometplay.core.expectations import (
    JsonExpectation,
    LabelExpectation,
    MinWordsExpectation,
    PatternExpectation,
    SchemaExpectation,
    parse_expectation,
    written_expectation,
)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("label:yes,no", ("yes", "no")),
        ("label: yes , no ,", ("yes", "no")),
        ("label:only", ("only",)),
        ("label:a:b,c d", ("a:b", "c d")),
        ("label:是,否", ("是", "否")),
    ],
)
def test_an_expectation_is_understood_as_typed(text, labels):
    assert parse_expectation(text) == LabelExpectation(labels)


@pytest.mark.parametrize(
    "text", ["", "label", "label:", "label: , ", "labels:a", "Label:a", "a,b", ":a", "xml:a"]
)
def test_an_expectation_that_is_none_is_told_with_one_that_is(text):
    with pytest.raises(ValueError, match="write label:yes,no"):
        parse_expectation(text)


FORMS = {
    "label:yes,no": LabelExpectation(("yes", "no")),
    "json": JsonExpectation(),
    'schema:{"type":"object"}': SchemaExpectation('{"type":"object"}'),
    "min-words:10": MinWordsExpectation(10),
    r"pattern:^\d+: [a-z]{2} ": PatternExpectation(r"^\d+: [a-z]{2} "),
}


@pytest.mark.parametrize(("text", "expectation"), FORMS.items(), ids=FORMS)
def test_an_expectation_is_read_and_written_back(text, expectation):
    assert parse_expectation(text) == expectation
    assert written_expectation(expectation) == text


def test_no_expectation_is_written_as_nothing():
    assert written_expectation(None) == ""


def test_a_schema_over_many_lines_becomes_one():
    text = written_expectation(parse_expectation('schema: {\n  "type": "object"\n}\n'))
    assert text == 'schema:{"type":"object"}'


REFUSED = {
    "schema:": "write it out",
    "schema:shape.json": "write it out",
    "schema:{": "not JSON",
    'schema:{"a": NaN}': "not JSON",
    'schema:{"type": "thing"}': "cannot be used",
    'schema:{"type": 5}': "cannot be used",
    'schema:{"properties": 5}': "cannot be used",
    'schema:{"pattern": "("}': "cannot be used",
    'schema:{"$ref": "#/nowhere"}': "cannot be used",
    'schema:{"$ref": "http://127.0.0.1:9/x"}': "nothing is fetched",
    'schema:{"$ref": "file:///etc/passwd"}': "nothing is fetched",
    'schema:{"$ref": "gopher:x"}': "nothing is fetched",
    'schema:{"$id": "https://example.com/", "$ref": "other.json"}': "nothing is fetched",
    "schema:" + '{"items":' * 400 + "{}" + "}" * 400: "cannot be used",
    "min-words:": "min-words:10",
    "min-words:ten": "min-words:10",
    "min-words:0": "min-words:10",
    "min-words:-1": "min-words:10",
    "min-words:1_0": "min-words:10",
    "min-words:" + "9" * 5000: "min-words:10",
    "pattern:": "write label:yes,no",
    "pattern:(": "no regular expression",
    "pattern:a{1,99999999999}": "no regular expression",
    "json:x": "write label:yes,no",
}


@pytest.mark.parametrize(("text", "why"), REFUSED.items(), ids=[text[:40] for text in REFUSED])
def test_what_cannot_be_expected_is_told_in_one_line(text, why):
    with pytest.raises(ValueError, match=why) as told:
        parse_expectation(text)
    assert len(str(told.value)) < 250
    assert "\n" not in str(told.value)


def test_a_pattern_with_python_s_doubts_about_it_is_taken_quietly():
    assert parse_expectation("pattern:[[a]b") == PatternExpectation("[[a]b")


JSONS = {
    '{"a": 1}': True,
    " [1, 2]\n": True,
    '```json\n{"a": 1}\n```': True,
    '```\n{"a": 1}\n```\n': True,
    '~~~json\n{"a": 1}\n~~~': True,
    'Here you are: {"a": 1}': False,
    'Here:\n```json\n{"a": 1}\n```': False,
    '```json\n{"a": 1}': False,
    "{'a': 1}": False,
    '{"a": 1,}': False,
    '{"a": NaN}': False,
    '{"a": ': False,
    "```": False,
    "": False,
    "[" * 100_000: False,
}


@pytest.mark.parametrize(("text", "fits"), JSONS.items(), ids=[text[:30] for text in JSONS])
def test_json_is_judged_without_its_fence(text, fits):
    assert (checks.json_fault(text) == "") is fits


FENCED = {
    "a label": (lambda text: checks.label_fault(text, ("yes", "no")), "yes", "maybe"),
    "words": (lambda text: checks.short_fault(text, 3), "one two three", "one two"),
    "a pattern": (lambda text: checks.pattern_fault(text, r"^\d+$"), "42", "text"),
}


@pytest.mark.parametrize("fence", ["{}", "```\n{}\n```", "```text\n{}\n```\n", "~~~\n{}\n~~~"])
@pytest.mark.parametrize(("fault", "right", "wrong"), FENCED.values(), ids=FENCED)
def test_whatever_is_expected_is_looked_for_within_a_fence(fault, right, wrong, fence):
    assert fault(fence.format(right)) == ""
    assert fault(fence.format(wrong)) != ""


PERSON = (
    '{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"age":{"type":"integer"}}}'
)

SHAPES = {
    "fits": ('{"name": "Ada", "age": 36}', PERSON, ""),
    "a field more": ('{"name": "Ada", "more": 1}', PERSON, ""),
    "fenced": ('```json\n{"name": "Ada"}\n```', PERSON, ""),
    "a field missing": ('{"age": 36}', PERSON, "name"),
    "a wrong type": ('{"name": "Ada", "age": "36"}', PERSON, "age"),
    "no object": ("[]", PERSON, "object"),
    "a part by reference": (
        '{"a": "x"}',
        '{"$defs":{"n":{"type":"number"}},"properties":{"a":{"$ref":"#/$defs/n"}}}',
        "a",
    ),
    "a part of its own id": (
        "7",
        '{"$id":"https://example.com/s","definitions":{"t":{"type":"string"}},"$ref":"#/definitions/t"}',
        "string",
    ),
    "a name that is code": ('{"a\\")(b": 1}', '{"properties":{"a\\")(b":{"type":"string"}}}', "string"),
    "a name that is a place in a format": (
        '{"a{data}": 1}',
        '{"properties":{"a{data}":{"type":"string"}}}',
        "string",
    ),
    "no end": ("1", '{"allOf":[{"$ref":"#"}]}', "cannot be applied"),
    "a division by zero": ("1", '{"multipleOf":0}', "cannot be applied"),
}


@pytest.mark.parametrize(("text", "schema", "fault"), SHAPES.values(), ids=SHAPES)
def test_a_schema_is_held_against_the_text(text, schema, fault):
    found = checks.schema_fault(text, schema)
    assert found if fault else not found
    assert fault in found


def test_the_schema_library_is_loaded_only_for_a_schema():
    assert "fastjsonschema" in sys.modules, "the tests above used it"
    assert "fastjsonschema" not in vars(checks)


WORDS = {
    "": 0,
    " \n": 0,
    "hello": 1,
    "It's a well-known fact.": 4,
    "- one\n- two": 2,
    "3.5 percent": 2,
    "這是一個很短的摘要句子": 8,
    "公司今年的收入增长了百分之十二,主要来自海外市场。": 16,
    "これはとても短い文です": 8,
    "한국어 문장 입니다": 3,
    "สวัสดีครับ": 2,
    "नमस्ते दुनिया": 2,
    "使用 GPT 模型": 4,
    "… — !": 0,
}


@pytest.mark.parametrize(("text", "count"), WORDS.items())
def test_words_are_counted_in_every_script(text, count):
    assert checks.words(text) == count


@pytest.mark.parametrize(
    ("text", "pattern", "fault"),
    [
        ("on 2026-01-31", r"\d{4}-\d\d-\d\d", ""),
        ("on the last day", r"\d{4}-\d\d-\d\d", "not found"),
        ("x" * 100_000 + "7", r"\d", "not found in the first 100000 characters"),
    ],
)
def test_a_pattern_is_searched_for(text, pattern, fault):
    assert checks.pattern_fault(text, pattern) == fault
