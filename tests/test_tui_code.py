"""Protects the code to take home in the terminal: chosen, marked, copied, saved, and never in a key's way."""

import threading
from dataclasses import replace

import pytest
from tui_playing import Playing, act, squeezed

from cometplay.core.connection import LIVE_BASE_URL
from cometplay.core.drafts import ImageDraft, Kind
from cometplay.tui import coding
from cometplay.tui.coding import FORMS

pytestmark = pytest.mark.slow  # a program of its own for each


@pytest.fixture
def copied(monkeypatch):
    taken: list[str] = []
    monkeypatch.setattr("pyperclip.copy", taken.append)
    return taken


async def choose(here: Playing, form: str) -> None:
    """A language and a style, as a person finds them in the list."""
    await here.press("alt+shift+l")
    await here.until(lambda: here.app.screen.query("#wanted"))
    await here.press(*form.replace(",", ""), "enter")
    await here.until(lambda: form in here.see("#language"))
    await here.pause()


async def take(here: Playing, copied: list[str]) -> str:
    before = len(copied)
    await here.press("f9")
    await here.until(lambda: len(copied) > before)
    return copied[-1]


BEGINS = {
    "curl, minimal": "curl -sS",
    "httpx, minimal": "import os\n\nimport httpx\n",
    "httpx, production": '"""Asks CometAPI for a text.',
    "openai-python, production": '"""Asks CometAPI for a text.',
    "cometapi-python, minimal": "import os\n\nfrom cometapi import CometAPI\n",
    "openai-node, minimal": 'import OpenAI from "openai";\n',
    "fetch, production": "// Asks CometAPI for a text.",
}


def test_the_code_is_seen_in_the_language_that_is_chosen_and_taken_along_in_it(tmp_path, copied):
    async def look(here: Playing) -> None:
        for form, begin in BEGINS.items():
            await choose(here, form)
            assert "[Code]" in here.see("#views")
            first = begin.splitlines()[0]
            await here.until(lambda first=first: first in here.see("#view"))
            await here.until(
                lambda: len({part.style for part in here.strips_of("#snippet") if part.style}) > 3
            )
            assert (await take(here, copied)).startswith(begin)
            await here.press("f12")
            await here.until(lambda: "Saved" in here.said)
            here.app.clear_notifications()
        saved = sorted(path.suffix for path in tmp_path.glob("cometplay-code-*"))
        assert saved == sorted([".sh", ".py", ".py", ".py", ".py", ".mjs", ".mjs"])
        assert (tmp_path / "cometplay-code-1.sh").read_text() == copied[0]

    assert BEGINS.keys() < FORMS.keys()
    act(look, tmp_path, size=(140, 40))


def test_a_language_that_cannot_do_a_call_says_so(tmp_path, copied):
    async def look(here: Playing) -> None:
        await here.open(Kind.VIDEO)
        await here.write("model", "kling-v2")
        await choose(here, "openai-node, production")
        await here.until(lambda: "the openai SDK has no call for" in " ".join(here.see("#view").split()))
        await here.press("f9", "f12")
        await here.until(lambda: "There is nothing to take along" in here.said)
        assert copied == []
        assert not [*tmp_path.glob("cometplay-code-*")]
        await choose(here, "fetch, production")
        assert "kling" in await take(here, copied)

    act(look, tmp_path, size=(140, 40))


def test_what_handles_a_failure_is_marked_and_brought_into_sight(tmp_path, copied):
    async def mark(here: Playing) -> None:
        here.set_scene("text.empty")
        await here.send()
        plain = await take(here, copied)
        await here.click("#handled")
        await here.until(lambda: ">>> handles text.empty" in here.see("#view"))
        assert "the answer is empty" in squeezed_of(here)
        assert "httpx, production" in here.see("#language"), "curl handles no failure"
        assert "Marked: text.empty" in here.see("#figures")
        marked = await take(here, copied)
        assert "# >>> handles text.empty\n" in marked
        assert plain.startswith("curl")
        await choose(here, "fetch, production")
        await here.until(lambda: "// >>> handles text.empty" in here.see("#view"))
        await here.press("alt+shift+h")
        await here.until(lambda: "Marked" not in here.see("#figures"))
        assert ">>> handles" not in await take(here, copied)

    def squeezed_of(here: Playing) -> str:
        return " ".join(here.see("#view").replace("█", "").split())

    act(mark, tmp_path, size=(140, 40))


