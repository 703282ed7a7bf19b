"""Protects the video tab: every way that a video can go, in the list, in its life, in the panel."""

import asyncio
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playing import RawServer, http
from textual.widgets import Static
from tui_playing import Playing, act, playing, squeezed

from cometplay.core.drafts import Kind
from cometplay.core.findings import ModeClass
from cometplay.core.states import state_of
from cometplay.failures.catalogue import CATALOGUE, get
from cometplay.tui.answers import answers
from cometplay.tui.standing import Standing, standing
from cometplay.tui.tasklines import line

pytestmark = pytest.mark.slow  # every mode of a video, and tasks that are watched to their end

MODES = [mode.id for mode in CATALOGUE if mode.id.startswith("video.")]
STANDS = {
    "video.failed-policy": Standing.FAILED,
    "video.failed": Standing.FAILED,
    "video.failed-no-detail": Standing.FAILED,
    "video.expired": Standing.EXPIRED,
    "video.cancelled": Standing.CANCELLED,
    "video.stuck-queued": Standing.QUEUED,
    "video.unknown-status": Standing.UNKNOWN,
    "video.no-url": Standing.NO_FILE,
    "video.url-expired": Standing.NO_FILE,
    "video.succeed-spelling": Standing.SUCCEEDED,
    "video.task-not-exist": Standing.MADE,
    "video.task-not-found": Standing.LOST,
    "video.poll-timeout": Standing.LEFT,
    "video.ok": Standing.SUCCEEDED,
    "video.in-progress": Standing.MADE,
}
"""What the line of a task says when its failure is there."""


def text_of(here: Playing, selector: str) -> str:
    """All that a widget shows, what has to be scrolled to included."""
    widget = here.widget(selector)
    assert isinstance(widget, Static)
    return str(widget.visual)


@dataclass
class Seen:
    """What the tab told of a task when its verdict was there."""

    listed: str
    stands: Standing
    life: str
    panel: str
    words: tuple[str, ...]
    mended: bool


def _told(here: Playing, mode_id: str) -> bool:
    ids = [finding.mode for finding in (*here.run.findings, *here.run.notes)]
    return mode_id in (ids if get(mode_id).cls is ModeClass.NOTE else ids[:1])


async def _play(here: Playing, mode_id: str) -> Seen:
    before = here.sheet.chosen
    here.set_scene(mode_id)
    here.play.action_send()
    await here.until(lambda: here.sheet.chosen != before and here.sheet.run)
    await here.until(lambda: not here.sheet.busy or here.time.paused)
    while here.sheet.busy and not _told(here, mode_id):
        here.time.let_go()
        await here.until(lambda: not here.sheet.busy or here.time.paused)
    await here.until(lambda: mode_id in text_of(here, "#told"))
    view = here.sheet.task
    looks = [answer.event.body for answer in answers(here.run)]
    assert looks, "every answer can be looked at"
    seen = Seen(
        listed=line(view, here.time.wall(), 120, chosen=True).plain,
        stands=standing(view),
        life=text_of(here, "#lines"),
        panel=text_of(here, "#told"),
        words=tuple(
            event.task.word for event in here.run.transcript.events if type(event).__name__ == "Polled"
        ),
        mended=here.sheet.fix is not None,
    )
    if here.sheet.busy:
        here.play.action_cancel()
        await here.until(lambda: not here.sheet.busy)
    return seen


async def _all() -> dict[str, Seen | AssertionError]:
    found: dict[str, Seen | AssertionError] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with playing(Path(folder), holds=True, size=(140, 40)) as here:
            await here.play.run_action("video")
            for mode_id in MODES:
                try:
                    found[mode_id] = await _play(here, mode_id)
                except AssertionError as error:
                    found[mode_id] = error
            assert len(here.sheet.tasks) == len(MODES)
    return found


@cache
def _gallery() -> dict[str, Seen | AssertionError]:
    return asyncio.run(_all())


def seen(mode_id: str) -> Seen:
    found = _gallery()[mode_id]
    if isinstance(found, AssertionError):
        raise found
    return found


def test_every_mode_of_a_video_has_a_place_in_the_list():
    assert set(STANDS) == set(MODES)


@pytest.mark.parametrize("mode_id", MODES)
def test_the_list_says_how_it_stands_by_sign_and_word(mode_id):
    assert seen(mode_id).stands is STANDS[mode_id]
    assert f"{STANDS[mode_id].sign} {STANDS[mode_id].word}" in seen(mode_id).listed
    assert get(mode_id).reproduce.draft(Kind.VIDEO).model in seen(mode_id).listed


@pytest.mark.parametrize("mode_id", MODES)
def test_its_life_tells_every_word_as_it_came_and_what_that_means(mode_id):
    told = seen(mode_id)
    assert "POST " in told.life
    assert "created " in told.life
    for word in told.words:
        state = state_of(word).value
        assert (word if word == state else f"{word} ({state})") in told.life


