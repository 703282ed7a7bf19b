"""What every part of the play screen stands on: the open sheet, the runner behind it, and a way to speak."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.app import App
from textual.reactive import reactive
from textual.screen import Screen

from cometplay.core import plain
from cometplay.core.connection import Target
from cometplay.core.drafts import Draft, Kind
from cometplay.tui.habits import Habit
from cometplay.tui.outset import Outset
from cometplay.tui.runner import Runner
from cometplay.tui.sheet import Place, Sheet, first_sheet

if TYPE_CHECKING:
    from cometplay.session.taskview import TaskView
    from cometplay.tui.screens.question import Question

Severity = Literal["information", "warning", "error"]


class Desk(Screen[None]):
    """`sheet` is the open tab; widgets get it by data binding. The sheets of all tabs are kept."""

    sheet: reactive[Sheet] = reactive(
        lambda: first_sheet(Kind.TEXT, Place(Target.LAB, "")), init=False, repaint=False
    )

    def __init__(self, outset: Outset, changed: Callable[[Sheet], None]) -> None:
        super().__init__()
        self._downloads = outset.folder
        self._runner = Runner(outset, changed, self._task_ended, self._tell_fault)
        self._serving = False
        self._habits: frozenset[Habit] = outset.habits
        self.set_reactive(Desk.sheet, self._runner.sheet(Kind.TEXT))

    @property
    def _program(self) -> App[object]:
        return self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  textual leaves it open

    def _bring_up_lab(self) -> None:
        """The lab starts when it is needed first: until then it takes no memory and no port."""
        if not self._serving:
            self._serving = True
            self.run_worker(self._runner.serve, name="lab")

    def _say(self, text: str, severity: Severity = "information") -> None:
        self.notify(plain.line(text, 300), severity=severity, markup=False)

    def _check(self) -> None:
        """Looks at what is composed, once the key that changed it is drawn."""
        check = partial(
            self._runner.check, self.sheet.kind
        )  # called when it runs: a newer key may forestall it
        self.call_after_refresh(lambda: self.run_worker(check, group="check", exclusive=True))

    @property
    def _folder(self) -> Path:
        """Where results and views are saved."""
        return self._runner.folder

    def _ask(self, question: "Question", then: Callable[[bool], None]) -> None:
        self._program.push_screen(question, lambda answer: then(bool(answer)))

    def _send(self, draft: Draft, *, agreed: bool = False) -> None:
        raise NotImplementedError

    def _task_ended(self, view: "TaskView") -> None:
        raise NotImplementedError

    def _tell_fault(self, fault: str) -> None:
        self._say(fault[:1].upper() + fault[1:], severity="warning")