def test_nothing_is_to_be_marked_while_nothing_failed(tmp_path):
    async def look(here: Playing) -> None:
        assert not here.play.check_action("handling", ())
        await here.send()
        assert not here.play.check_action("handling", ())
        assert not here.widget("#handled").display
        here.set_scene("silent.json")
        await here.send()
        await here.press("alt+shift+h")
        await here.until(lambda: "No line handles" in here.see("#figures"))

    act(look, tmp_path, size=(140, 40))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
def test_the_address_is_the_labs_or_the_real_one(tmp_path, copied, size):
    async def switch(here: Playing) -> None:
        await here.show("Code")
        await here.until(lambda: "lab's address" in here.see("#code-line"))
        assert here.lab.base_url() in await take(here, copied)
        await here.click("#address-in-code")
        await here.until(lambda: "real address" in here.see("#code-line"))
        real = await take(here, copied)
        assert LIVE_BASE_URL in real
        assert '"Authorization: Bearer $COMETAPI_KEY"' in real
        await here.press("alt+shift+a")
        await here.until(lambda: "lab's address" in here.see("#code-line"))
        await here.press("ctrl+t")
        await here.until(lambda: "address" not in here.see("#code-line"))
        assert not here.play.check_action("address", ())
        assert LIVE_BASE_URL in await take(here, copied)

    act(switch, tmp_path, size=size)


def test_the_code_follows_what_is_typed(tmp_path):
    async def type_it(here: Playing) -> None:
        await here.show("Code")
        await here.write("prompt", "it's a boat")
        await here.until(lambda: '"\'"' in squeezed(here.see("#view")))

    act(type_it, tmp_path, size=(140, 40))


def test_code_that_is_not_in_sight_is_not_made_and_never_in_the_way_of_a_key(tmp_path, monkeypatch, copied):
    made: list[threading.Thread] = []
    make = coding.coded

    def watched(sheet):
        made.append(threading.current_thread())
        return make(sheet)

    monkeypatch.setattr(coding, "coded", watched)

    async def type_it(here: Playing) -> None:
        await here.press(*"a boat")
        await here.send()
        assert made == []
        await here.show("Code")
        await here.until(lambda: made)
        await here.press(*"at sea")
        await here.press("f9")
        await here.until(lambda: copied)
        assert threading.main_thread() not in made

    act(type_it, tmp_path, size=(140, 40))


def test_of_code_with_a_large_picture_a_part_is_seen_and_the_whole_is_taken_along(tmp_path, copied):
    picture = "data:image/png;base64," + "iVBORw0KGgo7" * 500_000
    draft = replace(ImageDraft(model="gpt-image-2", prompt="p"), extra=f'{{"image":"{picture}"}}')

    async def look(here: Playing) -> None:
        await here.open(Kind.IMAGE)
        here.play._take(draft)  # noqa: SLF001  typed, it would be a test of the field
        await choose(here, "httpx, minimal")
        await here.until(lambda: "A part of" in here.see("#figures"))
        await here.until(lambda: "characters of base64" in " ".join(here.see("#view").split()))
        text = await take(here, copied)
        assert picture in text
        await choose(here, "curl, minimal")
        await here.until(lambda: "does not fit" in " ".join(here.see("#view").split()))

    act(look, tmp_path, size=(140, 40))


def test_on_a_small_screen_the_code_comes_before_the_diagnosis(tmp_path):
    async def mark(here: Playing) -> None:
        here.set_scene("text.empty")
        await here.send()
        assert "alt H" in here.see("#diagnosis")
        await here.press("alt+shift+h")
        await here.until(lambda: ">>> handles text.empty" in here.see("#view"))

    act(mark, tmp_path, size=(80, 24))
