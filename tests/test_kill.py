"""Protects a person's money: killed at any moment, no task is lost, and none is made twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playing import PATIENCE_S, served

from cometplay.core.findings import Break, Breakage, Rule, Script
from cometplay.core.states import TaskState
from cometplay.core.tasks import KnownTask, Stage
from cometplay.core.wire import Phase
from cometplay.history import History

pytestmark = pytest.mark.slow  # programs that are killed

PROGRAM = Path(__file__).with_name("five_tasks.py")
ROOT = PROGRAM.parent.parent
EVENTS = 90
"""About as many as a whole run of five tasks has."""


def program(folder: Path, base_url: str, what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, PROGRAM, folder, base_url, what],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def killed_after(running: subprocess.Popen[str], lines: int) -> None:
    """Kills a program after so many lines; one that is over before that has nothing to be killed of."""
    with running:
        for _, _line in zip(range(lines), running.stdout, strict=False):
            pass
        running.send_signal(signal.SIGKILL)


def finished(running: subprocess.Popen[str]) -> list[str]:
    out, _ = running.communicate(timeout=PATIENCE_S * 6)
    assert running.returncode == 0
    return out.splitlines()


def kept(folder: Path) -> tuple[KnownTask, ...]:
    with History(folder / "data", tell=pytest.fail) as history:
        return history.tasks()


def creates(lab) -> int:
    return sum(request.method == "POST" for request in lab.requests)


def moments() -> list[int]:
    chance = random.Random(8)
    return [chance.randrange(1, EVENTS) for _ in range(20)]


@pytest.mark.parametrize("moment", moments())
def test_killed_at_any_moment_every_task_is_accounted_for(lab_aside, tmp_path, moment):
    killed_after(program(tmp_path, lab_aside.base_url(), "start"), moment)
    left, made = kept(tmp_path), creates(lab_aside)
    known, doubtful = [task for task in left if task.id], [task for task in left if task.unanswered]
    assert len(left) == len(known) + len(doubtful)
    assert len(known) <= made <= len(known) + len(doubtful)
    assert finished(program(tmp_path, lab_aside.base_url(), "go-on"))[-1] == "over"
    after = kept(tmp_path)
    assert creates(lab_aside) == made
    assert {task.key for task in after} == {task.key for task in left}
    for task in after:
        if task.id:
            assert (task.stage, task.state) == (Stage.OVER, TaskState.SUCCEEDED)
            assert all(Path(path).stat().st_size for path in task.files)
            assert task.files
        else:
            assert task.unanswered
    assert len({task.id for task in after if task.id}) == len(known)


def test_killed_between_the_servers_accept_and_our_reading_it_may_be_billed(tmp_path):
    accepted = Script((Rule(Break(Breakage.SILENCE), phase=Phase.CREATE),))
    with served({"silent": accepted}) as lab:
        with program(tmp_path, lab.base_url("silent"), "start") as running:
            until = time.monotonic() + PATIENCE_S
            while creates(lab) < 5 and time.monotonic() < until:
                time.sleep(0.01)
            running.send_signal(signal.SIGKILL)
        assert creates(lab) == 5
        left = kept(tmp_path)
        assert [(task.stage, task.id, task.unanswered) for task in left] == [(Stage.SENT, "", True)] * 5
        assert {task.prompt for task in left} == {f"task {number}" for number in range(5)}
        assert finished(program(tmp_path, lab.base_url("silent"), "go-on")) == ["ready", "over"]
        assert creates(lab) == 5


def test_a_living_program_keeps_its_tasks_and_those_of_a_dead_one_are_taken_over(tmp_path):
    with served(speed=20) as lab:
        with program(tmp_path, lab.base_url(), "start") as first:
            while not first.stdout.readline().endswith("Polled\n"):
                pass
            first.send_signal(signal.SIGSTOP)
            assert finished(program(tmp_path, lab.base_url(), "go-on")) == ["ready", "over"]
            first.send_signal(signal.SIGKILL)
        assert finished(program(tmp_path, lab.base_url(), "go-on"))[-1] == "over"
    assert {task.stage for task in kept(tmp_path) if task.id} == {Stage.OVER}
