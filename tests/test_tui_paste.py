"""Protects the pasted answer: any tab diagnoses one, nothing of it is lost, and no key in it shows."""

import json

import pytest
from test_tui_keys import keys_of, own_keys
from textual.events import Key, Paste
from textual.widgets import Input, TextArea
from tui_playing import HARMFUL, Playing, act, squeezed

from cometplay.core.drafts import Kind
from cometplay.tui.screens.paste import PasteScreen
from cometplay.tui.screens.play import PlayScreen
from cometplay.tui.widgets.pad import Pad

KEY = "sk-nobody-may-read-this-1234567890"
REFUSED = json.dumps(
    {"error": {"message": "Too many requests (request id: 20261120abc)", "code": "rate_limit_exceeded"}}
)
CURL = (
    "someone@host:~$ curl -i https://api.cometapi.com/v1/chat/completions -d '{}'\r\n"
    "HTTP/2 429 \r\nretry-after: 7\r\nx-cometapi-request-id: id-of-the-head\r\n"
    f"content-type: application/json\r\n\r\n{REFUSED}"
)
LARGE = json.dumps(
    {"error": {"message": "No such model", "code": "model_not_found"}, "more": "QUJD" * 330_000}
)


async def open_pad(here: Playing) -> None:
    await here.press("alt+p")
    await here.until(lambda: here.app.screen.query("#pad"))
    await here.pause()


async def put(here: Playing, text: str) -> None:
    """A paste, as the terminal tells of it."""
    here.app.post_message(Paste(text))
    await here.pause()


async def paste(here: Playing, text: str, status: str = "", steps: int = 0) -> None:
    """An answer pasted and diagnosed; `steps` to the right of the first call."""
    await open_pad(here)
    await put(here, text)
    here.widget("#status").value = status
    if steps:
        here.widget("#phase").focus()
        await here.press(*["right"] * steps)
    await here.press("ctrl+s")


def test_a_body_and_what_curl_printed_are_diagnosed_and_a_send_works_as_before(tmp_path):
    async def go(here: Playing) -> None:
        await here.send()
        assert here.run.verdict.mode == "text.ok"
        sent = here.run
        await paste(here, CURL)
        assert here.app.screen is here.play
        panel = here.see("#diagnosis")
        for shown in ("● HARD", "http.rate-limited", "429", "What came back", "Why", "Do"):
            assert shown in panel
        assert here.run.request_ids[0] == "id-of-the-head"
        assert "id-of-the-head" in panel
        assert "copy request id" in panel
        lines = here.see("#timeline")
        assert "── run 1" in lines
        assert "pasted answer  429" in lines.split("── run 2")[1]
        assert "POST" not in lines.split("── run 2")[1]
        await here.show("Raw")
        assert squeezed(REFUSED[:60]) in squeezed(here.see("#view"))
        assert "HTTP/2" not in here.see("#view")
        await here.show("Headers")
        assert "retry-after: 7" in here.see("#view")
        await here.show("Request")
        assert "Nothing was sent." in here.see("#view")
        assert len(here.lab.requests) == 1
        await here.press("f5")
        await here.settle(2)
        assert "text.ok" in here.see("#diagnosis")
        await here.send()
        assert [run.pasted for run in here.sheet.runs] == [False, True, False, False]
        assert here.sheet.runs[0] == sent

    act(go, tmp_path, size=(140, 50))


TABS = [
    (Kind.TEXT, REFUSED, "", 0, "http.rate-limited"),
    (Kind.TEXT, "upstream said no", "503", 0, "http.service-unavailable"),
    (Kind.IMAGE, REFUSED, "429", 0, "http.rate-limited"),
    (Kind.VIDEO, '{"id": "task_1", "status": "queued"}', "", 1, "video.in-progress"),
    (Kind.VIDEO, "<Error><Code>AccessDenied</Code></Error>", "403", 2, "video.url-expired"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "text", "status", "steps", "mode"), TABS)
def test_every_tab_takes_a_body_with_its_status_and_its_call(kind, text, status, steps, mode, tmp_path):
    async def go(here: Playing) -> None:
        if kind is not Kind.TEXT:
            await here.open(kind)
        await paste(here, text, status, steps)
        assert here.run.verdict.mode == mode
        assert here.run.transcript.kind is kind
        assert mode in here.see("#diagnosis"), "the drawer is open"
        assert here.play.last_word() == "", "no task of this program goes on"
        assert here.lab.requests == ()
        await here.press("escape")
        told = here.run.transcript.last.status or "(no status)"
        assert f"pasted answer  {told}" in here.see("#timeline"), "the drawer is closed"

    act(go, tmp_path, size=(80, 24))


