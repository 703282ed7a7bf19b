"""Protects a program whose waits are drawn by chance: what it seems to break once is not held against it."""

import asyncio

import pytest
from test_drill_rules import GOOD, creates, run

from cometplay.core.drafts import Kind
from cometplay.drill import conduct
from cometplay.drill.conduct import Drill
from cometplay.drill.grading import Verdict

AT_ONCE, LATER = (0, 0.02, 0.06), (0, 0.7, 2.1)


@pytest.mark.parametrize(
    ("tries", "verdict"),
    [
        ((LATER,), Verdict.PASS),
        ((AT_ONCE, LATER), Verdict.PASS),
        ((AT_ONCE, AT_ONCE), Verdict.FAIL),
    ],
    ids=["it waits", "it waits, and by chance hardly at all", "it never waits"],
)
def test_a_short_wait_counts_when_it_comes_twice(tries, verdict, tmp_path, monkeypatch):
    seen = iter([GOOD[Kind.TEXT], *(run(creates(Kind.TEXT, *at), 0, "Hi", "") for at in tries)])
    told = []

    async def perform(*_: object):
        return next(seen)

    monkeypatch.setattr(conduct, "perform", perform)
    drill = Drill(
        ("program",),
        tmp_path,
        kinds=(Kind.TEXT,),
        choose=lambda plays: tuple(play for play in plays if play.id == "http.server-error"),
        tell=told.append,
    )
    grades = asyncio.run(conduct.conduct(drill))
    assert [each.verdict for each in grades[1:]] == [verdict]
    assert told == list(grades)
    assert next(seen, None) is None
