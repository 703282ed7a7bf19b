"""Protects `explain --jsonl` between pipes: answers in time, and an end without a traceback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playing import PATIENCE_S
from test_explain_lines import line

import cometplay

ROOT = Path(cometplay.__file__).parents[1]
pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "cometplay", "explain", "--jsonl", "-"]


@pytest.fixture
def running():
    """The command as a process of its own, fed through a pipe."""
    begun = []

    def start(**more):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        begun.append(subprocess.Popen(COMMAND, cwd=ROOT, **(pipes | more)))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def test_an_answer_comes_before_the_next_line_is_there(running):
    process = running()
    for case in (1, 2):
        process.stdin.write(line(case=case))
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["case"] == case
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_ctrl_c_ends_it_without_a_traceback(running):
    process = running()
    process.stdin.write(line(case=1))
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_a_closed_pipe_is_a_clean_end(running):
    read_end, write_end = os.pipe()
    os.close(read_end)
    process = running(stdout=write_end)
    os.close(write_end)
    _, err = process.communicate(line() * 1000, timeout=PATIENCE_S)
    assert process.returncode == 74
    assert err.count(b"\n") == 1
    assert b"Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux only")
def test_a_full_disk_is_told(running):
    with Path("/dev/full").open("wb") as full:
        process = running(stdout=full)
        _, err = process.communicate(line(), timeout=PATIENCE_S)
    assert process.returncode == 74
    assert err.count(b"\n") == 1


def test_json_stays_json_in_an_older_encoding(running):
    process = running(env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    out, _ = process.communicate(line(case="春 é 🎈\ud800"), timeout=PATIENCE_S)
    assert json.loads(out)["case"] == "春 é 🎈\ud800"
