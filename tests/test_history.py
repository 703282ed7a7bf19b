"""Protects what is kept on the disk: it comes back whole, is private, held by one, and never overwritten."""

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from playing import EPOCH

from cometplay.core.drafts import Kind
from cometplay.core.routes import Route
from cometplay.core.states import TaskState
from cometplay.core.tasks import Held, KnownTask, NotKeptError, PastRun, Stage
from cometplay.history import owner
from cometplay.history.history import LONGEST_CLAIM_S, History

SENT = KnownTask(
    key="k1",
    kind=Kind.VIDEO,
    route=Route.KLING_IMAGE,
    model="kling-v1",
    prompt="Waves, 'quoted' — 海",
    base_url="https://api.example/v1",
    created_at=EPOCH,
)
MADE = replace(SENT, stage=Stage.MADE, id="t1", poll_path="/kling/v1/videos/image2video/t1")
LOOKED = replace(
    MADE, state=TaskState.RUNNING, word="processing", progress="40", looked_at=EPOCH + 5, files=("/a.mp4",)
)
RUN = PastRun(at=EPOCH, kind=Kind.TEXT, model="gpt-5.4-mini", prompt="Hi", target="lab", status=200)


class Wall:
    def __init__(self) -> None:
        self.now = EPOCH

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def open_history(tmp_path, wall):
    """Opens one more history on the same folder; all are closed at the end."""
    opened = []

    def opener(tell=pytest.fail):
        opened.append(History(tmp_path / "data", wall=wall, tell=tell))
        return opened[-1]

    yield opener
    for history in opened:
        history.close()


@pytest.mark.parametrize("task", [SENT, MADE, LOOKED, replace(LOOKED, stage=Stage.OVER)])
def test_a_task_comes_back_as_it_was_kept(open_history, task):
    assert open_history().keep(task, 60)
    (found,) = open_history().tasks()
    assert found == replace(task, held=Held.ELSEWHERE)


def test_what_no_disk_takes_as_text_stops_nothing(open_history):
    history = open_history()
    assert history.keep(replace(LOOKED, word="half \ud83d", id="t\udcff", progress="\0"), 60)
    history.add_run(replace(RUN, prompt="\ud800"))
    assert history.tasks()[0].word == "half ?"
    assert history.runs(1)[0].prompt == "?"


def test_what_is_kept_is_the_persons_alone(open_history, tmp_path):
    open_history().keep(SENT, 60)
    names = {path.name for path in (tmp_path / "data").iterdir()}
    modes = {stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) for name in names}
    assert "history.db" in names
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_one_holds_a_task_and_another_gets_it_when_it_lets_go(open_history):
    one, two = open_history(), open_history()
    one.keep(MADE, 60)
    assert not two.claim("k1", 60)
    assert not two.keep(LOOKED, 60)
    assert not two.forget("k1")
    two.release("k1")
    assert one.claim("k1", 60)
    one.release("k1")
    assert two.claim("k1", 60)
    assert not one.claim("k1", 60)
    assert [task.held for task in one.tasks()] == [Held.ELSEWHERE]
    assert [task.held for task in two.tasks()] == [Held.HERE]


def test_closing_lets_go_of_everything(open_history, tmp_path, wall):
    with History(tmp_path / "data", wall=wall) as one:
        one.keep(MADE, 60)
    assert open_history().claim("k1", 60)


@pytest.mark.parametrize(
    ("moved", "taken"), [(0, False), (59, False), (60, True), (9999, True), (-LONGEST_CLAIM_S, True)]
)
def test_a_claim_that_was_not_renewed_in_time_ends_and_so_does_one_from_before_the_clock_was_set_back(
    open_history, wall, moved, taken
):
    one, two = open_history(), open_history()
    one.keep(MADE, 60)
    wall.now += moved
    assert two.claim("k1", 60) is taken
    assert one.claim("k1", 60) is not taken


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process began")
def test_the_claim_of_a_dead_process_is_taken_over_at_once(open_history, monkeypatch):
    dead = replace(owner.myself(), started="1")
    with monkeypatch.context() as patch:
        patch.setattr("cometplay.history.history.myself", lambda: dead)
        open_history().keep(MADE, 600)
    assert open_history().claim("k1", 60)


def test_the_claim_of_another_machine_lasts_as_long_as_it_says(open_history, monkeypatch, wall):
    far = replace(owner.myself(), place="far-away", started="1")
    with monkeypatch.context() as patch:
        patch.setattr("cometplay.history.history.myself", lambda: far)
        open_history().keep(MADE, 600)
    two = open_history()
    assert not two.claim("k1", 60)
    wall.now += 601
    assert two.claim("k1", 60)