REFUSALS = {
    "nothing": ("", "", "Nothing is pasted yet"),
    "blanks": (" \n\n", "", "Nothing is pasted yet"),
    "nonsense": ("hello world", "", "tells nothing without the status"),
    "binary": ("\x89PNG\r\n\x1a\n\x01\x02\ufffd\ufffd\x1b[31m", "", "tells nothing without the status"),
    "no status": (REFUSED, "42", "A status is a number from 100 to 599"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "status", "told"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_diagnosed_says_so_in_a_line_and_stays(text, status, told, tmp_path):
    async def go(here: Playing) -> None:
        await paste(here, text, status)
        assert told in here.see("#note")
        assert isinstance(here.app.screen, PasteScreen)
        assert not HARMFUL.search(here.text.replace("\n", ""))
        assert here.widget("#pad").whole == text.replace("\r\n", "\n")
        assert here.widget("#status").value == status
        assert here.sheet.runs == ()
        await here.press("escape")
        assert here.app.screen is here.play
        assert here.sheet.runs == ()

    act(go, tmp_path, size=(80, 24))


@pytest.mark.slow
def test_a_status_may_be_all_that_is_known(tmp_path):
    async def go(here: Playing) -> None:
        await open_pad(here)
        here.widget("#status").focus()
        await here.press(*"5x24", "enter")
        assert "pasted answer  524" in here.see("#timeline")
        assert here.run.verdict.mode == "http.origin-timeout"

    act(go, tmp_path)


@pytest.mark.slow
def test_a_large_answer_is_shown_in_part_and_kept_whole(tmp_path, monkeypatch):
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)

    async def go(here: Playing) -> None:
        await open_pad(here)
        await put(here, LARGE)
        pad = here.widget("#pad")
        assert len(pad.text) < 21_000
        assert pad.whole == LARGE
        note = " ".join(here.see("#note").split())
        assert f"{len(LARGE):,} bytes" in note
        assert "the whole is kept" in note
        await here.press("x", "ctrl+s")
        assert here.run.verdict.mode == "http.model-not-found"
        await here.show("Raw")
        assert "A part of" in here.see("#figures")
        await here.press("alt+c")
        await here.until(lambda: copied)

    act(go, tmp_path, size=(140, 40))
    assert copied == [LARGE]


@pytest.mark.slow
def test_what_is_pasted_small_can_be_edited_and_what_is_large_be_cleared(tmp_path):
    async def go(here: Playing) -> None:
        await open_pad(here)
        await put(here, "{}")
        await here.press("left", "x", "backspace")
        await put(here, '"a": 1')
        assert here.widget("#pad").whole == '{"a": 1}'
        await put(here, LARGE)
        assert here.widget("#pad").whole == f'{{"a": 1{LARGE}}}'
        await here.press("backspace")
        assert here.widget("#pad").whole == ""
        await here.press("h", "i")
        assert here.widget("#pad").whole == "hi"
        here.app.copy_to_clipboard(LARGE)
        await here.press("ctrl+v")
        assert here.widget("#pad").whole == f"hi{LARGE}"
        await put(here, "\x1b[31mred")
        assert here.widget("#pad").whole == "\x1b[31mred"
        assert "\\x1b[31mred" in here.see("#pad")

    act(go, tmp_path)


@pytest.mark.slow
def test_a_key_in_the_paste_never_shows(tmp_path):
    told = CURL.replace("Too many requests", f"Bad [red]{KEY}[/] Bearer {KEY}").replace(
        "retry-after: 7", f"x-key: {KEY}\r\nauthorization: {KEY}"
    )

    async def look(here: Playing) -> None:
        await open_pad(here)
        await put(here, told)
        seen = here.text
        await here.press("ctrl+s")
        for view in ("Output", "Raw", "Headers", "Request", "Code"):
            await here.show(view)
            seen += here.text
        assert "••••" in seen
        assert "nobody-may-read" not in squeezed(seen)
        assert "[red]" in squeezed(seen), "no markup"
        assert "nobody-may-read" not in repr(here.sheet)
        assert KEY.encode() not in here.run.transcript.last.body

    act(look, tmp_path, size=(140, 60))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=str)
def test_the_mouse_reaches_it_and_answers_in_it(size, tmp_path):
    async def click(here: Playing) -> None:
        await here.click("#paste")
        assert "Diagnose a body: text" in here.text
        assert here.app.focused.id == "pad"
        await here.click("#answers Press:last-child")
        assert here.app.screen is here.play
        await here.click("#paste")
        await put(here, CURL)
        await here.click("#answers Press")
        assert "http.rate-limited" in here.see("#diagnosis")

    act(click, tmp_path, size=size)


@pytest.mark.slow
def test_the_palette_and_the_help_know_it(tmp_path):
    async def go(here: Playing) -> None:
        await here.press("f1")
        assert "alt p" in here.text
        await here.press("escape", "ctrl+p", *"diagnose a body")
        await here.until(lambda: "Paste an answer that you have" in here.text)
        await here.press("enter")
        await here.until(lambda: isinstance(here.app.screen, PasteScreen))
        await here.press("escape")

    act(go, tmp_path)


@pytest.mark.slow
def test_nothing_is_pasted_into_a_tab_that_waits(tmp_path):
    async def go(here: Playing) -> None:
        here.set_scene("http.rate-limited")
        await here.send()
        assert here.sheet.busy
        await here.press("alt+p")
        assert here.app.screen is here.play

    act(go, tmp_path, holds=True)


@pytest.mark.slow
@pytest.mark.parametrize("field", ["prompt", "model"])
def test_a_field_does_not_take_alt_and_a_letter_for_the_letter(field, tmp_path):
    async def press(here: Playing) -> None:
        here.widget(f"#{field}").focus()
        await here.pause()
        draft = here.sheet.draft
        here.app.post_message(Key("alt+r", "r"))  # as a terminal's escape sequence is read
        await here.pause()
        assert not here.sheet.automatic
        here.app.post_message(Key("alt+p", "p"))
        await here.until(lambda: isinstance(here.app.screen, PasteScreen))
        assert here.sheet.draft == draft

    act(press, tmp_path)


@pytest.mark.slow
def test_its_keys_steal_none_that_a_field_edits_with():
    for screen in (PlayScreen, PasteScreen):
        for field in (Input, TextArea):
            assert own_keys(screen) & keys_of(field) == set()
    assert own_keys(PasteScreen) | {"alt+p"} <= own_keys(PlayScreen)
    assert keys_of(Pad) <= keys_of(TextArea)
