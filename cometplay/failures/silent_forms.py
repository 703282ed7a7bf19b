"""A 200 of the wrong form: JSON, schema, length, pattern."""

from dataclasses import replace

from cometplay.core import checks, jsons
from cometplay.core.drafts import Draft, Kind, Message, Role, TextDraft, with_prompt
from cometplay.core.expectations import (
    Expectation,
    JsonExpectation,
    MinWordsExpectation,
    PatternExpectation,
    SchemaExpectation,
)
from cometplay.core.findings import (
    Finding,
    Lacks,
    ModeClass,
    Omits,
    Reproduction,
    Retryable,
    Rule,
    Say,
    Script,
)
from cometplay.core.jsons import Json
from cometplay.core.models import DEFAULT_MODEL
from cometplay.failures import tables
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.silent import unmet
from cometplay.failures.source import GUIDE, OBSERVED
from cometplay.failures.tables import Row
from cometplay.failures.text import TEXT

FORMAT = "response_format"


def _asking(prompt: str, expect: Expectation) -> TextDraft:
    said = (Message(Role.USER, prompt),)
    return TextDraft(model=DEFAULT_MODEL[Kind.TEXT], messages=said, expect=expect)


def _with_format(draft: TextDraft, wanted: Json) -> Draft | None:
    """The draft with a response_format among its extra fields; None where these are no JSON."""
    try:
        fields = jsons.parse_object(draft.extra) if draft.extra.strip() else {}
    except ValueError:
        return None
    if fields.get(FORMAT) == wanted:
        return None
    return replace(draft, extra=jsons.compact(fields | {FORMAT: wanted}))


def _with_line(draft: TextDraft, line: str) -> Draft | None:
    """The draft whose prompt ends in this line; None where it says so already."""
    return None if line in draft.prompt else with_prompt(draft, f"{draft.prompt}\n\n{line}")


def _schema_format(schema: str) -> Json:
    # without `strict`, which would demand more of the schema than that it is one
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": jsons.parse(schema)}}


def _json(text: str, expected: Expectation) -> tuple[str, str] | None:
    if not isinstance(expected, JsonExpectation | SchemaExpectation):
        return None
    wrong = checks.json_fault(text)
    return ("JSON", wrong) if wrong else None


def _ask_for_json(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, TextDraft):
        return None
    if isinstance(draft.expect, SchemaExpectation):
        return _with_format(draft, _schema_format(draft.expect.schema))
    mended = _with_format(draft, {"type": "json_object"})
    # json_object is refused where no message says the word
    if mended is None or any("json" in said.text.lower() for said in draft.messages):
        return mended
    return with_prompt(mended, f"{draft.prompt}\n\nAnswer with valid JSON only.")


JSON = FailureMode(
    id="silent.json",
    cls=ModeClass.SILENT,
    title="Not the JSON you expect",
    meaning="A complete answer that a JSON parser refuses, even without the Markdown fence around it.",
    cause="The model was only asked for JSON in passing, and wrote prose around it or a slip into it.",
    fixes=(
        "Set response_format to json_object, and name JSON in the prompt, which that mode demands.",
        "Where the model takes no response_format, write: valid JSON only, no other text.",
        "Strip one Markdown fence before you parse, and log what does not parse.",
    ),
    not_when=NotWhen(
        "The JSON breaks off because the token cap struck.",
        "text.truncated",
    ),
    source=GUIDE,
    row=Row(tables.SILENT, "extract JSON"),
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=unmet(_json),
    repair=_ask_for_json,
    reproduce=Reproduction(
        drafts=(_asking("Take name and age out of: Ada is 36 years old.", JsonExpectation()),),
        script=Script(
            rules=(
                Rule(Say("Sure! The name is Ada, and her age is 36.", "stop"), when=Lacks(FORMAT)),
                Rule(Say('{"name": "Ada", "age": 36}', "stop")),
            )
        ),
    ),
)


def _schema(text: str, expected: Expectation) -> tuple[str, str] | None:
    if not isinstance(expected, SchemaExpectation) or checks.json_fault(text):
        return None
    wrong = checks.schema_fault(text, expected.schema)
    return (expected.schema, wrong) if wrong else None


def _ask_for_the_schema(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, TextDraft) or not isinstance(draft.expect, SchemaExpectation):
        return None
    return _with_format(draft, _schema_format(draft.expect.schema))


