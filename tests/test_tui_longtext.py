"""A text that grows by and by: what of it is in sight."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from cometplay.tui.widgets.longtext import CALL, LongText, Part
from cometplay.tui.widgets.output import Output

pytestmark = pytest.mark.slow  # a program of its own for each

HEIGHT = 10


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield Output()


def rows(count: int) -> Part:
    return Part("\n".join(f"row {number}" for number in range(count)))


def in_sight(pilot: Pilot[None]) -> list[str]:
    text = pilot.app.query_one(LongText)
    return [text.render_line(y).text.strip() for y in range(text.size.height)]


def act(test: Callable[[Pilot[None], LongText], Awaitable[None]]) -> None:
    async def run() -> None:
        async with Bare().run_test(size=(40, HEIGHT)) as pilot:
            text = pilot.app.query_one(LongText)
            text.focus()
            await test(pilot, text)

    asyncio.run(run())


def test_the_end_stays_in_sight_row_by_row():
    async def grow(pilot, text):
        text.follows = True
        for count in range(1, 40):
            text.show(rows(count))
            await pilot.pause()
            assert f"row {count - 1}" in in_sight(pilot)

    act(grow)


def test_a_person_who_scrolls_away_is_left_there_and_follows_again_from_the_end():
    async def scroll(pilot, text):
        text.follows = True
        text.show(rows(40))
        await pilot.pause()
        text.scroll_to(y=5, animate=False)
        text.show(rows(60))
        await pilot.pause()
        assert in_sight(pilot)[0] == "row 5"
        text.scroll_end(animate=False)
        await pilot.pause()
        text.show(rows(80))
        await pilot.pause()
        assert in_sight(pilot)[-1] == "row 79"

    act(scroll)


def test_without_following_the_beginning_stays():
    async def stay(pilot, text):
        for count in (5, 40, 80):
            text.show(rows(count))
            await pilot.pause()
        assert in_sight(pilot)[0] == "row 0"

    act(stay)


def test_the_scrollbar_knows_how_long_the_text_is():
    async def grow(pilot, text):
        text.show(rows(HEIGHT))
        await pilot.pause()
        assert not text.show_vertical_scrollbar
        for count in (HEIGHT + 1, 500):
            text.show(rows(count))
            await pilot.pause()
            assert text.show_vertical_scrollbar
            assert text.vertical_scrollbar.window_virtual_size == count
        text.show(rows(2))
        await pilot.pause()
        assert not text.show_vertical_scrollbar

    act(grow)


def test_a_window_of_another_width_keeps_the_end_in_sight():
    async def resize(pilot, text):
        text.follows = True
        text.show(Part("one two three four five six seven eight nine ten " * 30 + "the end"))
        await pilot.pause()
        assert "the end" in in_sight(pilot)[-1]
        await pilot.resize_terminal(25, HEIGHT)
        await pilot.pause()
        assert in_sight(pilot)[-1].endswith("end")
        assert max(map(len, in_sight(pilot))) <= 25

    act(resize)


def test_parts_grow_at_the_end_and_keep_their_looks():
    async def grow(pilot, text):
        text.show(Part("said"))
        text.show(Part("said so"), Part("\n\ncalls", CALL))
        text.show(Part("said so"), Part("\n\ncalls this", CALL))
        await pilot.pause()
        assert in_sight(pilot)[:3] == ["said so", "", "calls this"]
        text.show(Part("another"))
        await pilot.pause()
        assert in_sight(pilot)[:3] == ["another", "", ""]

    act(grow)


def test_a_view_begins_at_its_beginning_although_the_one_before_was_followed():
    async def turn(pilot, _text):
        output = pilot.app.query_one(Output)
        output.follow(wanted=True)
        output.show("short")
        await pilot.pause()
        output.show(rows(90).raw)
        output.go_home()
        await pilot.pause()
        assert in_sight(pilot)[0] == "row 0"

    act(turn)
