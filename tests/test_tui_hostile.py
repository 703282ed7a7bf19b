"""Protects the screen from a server's text: brackets, escapes and megabytes are shown as plain text."""

import re
from collections.abc import Callable

import pytest
from playing import RawServer, chat_saying, http
from tui_playing import HARMFUL, Playing, act, squeezed

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind

pytestmark = pytest.mark.slow  # every place, in a program of its own

NASTY = {
    "markup": "[red]alarm[/red] [/ [bold [@click=app.bell]x[/] $text {0} %s",
    "controls": "\x1b[31mred\x1b]0;owned\x07 \x9b2J \x00NUL \u202egnp.exe\u202c a\rb\x08 \u2028 \x85\ud800",
    "a megabyte": "0123456789abcdef" * 65_536,
}
SHOWN = {
    "markup": "[red]alarm[/red][/[bold[@click=app.bell]x[/]",
    "controls": "\\x1b[31mred",
    "a megabyte": "0123",
}


def error(text: str) -> bytes:
    fields = {"message": text, "type": text[:300], "code": text[:300], "param": text[:300]}
    return http(400, {"error": fields | {"request_id": text[:60]}})


def headed(text: str) -> bytes:
    value = re.sub("[\r\n\x00\ud800\x85\u2028]", "", text[:3000])
    return http(
        429, error(text)[-10:], ("x-cometapi-request-id", value), ("retry-after", value), ("x-y", value)
    )


def picture(text: str) -> bytes:
    return http(200, {"data": [{"b64_json": text, "revised_prompt": text}]})


ANSWERS: dict[str, tuple[Kind, Callable[[str], bytes]]] = {
    "content": (Kind.TEXT, lambda text: http(200, chat_saying(text))),
    "error": (Kind.TEXT, error),
    "headers": (Kind.TEXT, headed),
    "no json": (Kind.TEXT, lambda text: http(500, text.encode("utf-8", "surrogatepass"))),
    "picture": (Kind.IMAGE, picture),
    "task": (
        Kind.VIDEO,
        lambda text: http(
            200, {"id": text[:900], "status": text[:900], "progress": text[:900], "error": text[:900]}
        ),
    ),
}


FIRST = [("markup", "content"), ("markup", "error"), ("controls", "error"), ("a megabyte", "content")]
REST = [
    *(("markup", what) for what in ("headers", "no json", "picture", "task")),
    *(("controls", what) for what in ("content", "no json", "task")),
    *(("a megabyte", what) for what in ("error", "headers")),
]
CASES = [*FIRST, *(pytest.param(*case, marks=pytest.mark.slow) for case in REST)]


def harmless(here: Playing) -> bool:
    """No line that is drawn holds what a terminal could take for a command, and every line fits."""
    width, height = here.app.size
    lines = [strip.text for strip in here.strips]
    assert len(lines) == height
    assert {strip.cell_length for strip in here.strips} == {width}
    return not any(HARMFUL.search(line) for line in lines)


async def look_around(here: Playing) -> str:
    """Everything that a person can open after an answer."""
    seen = [here.see("#timeline"), here.see("#diagnosis")]
    for view in ("Raw", "Headers", "Output"):
        await here.show(view)
        assert harmless(here)
        seen.append(here.see("#view"))
    return squeezed("".join(seen))


@pytest.mark.parametrize(("name", "what"), CASES)
def test_whatever_a_server_says_is_shown_as_plain_text(name, what, tmp_path):
    text, (kind, answer) = NASTY[name], ANSWERS[what]
    with RawServer(lambda _: answer(text)) as server:

        async def hear(here: Playing) -> None:
            title = here.app.title, here.app.sub_title
            await here.play.run_action(kind.value)
            await here.send()
            if here.sheet.busy:
                await here.press("escape")
                await here.until(lambda: not here.sheet.busy)
            assert harmless(here)
            assert SHOWN[name] in await look_around(here)
            assert (here.app.title, here.app.sub_title) == title

        act(hear, tmp_path, live=server.connection(), size=(100, 30), holds=True, habits=frozenset())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/[red]x[/", "http://127.0.0.1:9/%1b[2J/v1"], ids=repr)
def test_an_address_is_shown_as_plain_text(url, tmp_path):
    async def look(here: Playing) -> None:
        assert url.partition("://")[2] in here.see("#topbar")
        await here.press("ctrl+t", "ctrl+t")
        assert url.partition("://")[2] in here.said
        assert harmless(here)

    act(look, tmp_path, live=Connection(Target.LIVE, url, None), size=(140, 30))


def test_what_is_typed_is_shown_as_plain_text(tmp_path):
    text = "[red]x[/ [bold"

    async def type_it(here: Playing) -> None:
        for field in ("prompt", "system", "model"):
            await here.write(field, text)
        await here.write("extra", f'{{"{text}": "{text}"}}')
        await here.write("temperature", text)
        assert harmless(here)
        await here.press("ctrl+s")
        assert "Not sent" in here.said
        await here.write("temperature", "")
        await here.write("model", "gpt-5.4-mini")  # the lab refuses one that it does not know
        await here.send()
        assert text in here.see("#view")
        assert harmless(here)

    act(type_it, tmp_path, size=(140, 40))
