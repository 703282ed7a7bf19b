"""Protects the image tab: what it offers, what it sends, what it shows of the pictures that come."""

import base64
import json

import pytest
from playing import RawServer, http
from tui_playing import Playing, act

from cometplay.core.drafts import ImageDraft, Kind
from cometplay.core.wire import FormBody
from cometplay.failures.catalogue import CATALOGUE
from cometplay.lab.pictures import draw
from cometplay.tui.widgets.composer import Composer

pytestmark = pytest.mark.slow

PNG = draw(bytes(range(32)))
BIG = PNG + bytes(60_000)


def made(*pictures: dict[str, str]) -> dict[str, object]:
    return {"created": 1, "data": [*pictures], "usage": {"input_tokens": 13, "output_tokens": 196}}


def in_base64(data: bytes = PNG, **more: str) -> dict[str, str]:
    return {"b64_json": base64.b64encode(data).decode(), **more}


async def choose(here: Playing, model: str) -> None:
    """Types a model, and leaves its field."""
    here.widget("#model").focus()
    await here.pause()
    await here.write("model", model)
    here.widget("#prompt").focus()
    await here.until(lambda: here.sheet.draft.model == model)
    await here.pause()


async def name_file(here: Playing, path: str) -> None:
    """Types the path of a picture, and stays in its field."""
    here.widget("#image").focus()
    await here.pause()
    await here.write("image", path)


def offered(here: Playing) -> set[str]:
    composer = here.widget("#composer")
    assert isinstance(composer, Composer)
    return {slot.name for slot in composer._shown}  # noqa: SLF001  rows that are scrolled away count too


