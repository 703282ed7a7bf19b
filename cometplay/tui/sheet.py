"""Sheet: everything that one tab shows, as one frozen value. Widgets get it and nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cometplay.core.connection import Target
from cometplay.core.drafts import Draft, Kind
from cometplay.core.models import starting_draft

if TYPE_CHECKING:
    from cometplay.core.answers import ChatAnswer
    from cometplay.core.connection import Connection
    from cometplay.core.drafts import ToolCall
    from cometplay.core.events import Waiting
    from cometplay.core.findings import Finding, Fix
    from cometplay.core.wire import Phase
    from cometplay.session.state import Run
    from cometplay.session.taskview import TaskView
    from cometplay.tui.coding import Writing
    from cometplay.tui.reels import Reel


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Send goes: the target and its address, and how much faster than life its tasks run.

    `free`: no key is needed there.
    """

    target: Target
    address: str
    speed: float = 1.0

    @property
    def name(self) -> str:
        return self.target.value.upper()

    @property
    def free(self) -> bool:
        return self.target is Target.LAB


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tab. `filled` are the fields that the scenario set.

    `connection` is where a Send goes, None until the lab is up; `live` is where it goes without the lab;
    `writing` is how the request is shown as code, None until a person chose.
    `found` is what preflight says of the draft as it stands, `folder` where results are saved. Where tasks
    run side by side, `tasks` are all that are known, the newest first, `chosen` is the key of the one that is
    looked at, and `runs` holds the run of that one alone. `looked_at` is the place of the answer of the run
    that is shown, None for the newest; `reel` what was learned of the chosen task's file.
    """

    kind: Kind
    draft: Draft
    place: Place
    scenario: str = ""
    phase: "Phase | None" = None
    filled: frozenset[str] = frozenset()
    runs: "tuple[Run, ...]" = ()
    busy: bool = False
    automatic: bool = True
    connection: "Connection | None" = None
    live: "Connection | None" = None
    writing: "Writing | None" = None
    found: "tuple[Finding, ...]" = ()
    folder: str = ""
    tasks: "tuple[TaskView, ...]" = ()
    chosen: str = ""
    looked_at: int | None = None
    reel: "Reel | None" = None

    @property
    def side_by_side(self) -> bool:
        """Whether a Send need not wait for the one before."""
        return self.kind is Kind.VIDEO

    @property
    def billed(self) -> bool:
        """Whether a Send makes a job that costs money, and which nothing keeps back."""
        kept_back = any(finding.seen.blocks for finding in self.found)
        return self.kind is Kind.VIDEO and not self.place.free and not kept_back

    @property
    def task(self) -> "TaskView | None":
        """The task that is looked at."""
        return next((view for view in self.tasks if view.task.key == self.chosen), None)

    @property
    def run(self) -> "Run | None":
        """The newest run."""
        return self.runs[-1] if self.runs else None

    @property
    def moment(self) -> tuple[str, bool, int, int, bool]:
        """Another one with every event; of a streamed answer only with its first text."""
        transcript = self.run.transcript if self.run else None
        begun = transcript is not None and transcript.first_chunk_at is not None
        return self.chosen, self.busy, len(self.runs), len(transcript.events) if transcript else 0, begun

    @property
    def begun(self) -> float | None:
        """When the newest run began; epoch seconds."""
        return self.run.began_at if self.run else None

    @property
    def streaming(self) -> bool:
        """Whether more of an answer is on its way."""
        return self.busy and self.run is not None and self.run.transcript.stream is not None

    @property
    def sent(self) -> "Run | None":
        """The newest run that is no pasted answer."""
        return next((run for run in reversed(self.runs) if not run.pasted), None)

    @property
    def failed(self) -> bool:
        """Whether the newest run has anything but success to tell; one that was cancelled has nothing."""
        if self.run is None or self.run.verdict is None:
            return False
        from cometplay.core.events import EndReason
        from cometplay.core.findings import ModeClass

        return self.run.verdict.cls is not ModeClass.OK and (
            self.run.transcript.ended is not EndReason.CANCELLED
        )

    @property
    def fix(self) -> "Fix | None":
        """What a machine can mend of the newest run, once that is over."""
        return None if self.busy or self.run is None else self.run.fix

    @property
    def code_of(self) -> tuple[object, ...]:
        """All that the request as code depends on."""
        failure = self.run.verdict.mode if self.run and self.run.verdict and self.failed else ""
        return self.draft, self.connection, self.live, self.writing, self.place.target, failure

    @property
    def files(self) -> tuple[str, ...]:
        """The saved files of the newest run, or of a task that an earlier start watched."""
        if self.run and self.run.transcript.saved:
            return tuple(file.path for file in self.run.transcript.saved)
        return self.task.task.files if self.task else ()

    @property
    def has_file(self) -> bool:
        return bool(self.files)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The files that can be drawn: pictures, or the one that stands for a video."""
        if self.kind is Kind.VIDEO:
            return (self.reel.poster,) if self.reel and self.reel.poster else ()
        return self.files

    @property
    def answer(self) -> "ChatAnswer | None":
        """What the newest run's chat said, as far as it came."""
        return self.run.answer if self.run else None

    @property
    def calls(self) -> "tuple[ToolCall, ...]":
        """The tools that it asks for."""
        return self.answer.calls if self.answer else ()

    @property
    def checked(self) -> "tuple[Finding, ...]":
        """What preflight says of a draft that was not sent yet: what was sent, the run tells itself."""
        run = self.sent
        return () if self.busy or (run and run.draft == self.draft) else self.found

    @property
    def waiting(self) -> "Waiting | None":
        """The wait that goes on just now."""
        if not self.busy or self.run is None or not self.run.transcript.events:
            return None
        from cometplay.core.events import Waiting

        newest = self.run.transcript.events[-1]
        return newest if isinstance(newest, Waiting) else None

    @property
    def waits_to_repeat(self) -> bool:
        """Whether the wait is one before a repeat, which a person may cut short or forbid."""
        waiting = self.waiting
        if waiting is None:
            return False
        from cometplay.core.events import WaitReason

        return waiting.reason is not WaitReason.POLL


def first_sheet(kind: Kind, place: Place) -> Sheet:
    """What a tab opens with."""
    return Sheet(kind, starting_draft(kind), place)
