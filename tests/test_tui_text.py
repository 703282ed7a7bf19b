"""Protects the answer of a chat: it grows in sight, stops when it is stopped, and nothing of it is lost."""

import json
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack, contextmanager

import pytest
from playing import RawServer, http
from textual.events import Key
from tui_playing import Playing, act, squeezed

from cometplay.core.connection import Connection, Target
from cometplay.core.redact import Secret
from cometplay.tui.widgets.longtext import LongText

pytestmark = pytest.mark.slow  # a program of its own for each

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def chunk(content="", finish=None, index=0, **delta) -> dict:
    said = {"content": content} if content else {}
    return {"choices": [{"index": index, "delta": said | delta, "finish_reason": finish}]}


def events(*values: dict) -> bytes:
    return HEAD + b"".join(b"data: " + json.dumps(value).encode() + b"\n\n" for value in values)


async def ask_for_a_stream(here: Playing) -> None:
    await here.press("alt+o")
    here.widget("#stream").focus()
    await here.press("space", "alt+o", "ctrl+s")


def shown(here: Playing) -> str:
    return squeezed(here.see("#view"))


async def wait_for_the_first_byte(here: Playing) -> None:
    await here.until(lambda: here.sheet.run and here.sheet.run.transcript.sent)


async def wait_for_half_an_answer(here: Playing) -> None:
    await here.until(lambda: "Half" in shown(here))


STAGES: dict[str, tuple[bytes, Callable[[Playing], Awaitable[None]], str]] = {
    "first byte": (b"", wait_for_the_first_byte, "cancelled before an answer came"),
    "mid-stream": (events(chunk("Half an answer")), wait_for_half_an_answer, "mid-answer: a part is kept"),
}


@pytest.mark.parametrize(("answer", "reached", "told"), STAGES.values(), ids=STAGES.keys())
def test_cancelled_at_each_stage_nothing_is_left_and_the_timeline_says_when(answer, reached, told, tmp_path):
    with RawServer(lambda _: answer, closes=False) as server:

        async def cancel(here: Playing) -> None:
            await ask_for_a_stream(here)
            await reached(here)
            await here.press("escape")
            await here.until(lambda: not here.sheet.busy)
            await here.until(lambda: not [one for one in here.play.workers if one.name.startswith("run")])
            await here.pause()
            assert told in here.see("#timeline")
            assert ("Half an answer" in here.see("#view")) == bool(answer)
            assert len(server.requests) == 1

        act(cancel, tmp_path, live=server.connection(), size=(140, 40))