def test_a_model_has_the_fields_that_it_takes_and_what_it_does_not_take_is_dropped_aloud(tmp_path):
    async def change(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        assert {"quality", "n", "output_format"} <= offered(here)
        assert offered(here).isdisjoint({"style", "calls", "max_images"})
        await here.write("quality", "high")
        await here.write("n", "3")
        await choose(here, "dall-e-3")
        assert {"style", "calls"} <= offered(here)
        assert offered(here).isdisjoint({"n", "output_format"})
        assert "Dropped quality: dall-e-3 takes standard or hd" in here.said
        assert "3 pictures: 3 calls, for dall-e-3 makes one a call" in here.said
        assert (here.sheet.draft.quality, here.sheet.draft.calls) == ("", 3)

    act(change, tmp_path, size=(140, 50))


def test_a_model_chosen_from_the_list_is_fitted_too_and_the_extra_fields_are_left_alone(tmp_path):
    async def change(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await here.write("output_format", "webp")
        await here.write("extra", '{"style": "vivid"}')
        await here.press("alt+l")
        await here.until(lambda: here.app.screen.query("#wanted"))
        here.app.screen.query_one("#wanted").value = "qwen-image"
        await here.pause()
        await here.press("enter")
        await here.until(lambda: here.sheet.draft.model == "qwen-image")
        await here.pause()
        assert here.sheet.draft.output_format == ""
        assert here.sheet.draft.extra == '{"style": "vivid"}'
        assert "Dropped output_format: qwen-image takes none" in here.said

    act(change, tmp_path, size=(140, 50))


def test_a_scenarios_deliberate_mistake_is_in_sight_and_goes_out(tmp_path):
    async def send(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await here.pick("image.response-format")
        assert "response_format" in offered(here)
        await here.send()
        assert here.run.verdict.mode == "image.response-format"

    act(send, tmp_path, size=(140, 50))


def test_files_are_read_when_their_field_is_left_told_of_and_sent(tmp_path):
    (tmp_path / "a picture.png").write_bytes(PNG)

    async def send(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await name_file(here, f"'{tmp_path}/a picture.png'")
        here.widget("#prompt").focus()
        await here.until(lambda: here.sheet.draft.attachments)
        await here.pause()
        assert f"picture.png {len(PNG) / 1000:.1f} kB" in squeezed_row(here)
        (tmp_path / "a picture.png").write_bytes(BIG)
        await here.send()
        body = here.run.transcript.sent.body
        assert isinstance(body, FormBody)
        assert [(file.field, file.data) for file in body.files] == [("image", BIG)]
        assert here.lab.requests[-1].path.endswith("/images/edits")

    act(send, tmp_path, size=(160, 50))


def test_a_file_that_is_named_and_left_by_another_tab_is_attached_all_the_same(tmp_path):
    (tmp_path / "a.png").write_bytes(PNG)

    async def leave(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await name_file(here, f"{tmp_path}/a.png")
        await here.press("f4", "f3")
        await here.until(lambda: here.sheet.draft.attachments)
        await here.open(Kind.IMAGE)
        await name_file(here, f"{tmp_path}/none.png")
        await here.press("f2")
        await here.until(lambda: "Not attached" in here.said)

    act(leave, tmp_path, size=(160, 50))


def test_a_folder_that_takes_no_file_is_refused_when_it_is_chosen(tmp_path):
    async def choose(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        before = here.sheet.folder
        for wrong in ("/proc/none", "/dev/null/x"):
            here.play._folder_chosen(wrong)  # noqa: SLF001  typed, it would be a test of the list
            await here.until(lambda wrong=wrong: f"No folder: {wrong}" in here.said)
        assert here.sheet.folder == before

    act(choose, tmp_path, size=(140, 40))


def squeezed_row(here: Playing) -> str:
    return " ".join(here.see("Files").split())


def test_a_file_that_cannot_be_read_is_named_and_keeps_the_send_back(tmp_path):
    async def send(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await name_file(here, str(tmp_path / "none.png"))
        await here.press("ctrl+s")
        await here.until(lambda: "cannot be read" in here.widget("#complaint").visual.plain)
        assert "No such file" in here.widget("#complaint").visual.plain
        assert not here.sheet.runs

    act(send, tmp_path, size=(140, 50))


def test_each_call_has_its_line_and_what_came_before_a_failure_is_kept(tmp_path):
    def answer(_: bytes) -> bytes:
        good = len(server.requests) <= 2
        return http(200, made(in_base64())) if good else http(500, "{}")

    with RawServer(answer) as server:

        async def send(here: Playing) -> None:
            await here.open(Kind.IMAGE)
            await choose(here, "qwen-image")
            await here.write("calls", "3")
            await here.send()
            lines = here.widget("#lines").visual.plain
            assert lines.count("POST ") == 3
            assert lines.count("saved ") == len(here.run.transcript.saved) == 2
            await here.until(lambda: len(here.app.screen.query("Frame")) == 2)

        act(send, tmp_path, live=server.connection(), size=(140, 50))


def test_while_it_waits_the_time_what_is_usual_and_the_way_out_are_told(tmp_path):
    with RawServer(lambda _: None) as server:

        async def wait(here: Playing) -> None:
            await here.open(Kind.IMAGE)
            await here.write("quality", "low")
            await here.press("ctrl+s")
            await here.until(lambda: "usual at low: 17 s" in here.widget("#lines").visual.plain)
            here.time.now += 12
            await here.until(lambda: "12.0 s" in here.widget("#lines").visual.plain)
            line = here.widget("#lines").visual.plain.split("\n")[-1]
            assert "esc cancels" in line
            assert "gives up after 300 s" in line
            await here.press("escape")
            await here.until(lambda: not here.sheet.busy)

        act(wait, tmp_path, live=server.connection(), size=(140, 50))


def test_the_picture_its_facts_and_the_new_words_of_the_prompt_are_shown(tmp_path):
    revised = "A tall lighthouse at dawn, flat colours"
    with RawServer(lambda _: http(200, made(in_base64(revised_prompt=revised)))) as server:

        async def look(here: Playing) -> None:
            await here.open(Kind.IMAGE)
            await here.send()
            await here.until(lambda: "PNG · 96 × 96" in here.text)
            told = here.widget("Made").visual
            assert "13 + 196 tokens" in told.plain
            assert f"Revised prompt  {revised}" in told.plain
            assert str(tmp_path) in told.plain
            marked = {
                told.plain[span.start : span.end] for span in told.spans if "underline" in str(span.style)
            }
            assert {word for text in marked for word in text.split()} == {"tall"}
            await here.press("alt+v")
            await here.until(lambda: "esc closes" in here.text and "PNG · 96 × 96" in here.text)
            await here.press("escape")

        act(look, tmp_path, live=server.connection(), size=(140, 50))


def test_base64_is_told_by_its_length_and_copied_whole(tmp_path, monkeypatch):
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    body = json.dumps(made(in_base64(BIG)))
    with RawServer(lambda _: http(200, body)) as server:

        async def look(here: Playing) -> None:
            await here.open(Kind.IMAGE)
            await here.send()
            await here.show("Raw")
            length = len(base64.b64encode(BIG).decode())
            assert f"… ({length:,} characters of base64)" in here.widget("#text").text
            assert '"output_tokens": 196' in here.widget("#text").text
            await here.press("alt+c")
            await here.until(lambda: copied)

        act(look, tmp_path, live=server.connection(), size=(140, 50))
    assert copied == [body]


def test_the_folder_is_shown_and_can_be_another_one(tmp_path):
    async def change(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        assert str(tmp_path)[:10] in here.see("#folder")
        await here.press("alt+q")
        await here.until(lambda: here.app.screen.query("#wanted"))
        here.app.screen.query_one("#wanted").value = str(tmp_path / "drawn" / "here")
        await here.pause()
        await here.press("enter")
        await here.until(lambda: here.sheet.folder.endswith("here"))
        await here.send()
        assert [path.suffix for path in (tmp_path / "drawn" / "here").iterdir()] == [".png"]

    act(change, tmp_path, size=(140, 50))


def test_the_file_can_be_saved_elsewhere_but_over_nothing(tmp_path):
    (tmp_path / "taken.png").write_bytes(b"mine")

    async def save(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await here.send()
        for name, said in (("copy.png", "Saved "), ("taken.png", "File exists")):
            await here.press("alt+s")
            await here.until(lambda: here.app.screen.query("#wanted"))
            here.app.screen.query_one("#wanted").value = str(tmp_path / name)
            await here.pause()
            await here.press("enter")
            await here.until(lambda said=said: said in here.said)

    act(save, tmp_path, size=(140, 50))
    assert (tmp_path / "copy.png").read_bytes()[:4] == PNG[:4]
    assert (tmp_path / "taken.png").read_bytes() == b"mine"


MENDED = [
    mode
    for mode in CATALOGUE
    if Kind.IMAGE in mode.kinds
    and mode.repair is not None
    and mode.id.startswith(("image.", "preflight."))
    and isinstance(mode.reproduce.draft(Kind.IMAGE), ImageDraft)
]


@pytest.mark.parametrize("mode", MENDED, ids=lambda mode: mode.id)
def test_a_fix_of_the_image_tab_ends_well(mode, tmp_path):
    async def mend(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await here.pick(mode.id)
        await here.send()
        before = len(here.sheet.runs)
        await here.press("f8", "enter")
        await here.settle(before)
        assert here.run.verdict.mode == "image.ok"

    act(mend, tmp_path, size=(140, 50))
