"""Play: one scenario as a drill puts it on, and what its nature asks of a program."""

from dataclasses import dataclass, field
from enum import Enum

from cometplay.core import jsons
from cometplay.core.drafts import Kind
from cometplay.core.findings import (
    RESULT_URL,
    Break,
    Breakage,
    Listen,
    Reply,
    Retryable,
    Say,
    SayThen,
    Script,
    Step,
)
from cometplay.core.retry import REPEATABLE
from cometplay.core.states import TaskReading, TaskState, read_task
from cometplay.core.wire import Phase
from cometplay.failures.source import Source


class Repeat(Enum):
    """What may be done about the failed request; the value is what a person reads as expected."""

    DUE = "wait, and send it again"
    FREE = "a clear end, or another try after a wait"
    NEVER = "no repeat, and an end that says so"
    BILLED = "no repeat by itself: the job may run, and be billed"
    NONE = "the result"


class Aim(Enum):
    """What a play is put on for, beyond the failure itself."""

    FAILURE = "failure"
    HEALTH = "health"
    PATIENCE = "patience"
    """The failure lasts: how often, and how far apart, is it tried? Played by several copies at once."""


@dataclass(frozen=True, slots=True)
class Play:
    """A scenario for one kind of request. `phase` is where the script strikes.

    `bad` is how many requests in a row fail before one succeeds, None when all do. `partial` is the text of
    an answer that is not whole. `lasting`: a task may rightly be watched for longer than any drill. `usual`:
    played unless something else is asked for.
    """

    id: str
    kind: Kind
    source: Source
    script: Script = field(default_factory=Script, repr=False)
    phase: Phase = Phase.CREATE
    retryable: Retryable = Retryable.NO
    aim: Aim = Aim.FAILURE
    lasting: bool = False
    usual: bool = True

    @property
    def step(self) -> Step | None:
        """What its first rule of the phase does; None without one."""
        return next((rule.step for rule in self.script.rules if rule.phase is self.phase), None)

    @property
    def bad(self) -> int | None:
        counts = [rule.times for rule in self.script.rules if rule.phase is self.phase]
        if self.script.listen is not Listen.NORMALLY or None in counts:
            return None
        return sum(count for count in counts if count is not None)

    @property
    def fails(self) -> bool:
        return self.script.listen is not Listen.NORMALLY or self.step is not None

    @property
    def repeat(self) -> Repeat:
        """Whether the failed request may be sent again (api-contract.md 9.2, 10.3)."""
        return _repeat(self) if self.fails else Repeat.NONE

    @property
    def task(self) -> TaskReading | None:
        """What it says of a task; None where it strikes no poll, or the poll fails."""
        if self.phase is not Phase.POLL or not isinstance(self.step, Reply) or self.step.status != _GOOD:
            return None
        try:
            return read_task(jsons.parse(self.step.body.replace(RESULT_URL, _ANY_URL)))
        except ValueError:
            return None

    @property
    def made(self) -> bool:
        """Whether it says, in words of its own, that the task is done, and where its file is."""
        return bool(self.task and self.task.state is TaskState.SUCCEEDED and self.task.url)

    @property
    def terminal(self) -> bool:
        """Whether it says that the task is over: nothing is to be had by polling on."""
        return self.made or bool(self.task and self.task.lost)

    @property
    def waiting(self) -> bool:
        """Whether it says, in whatever word, that the task is still being made."""
        return bool(self.task and not self.task.state.terminal)

    @property
    def can_end_well(self) -> bool:
        """Whether a program may rightly come to a result: the task itself has not failed, and will not."""
        made = bool(self.task and self.task.state is TaskState.SUCCEEDED)
        return made or (self.phase is Phase.POLL and self.retryable is Retryable.NOTHING)

    @property
    def partial(self) -> str:
        match self.step:
            case SayThen(content) | Say(content=str(content), finish_reason="length" | None):
                return content
            case _:
                return ""

    @property
    def streamed(self) -> bool:
        """Whether only a program that asks for a stream can make sense of it."""
        match self.step:
            case SayThen():
                return True
            case Reply(headers=headers):
                return any("event-stream" in value for _, value in headers)
            case _:
                return False

    @property
    def silent(self) -> bool:
        """Whether nothing more comes on an open connection: who waits is within every documented limit."""
        return isinstance(self.step, Break) and self.step.how in _SILENT


_ANY_URL = "https://storage.invalid/file"
_SILENT = frozenset({Breakage.SILENCE, Breakage.STALL})
_GOOD, _EDGE_TIMEOUT = 200, 524


def _repeat(play: Play) -> Repeat:
    if play.retryable is not Retryable.YES:
        return Repeat.NEVER if play.retryable is Retryable.NO else Repeat.NONE
    match play.step:
        case Reply(status) if status in REPEATABLE.get((play.kind, play.phase), ()):
            return Repeat.DUE
        case Reply() | Break() if play.phase is Phase.POLL:
            return Repeat.DUE
        case Reply(status) if status == _EDGE_TIMEOUT and play.phase is Phase.CREATE:
            return Repeat.BILLED
        case Break() if play.kind is not Kind.TEXT and play.phase is Phase.CREATE:
            return Repeat.BILLED
        case _:
            return Repeat.FREE