@contextmanager
def never_accepting() -> Generator[Connection]:
    """An address whose queue of connections is full: whoever comes next waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as stack:
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(server.getsockname())
        port = server.getsockname()[1]
        yield Connection(Target.LIVE, f"http://127.0.0.1:{port}/v1", Secret("sk-a-key"))


def test_cancelled_while_it_connects_nothing_was_sent_and_nothing_is_left(tmp_path):
    async def cancel(here: Playing) -> None:
        await here.press("ctrl+s")
        await here.until(lambda: here.sheet.runs and here.run.transcript.sent)
        await here.press("escape")
        await here.until(lambda: not here.sheet.busy)
        await here.until(lambda: not [one for one in here.play.workers if one.name.startswith("run")])
        await here.pause()
        assert "cancelled before an answer came" in here.see("#timeline")
        assert here.run.transcript.last is None

    with never_accepting() as nobody:
        act(cancel, tmp_path, live=nobody)


def test_cancelled_while_it_waits_to_repeat_it_says_so(tmp_path):
    async def cancel(here: Playing) -> None:
        here.set_scene("http.rate-limited")
        await here.send()
        assert "asked by retry-after: 2" in here.see("#timeline")
        panel = squeezed(here.see("#diagnosis"))
        assert squeezed("The server asked for it with retry-after: 2") in panel
        assert squeezed("The documents on 429 (rate limited): retry yes") in panel
        await here.press("escape")
        await here.until(lambda: not here.sheet.busy)
        await here.until(lambda: not here.lab.open_connections)
        await here.pause()
        assert "cancelled while it waited to repeat" in here.see("#timeline")

    act(cancel, tmp_path, holds=True, size=(140, 60))


def test_a_stream_is_shown_with_its_parts_apart(tmp_path):
    told = (
        chunk(reasoning_content="Hm, let me see."),
        chunk("First"),
        chunk("Second", index=1),
        chunk(finish="stop"),
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    )
    with RawServer(lambda _: events(*told) + b"data: [DONE]\n\n") as server:

        async def look(here: Playing) -> None:
            await ask_for_a_stream(here)
            await here.settle(0)
            lines = here.see("#text").split("\n")
            assert [line.strip() for line in lines[:4]] == ["Thinking", "Hm, let me see.", "", "First"]
            looks = {segment.text.strip(): segment.style for segment in here.strips_of("#text")}
            assert looks["Hm, let me see."].italic
            assert not looks["First"].italic
            assert looks["Hm, let me see."].color != looks["First"].color
            assert "choice 2" in here.see("#text")
            assert "Second" in here.see("#text")
            assert "3 + 2 tokens" in here.see("#figures")
            assert "first text after" in here.see("#timeline")

        act(look, tmp_path, live=server.connection(), size=(200, 50))


CUTS = {
    "an error event": (events(chunk("Kept"), {"error": {"message": "upstream broke"}}), "upstream broke"),
    "a cut": (events(chunk("Kept")), "text.stream-cut"),
    "DONE without a reason": (events(chunk("Kept")) + b"data: [DONE]\n\n", "text.stream-cut"),
}


@pytest.mark.parametrize(("answer", "told"), CUTS.values(), ids=CUTS.keys())
def test_what_came_before_a_bad_end_is_kept_and_the_end_is_told(answer, told, tmp_path):
    with RawServer(lambda _: answer) as server:

        async def look(here: Playing) -> None:
            await ask_for_a_stream(here)
            await here.settle(0)
            assert "Kept" in here.see("#view")
            assert told in here.see("#diagnosis")

        act(look, tmp_path, live=server.connection(), size=(140, 50))


MARKDOWN = "# Title\n\nSome **bold** words.\n\n```python\nprint('[x]')\n```\n\n[link](http://x)\n"


def test_markdown_is_drawn_and_a_key_shows_it_as_it_came(tmp_path):
    with RawServer(lambda _: events(chunk(MARKDOWN), chunk(finish="stop"))) as server:

        async def look(here: Playing) -> None:
            await ask_for_a_stream(here)
            await here.settle(0)
            await here.until(lambda: "bold" in here.see("#view") and "**" not in here.see("#view"))
            assert "print('[x]')" in here.see("#view")
            await here.press("alt+d")
            await here.until(lambda: "**bold**" in here.see("#view"))
            assert "# Title" in here.see("#view")
            await here.press("alt+d")
            await here.until(lambda: "**" not in here.see("#view"))
            assert "print('[x]')" in here.see("#view")

        act(look, tmp_path, live=server.connection(), size=(100, 40))


def test_a_long_answer_is_scrolled_to_its_end_and_kept_whole(tmp_path, monkeypatch):
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    text = "".join(f"row {number} of a long answer\n" for number in range(190_000)) + "the very end"
    body = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    with RawServer(lambda _: http(200, body)) as server:

        async def scroll(here: Playing) -> None:
            await here.send()
            await here.until(lambda: here.app.screen.query_one("#text", LongText).whole)
            await here.pause()
            assert "row 0 of" in here.see("#view")
            here.widget("#text").focus()
            await here.press("end")
            await here.until(lambda: "the very end" in here.see("#view"))
            await here.press("alt+c")
            await here.until(lambda: copied)

        act(scroll, tmp_path, live=server.connection(), size=(140, 40))
    assert copied == [text]
    assert len(text) > 5_000_000


def test_the_newest_stays_in_sight_until_a_person_scrolls_away(tmp_path):
    rows = [chunk(f"row {number}\n") for number in range(300)]
    with RawServer(lambda _: events(*rows), closes=False) as server:

        async def follow(here: Playing) -> None:
            await ask_for_a_stream(here)
            await here.until(lambda: "row 299" in here.see("#view"))
            here.widget("#text").focus()
            await here.press("home")
            await here.until(lambda: "row 0" in here.see("#view"))
            assert "row 299" not in here.see("#view")
            await here.press("alt+e", "alt+e")
            await here.until(lambda: "row 299" in here.see("#view"))

        act(follow, tmp_path, live=server.connection(), size=(140, 40))


def test_what_is_scrolled_keeps_the_focus_when_a_page_takes_the_place_of_the_text(tmp_path):
    async def turn(here: Playing) -> None:
        await here.send()
        here.widget("#text").focus()
        await here.show("Code")
        await here.until(lambda: "import" in here.see("#view") or "curl" in here.see("#view"))
        await here.until(lambda: here.widget("#pages").has_focus)
        await here.show("Raw")
        await here.until(lambda: here.widget("#text").has_focus)
        assert '"choices"' in here.see("#view")

    act(turn, tmp_path, size=(140, 40))


def test_another_text_is_shown_from_its_beginning(tmp_path):
    answers = iter(["\n".join(f"{name} {row}" for row in range(300)) for name in ("first", "second")])
    body = {"finish_reason": "stop"}
    with RawServer(
        lambda _: http(200, {"choices": [body | {"message": {"content": next(answers)}}]})
    ) as server:

        async def look(here: Playing) -> None:
            await here.send()
            here.widget("#text").focus()
            await here.press("end")
            await here.until(lambda: "first 299" in here.see("#view"))
            await here.send()
            await here.until(lambda: "second 0" in here.see("#view"))

        act(look, tmp_path, live=server.connection(), size=(140, 40))


def test_every_view_is_shown_from_its_beginning_after_a_stream_that_was_followed(tmp_path):
    items = [f"- item **{number}** of a list\n" for number in range(90)]
    with RawServer(
        lambda _: events(*map(chunk, items), chunk("\nthe end\n"), chunk(finish="stop"))
    ) as server:

        async def look(here: Playing) -> None:
            await ask_for_a_stream(here)
            await here.settle(0)
            await here.until(lambda: "the end" in here.see("#view") and "**" not in here.see("#view"))
            await here.show("Raw")
            await here.until(lambda: here.see("#view").strip().startswith('data: {"choices"'))
            assert "item **0**" in here.see("#view")
            await here.show("Code")
            await here.until(lambda: here.see("#view").strip().startswith("curl"))
            await here.show("Output")
            await here.until(lambda: here.see("#view").strip().startswith("• item 0 "))

        act(look, tmp_path, live=server.connection(), size=(140, 40))


def test_an_answer_that_comes_whole_is_shown_from_its_beginning_after_a_stream(tmp_path):
    rows = [f"row {number}\n" for number in range(300)]
    body = {"choices": [{"message": {"content": "".join(rows)}, "finish_reason": "stop"}]}
    answers = iter([events(*map(chunk, rows), chunk(finish="stop")), http(200, body)])
    with RawServer(lambda _: next(answers)) as server:

        async def look(here: Playing) -> None:
            await ask_for_a_stream(here)
            await here.until(lambda: "row 299" in here.see("#view"))
            await here.settle(0)
            await here.send()
            await here.until(lambda: "row 0" in here.see("#view"))
            assert "row 299" not in here.see("#view")

        act(look, tmp_path, live=server.connection(), size=(140, 40))


def test_a_tools_result_is_sent_back_and_the_conversation_goes_on(tmp_path):
    async def answer(here: Playing) -> None:
        here.set_scene("text.tool-calls")
        await here.send()
        assert "→ calls get_weather" in here.see("#view")
        assert '"town": "Lisbon"' in here.see("#view")
        await here.press("alt+t")
        assert '"town": "Lisbon"' in here.text
        await here.press(*"sunny", "ctrl+s")
        await here.settle(1)
        said = json.loads(here.lab.requests[1].body)["messages"]
        assert [message["role"] for message in said] == ["user", "assistant", "tool"]
        assert said[1]["tool_calls"][0]["id"] == said[2]["tool_call_id"]
        assert said[2]["content"] == "sunny"
        assert here.see("#messages").strip() == "user, assistant, tool"

    act(answer, tmp_path, size=(140, 50))


def test_two_send_keys_at_once_are_one_send(tmp_path):
    async def send(here: Playing) -> None:
        for _ in range(2):
            here.app.post_message(Key("ctrl+s", None))
        await here.settle(0)
        assert len(here.lab.requests) == 1
        assert len(here.sheet.runs) == 1

    act(send, tmp_path)


def test_a_fault_against_an_expectation_names_its_place_and_the_output_is_kept(tmp_path):
    said = {"message": {"content": '```json\n{"a": "one"}\n```'}, "finish_reason": "stop"}
    with RawServer(lambda _: http(200, {"choices": [said]})) as server:

        async def expect(here: Playing) -> None:
            await here.write("expect", 'schema:{"type":"object","properties":{"a":{"type":"number"}}}')
            await here.send()
            assert "○ SILENT" in here.see("#diagnosis")
            assert "a must be number" in " ".join(here.see("#diagnosis").split())
            await here.until(lambda: '"a": "one"' in here.see("#view"))

        act(expect, tmp_path, live=server.connection(), size=(140, 50))
