"""Protects composing: every field gets into the request, and what is wrong is marked as it is typed."""

import asyncio
import json
from dataclasses import replace

import pytest
from playing import RawServer, chat_saying, http
from tui_playing import Playing, act

from cometplay.core.drafts import Kind, Message
from cometplay.core.models import known_models
from cometplay.tui.fields import SLOTS

pytestmark = pytest.mark.slow  # a program of its own for each

TOOLS = '[{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]'
TYPED = {
    "system": ("Be brief.", "messages", [{"role": "system", "content": "Be brief."}]),
    "token_cap": ("99", "max_completion_tokens", 99),
    "temperature": ("0.5", "temperature", 0.5),
    "top_p": ("0.9", "top_p", 0.9),
    "seed": ("7", "seed", 7),
    "stop": ('["a", "b"]', "stop", ["a", "b"]),
    "reasoning_effort": ("low", "reasoning_effort", "low"),
    "response_format": ("json_object", "response_format", {"type": "json_object"}),
    "stream_options": ('{"include_usage": true}', "stream_options", {"include_usage": True}),
    "tools": (TOOLS, "tools", json.loads(TOOLS)),
    "extra": ('{"user": "me"}', "user", "me"),
}


def sent(here: Playing, number: int = -1) -> dict:
    return json.loads(here.lab.requests[number].body)


def test_every_field_gets_into_the_request_and_the_untouched_ones_do_not(tmp_path):
    async def compose(here: Playing) -> None:
        await here.send()
        assert set(sent(here)) == {"model", "messages"}
        await here.press("alt+o")
        for field, (text, _, _) in TYPED.items():
            await here.write(field, text)
        here.widget("#stream").focus()
        await here.press("space")
        assert "[true]" in here.see("#stream")
        await here.send()
        body = sent(here)
        for _, name, value in TYPED.values():
            assert body[name] == value or body[name][:1] == value, name
        assert body["stream"] is True

    act(compose, tmp_path, size=(140, 50))


def test_the_other_route_is_chosen_in_the_composer(tmp_path):
    async def compose(here: Playing) -> None:
        await here.press("alt+o")
        here.widget("#api").focus()
        await here.press("right", "right")
        assert "[responses]" in here.see("#api")
        await here.send()
        assert here.lab.requests[0].path.endswith("/v1/responses")
        assert here.run.verdict.mode == "text.ok"
        assert here.run.output in " ".join(here.see("#view").split())

    act(compose, tmp_path, size=(140, 50))


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (140, 40)], ids=str)
def test_every_field_can_be_reached_by_tab_at_every_size(size, tmp_path):
    async def walk(here: Playing) -> None:
        await here.press("alt+o")
        here.widget("#model").focus()
        await here.pause()
        seen = []
        for _ in here.app.screen.focus_chain:
            focused = here.app.focused
            assert focused is not None
            if focused.id in {slot.name for slot in SLOTS[Kind.TEXT]}:
                assert here.widget("#form").region.overlaps(focused.region), f"{focused.id} is out of sight"
                seen.append(focused.id)
            await here.press("tab")
        assert seen == [slot.name for slot in SLOTS[Kind.TEXT]]

    act(walk, tmp_path, size=size)


def test_what_is_set_out_of_sight_is_told(tmp_path):
    async def fold(here: Playing) -> None:
        await here.press("alt+o")
        await here.write("top_p", "0.3")
        await here.press("alt+o")
        assert not here.app.screen.query("#top_p")
        assert "top p 0.3" in here.see("#more")
        await here.press("alt+o")
        await here.write("tools", "[{")
        assert "tools is not JSON" in " ".join(here.see("#complaint").split())
        await here.press("alt+o")
        assert here.app.screen.query("#tools"), "what cannot be taken would be lost"

    act(fold, tmp_path, size=(140, 50))


def test_what_preflight_sees_is_marked_and_told_as_it_is_typed_and_keeps_nothing_back(tmp_path):
    async def warn(here: Playing) -> None:
        await here.write("temperature", "3.5")
        await here.until(lambda: "It can be sent all the same." in " ".join(here.see("#diagnosis").split()))
        assert "▲ PREFLIGHT" in here.see("#diagnosis")
        assert "preflight.temperature" in here.see("#diagnosis")
        assert "▲ Temperature out" in here.see("#complaint")
        assert here.widget("#name-temperature").parent.has_class("warned")
        assert not here.widget("#name-model").parent.has_class("warned")
        await here.write("temperature", "1")
        await here.until(lambda: "preflight" not in here.see("#diagnosis"))
        await here.until(lambda: not here.widget("#name-temperature").parent.has_class("warned"))
        await here.write("temperature", "3.5")
        await here.send()
        assert len(here.lab.requests) == 1
        await here.write("extra", "{'a'")
        await here.until(lambda: "It keeps the request back." in " ".join(here.see("#diagnosis").split()))
        await here.send()
        assert len(here.lab.requests) == 1

    act(warn, tmp_path, size=(140, 50))


