"""When to ask after a task again, when to say a word, when to stop watching (api-contract.md 11)."""

import zlib
from dataclasses import dataclass, replace
from typing import TypeAlias

from cometplay.core.states import TaskState


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """Every mark of the schedule, in seconds since the submit unless it is a pause or a count."""

    first_s: float = 5
    """Pause before the first poll, and after one that did not find the task yet."""
    early_s: float = 10
    late_s: float = 20
    late_after_s: float = 120
    queued_warning_s: float = 600
    deadline_s: float = 900
    not_visible_for_s: float = 60
    not_visible_polls: int = 6
    permanent_failures: int = 3
    longest_retry_after_s: float = 120
    spread_s: float = 0
    """How far apart the first polls of tasks that are watched side by side may be."""

    def faster(self, speed: float) -> "PollPolicy":
        """The same schedule where time runs `speed` times as fast (a lab)."""
        return replace(
            self,
            first_s=self.first_s / speed,
            early_s=self.early_s / speed,
            late_s=self.late_s / speed,
            late_after_s=self.late_after_s / speed,
            queued_warning_s=self.queued_warning_s / speed,
            deadline_s=self.deadline_s / speed,
            not_visible_for_s=self.not_visible_for_s / speed,
            spread_s=self.spread_s / speed,
        )

    def every(self, seconds: float) -> "PollPolicy":
        """One pause for all, the first poll included."""
        return replace(self, first_s=seconds, early_s=seconds, late_s=seconds)

    def until(self, seconds: float) -> "PollPolicy":
        """The same schedule with another deadline."""
        return replace(self, deadline_s=seconds)

    def side_by_side(self) -> "PollPolicy":
        """The same schedule for one task of many, so that they do not all go out in the same moment."""
        return replace(self, spread_s=self.early_s)


@dataclass(frozen=True, slots=True)
class Look:
    """What the last poll of a task gave.

    `state` is None when it showed none (an error); `pending` tells that the verdict on it was
    "not over yet", `settled` that no further poll can change it; `permanent` counts the errors in a
    row that no repeat can mend.
    """

    state: TaskState | None = None
    pending: bool = True
    settled: bool = False
    permanent: int = 0
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class PollAgain:
    in_s: float


@dataclass(frozen=True, slots=True)
class StopPolling:
    """`settled`: the task is over, or will not be found. Otherwise the deadline ended the watching."""

    settled: bool


PollDecision: TypeAlias = PollAgain | StopPolling


def share_of(task_id: str) -> float:
    """A task's own place from 0 to 1 among others: the same for the same id, in any program."""
    return zlib.crc32(task_id.encode("utf-8", "backslashreplace")) / 2**32


def next_poll(policy: PollPolicy, elapsed_s: float, look: Look | None, share: float = 0) -> PollDecision:
    """Decides after a poll (`look` is None before the first), `elapsed_s` after the submit.

    `share` of the policy's spread is waited before the first.
    """
    if look is None:
        return PollAgain(min(policy.first_s + share * policy.spread_s, policy.deadline_s))
    over = look.state is not None and look.state.terminal
    if over or look.settled or look.permanent >= policy.permanent_failures:
        return StopPolling(settled=True)
    pause = _pause(policy, elapsed_s, look)
    if elapsed_s >= policy.deadline_s:
        return StopPolling(settled=False)
    # the last look falls on the deadline, never behind it
    return PollAgain(min(pause, policy.deadline_s - elapsed_s))


def _pause(policy: PollPolicy, elapsed_s: float, look: Look) -> float:
    if look.retry_after_s is not None:
        # a server that asks for no pause at all still gets one: it is polled, not flooded
        return max(policy.first_s / 5, min(look.retry_after_s, policy.longest_retry_after_s))
    if look.state is None and look.pending:
        return policy.first_s
    return policy.late_s if elapsed_s >= policy.late_after_s else policy.early_s


SLIP_S = 30
"""Seconds by which a pause or a clock may be off before it is worth a word."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Time that went otherwise than a pause expected, in seconds.

    `asleep`: the pause lasted so much longer by the clock that only grows, and nobody watched. `ahead`: the
    time of day went so much further than that clock; less than 0 where it was set back. A machine that
    sleeps shows as either, as its system counts.
    """

    asleep_s: float = 0
    ahead_s: float = 0

    def __bool__(self) -> bool:
        return bool(self.asleep_s or self.ahead_s)


def slip(pause_s: float, took_s: float, wall_s: float) -> Slip:
    """What a pause of `pause_s` shows that took `took_s` by one clock and `wall_s` by the time of day."""
    late, ahead = took_s - pause_s, wall_s - took_s
    return Slip(late if late >= SLIP_S else 0, ahead if abs(ahead) >= SLIP_S else 0)
