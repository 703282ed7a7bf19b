"""Protects the rules of the drill: each has a program that only it catches, and one program breaks none."""

import json
import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import cometplay
from cometplay.drill.grading import RULES

pytestmark = pytest.mark.slow

ROOT = Path(cometplay.__file__).parents[1]
PROGRAMS = Path(__file__).parent / "drill" / "programs"
TEXT = (
    "http.auth-invalid,http.quota-exhausted,http.rate-limited,http.service-unavailable,text.no-choices,text.empty,"
    "text.content-filter,text.truncated,body.error-in-200,transport.interrupted,http.origin-timeout,drill.outage,"
    "drill.redirect,drill.stream-cut,drill.stream-cut-cleanly,drill.stream-done-too-early"
)
IMAGE = (
    "http.auth-invalid,http.rate-limited,http.origin-timeout,transport.interrupted,image.empty-data,"
    "drill.file-cut"
)
VIDEO = (
    "http.auth-invalid,http.origin-timeout,video.failed,video.unknown-status,video.task-not-exist,drill.file-cut,"
    "http.bad-gateway@poll,drill.progress-100,drill.success-in-capitals,drill.locked-out,video.url-expired"
)
PLAYS = {"text": TEXT, "image": IMAGE, "video": VIDEO}
SIDE_BY_SIDE = 8
ONE_RUN_S = "30"


@dataclass(frozen=True)
class Flaw:
    """A program, what it makes, and the rule that it breaks."""

    rule: str
    kind: str = "text"
    limit_s: str = ONE_RUN_S

    @property
    def program(self) -> str:
        return self.rule.replace(".", "_").replace("-", "_")


FLAWS = (
    Flaw("video.wrong-word", "video"),
    Flaw("video.went-on", "video"),
    Flaw("video.polled-fast", "video"),
    Flaw("video.poll-error", "video"),
    Flaw("video.young-task", "video"),
    Flaw("video.task-id", "video"),
    Flaw("video.no-download", "video"),
    Flaw("key.storage", "video"),
    Flaw("partial.file", "video"),
    Flaw("retry.hopeless"),
    Flaw("retry.gave-up"),
    Flaw("retry.no-wait"),
    Flaw("retry.too-early"),
    Flaw("retry.no-growth"),
    Flaw("retry.in-step"),
    Flaw("retry.too-many"),
    Flaw("retry.nested"),
    Flaw("retry.billed", "image"),
    Flaw("told.success"),
    Flaw("told.crash"),
    Flaw("told.request-id"),
    Flaw("time-limit", limit_s="12"),
    Flaw("healthy"),
    Flaw("key.redirect"),
    Flaw("key.printed"),
    Flaw("partial.text"),
)


@dataclass(frozen=True)
class Result:
    status: int
    scenarios: dict
    err: str

    def rules(self, where: str = "broken") -> set[str]:
        found = (entry for scenario in self.scenarios.values() for entry in scenario[where])
        return {entry["rule"] if where == "broken" else entry.partition(":")[0] for entry in found}


def drilled(folder: Path, name: str, arguments: list[str], *options: str) -> Result:
    """The drill as a command, with a program of ours, in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cometplay", "drill", "--json", *options, "--", sys.executable]
    done = subprocess.run(
        [*command, str(PROGRAMS / f"{name}.py"), *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    listed = json.loads(done.stdout)["scenarios"]
    return Result(done.returncode, {entry["id"]: entry for entry in listed}, done.stderr)


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict[str, "Future[Result]"]:
    """Every drill of this file, begun at once: most of their time is waiting."""
    folder = tmp_path_factory.mktemp("drills")
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)
    careful = {
        kind: pool.submit(
            drilled, folder / f"careful {kind}", "careful", kind.split(), "--timeout", "45", "--jobs", jobs
        )
        for kind, jobs in (("video", "16"), ("image", "4"), ("text", "4"), ("text stream", "4"))
    }
    flawed = {
        flaw.rule: pool.submit(
            drilled,
            folder / flaw.program,
            flaw.program,
            [flaw.kind],
            *("--only", PLAYS[flaw.kind], "--timeout", flaw.limit_s),
        )
        for flaw in FLAWS
    }
    yield careful | flawed
    pool.shutdown(cancel_futures=True)


def test_every_rule_has_its_program():
    assert {flaw.rule for flaw in FLAWS} == {rule.id for rule in RULES}
    assert {flaw.program for flaw in FLAWS} | {"careful", "client"} == {
        path.stem for path in PROGRAMS.glob("*.py")
    }


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.rule)
def test_only_its_rule_catches_a_program(flaw, results):
    result = results[flaw.rule].result()
    advice = {rule.id for rule in RULES if rule.advice}
    broken = result.rules() | result.rules("advice")
    assert broken == {flaw.rule}, result.scenarios
    assert result.status == (0 if flaw.rule in advice else 1)


@pytest.mark.parametrize("kind", ["text", "text stream", "image", "video"])
def test_the_careful_program_breaks_none(kind, results):
    result = results[kind].result()
    assert result.rules() == set(), result.scenarios
    assert result.status == 0
    judged = [entry for entry in result.scenarios.values() if entry["verdict"] == "pass"]
    assert len(judged) >= 0.8 * len(result.scenarios)


def test_what_is_allowed_leaves_a_drill_green_and_stands_in_every_report(tmp_path):
    files = {name: tmp_path / f"report.{name}" for name in ("xml", "md")}
    options = ("--only", "http.auth-invalid", "--junit", str(files["xml"]), "--markdown", str(files["md"]))
    strict = drilled(tmp_path / "strict", "retry_hopeless", ["text"], *options)
    assert strict.status == 1
    assert all("retry.hopeless" in path.read_text("utf-8") for path in files.values())
    lenient = drilled(tmp_path / "lenient", "retry_hopeless", ["text"], *options, "--allow", "retry.hopeless")
    assert lenient.status == 0
    assert lenient.rules() == {"retry.hopeless"}
    assert all("retry.hopeless" in path.read_text("utf-8") for path in files.values())