@pytest.mark.parametrize("mode_id", MODES)
def test_the_panel_follows_and_advises_and_offers_no_fix_that_is_none(mode_id):
    mode = get(mode_id)
    assert mode.title in seen(mode_id).panel
    told = mode.fixes[:1] if mode.cls is ModeClass.NOTE else mode.fixes
    assert all(step in seen(mode_id).panel for step in told)
    assert seen(mode_id).mended == (mode.repair is not None)


def test_a_failure_without_a_reason_is_asked_about_and_the_answer_can_be_read(tmp_path):
    async def look(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        here.set_scene("video.failed-no-detail")
        await here.send()
        await here.go_on()
        assert "asks why it failed: GET " in text_of(here, "#lines")
        await here.press("alt+z")
        await here.until(lambda: here.app.screen.query("#wanted"))
        assert "probe" in here.see("#found")
        await here.press("down", "enter")
        await here.until(lambda: "[Raw]" in here.see("#views"))
        assert "Task is not completed yet" in here.see("#view")
        assert " probe " in here.see("#figures")

    act(look, tmp_path, size=(140, 40))


def test_every_polls_answer_stays_and_a_newer_one_does_not_push_it_away(tmp_path):
    async def look(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await here.send()
        await here.poll(3)
        await here.press("alt+z")
        await here.until(lambda: here.app.screen.query("#wanted"))
        await here.press(*"create", "enter")
        await here.until(lambda: here.sheet.looked_at == 0)
        await here.pause()
        assert '"progress":0' in squeezed(here.see("#view"))
        await here.poll(2)
        assert '"progress":0' in squeezed(here.see("#view"))
        assert "1 of 6, create" in here.see("#figures")

    act(look, tmp_path, size=(140, 40), holds=True)


def test_a_long_queue_offers_a_second_job_knowingly(tmp_path):
    async def wait(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        here.set_scene("video.stuck-queued")
        await here.send()
        while "Queued for long" not in text_of(here, "#lines"):
            assert here.sheet.busy
            here.time.let_go()
            await here.settle(0)
        await here.press("alt+y")
        await here.until(lambda: here.app.screen.query("#wanted"))
        assert "both are billed" in here.text
        await here.press(*"sora-2", "enter")
        assert "A second job" in here.text
        await here.press("escape")
        assert len(here.sheet.tasks) == 1
        await here.press("alt+y")
        await here.until(lambda: here.app.screen.query("#wanted"))
        await here.press(*"sora-2", "enter", "enter")
        await here.until(lambda: len(here.sheet.tasks) == 2)
        assert [view.task.model for view in here.sheet.tasks] == ["sora-2", "veo3-fast"]
        assert all(view.watched for view in here.sheet.tasks)

    act(wait, tmp_path, size=(140, 40), holds=True)


def test_the_result_tells_the_file_its_length_its_picture_and_the_life_of_its_link(tmp_path):
    async def make(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await here.send()
        await here.go_on()
        await here.until(lambda: here.sheet.reel and "s long" in text_of(here, "Made"))
        told = " ".join(text_of(here, "Made").split())
        assert here.sheet.files[0] in told
        assert "1.8 kB, 1.5 s long" in told
        assert "how long its link lives is not told" in told
        assert here.sheet.pictures == (here.sheet.reel.poster,)
        assert here.sheet.reel.poster.endswith(".webp")
        thumbnails = [request for request in here.lab.requests if "content" in request.path]
        assert len(thumbnails) == 1

    act(make, tmp_path, size=(140, 40))


def test_a_job_that_is_billed_is_asked_about_until_that_is_turned_off(tmp_path):
    with RawServer(lambda _: http(200, {"id": "task_77", "status": "queued"})) as server:

        async def ask(here: Playing) -> None:
            await here.open(Kind.VIDEO)
            await here.press("ctrl+s")
            assert "is billed" in here.text
            await here.press("escape")
            assert not here.sheet.tasks
            await here.press("alt+u")
            await here.until(lambda: here.app.screen.query("#wanted"))
            await here.press("enter")
            await here.send()
            assert len(here.sheet.tasks) == 1

        act(ask, tmp_path, live=server.connection(), holds=True)
        assert sum(request.startswith(b"POST") for request in server.requests) <= 1


def test_the_list_is_searched_by_typing_and_escape_ends_the_search(tmp_path):
    async def search(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await here.send()
        await here.press("alt+j", *"nowhere")
        assert "0 of 1 with “nowhere”" in here.see("#tasks-told")
        await here.press("escape")
        await here.until(lambda: "1 task" in here.see("#tasks-told"))
        assert here.sheet.task.watched, "that escape was the search's"
        await here.press(*"veo")
        assert "1 of 1 with “veo”" in here.see("#tasks-told")

    act(search, tmp_path, size=(140, 40), holds=True)


def test_who_goes_to_the_list_has_one_chosen(tmp_path):
    async def go(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await here.send()
        here.play._runner.board.choose("")  # noqa: SLF001  as after a start
        await here.press("alt+j")
        assert here.sheet.task is not None

    act(go, tmp_path, size=(80, 24), holds=True)
