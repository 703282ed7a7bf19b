"""Protects the README: its table is the catalogue's, and what it shows of `explain` is what happens."""

import io
import re
import subprocess
import sys

import pytest
from readme import BEGIN, README, renewed

from cometplay.failures import guide
from cometplay.failures.catalogue import CATALOGUE

TEXT = README.read_text("utf-8")


def test_the_table_of_failure_modes_is_the_catalogues():
    assert renewed(TEXT) == TEXT, "run: python tests/readme.py"


def test_the_table_has_a_row_of_five_cells_for_every_mode():
    rows = guide.table(CATALOGUE).splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [mode.id for mode in CATALOGUE]
    assert {row.count("|") for row in rows} == {6}


def test_a_readme_without_its_marks_is_not_overwritten():
    with pytest.raises(ValueError, match="marks"):
        renewed(TEXT.replace(BEGIN, ""))


TESTS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
def test_the_example_of_a_test_runs_as_it_stands(tmp_path):
    (example,) = TESTS
    (tmp_path / "test_mine.py").write_text(example, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_mine.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


EXAMPLES = re.findall(
    r"^echo '(.*)' \| cometplay (explain .*)\n+```\n+```text\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL
)


def test_there_is_an_example():
    assert EXAMPLES


@pytest.mark.parametrize(("fed", "call", "shown"), EXAMPLES)
def test_what_an_example_shows_is_what_is_printed(cli, monkeypatch, fed, call, shown):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(fed.encode() + b"\n")))
    said = cli(*call.split())
    assert said.status == 0
    assert said.out.startswith(shown.rstrip().removesuffix("…").rstrip())
