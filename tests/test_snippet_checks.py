"""Protects how a snippet reads: each formatter, linter and checker of its language is content with it."""

import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from snippet_kit import BREAKS, CASES, ELSEWHERE, NODES, PYTHONS, code_of, connection, side_by_side

from cometplay.core import wire
from cometplay.core.connection import LIVE_BASE_URL
from cometplay.core.drafts import Message, TextDraft, with_prompt
from cometplay.failures import catalogue
from cometplay.snippets import CannotRenderError, Language, Style, render

pytestmark = pytest.mark.slow

DRAFTS = CASES | ELSEWHERE


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def every_code(tools):
    """Each snippet there is, ordinary ones and ones with odd values, in a folder of its own."""
    folder = empty(tools.node / "checked")
    odd = (
        '{"a-b":[1,2.5,-3],"9":true,"words":["' + "long " * 30 + '","b"],"deep":{"é":[],"x":{}},"none":null}'
    )
    drafts = DRAFTS | {
        "odd": TextDraft(
            model="m" * 70, messages=(Message("user", BREAKS), Message("user", "'" * 70)), extra=odd
        ),
        "odd-image": replace(with_prompt(CASES["image"], BREAKS + "long " * 30), extra=odd),
        "odd-video": with_prompt(CASES["video"], "it's " * 30),
        "breaks": with_prompt(CASES["video"], BREAKS),
    }
    for base in (
        LIVE_BASE_URL,
        "http://127.0.0.1:4100/s/http.server-error-invalid-request@poll/v1",
    ):
        for name, draft in drafts.items():
            headed = replace(draft, headers=(("x-trace", "1"),)) if name.startswith("odd") else draft
            for language in Language:
                for style in Style:
                    text = code_of(wire.encode(headed, base), base, language, style)
                    place = "lab" if "127" in base else "live"
                    if text:
                        (
                            folder / f"{place}_{name}_{language}_{style}{language.suffix}".replace("-", "_")
                        ).write_text(text)
    return folder


def complaints(*command, cwd):
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def own(name):
    """A program of our own environment."""
    return Path(sys.executable).parent / name


RULES = "E,F,W,I,B,UP,C4,SIM,RUF,RET,PL,PERF,ISC,PT,A,N,ARG,TRY,BLE,S110"
LEFT_OUT = "E501,PLR2004,TRY003,TRY301,RUF001,RUF003"
"""What a long prompt does to a line, and what is a matter of taste."""


def test_python_has_no_complaint(every_code, tools):
    ruff = (own("ruff"), "--isolated")
    assert complaints(own("ruff"), "format", "--isolated", "--check", "--diff", ".", cwd=every_code) == ""
    assert (
        complaints(
            ruff[0], "check", "--isolated", "--select", RULES, "--ignore", LEFT_OUT, ".", cwd=every_code
        )
        == ""
    )
    (every_code / "pyrightconfig.json").write_text('{"typeCheckingMode": "basic"}')
    ordinary = [path for path in every_code.glob("live_*.py") if "odd" not in path.name]
    assert complaints(own("pyright"), "--pythonpath", tools.python, "-p", ".", cwd=every_code) == ""
    assert ordinary


def test_javascript_has_no_complaint(every_code, tools):
    scripts = sorted(every_code.glob("*.mjs"))
    assert scripts
    check = partial(complaints, "node", "--check", cwd=every_code)
    assert "".join(side_by_side(check, scripts)) == ""
    prettier = tools.node / "node_modules/.bin/prettier"
    assert complaints(prettier, "--check", *scripts, cwd=tools.node) == ""


def test_code_with_a_failure_marked_is_laid_out_as_its_formatter_would(tools):
    folder = empty(tools.node / "marked")
    for language, (name, draft) in product((*PYTHONS, *NODES), CASES.items()):
        request = wire.encode(draft, LIVE_BASE_URL)
        for mode in catalogue.of_kind(draft.kind):
            with suppress(CannotRenderError):
                code = render(request, connection(LIVE_BASE_URL), language, Style.PRODUCTION, mode.id)
                # one file for all that is handled at the same lines
                lines = "_".join(str(run.start) for run in code.marked)
                (folder / f"{name}_{language.name.lower()}_{lines}{language.suffix}").write_text(code.text)
    assert len([*folder.iterdir()]) > 200
    assert complaints(own("ruff"), "format", "--isolated", "--check", "--diff", ".", cwd=folder) == ""
    prettier = tools.node / "node_modules/.bin/prettier"
    assert complaints(prettier, "--check", *sorted(folder.glob("*.mjs")), cwd=tools.node) == ""


def test_bash_has_no_complaint(every_code):
    commands = sorted(every_code.glob("*.sh"))
    assert complaints("shellcheck", "--shell=bash", "--severity=warning", *commands, cwd=every_code) == ""