def test_what_is_over_or_not_made_or_unknown_is_not_watched(open_history):
    history = open_history()
    history.keep(SENT, 60)
    assert not history.claim("k1", 60)
    history.keep(replace(LOOKED, stage=Stage.OVER), 60)
    assert not history.claim("k1", 60)
    assert not history.claim("another", 60)


def test_what_one_finished_another_does_not_open_again(open_history):
    one, two = open_history(), open_history()
    one.keep(replace(LOOKED, stage=Stage.OVER), 60)
    one.release("k1")
    assert not two.keep(MADE, 60)
    assert one.tasks()[0].stage is Stage.OVER


def test_a_task_without_an_answer_is_told_from_one_that_is_being_sent(open_history):
    one, two = open_history(), open_history()
    one.keep(SENT, 60)
    assert [task.unanswered for task in two.tasks()] == [False]
    one.release("k1")
    assert [task.unanswered for task in two.tasks()] == [True]


def test_forgetting_drops_a_task(open_history):
    history = open_history()
    history.keep(MADE, 60)
    assert history.forget("k1")
    assert history.tasks() == ()


def test_the_newest_that_are_over_stay_listed_and_all_that_are_open(open_history, monkeypatch):
    monkeypatch.setattr("cometplay.history.history.KEPT_OVER", 3)
    history = open_history()
    history.keep(MADE, 60)
    for number in range(5):
        over = replace(SENT, key=f"o{number}", stage=Stage.OVER, created_at=EPOCH + number)
        history.keep(over, 0)
    keys = [task.key for task in open_history().tasks()]
    assert keys == [*(f"o{number}" for number in range(4, 1, -1)), "k1"]


def test_runs_are_listed_newest_first_a_page_at_a_time(open_history):
    history = open_history()
    for number in range(10):
        kind = Kind.VIDEO if number % 2 else Kind.TEXT
        history.add_run(replace(RUN, prompt=str(number), kind=kind, at=EPOCH - number))
    assert [run.prompt for run in history.runs(3)] == ["9", "8", "7"]
    assert [run.prompt for run in history.runs(3, skipped=3)] == ["6", "5", "4"]
    assert [run.prompt for run in history.runs(3, kind=Kind.TEXT)] == ["8", "6", "4"]
    assert open_history().runs(99)[-1] == replace(RUN, prompt="0")


def garbage(path):
    path.write_bytes(b"this is no database at all, " * 200)


def newer(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE tasks (key TEXT)")
        db.execute("PRAGMA user_version = 99")
    db.close()


def foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (name TEXT)")
    db.close()


def changed(path):
    History(path.parent).close()
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE runs")
    db.close()


def unreadable(path):
    with History(path.parent) as history:
        history.keep(MADE, 60)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE tasks SET stage = 'dreamt'")
    db.close()


def cut(path):
    with History(path.parent) as history:
        history.keep(replace(MADE, prompt="x" * 150_000), 60)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (garbage, "broken"),
        (newer, "newer CometPlay"),
        (foreign, "no history of CometPlay"),
        (changed, "broken"),
        (unreadable, "broken"),
        (cut, "broken"),
    ],
)
def test_a_database_that_cannot_be_used_is_set_aside_whole_with_a_word(open_history, tmp_path, spoil, why):
    folder = tmp_path / "data"
    folder.mkdir()
    spoil(folder / "history.db")
    before = (folder / "history.db").read_bytes()
    told = []
    history = open_history(told.append)
    assert history.keep(MADE, 60)
    (aside,) = folder.glob("history-*.db")
    assert aside.read_bytes()[100:] == before[100:]  # the head says how its journal is kept
    assert len(told) == 1
    assert why in told[0]
    assert str(aside) in told[0]
    assert open_history().tasks() == (replace(MADE, held=Held.ELSEWHERE),)


def test_two_that_are_set_aside_in_one_second_have_two_names(tmp_path, wall):
    told = []
    (tmp_path / "data").mkdir()
    for _ in range(2):
        garbage(tmp_path / "data" / "history.db")
        with History(tmp_path / "data", wall=wall, tell=told.append):
            pass
    assert len(set(told)) == 2
    assert len([*(tmp_path / "data").glob("history-*.db")]) == 2


def test_what_is_only_busy_is_not_set_aside(tmp_path, open_history, monkeypatch):
    monkeypatch.setattr("cometplay.history.schema.BUSY_S", 0)
    history = open_history()
    other = sqlite3.connect(tmp_path / "data" / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotKeptError, match="locked"):
        history.keep(MADE, 60)
    with pytest.raises(NotKeptError, match="locked"):
        History(tmp_path / "data")
    other.close()
    assert history.keep(MADE, 60)
    assert [*(tmp_path / "data").glob("history-*")] == []


def test_a_folder_that_is_none_is_told(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(NotKeptError, match="data"):
        History(tmp_path / "data")
