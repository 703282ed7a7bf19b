"""Protects what `send` keeps for the next start: tasks, creates without an answer, runs; and only those."""

import json
import time
from pathlib import Path

import platformdirs
import pytest

from cometplay.core.drafts import Kind
from cometplay.core.routes import Route
from cometplay.core.tasks import KnownTask, Stage
from cometplay.history import History
from cometplay.history.history import folder_of_person

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SOON = ("--poll-every", "0.02")
PROMPT = "A very particular kite"


def folder() -> Path:
    return folder_of_person()


@pytest.fixture
def target(lab_aside):
    return ["--target", lab_aside.base_url()]


def left(cli, *options) -> str:
    """The id of a task that was made and left."""
    said = cli("send", "video", *options, "--prompt", PROMPT, "--detach")
    assert said.status == 6
    return said.out.strip()


def task(lab, **known) -> KnownTask:
    usual = {
        "key": "k1",
        "kind": Kind.VIDEO,
        "route": Route.VIDEOS,
        "model": "veo3-fast",
        "prompt": PROMPT,
        "base_url": lab.base_url(),
        "created_at": time.time(),
    }
    return KnownTask(**(usual | known))


def test_the_folder_is_the_persons_data_folder(tmp_path):
    assert folder() == platformdirs.user_data_path("cometplay", appauthor=False)
    assert tmp_path in folder().parents


def test_a_task_is_found_by_its_id_alone(cli, lab_aside, target, a_clean_place, tmp_path):
    (a_clean_place / "a.png").write_bytes(PNG)
    task_id = left(cli, *target, "--model", "kling-v1", "--param", "image=@a.png")
    said = cli("send", "video", "--resume", task_id, *SOON, "--out", tmp_path / "made", "--json")
    found = json.loads(said.out)
    assert (said.status, found["id"], found["task"]["id"]) == (0, "video.ok", task_id)
    assert found["task"]["route"] == "/kling/v1/videos/image2video"
    assert len(found["files"]) == 1
    assert sum(request.method == "POST" for request in lab_aside.requests) == 1
    with History() as history:
        (kept,) = history.tasks()
    assert (kept.stage, kept.prompt, list(kept.files)) == (Stage.OVER, PROMPT, found["files"])


def test_a_task_that_is_over_is_looked_at_again(cli, target, tmp_path):
    task_id = left(cli, *target)
    for _ in range(2):
        said = cli("send", "video", "--resume", task_id, *SOON, "--out", tmp_path / "made")
        assert said.status == 0
    assert len([*(tmp_path / "made").iterdir()]) == 2


def test_a_task_that_another_program_watches_is_left_to_it(cli, lab_aside, target):
    task_id = left(cli, *target)
    with History() as other:
        (kept,) = other.tasks()
        assert other.claim(kept.key, 60)
        before = len(lab_aside.requests)
        said = cli("send", "video", "--resume", task_id)
    assert said.status == 2
    assert "another cometplay" in said.err
    assert len(lab_aside.requests) == before


def test_a_task_of_another_kind_says_how_to_resume_it(cli, target):
    task_id = left(cli, *target)
    said = cli("send", "image", "--resume", task_id)
    assert said.status == 2
    assert "send video --resume" in said.err


def test_a_task_that_is_not_known_is_watched_and_then_kept(cli, target, tmp_path):
    task_id = left(cli, *target)
    with History() as history:
        history.forget(history.tasks()[0].key)
    said = cli("send", "video", *target, "--resume", task_id, *SOON, "--out", tmp_path / "made")
    assert said.status == 0
    with History() as history:
        (kept,) = history.tasks()
    assert (kept.id, kept.stage, kept.prompt) == (task_id, Stage.OVER, "")


def test_a_create_that_nobody_read_the_answer_of_is_told_once_and_not_sent_again(cli, lab_aside, target):
    with History() as history:
        history.keep(task(lab_aside), 60)
    said = [cli("send", "video", *target, "--detach") for _ in range(2)]
    assert PROMPT in said[0].err
    assert "answer is unknown" in said[0].err
    assert "billed" in said[0].err.partition(PROMPT)[2].partition("\n")[0]
    assert PROMPT not in said[1].err
    assert len(lab_aside.requests) == 2
    with History() as history:
        assert [kept.stage for kept in history.tasks() if kept.key == "k1"] == [Stage.LOST]


def test_tasks_that_were_left_today_are_told(cli, lab_aside, target):
    first = left(cli, *target)
    with History() as history:
        old = task(lab_aside, stage=Stage.MADE, id="old", created_at=time.time() - 2 * 86400)
        history.keep(old, 60)
    second = cli("send", "video", *target, "--detach")
    assert f"An earlier task is watched again with: cometplay send video --resume {first}" in second.err
    third = cli("send", "video", *target, "--detach")
    assert "2 earlier tasks go on unwatched; the newest is watched again with: " in third.err
    assert second.out.strip() in third.err


def test_runs_are_kept(cli, target):
    cli("send", "text", *target, "--prompt", "Hi sk-0123456789abcdef")
    cli("send", "text", *target, "--model", "gpt-0")
    with History() as history:
        second, first = history.runs(9)
    assert (first.kind, first.verdict, first.status, first.model) == (
        Kind.TEXT,
        "text.ok",
        200,
        "gpt-5.4-mini",
    )
    assert first.prompt.startswith("Hi sk-")
    assert "0123456789abcdef" not in first.prompt
    assert first.request_id
    assert (second.model, second.target) == ("gpt-0", target[1])


@pytest.mark.usefixtures("swift")
@pytest.mark.parametrize(
    "options",
    [["text"], ["video", "--target", "lab", "--detach"], ["video", "--scenario", "video.failed"]],
    ids=["no key", "the lab", "a scenario"],
)
def test_what_is_played_in_the_lab_inside_is_not_kept(cli, options):
    cli("send", *options)
    assert not folder().exists()


def test_a_history_that_cannot_be_opened_is_told_and_stops_nothing(cli, target):
    folder().parent.mkdir(parents=True)
    folder().write_text("in the way")
    said = cli("send", "video", *target, "--detach")
    assert said.status == 6
    assert said.out.strip()
    assert said.err.splitlines()[0].startswith("cometplay: nothing is kept of this run: ")


def test_a_broken_history_is_set_aside_with_a_word(cli, target):
    folder().mkdir(parents=True)
    (folder() / "history.db").write_bytes(b"no database " * 1000)
    said = cli("send", "video", *target, "--detach")
    assert said.status == 6
    assert "cometplay: the history was broken: it is kept as " in said.err
    assert len([*folder().glob("history-*.db")]) == 1
    with History() as history:
        assert [kept.stage for kept in history.tasks()] == [Stage.MADE]
