"""Protects what production snippets promise: the drill finds nothing wrong with any, in any scenario."""

import sys

import pytest
from snippet_drills import BEGIN, END, ROOT, drilled, table


@pytest.mark.slow
@pytest.mark.timeout(1500)  # a thousand runs of programs, most of which wait as they should
def test_the_drill_finds_nothing_wrong_with_any_production_snippet(tools, capsys):
    found = drilled(tools)
    with capsys.disabled():
        sys.stdout.write(f"\n{table(found)}\n")
    assert [(each.case, each.language.value, each.broken) for each in found if each.broken] == []
    for each in found:
        passed = [name for name, verdict in each.verdicts.items() if verdict == "pass"]
        assert len(passed) > len(each.verdicts) / 2, (each.case, each.language, each.verdicts)


def test_the_readme_shows_a_table_without_a_fault():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0]
    assert "| video | httpx | openai-python | openai-node | fetch |" in shown
    assert shown.count("✓") > 500
    assert "✗" not in shown