SCHEMA = FailureMode(
    id="silent.schema",
    cls=ModeClass.SILENT,
    title="JSON of another shape",
    meaning="The text parses, and breaks the schema that you hold it against: a field, a type or a range.",
    cause="json_object promises JSON and no structure; the model chose names and types by itself.",
    fixes=(
        "Send the schema along: response_format json_schema, where the model supports it.",
        "Otherwise name every field with its type in the prompt, and show one filled example.",
        "Validate each answer in your program before you use it.",
    ),
    not_when=NotWhen(
        "It cannot be parsed in the first place, so there is no shape to compare.",
        "silent.json",
    ),
    source=OBSERVED,
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=unmet(_schema),
    repair=_ask_for_the_schema,
    reproduce=Reproduction(
        drafts=(
            _asking(
                "Give name and age as JSON: Grace is 85 years old.",
                SchemaExpectation(
                    '{"type":"object","required":["name","age"],'
                    '"properties":{"name":{"type":"string"},"age":{"type":"integer"}}}'
                ),
            ),
        ),
        script=Script(
            rules=(
                Rule(Say('{"person": "Grace", "age": "85 years"}', "stop"), when=Lacks(FORMAT)),
                Rule(Say('{"name": "Grace", "age": 85}', "stop")),
            )
        ),
    ),
)


def _short(text: str, expected: Expectation) -> tuple[str, str] | None:
    if not isinstance(expected, MinWordsExpectation):
        return None
    wrong = checks.short_fault(text, expected.words)
    return (f"{expected.words} words or more", wrong) if wrong else None


def _ask_for_length(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, TextDraft) or not isinstance(draft.expect, MinWordsExpectation):
        return None
    return _with_line(draft, f"{_AT_LEAST} {draft.expect.words} words.")


_AT_LEAST = "Write at least"

SHORT = FailureMode(
    id="silent.short",
    cls=ModeClass.SILENT,
    title="Shorter than it can be right",
    meaning="The model finished by itself, with fewer words than such a task needs.",
    cause="The input was cut or missing, or the wording lets a few words pass for an answer.",
    fixes=(
        "Check that the whole input reached the model; usage.prompt_tokens shows how much of it did.",
        "Ask for a length in words or sentences.",
        "Count signs, not spaces, for Chinese, Japanese and Thai.",
    ),
    not_when=NotWhen(
        "The text is short because a limit of yours ended it.",
        "text.truncated",
    ),
    source=GUIDE,
    row=Row(tables.SILENT, "summarize"),
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=unmet(_short),
    repair=_ask_for_length,
    reproduce=Reproduction(
        drafts=(_asking("Summarize the story of the tortoise and the hare.", MinWordsExpectation(10)),),
        script=Script(
            rules=(
                Rule(Say("A race.", "stop"), when=Omits(_AT_LEAST)),
                Rule(
                    Say(
                        "A boastful hare naps during a race, and the patient tortoise plods past and wins.",
                        "stop",
                    )
                ),
            )
        ),
    ),
)


def _pattern(text: str, expected: Expectation) -> tuple[str, str] | None:
    if not isinstance(expected, PatternExpectation):
        return None
    wrong = checks.pattern_fault(text, expected.pattern)
    return (expected.pattern, wrong) if wrong else None


def _ask_for_the_pattern(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, TextDraft) or not isinstance(draft.expect, PatternExpectation):
        return None
    return _with_line(draft, f"{_MATCH} {draft.expect.pattern}")


_MATCH = "The answer has to match this regular expression:"

PATTERN = FailureMode(
    id="silent.pattern",
    cls=ModeClass.SILENT,
    title="Not in the form you expect",
    meaning="The answer is whole, and your regular expression is found nowhere in it.",
    cause="The prompt names the fact that is wanted, but not the form it has to be written in.",
    fixes=(
        "Show one example of the form in the prompt, such as 2026-01-31 for a date.",
        "State the form in words too, and ask for nothing around it.",
        "Try the expression on a text that you know to be good, for it may be too narrow.",
    ),
    not_when=NotWhen(
        "One word out of a fixed list is wanted; then say which words these are.",
        "silent.label",
    ),
    source=OBSERVED,
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=unmet(_pattern),
    repair=_ask_for_the_pattern,
    reproduce=Reproduction(
        drafts=(
            _asking(
                "On which day did people first walk on the Moon?", PatternExpectation(r"\d{4}-\d\d-\d\d")
            ),
        ),
        script=Script(
            rules=(
                Rule(Say("It was the twentieth of July in 1969.", "stop"), when=Omits(_MATCH)),
                Rule(Say("1969-07-20", "stop")),
            )
        ),
    ),
)

MODES = (JSON, SCHEMA, SHORT, PATTERN)
