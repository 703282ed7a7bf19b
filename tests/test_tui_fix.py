"""Protects the way from a failure to a request that works, and what keeps a bad one back."""

import asyncio

import pytest
from playing import RawServer, http
from textual.widgets import Input
from tui_playing import Playing, act, playing, squeezed

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.failures import catalogue
from cometplay.lab import Lab
from cometplay.stage import scripts

pytestmark = pytest.mark.slow

KEY = "sk-nobody-may-read-this-1234567890"


def test_a_fix_is_shown_field_by_field_and_sent_when_confirmed(tmp_path):
    async def mend(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        await here.pick("image.response-format")
        await here.send()
        assert "● HARD" in here.see("#diagnosis")
        assert "F8 Apply fix" in here.see("#diagnosis")
        before = here.sheet
        await here.press("f8")
        question = here.text
        for shown in ("response_format", "before", "b64_json", "after", "send it like this"):
            assert shown in question
        await here.press("escape")
        assert here.sheet == before
        assert len(here.lab.requests) == 1
        await here.press("f8", "enter")
        await here.settle(1)
        assert "image.ok" in here.see("#diagnosis")
        assert "F8 Apply fix" not in here.see("#diagnosis")
        timeline = here.see("#timeline")
        assert "── run 1" in timeline
        assert "400 in" in timeline.split("── run 2")[0]
        assert "200 in" in timeline.split("── run 2")[1]
        assert "b64_json" not in here.see("#composer"), "the mended request is what is composed now"
        assert ".png" in here.see("#view")

    act(mend, tmp_path, size=(140, 50))


MENDED = [mode for mode in catalogue.of_kind(Kind.TEXT) if mode.repair and mode.reproduce.script]


@pytest.mark.parametrize("mode", MENDED, ids=lambda mode: mode.id)
def test_every_repair_of_the_text_tab_ends_well(mode, tmp_path):
    async def mend(here: Playing) -> None:
        here.set_scene(mode.id)
        await here.send()
        assert here.run.verdict.mode == mode.id
        await here.press("f8", "enter")
        await here.settle(1)
        assert f"✓ OK  {here.run.verdict.title}" in here.see("#diagnosis")
        assert len(here.sheet.runs) == 2

    act(mend, tmp_path)


def test_a_value_that_fits_no_field_is_marked_and_keeps_the_send_back(tmp_path):
    async def try_it(here: Playing) -> None:
        await here.write("temperature", "abc")
        assert "temperature takes" in " ".join(here.see("#composer").replace("│", " ").split())
        plain_name = here.strips_of("#name-model")[0].style
        assert next(segment.style for segment in here.strips_of("#name-temperature")) != plain_name
        here.widget("#prompt").focus()
        await here.press("ctrl+s")
        assert here.sheet.runs == ()
        assert here.lab.requests == ()
        assert "Not sent: " in here.said
        assert here.app.focused.id == "temperature"
        assert isinstance(here.app.focused, Input)
        assert here.app.focused.value == "abc"
        await here.write("temperature", "0.5")
        assert here.see("#complaint") == ""
        await here.send()
        assert '"temperature": 0.5' in here.lab.requests[0].body.replace('":0', '": 0')

    act(try_it, tmp_path)


def test_without_a_key_nothing_goes_to_the_real_gateway(tmp_path):
    with RawServer(lambda _: http(200, {})) as server:
        live = Connection(Target.LIVE, server.connection().base_url, None)

        async def try_it() -> None:
            lab = Lab(scripts())
            async with playing(tmp_path, live=live, on_live=False, lab=lambda: lab) as here:
                here.set_scene("http.rate-limited")
                await here.press("ctrl+t")
                assert "LIVE" in here.see("#topbar")
                assert f"127.0.0.1:{server.port}" in here.see("#topbar")
                assert "no scenario" in here.see("#scenario"), "only the lab plays scenarios"
                await here.send()
                assert "▲ PREFLIGHT" in here.see("#diagnosis")
                assert "preflight.no-key" in here.see("#diagnosis")
                assert "POST" not in here.see("#timeline")
                assert lab.requests == ()
                await here.press("ctrl+t")
                assert "LAB" in here.see("#topbar")

        asyncio.run(try_it())
    assert server.requests == []


def test_a_key_never_shows(tmp_path):
    def echo(request: bytes) -> bytes:
        return http(401, {"error": {"message": f"bad key {KEY} in {request.decode()!r}"}}, ("x-key", KEY))

    with RawServer(echo) as server:

        async def look(here: Playing) -> None:
            await here.send()
            seen = here.text
            for view in ("Raw", "Headers", "Request", "Code"):
                await here.show(view)
                seen += here.text
            await here.press("f1")
            assert KEY not in squeezed(seen + here.text)
            assert "$COMETAPI_KEY" in squeezed(seen)

        act(look, tmp_path, live=server.connection(KEY), size=(140, 60))
    assert f"Bearer {KEY}".encode() in server.requests[0]


def test_another_hosts_key_is_sent_only_if_the_person_agrees(tmp_path):
    with RawServer(lambda _: http(200, {})) as server:

        async def ask(here: Playing) -> None:
            await here.press("ctrl+s")
            assert "The key belongs to another host" in here.text
            assert server.requests == []
            await here.press("escape")
            await here.settle(0)
            assert "preflight.no-key" in here.see("#diagnosis")

        live = Connection(Target.LIVE, server.connection().base_url, None)
        act(ask, tmp_path, live=live, offered=server.connection(KEY).key)

        async def agree(here: Playing) -> None:
            await here.press("ctrl+s", "enter")
            await here.settle(0)

        act(agree, tmp_path, live=live, offered=server.connection(KEY).key, size=(80, 24))
    assert [f"Bearer {KEY}".encode() in request for request in server.requests] == [True]


def test_quitting_names_the_task_that_goes_on(tmp_path):
    with RawServer(lambda _: http(200, {"id": "task_77", "status": "queued"})) as server:

        async def quit_early() -> str | None:
            async with playing(tmp_path, live=server.connection(), holds=True) as here:
                await here.open(Kind.VIDEO)
                await here.press("ctrl+s")
                assert "is billed" in here.text
                await here.press("enter")
                await here.settle(0)
                assert "task_77" in here.see("#view")
                await here.press("ctrl+q")
            return here.app.return_value

        word = asyncio.run(quit_early())
    assert "goes on and is billed" in word
    assert "cometplay send video --resume task_77" in word