def test_messages_are_added_removed_and_reordered_with_any_role(tmp_path):
    async def talk(here: Playing) -> None:
        await here.press("alt+m")
        await here.press("alt+n", *"Hi", "alt+n", *"Bye")
        assert "Messages" in here.text
        await here.press("ctrl+s")
        assert here.see("#messages").strip() == "user, assistant, user"
        assert here.sheet.draft.messages[1:] == (Message("assistant", "Hi"), Message("user", "Bye"))
        assert "Bye" in here.see("#prompt")
        await here.press("alt+m", "alt+n", *"Scene", "alt+u")
        await here.press("shift+tab", "shift+tab", "end", "ctrl+u", *"developer", "ctrl+s")
        assert here.sheet.draft.messages[0] == Message("developer", "Scene")
        await here.press("alt+m", "alt+x", "ctrl+s")
        assert [message.role for message in here.sheet.draft.messages] == ["user", "assistant", "user"]
        await here.press("alt+m", *"lost", "escape")
        assert "lost" not in here.see("#prompt")
        await here.send()
        assert [message["role"] for message in sent(here)["messages"]] == ["user", "assistant", "user"]

    act(talk, tmp_path, size=(80, 24))


def test_what_is_typed_while_an_answer_comes_stays_where_it_is_typed(tmp_path):
    async def interleave(here: Playing) -> None:
        for sign in "abcdefgh":
            here.app.simulate_key(sign)
            for _ in range(3):  # sheets that were made before the key was heard
                newer = replace(here.sheet, automatic=not here.sheet.automatic)
                here.play._changed(newer)  # noqa: SLF001  as an event of a run does
                await asyncio.sleep(0)
        await here.pause()
        assert here.widget("#prompt").text.startswith("abcdefgh")
        assert here.sheet.draft.prompt == here.widget("#prompt").text

    act(interleave, tmp_path, size=(140, 40))


def listing(*ids: str) -> bytes:
    return http(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in ids]})


def test_models_are_the_gateways_where_a_key_is_there_and_kept(tmp_path):
    def answer(request: bytes) -> bytes:
        return listing("brand-new-1", "gpt-5.4", "sora-2", "flux-9") if b"GET" in request else http(500, {})

    with RawServer(answer) as server:

        async def choose(here: Playing) -> None:
            assert server.requests == [], "the start asks nobody"
            await here.press("alt+l")
            await here.until(lambda: "brand-new-1" in here.see("#found"))
            assert "sora-2" not in here.see("#found"), "a video's model is no chat's"
            await here.press(*"brand", "enter")
            assert here.sheet.draft.model == "brand-new-1"
            assert here.app.focused.id == "model"
            await here.press("down")
            assert "brand-new-1" in here.see("#found")
            await here.press(*"none-of-these", "enter")
            assert here.sheet.draft.model == "none-of-these"

        act(choose, tmp_path, live=server.connection(), size=(80, 24))
        assert len(server.requests) == 1
        assert server.requests[0].startswith(b"GET /v1/models ")

        async def again(here: Playing) -> None:
            await here.press("alt+l")
            assert "brand-new-1" in here.see("#found")

        act(again, tmp_path, live=server.connection())
    assert "sk-" not in (tmp_path / "cache" / "models.json").read_text()


def test_an_address_with_a_password_is_asked_nothing_kept_nowhere_and_shown_without_it(tmp_path):
    with RawServer(lambda _: http(200, {"data": []})) as server:
        host = server.connection().base_url.partition("://")[2]
        live = replace(server.connection(), base_url=f"http://me:hunter2@{host}?key=hunter2")

        async def look(here: Playing) -> None:
            await here.press("alt+l")
            await here.pause()
            await here.press("escape")
            assert host in here.text
            assert "hunter2" not in here.text

        act(look, tmp_path, live=live)
        assert server.requests == []
    assert not (tmp_path / "cache" / "models.json").exists()


def test_without_a_key_or_a_list_the_built_in_models_are_offered(tmp_path):
    with RawServer(lambda request: http(404, {}) if b"/v1/models" in request else http(200, b"no")) as server:

        async def look(here: Playing) -> None:
            await here.press("alt+l")
            await here.until(lambda: "gave no list" in here.text)
            for name in known_models(Kind.TEXT)[:5]:
                assert name in here.see("#found")
            await here.press("escape")
            assert here.sheet.draft.model == known_models(Kind.TEXT)[0]

        act(look, tmp_path, live=server.connection(), size=(100, 30))
        assert len(server.requests) == 2
        assert b"GET /api/models " in server.requests[1]


WIDE = {
    "Chinese": "请用一句话回答这个问题谢谢你们大家好吗今天天气怎么样",
    "emoji": "👩‍👩‍👧 family 🇵🇹 flag 👍🏽 ok",
    "combining": "e\u0301a\u0308 nai\u0308ve",
    "Thai": "สวัสดีชาวโลก",
}


@pytest.mark.parametrize("text", WIDE.values(), ids=WIDE.keys())
def test_every_script_is_typed_sent_wrapped_and_shown(text, tmp_path):
    with RawServer(lambda _: http(200, chat_saying(text * 4))) as server:

        async def write(here: Playing) -> None:
            here.widget("#prompt").focus()
            await here.write("prompt", "")
            for sign in text:  # as an input method hands them over, one by one
                here.app.screen.focused.insert(sign)
            await here.pause()
            assert here.sheet.draft.prompt == text
            await here.send()
            assert "".join((text * 4).split()) in "".join(here.see("#view").split())
            for strip in here.strips:
                assert strip.cell_length == 100, "every row is as wide as the screen"

        act(write, tmp_path, live=server.connection(), size=(100, 30))
        assert text in json.loads(server.requests[0].partition(b"\r\n\r\n")[2])["messages"][0]["content"]
