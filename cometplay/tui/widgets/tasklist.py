"""The tasks of a tab, a line each: one widget that draws those in sight, be it one or a thousand."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.timer import Timer
from textual.widgets import Static

from cometplay.core import plain
from cometplay.tui.actions import ACTIONS, POSSIBLE, key_of
from cometplay.tui.messages import TaskChosen
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.press import Press
from cometplay.tui.widgets.telling import tell

if TYPE_CHECKING:
    from cometplay.session.taskview import TaskView

EVERY_S = 0.5
"""Seconds between two looks at the clock."""
DEEDS = ("poll_now", "stop_watching", "watch_again", "forget")
"""What a click can do with the chosen task."""
MOST_LINES = 10
"""Lines that the list takes of the panel at the most; it scrolls."""


class TaskLines(ScrollView, can_focus=True):
    """The lines. Typing searches; up, down and a click choose. `now` gives seconds since the epoch."""

    DEFAULT_CSS = """
    TaskLines { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False),
        Binding("down", "step(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "end(0)", "Newest", show=False),
        Binding("end", "end(-1)", "Oldest", show=False),
        Binding("backspace", "shorten", "Shorten the search", show=False),
        Binding("delete", "widen", "Show all", show=False),
    ]

    wanted: reactive[str] = reactive("")

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(id="tasks")
        self._now = now
        self._known: tuple[TaskView, ...] = ()
        self._chosen = ""
        self._shown: tuple[TaskView, ...] = ()
        self._timer: Timer | None = None

    def show(self, views: "tuple[TaskView, ...]", chosen: str) -> None:
        """Other tasks, or another one of them."""
        moved = chosen != self._chosen
        self._known, self._chosen = views, chosen
        self._sift()
        if moved:
            self._bring_into_sight()
        watched = any(view.watched for view in views)
        if watched and self._timer is None:
            self._timer = self.set_interval(EVERY_S, self._tick)
        elif not watched and self._timer is not None:
            self._timer.stop()
            self._timer = None

    @property
    def count(self) -> int:
        return len(self._shown)

    def _tick(self) -> None:
        if self.is_on_screen:
            self.refresh()

    def _sift(self) -> None:
        from cometplay.tui.standing import matches

        kept = self._known
        if self.wanted:
            kept = tuple(view for view in kept if matches(view, self.wanted))
        self._shown = kept
        size = Size(self.scrollable_content_region.width, len(kept))
        if size != self.virtual_size:
            self.virtual_size = size
        self.refresh()

    def watch_wanted(self) -> None:
        self._sift()
        self.scroll_home(animate=False)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        place = y + self.scroll_offset.y
        if place >= len(self._shown):
            return Strip.blank(width, self.rich_style)
        from cometplay.tui import tasklines

        view = self._shown[place]
        chosen = view.task.key == self._chosen
        content = tasklines.line(view, self._now(), width, chosen=chosen)
        style = self.visual_style + Style(bold=chosen, reverse=chosen and self.has_focus)
        return Strip(content.render_segments(style)).adjust_cell_length(width, style.rich_style)

    def on_focus(self) -> None:
        self.screen.add_class("-listing")

    def on_blur(self) -> None:
        self.screen.remove_class("-listing")

    def on_click(self, event: Click) -> None:
        place = event.y + self.scroll_offset.y
        if 0 <= place < len(self._shown):
            self._choose(place)

    def on_key(self, event: Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            self.wanted += event.character
        elif event.key == "escape" and self.wanted:
            event.stop()
            event.prevent_default()
            self.wanted = ""

    def action_shorten(self) -> None:
        self.wanted = self.wanted[:-1]

    def action_widen(self) -> None:
        self.wanted = ""

    def action_step(self, by: int) -> None:
        place = self._place
        self._choose(0 if place is None else place + by)

    def action_page(self, by: int) -> None:
        self.action_step(by * max(1, self.size.height - 1))

    def action_end(self, place: int) -> None:
        self._choose(place if place >= 0 else len(self._shown) - 1)

    @property
    def _place(self) -> int | None:
        return next((n for n, view in enumerate(self._shown) if view.task.key == self._chosen), None)

    def _choose(self, place: int) -> None:
        if self._shown:
            key = self._shown[max(0, min(place, len(self._shown) - 1))].task.key
            self.post_message(TaskChosen(key))

    def _bring_into_sight(self) -> None:
        place = self._place
        if place is not None:
            line = Region(0, place, 1, 1)
            self.call_after_refresh(self.scroll_to_region, line, animate=False)


def _title(name: str) -> str:
    return next(action.title for action in ACTIONS if action.name == name).lower()


class TaskList(Vertical):
    """The lines, and above them what they are and what can be done with the chosen one."""

    DEFAULT_CSS = """
    TaskList {
        height: auto;
        max-height: 40%;
        display: none;
        &.-any { display: block; }
        #tasks-line { height: 1; background: $panel; padding: 0 0 0 1; }
        #tasks-told { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #tasks-told { color: $text-primary; }
        #tasks-line Press { display: none; color: $text-accent; }
        #tasks-line Press.-can { display: block; }
    }
    """

    sheet: reactive[Sheet | None] = reactive(None, repaint=False)

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(id="task-list")
        self._lines = TaskLines(now)

    def compose(self) -> ComposeResult:
        with Horizontal(id="tasks-line"):
            yield Static("", id="tasks-told", markup=False)
            for name in DEEDS:
                yield Press(f"{_title(name)} {key_of(name)}", name, id=f"deed-{name}")
        yield self._lines

    def on_mount(self) -> None:
        self.watch(self._lines, "wanted", self._tell, init=False)

    def watch_sheet(self, old: Sheet | None, sheet: Sheet | None) -> None:
        if sheet is None or (old and old.tasks is sheet.tasks and old.chosen == sheet.chosen):
            return
        self.set_class(bool(sheet.tasks), "-any")
        if self.screen.has_class("-tasks") != bool(sheet.tasks):
            self.screen.set_class(bool(sheet.tasks), "-tasks")
        if sheet.tasks:
            self._lines.show(sheet.tasks, sheet.chosen)
            self._lines.styles.height = min(MOST_LINES, len(sheet.tasks))
            self._tell()

    def _tell(self) -> None:
        if self.sheet is None:
            return
        from cometplay.tui.tasklines import summary

        told = summary(self.sheet, plain.line(self._lines.wanted, 30), self._lines.count)
        possible = tuple(name for name in DEEDS if POSSIBLE[name](self.sheet))
        tell(self.query_one("#tasks-told", Static), Content(told))
        for name in DEEDS:
            self.query_one(f"#deed-{name}").set_class(name in possible, "-can")
