"""What a program did in one scenario, as it can be seen from outside: the evidence that the rules judge."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase

Same: TypeAlias = tuple[str, str, str, bool]
"""Method, path, body, and whether there was a key."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that arrived. `at_s` counts from the first; `status` is None where no whole answer was given.

    `headers` are by lower-case name, credentials masked; `keyed`: it carried a key; `stored`: it went to the
    storage host; `task` is the task or file that its path names.
    """

    at_s: float
    method: str
    path: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: str = field(default="", repr=False)
    keyed: bool = False
    stored: bool = False
    kind: Kind | None = None
    phases: frozenset[Phase] = frozenset()
    task: str = ""

    @property
    def same(self) -> Same:
        """What two requests have in common when one repeats the other; a form's boundary is random."""
        marked = _BOUNDARY.search(self.headers.get("content-type", ""))
        body = self.body.replace(marked.group(1), "") if marked else self.body
        return self.method, self.path, body, self.keyed

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


_BOUNDARY = re.compile(r'boundary="?([^";]+)')


@dataclass(frozen=True, slots=True)
class Output:
    """What a program printed: the beginning and the end of it, and how many bytes it was."""

    text: str = field(default="", repr=False)
    size: int = 0


NOTHING = Output()


@dataclass(frozen=True, slots=True)
class Left:
    """A file that a run made or changed, by its name below the working folder. `whole`: it is not cut off."""

    name: str
    size: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """One run of the program.

    `exit` is its status, negative for the signal that ended it; `timed_out`: it ran at the time limit and was
    ended. `not_started` says why there was no run, "" when there was one. `elsewhere` is what reached a host
    that a redirect led to. `leaked` names where the key was printed.
    """

    requests: tuple[Seen, ...] = ()
    elsewhere: tuple[Seen, ...] = ()
    exit: int = 0
    timed_out: bool = False
    not_started: str = ""
    stdout: Output = NOTHING
    stderr: Output = NOTHING
    leaked: tuple[str, ...] = ()
    files: tuple[Left, ...] = ()
    seconds: float = 0.0

    @property
    def said(self) -> str:
        return f"{self.stdout.text}\n{self.stderr.text}"

    def calls(self, kind: Kind, phase: Phase) -> tuple[Seen, ...]:
        """The requests that a phase of a kind's run consists of; a file belongs to whoever fetches it."""
        return tuple(
            seen for seen in self.requests if phase in seen.phases and (seen.stored or seen.kind is kind)
        )
