"""Every production snippet through the drill; `python tests/snippet_drills.py` writes the README's table."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from snippet_kit import CASES, Tools, connection, install, side_by_side

from cometplay.core import wire
from cometplay.snippets import CannotRenderError, Language, Style, render

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- snippets: written by tests/snippet_drills.py -->", "<!-- end of snippets -->"
SIGNS = {"pass": "✓", "fail": "✗", "not judged": "–"}
AT_ONCE, JOBS = 4, "6"
"""Drills side by side, and runs in each: with more, programs reach their time limit for want of a core."""
LIMIT_S = 700
BASE_URL = "https://api.cometapi.com/v1"


@dataclass(frozen=True)
class Drilled:
    """What came of one snippet: a verdict for each scenario, and what was broken, in words."""

    case: str
    language: Language
    verdicts: dict[str, str]
    broken: tuple[str, ...]


def codes(tools: Tools) -> list[tuple[str, Language, Path]]:
    """Each production snippet as a file, the longest drills first."""
    found: list[tuple[str, Language, Path]] = []
    for case in reversed(CASES):
        for language in Language:
            try:
                request = wire.encode(CASES[case], BASE_URL)
                text = render(request, connection(BASE_URL), language, Style.PRODUCTION).text
            except CannotRenderError:
                continue
            found.append((case, language, tools.written(f"drilled-{case}", language, text)))
    return found


def drilled(tools: Tools) -> list[Drilled]:
    return side_by_side(lambda each: _drilled(tools, *each), codes(tools), AT_ONCE)


def _drilled(tools: Tools, case: str, language: Language, code: Path) -> Drilled:
    kind = CASES[case].kind.value
    command = [sys.executable, "-m", "cometplay", "drill", "--json", "--kind", kind, "--jobs", JOBS, "--"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [*command, *tools.command(language, code)],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert done.stdout, done.stderr
    scenarios = json.loads(done.stdout)["scenarios"]
    broken = [f"{each['id']}: {rule['message']}" for each in scenarios for rule in each["broken"]]
    return Drilled(case, language, {each["id"]: each["verdict"] for each in scenarios}, tuple(broken))


def table(found: list[Drilled]) -> str:
    """Snippets by scenarios, a table for each kind of request, as Markdown."""
    return "\n\n".join(_table(case, [each for each in found if each.case == case]) for case in CASES)


def _table(case: str, found: list[Drilled]) -> str:
    scenarios = dict.fromkeys(name for each in found for name in each.verdicts)
    rows = [
        f"| {case} | {' | '.join(each.language.value for each in found)} |",
        "|---" * (len(found) + 1) + "|",
    ]
    rows += [
        f"| `{name}` | {' | '.join(SIGNS[each.verdicts.get(name, 'not judged')] for each in found)} |"
        for name in scenarios
        if any(each.verdicts.get(name) in ("pass", "fail") for each in found)
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    results = drilled(install(ROOT / ".pytest_cache/d/snippets"))
    readme.write_text(
        f"{before}{BEGIN}\n\n{table(results)}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )
    sys.exit("\n".join(line for each in results for line in each.broken))
