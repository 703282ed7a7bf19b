"""Protects what each mode is known by: answers as providers write them, and those that only look alike."""

import json
from pathlib import Path

import pytest

from cometplay.core.drafts import Kind
from cometplay.core.expectations import parse_expectation
from cometplay.core.findings import ModeClass
from cometplay.core.recorded import PHASES, Recorded, transcript
from cometplay.failures import catalogue, judge

FILES = sorted((Path(__file__).parent / "data").glob("modes-*.jsonl"))


def cases():
    for file in FILES:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            name = f"{file.stem}-{number}-{row['id']}-{row['is']}"
            yield pytest.param(row, id=name)


def recorded(row) -> Recorded:
    expect = row.get("expect")
    return Recorded(
        kind=Kind(row["kind"]),
        phase=PHASES[row.get("phase", "create")],
        status=row.get("status"),
        headers=tuple((row.get("headers") or {}).items()),
        body=row.get("body", "").encode(),
        asked=row.get("request") or {},
        elapsed_s=row.get("elapsed_s"),
        expect=parse_expectation(expect) if expect else None,
    )


@pytest.mark.parametrize("row", [*cases()])
def test_an_answer_is_known_for_what_it_is(row):
    expected = row["id"] if row["is"] == "typical" else row["really"]
    catalogue.get(row["id"])
    found = judge.diagnose(transcript(recorded(row)))
    assert found[0].mode == expected
    assert found[0].evidence
    assert expected == row["id"] or row["id"] != found[0].mode


OTHERWISE = (ModeClass.PREFLIGHT, ModeClass.TRANSPORT, ModeClass.NOTE)
"""Seen in a draft (test_preflight), without an answer (test_gateway_faults),
beside a verdict (test_catalogue)."""
BY_THE_CLOCK = {"video.poll-timeout"}
"""No answer is it: a watch is over (test_session)."""


def test_every_mode_that_an_answer_can_be_has_a_typical_one_and_a_lookalike():
    known = {(param.values[0]["id"], param.values[0]["is"]) for param in cases()}
    modes = {mode.id for mode in catalogue.CATALOGUE if mode.cls not in OTHERWISE} - BY_THE_CLOCK
    assert [mode for mode in modes if not {(mode, "typical"), (mode, "lookalike")} <= known] == []


def test_what_was_met_before_is_said_again():
    answers = [transcript(recorded(param.values[0])) for param in cases()]
    remembered = [judge.diagnose(answer) for answer in answers]
    assert [judge.diagnose(answer) for answer in reversed(answers)] == remembered[::-1]
