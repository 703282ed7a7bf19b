"""Protects what is expected from end to end: as an option, in the terminal's field, and in a fix."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Broke, Fault, Replied, Sent
from cometplay.core.expectations import (
    JsonExpectation,
    MinWordsExpectation,
    PatternExpectation,
    SchemaExpectation,
)
from cometplay.core.models import starting_draft
from cometplay.core.transcript import Transcript
from cometplay.core.wire import encode
from cometplay.failures import catalogue, judge
from cometplay.session.state import Run
from cometplay.tui.fields import EXPECT

DRAFT = starting_draft(Kind.TEXT)
BASE = "http://127.0.0.1:1/v1"
JSON = (("content-type", "application/json"),)
EVENTS = (("content-type", "text/event-stream"),)


def test_a_schema_comes_from_a_file(cli):
    Path("shape.json").write_text('\ufeff{"type": "object"}', encoding="utf-8")
    said = cli("send", "text", "--target", "lab", "--expect", "schema:shape.json", "--json")
    assert (said.status, json.loads(said.out)["id"]) == (4, "silent.json")


BAD_FILES = {
    "missing.json": (None, "No such file"),
    "folder": ("", "directory"),
    "empty.json": (b" ", "is empty"),
    "text.json": (b"shape", "not JSON"),
    "list.json": (b"[]", "JSON object"),
    "odd.json": (b'{"type": 5}', "cannot be used"),
    "remote.json": (b'{"$ref": "https://example.com/x"}', "nothing is fetched"),
    "binary.json": (b"\xff\xfe\x00", "UTF-8"),
}


@pytest.mark.parametrize(("name", "content", "why"), [(name, *row) for name, row in BAD_FILES.items()])
def test_a_schema_file_that_will_not_do_is_told_in_one_line(cli, name, content, why):
    if content == "":
        Path(name).mkdir()
    elif content is not None:
        Path(name).write_bytes(content)
    said = cli("send", "text", "--target", "lab", "--expect", f"schema:{name}")
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert name in said.err
    assert why in said.err


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("json", "silent.json"),
        ("min-words:500", "silent.short"),
        (r"pattern:^\d+$", "silent.pattern"),
        ('schema:{"type":"object"}', "silent.json"),
        ("min-words:2", "text.ok"),
        ("pattern:hello", "text.ok"),
    ],
)
def test_every_form_is_checked(cli, text, mode):
    said = cli("send", "text", "--target", "lab", "--expect", text, "--json")
    assert json.loads(said.out)["id"] == mode


@pytest.mark.parametrize("text", ["min-words:x", "pattern:(", "schema:", "json:x", "schema:{"])
def test_what_cannot_be_expected_is_refused_before_anything_is_sent(cli, swift, text):
    said = cli("send", "text", "--target", "lab", "--expect", text)
    assert (said.status, said.err.count("\n"), swift.labs) == (2, 1, [])


@pytest.mark.parametrize(
    "text", ["", "label:a,b", "json", 'schema:{"type":"object"}', "min-words:7", r"pattern:^a b\s$"]
)
def test_the_terminals_field_gives_back_what_was_typed(text):
    assert EXPECT.read(EXPECT.write(DRAFT, text)) == text


def mended(mode: str, draft):
    finding = judge.Finding(mode, catalogue.get(mode).cls, catalogue.get(mode).retryable, "", None)
    fix = judge.repair(draft, finding)
    return None if fix is None else fix.draft


SCHEMA = '{"type":"object"}'
FIXES = {
    "silent.json": JsonExpectation(),
    "silent.schema": SchemaExpectation(SCHEMA),
    "silent.short": MinWordsExpectation(30),
    "silent.pattern": PatternExpectation("^x$"),
}


@pytest.mark.parametrize(("mode", "expect"), FIXES.items())
def test_a_fix_is_made_once_and_keeps_what_is_there(mode, expect):
    draft = replace(DRAFT, expect=expect, extra='{"seed": 7}')
    fixed = mended(mode, draft)
    assert json.loads(fixed.extra)["seed"] == 7
    assert fixed.prompt.startswith(DRAFT.prompt)
    assert mended(mode, fixed) is None


@pytest.mark.parametrize("mode", ["silent.json", "silent.schema"])
def test_extra_fields_that_are_no_json_are_left_alone(mode):
    assert mended(mode, replace(DRAFT, expect=FIXES[mode], extra="{oops")) is None


def test_json_mode_comes_with_the_word_that_it_demands():
    fixed = mended("silent.json", replace(DRAFT, expect=JsonExpectation()))
    assert json.loads(fixed.extra) == {"response_format": {"type": "json_object"}}
    assert "JSON" in fixed.prompt


def test_a_schema_is_sent_along_whole():
    for mode in ("silent.json", "silent.schema"):
        told = json.loads(mended(mode, replace(DRAFT, expect=SchemaExpectation(SCHEMA))).extra)
        assert told["response_format"]["json_schema"]["schema"] == json.loads(SCHEMA)


@pytest.mark.parametrize(
    ("mode", "cap", "extra", "raised"),
    [
        ("text.truncated", 16, "", (128, "")),
        ("text.truncated", 500, "", (4000, "")),
        ("text.budget-spent", 16, "", (1024, "")),
        ("text.truncated", None, '{"max_tokens":9,"seed":7}', (None, '{"max_tokens":128,"seed":7}')),
        ("text.truncated", None, "", None),
        ("text.truncated", None, "{oops", None),
    ],
)
def test_a_cap_is_raised_wherever_it_stands(mode, cap, extra, raised):
    fixed = mended(mode, replace(DRAFT, token_cap=cap, extra=extra))
    assert (fixed and (fixed.token_cap, fixed.extra)) == raised


def ended(event) -> Run:
    begun = Run(DRAFT, Connection(Target.LAB, BASE), Transcript(Kind.TEXT), 0.0)
    return begun.then(Sent(0.0, encode(DRAFT, BASE), 1)).then(event)


def chunk(content, finish=None):
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


def broke(fault, body, status=200, headers=EVENTS):
    return ended(Broke(1.0, fault, "", 1.0, status, headers, body.encode()))


def replied(body, headers=EVENTS):
    return ended(Replied(1.0, 200, headers, body.encode(), 1.0))


CUTS = {
    "a stream without an end": (lambda: replied(chunk("Hel") + chunk("lo")), "text.stream-cut", "Hello"),
    "a connection that broke": (
        lambda: broke(Fault.INTERRUPTED, chunk("Hel") + 'data: {"ch'),
        "text.stream-cut",
        "Hel",
    ),
    "one that broke before an event": (
        lambda: broke(Fault.INTERRUPTED, ": wait\n\n"),
        "text.stream-cut",
        None,
    ),
    "one that broke after an error": (
        lambda: broke(Fault.INTERRUPTED, chunk("Hel") + 'data: {"error": {"message": "odd"}}\n\n'),
        "text.stream-error",
        "Hel",
    ),
    "one that broke after the end": (
        lambda: broke(Fault.INTERRUPTED, chunk("Hello", "stop")),
        "transport.interrupted",
        "Hello",
    ),
    "one's own limit": (lambda: broke(Fault.TIMEOUT, chunk("Hel")), "transport.timeout", "Hel"),
    "half a JSON body": (
        lambda: broke(Fault.INTERRUPTED, '{"choi', headers=JSON),
        "transport.interrupted",
        None,
    ),
    "an error on the way": (
        lambda: replied(chunk("Hel") + 'data: {"error": {"message": "odd"}}\n\n'),
        "text.stream-error",
        "Hel",
    ),
    "a cap": (lambda: replied(chunk("Hel", "length")), "text.truncated", "Hel"),
    "nothing": (lambda: replied("{}", JSON), "text.no-choices", None),
}


@pytest.mark.parametrize(("run", "mode", "output"), CUTS.values(), ids=CUTS)
def test_what_came_of_a_text_is_kept(run, mode, output):
    told = run()
    assert (told.verdict.mode, told.output) == (mode, output)


def test_the_usage_of_a_stream_is_the_runs():
    counted = {"prompt_tokens": 1, "completion_tokens": 2}
    run = replied(chunk("Hi", "stop") + f"data: {json.dumps({'choices': [], 'usage': counted})}\n\n")
    assert run.usage == counted
