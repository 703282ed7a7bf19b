"""Protects the trust in a diagnosis: real answers, labelled by hand, are known for what they are.

The answers are not part of the project: COMETPLAY_CORPUS names a file of them, one JSON object a line.
"""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from cometplay.core.drafts import Kind
from cometplay.core.findings import Retryable
from cometplay.core.recorded import PHASES, Recorded, transcript
from cometplay.failures import judge

CORPUS = os.environ.get("COMETPLAY_CORPUS", "")
ENOUGH = 0.97

pytestmark = pytest.mark.skipif(not CORPUS, reason="COMETPLAY_CORPUS names no file of labelled answers")


@cache
def lines():
    """Each line's label beside the verdict and the request ids that were found."""
    found = []
    for line in Path(CORPUS).read_text("utf-8").splitlines():
        case = json.loads(line)
        answer = Recorded(
            kind=Kind(case["kind"]),
            phase=PHASES[case["phase"]],
            status=case["status"],
            headers=tuple(case["headers"].items()),
            body=case["body"].encode(),
            asked=case["request"] or {},
            elapsed_s=case["elapsed_s"],
        )
        seen = transcript(answer)
        found.append((case["case"], case["expect"], judge.diagnose(seen)[0], seen.last.reading.request_ids))
    return found


def test_the_id_is_right():
    wrong = [
        (case, expect["id"], verdict.mode)
        for case, expect, verdict, _ in lines()
        if verdict.mode not in (expect["id"], *expect["also"])
    ]
    assert len(wrong) <= len(lines()) * (1 - ENOUGH), wrong


def test_whether_a_repeat_may_help_is_right():
    wrong = [
        (case, verdict.mode)
        for case, expect, verdict, _ in lines()
        if (verdict.retryable is Retryable.YES) is not expect["retryable"]
    ]
    assert len(wrong) <= len(lines()) * (1 - ENOUGH), wrong


def test_the_request_id_for_support_comes_first():
    wrong = [
        (case, expect["request_id"], ids)
        for case, expect, _, ids in lines()
        if expect["request_id"] is not None and ids[:1] != (expect["request_id"],)
    ]
    assert wrong == []
