"""The pictures of a run, drawn as well as this terminal can; several stand in a strip."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from cometplay.core import plain


class Frame(Vertical):
    """One picture with a line about it. It is drawn once the file was read, beside the screen."""

    DEFAULT_CSS = """
    Frame {
        width: 1fr;
        height: 1fr;
        align: center top;
        .drawing { width: auto; height: auto; max-width: 100%; max-height: 100%; }
        .canvas { height: 1fr; width: 1fr; align: center bottom; }
        .about { height: 1; width: 1fr; color: $text-muted; text-align: center; }
        &.-chosen .about { color: $text-accent; text-style: bold; }
    }
    """

    @dataclass
    class Chosen(Message):
        """A click on the picture."""

        path: Path

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def compose(self) -> ComposeResult:
        yield Vertical(classes="canvas")
        yield Static("", classes="about", markup=False)

    async def on_mount(self) -> None:
        self.run_worker(self._draw)

    async def _draw(self) -> None:
        from cometplay.session.timeline import amount
        from cometplay.tui.graphics import picture_widget
        from cometplay.tui.terminals import terminal
        from cometplay.tui.thumbnails import NotShownError, thumbnail

        about = next(iter(self.query(".about").results(Static)), None)
        if about is None:  # it was taken away before its turn came
            return
        try:
            small = await asyncio.to_thread(thumbnail, self.path)
        except NotShownError as error:
            about.update(Content(plain.line(str(error), 200)))
            return
        widget = picture_widget(terminal(os.environ).graphics)
        for canvas in self.query(".canvas"):  # none, where another strip came meanwhile
            await canvas.mount(widget(small.image, classes="drawing"))
        about.update(Content(f"{small.format} · {small.width} × {small.height} · {amount(small.size)}"))

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(self.Chosen(self.path))


class Gallery(Horizontal, can_focus=True):
    """The strip. `chosen` is the one that keys and commands are about; left, right or a click chooses."""

    DEFAULT_CSS = """
    Gallery { height: 1fr; min-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Left", show=False),
        Binding("right", "step(1)", "Right", show=False),
    ]

    paths: reactive[tuple[Path, ...]] = reactive(())
    chosen: reactive[int] = reactive(0)

    async def watch_paths(self, old: tuple[Path, ...], paths: tuple[Path, ...]) -> None:
        kept = old == paths[: len(old)]
        if not kept:
            await self.remove_children()
            self.chosen = 0
        await self.mount_all(Frame(path) for path in paths[len(old) if kept else 0 :])
        self.watch_chosen()

    def watch_chosen(self) -> None:
        for place, frame in enumerate(self.query(Frame)):
            frame.set_class(len(self.paths) > 1 and place == self.chosen, "-chosen")
        self.post_message(self.Turned(self.chosen))

    @dataclass
    class Turned(Message):
        """Another picture is the chosen one."""

        place: int

    def on_frame_chosen(self, event: Frame.Chosen) -> None:
        event.stop()
        self.chosen = self.paths.index(event.path)

    def action_step(self, by: int) -> None:
        if self.paths:
            self.chosen = (self.chosen + by) % len(self.paths)
