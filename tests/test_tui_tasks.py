"""Protects what a person does with tasks: chooses one, leaves it, takes it up, forgets it, keeps its file."""

from pathlib import Path

import pytest
from playing import RawServer, http
from test_history import SENT
from test_tui_images import choose, offered
from test_tui_videos import text_of
from textual.drivers.headless_driver import HeadlessDriver
from tui_playing import Playing, act

from cometplay.core.drafts import Kind
from cometplay.session.store import Transient

pytestmark = pytest.mark.slow  # a program of its own for each


def creates(here: Playing) -> int:
    return sum(request.method == "POST" for request in here.lab.requests)


async def made(here: Playing, *models: str) -> None:
    """A task for each model, the newest last."""
    await here.open(Kind.VIDEO)
    for model in models:
        await choose(here, model)
        await here.send()


def test_a_task_is_asked_after_at_once_left_taken_up_again_and_forgotten(tmp_path):
    async def handle(here: Playing) -> None:
        await made(here, "veo3-fast")
        arrived = len(here.lab.requests)
        await here.press("alt+n")
        await here.until(lambda: len(here.lab.requests) > arrived)
        await here.press("alt+k")
        await here.until(lambda: not here.sheet.task.watched)
        assert "1 task, 1 not watched" in here.see("#tasks-told")
        await here.press("alt+a")
        await here.until(lambda: here.sheet.task.watched)
        assert creates(here) == 1
        await here.until(lambda: here.widget("#deed-stop_watching").region.width)
        await here.pause()
        await here.click("#deed-stop_watching")
        await here.until(lambda: not here.sheet.task.watched)
        await here.press("alt+x")
        assert here.sheet.task.task.id in here.text
        await here.press("escape")
        assert len(here.sheet.tasks) == 1
        await here.press("alt+x", "enter")
        await here.until(lambda: not here.sheet.tasks)
        assert creates(here) == 1

    act(handle, tmp_path, size=(140, 40), holds=True)


def test_the_life_and_the_panel_are_those_of_the_task_that_is_chosen(tmp_path):
    async def look(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        here.set_scene("video.failed-policy")
        await here.send()
        await here.go_on()
        here.time.holds = True
        here.set_scene("")
        await made(here, "veo3-fast")
        newest, oldest = (view.task.key for view in here.sheet.tasks)
        assert here.sheet.chosen == newest
        assert "video.failed-policy" not in text_of(here, "#told")
        await here.press("alt+j", "down")
        await here.until(lambda: "video.failed-policy" in text_of(here, "#told"))
        assert here.sheet.chosen == oldest
        assert "failed" in text_of(here, "#lines")
        await here.click("#tasks", (3, 0))
        await here.until(lambda: here.sheet.chosen == newest)
        await here.until(lambda: "video.failed-policy" not in text_of(here, "#told"))

    act(look, tmp_path, size=(140, 40))


def test_the_composer_speaks_the_words_of_the_model(tmp_path):
    async def compose(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await choose(here, "sora-2")
        assert "seconds" in offered(here)
        await here.write("seconds", "8")
        await here.write("size", "1280x720")
        (tmp_path / "first.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
        here.widget("#input_reference").focus()
        await here.pause()
        await here.write("input_reference", str(tmp_path / "first.png"))
        here.widget("#prompt").focus()
        await here.until(lambda: here.sheet.draft.attachments)
        await here.send()
        body = here.run.transcript.events[0].request.body
        assert ("seconds", "8") in body.fields
        assert ("size", "1280x720") in body.fields
        assert [file.field for file in body.files] == ["input_reference"]
        await choose(here, "kling-v2-master")
        assert {"seconds", "mode"} <= offered(here)
        assert "Ratio" in here.see("#form")
        await choose(here, "doubao-seedance-1-0-pro")
        await here.until(lambda: "usually 1 to 3 min" in here.see("#composer"))

    act(compose, tmp_path, size=(140, 50), holds=True)


def test_the_file_is_opened_copied_and_its_path_and_the_tasks_id_handed_over(tmp_path, monkeypatch):
    copied: list[str] = []
    opened: list[Path] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    monkeypatch.setattr("cometplay.tui.opening.open_file", opened.append)

    async def keep(here: Playing) -> None:
        await made(here, "veo3-fast")
        path = Path(here.sheet.files[0])
        await here.press("alt+w")
        await here.until(lambda: "Opened" in here.said)
        await here.press("alt+h")
        await here.until(lambda: copied == [str(path)])
        await here.press("alt+i")
        await here.until(lambda: copied == [str(path), here.sheet.task.task.id])
        assert opened == [path]
        here.play._save(path, str(tmp_path / "elsewhere.mp4"))  # noqa: SLF001  chosen from a list of its own test
        await here.until(lambda: (tmp_path / "elsewhere.mp4").exists() and "Saved" in here.said)

    act(keep, tmp_path, size=(140, 40))
    assert (tmp_path / "elsewhere.mp4").read_bytes() == opened[0].read_bytes()


@pytest.mark.parametrize("bell", [True, False], ids=["on", "off"])
def test_who_is_in_another_tab_is_told_of_the_end_with_a_bell_that_can_be_turned_off(
    bell, tmp_path, monkeypatch
):
    written: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: written.append(data))
    monkeypatch.delenv("TERM", raising=False)
    monkeypatch.delenv("TERM_PROGRAM", raising=False)

    async def wait(here: Playing) -> None:
        await made(here, "veo3-fast")
        if not bell:
            await here.press("alt+u")
            await here.until(lambda: here.app.screen.query("#wanted"))
            await here.press(*"bell", "enter")
            await here.until(lambda: ": off" in here.said)
        await here.press("f2")
        here.time.holds = False
        here.time.let_go()
        await here.until(lambda: "succeeded; F4 shows it" in here.said)
        assert ("\a" in written) == bell

    act(wait, tmp_path, size=(140, 40), holds=True)


def test_a_job_whose_answer_nobody_read_stands_in_the_list_in_doubt(tmp_path):
    store = Transient()
    store.keep(SENT, 0)
    store.release(SENT.key)

    async def look(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await here.until(lambda: here.app.screen.query("#tasks"))
        await here.press("alt+j")
        assert "? in doubt" in here.see("#tasks")
        await here.until(lambda: "may be billed" in " ".join(here.see("#body").split()))

    act(look, tmp_path, size=(140, 40), history=lambda _: store, recalls=lambda: True)


def test_an_edit_is_sent_with_every_picture_and_its_mask(tmp_path):
    for name in ("a", "b", "mask"):
        (tmp_path / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + name.encode())
    with RawServer(lambda _: http(400, "{}")) as server:

        async def edit(here: Playing) -> None:
            await here.open(Kind.IMAGE)
            await here.press("alt+o")
            for field, names in (("image", ("a", "b")), ("mask", ("mask",))):
                here.widget(f"#{field}").focus()
                await here.pause()
                await here.write(field, " ".join(str(tmp_path / f"{name}.png") for name in names))
                here.widget("#prompt").focus()
                await here.until(lambda field=field: field in {a.field for a in here.sheet.draft.attachments})
            await here.send()
            files = here.run.transcript.sent.body.files
            assert [(file.field.removesuffix("[]"), file.data[8:]) for file in files] == [
                ("image", b"a"),
                ("image", b"b"),
                ("mask", b"mask"),
            ]

        act(edit, tmp_path, live=server.connection(), size=(140, 50))
