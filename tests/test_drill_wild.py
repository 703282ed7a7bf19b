"""Protects the machine that a drill runs on: from programs that hang, fork, flood and wait."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import cometplay

pytestmark = pytest.mark.slow

ROOT = Path(cometplay.__file__).parents[1]
WILD = Path(__file__).parent / "drill" / "wild"
HEALTHY_ONLY = ("--only", "healthy")
OWN_KEYS = {"COMETAPI_KEY": "sk-person-own-key-1", "OPENAI_API_KEY": "sk-person-own-key-2"}

MEASURED = """
import resource, sys
from cometplay.__main__ import main
sys.argv[1:] = {arguments!r}
status = main()
sys.stderr.write(f"peak {{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}}")
sys.exit(status)
"""


class Drilled:
    """One drill of a wild program, its healthy run alone."""

    def __init__(self, name: str, *arguments: str, options: tuple[str, ...] = ()) -> None:
        program = [sys.executable, str(WILD / f"{name}.py"), *arguments]
        told = ["drill", "--json", *HEALTHY_ONLY, *options, "--", *program]
        done = subprocess.run(
            [sys.executable, "-c", MEASURED.format(arguments=told)],
            env=os.environ | OWN_KEYS | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        self.status = done.returncode
        self.peak_mb = int(done.stderr.rpartition("peak ")[2])
        (self.healthy,) = json.loads(done.stdout)["scenarios"]
        self.rules = {entry["rule"] for entry in self.healthy["broken"]}


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_that_hangs_and_ignores_sigterm_is_ended_and_graded():
    drilled = Drilled("hangs", options=("--timeout", "2"))
    assert (drilled.status, drilled.rules, drilled.healthy["exit"]) == (1, {"healthy"}, -9)
    assert "still running" in drilled.healthy["broken"][0]["message"]
    assert drilled.healthy["seconds"] < 10


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere only the session is reached")
def test_children_end_with_their_program_wherever_they_went(tmp_path):
    drilled = Drilled("forks", str(tmp_path / "pids"))
    assert (drilled.status, drilled.rules) == (0, set())
    pids = [int(pid) for pid in (tmp_path / "pids").read_text("utf-8").split()]
    assert len(pids) == 3
    assert [pid for pid in pids if is_alive(pid)] == []


def test_a_flood_is_drained_in_flat_memory_and_searched_to_its_end():
    usual, flooded = Drilled("reads"), Drilled("floods")
    assert (flooded.status, flooded.rules) == (1, {"key.printed"})
    assert flooded.peak_mb < usual.peak_mb + 20


def test_standard_input_is_empty():
    drilled = Drilled("reads")
    assert (drilled.status, drilled.rules) == (0, set())


def test_a_program_that_is_not_there_is_graded(cli):
    said = cli("drill", "--json", "--", "./no-such-program")
    (healthy,) = json.loads(said.out)["scenarios"]
    assert (said.status, healthy["verdict"], healthy["exit"]) == (1, "fail", 127)
    assert "No such file" in healthy["broken"][0]["message"]


def test_the_environment_is_the_persons_but_for_what_is_documented(tmp_path):
    seen = tmp_path / "seen"
    Drilled("shows", str(seen), "{base_url}|{host}|{key}|{other}")
    told = json.loads(seen.read_text("utf-8"))
    base_url, key = told["env"]["COMETAPI_BASE_URL"], told["env"]["COMETAPI_KEY"]
    documented = {
        "COMETAPI_BASE_URL": base_url,
        "OPENAI_BASE_URL": base_url,
        "COMETAPI_KEY": key,
        "OPENAI_API_KEY": key,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    assert told["env"] == os.environ | OWN_KEYS | {"PYTHONPATH": str(ROOT)} | documented
    assert told["argv"] == [f"{base_url}|{base_url.split('/')[2]}|{key}|{{other}}"]
    assert base_url.startswith("http://127.0.0.1:")
    assert "/s/" not in base_url
    assert key.startswith("sk-cometplay-drill-")
    assert told["cwd"] == str(Path.cwd())
