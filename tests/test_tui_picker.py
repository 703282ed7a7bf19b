"""Protects the choice of a scenario: found by typing, filled into the draft, marked, and given back."""

import pytest
from textual.widgets import Input, OptionList
from tui_playing import Playing, act

from cometplay.core.drafts import Kind
from cometplay.core.findings import ModeClass
from cometplay.failures import catalogue
from cometplay.tui.fields import SLOTS
from cometplay.tui.slots import Place

pytestmark = pytest.mark.slow

FIELDS = tuple(slot.name for slot in SLOTS[Kind.TEXT] if slot.place is Place.MAIN)
SIGNS = {cls.sign for cls in ModeClass}


def listed(here: Playing) -> list[str]:
    """The lines of the picker, spaces in a row taken as one."""
    found = here.app.screen.query_one("#found", OptionList)
    return [" ".join(str(option.prompt).split()) for option in found.options]


async def search(here: Playing, text: str) -> list[str]:
    here.app.screen.query_one("#wanted", Input).value = ""
    await here.press(*text)
    return listed(here)


def dotted(here: Playing) -> set[str]:
    """The fields whose name has the dot."""
    return {name for name in FIELDS if "•" in here.see(f"#name-{name}")}


def values(here: Playing) -> dict[str, str]:
    return {name: here.see(f"#{name}").rstrip("█ ") for name in FIELDS}


def test_it_is_searched_as_one_types(tmp_path):
    async def look(here: Playing) -> None:
        await here.press("ctrl+o")
        assert "Scenarios for text" in here.text
        assert len(await search(here, "rate")) < len(listed(here)) + 1
        assert any("http.rate-limited" in line for line in listed(here))
        assert not any("http.auth-invalid" in line for line in listed(here))
        assert "http.rate-limited" in here.see("#found")
        assert any("text.truncated" in line for line in await search(here, "SOFT"))
        assert any("http.quota-exhausted" in line for line in await search(here, "insufficient_"))
        assert [line[:16] for line in await search(here, "zzz")] == ["Nothing matches."]
        await here.press("enter")
        assert "Scenarios for text" in here.text, "nothing is chosen where nothing is found"
        await here.press("escape")
        assert "no scenario" in here.see("#scenario")

    act(look, tmp_path)


def test_each_tab_lists_its_own_failures_by_class(tmp_path):
    async def look(here: Playing) -> None:
        for kind in Kind:
            await here.open(kind)
            await here.press("ctrl+o")
            lines = listed(here)
            for mode in catalogue.of_kind(kind):
                heading = lines.index(f"{mode.cls.sign} {mode.cls.value.upper()}")
                after = lines[heading + 1 :]
                mine = after[: next((n for n, line in enumerate(after) if line[0] in SIGNS), len(after))]
                assert f"{mode.id} {mode.title}" in mine
            assert len(lines) == 1 + len(catalogue.of_kind(kind)) + len(
                {mode.cls for mode in catalogue.of_kind(kind)}
            )
            await here.press("escape")

    act(look, tmp_path, size=(100, 30))


def test_a_choice_fills_the_draft_and_marks_what_it_filled(tmp_path):
    async def choose(here: Playing) -> None:
        before = values(here)
        await here.press("ctrl+o")
        await search(here, "label")
        await here.press("enter")
        await here.until(lambda: here.sheet.scenario)
        await here.pause()
        assert "silent.label" in here.see("#scenario")
        filled = {name for name in FIELDS if values(here)[name] != before[name]}
        assert {"prompt", "expect"} <= filled
        assert dotted(here) == filled
        assert "set by the scenario" in here.see("#composer")
        here.widget("#prompt").focus()
        await here.press("x")
        assert dotted(here) == filled - {"prompt"}
        await here.press("ctrl+o", "enter")
        await here.until(lambda: not here.sheet.scenario)
        await here.pause()
        assert "no scenario" in here.see("#scenario")
        assert dotted(here) == set()
        assert "set by the scenario" not in here.see("#composer")

    act(choose, tmp_path)


def test_arrows_choose_while_the_search_has_the_focus(tmp_path):
    async def choose(here: Playing) -> None:
        await here.press("ctrl+o")
        await search(here, "transport")
        assert "transport.connect" in listed(here)[1]
        await here.press("down", "down", "down", "up", "up", "enter")
        await here.until(lambda: here.sheet.scenario)
        assert here.sheet.scenario == "transport.tls"

    act(choose, tmp_path, size=(80, 24))
