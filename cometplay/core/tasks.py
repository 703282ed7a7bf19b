"""What is kept of a task so that it outlives the program: a run writes these values, a history reads them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cometplay.core.drafts import Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.routes import Route

if TYPE_CHECKING:
    from cometplay.core.states import TaskState


class Stage(StrEnum):
    """How far a task is known. It is kept as SENT before its create leaves, and as MADE once it has an id."""

    SENT = "sent"
    MADE = "made"
    OVER = "over"
    LOST = "lost"
    """Sent, its answer never read, and the person was told."""
    NOT_MADE = "not made"
    """Kept back or refused: nothing is billed, and nothing of it is kept."""


class Held(StrEnum):
    """Who watches a task: nobody, this program, or another one on the same history."""

    FREE = "free"
    HERE = "here"
    ELSEWHERE = "elsewhere"


class NotKeptError(Exception):
    """Something could not be kept or read; the text is a clause that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """A task as it is kept. `key` is its name here, from before it has an `id`; times are epoch seconds.

    `state`, `word` and `progress` are those of the last look, at `looked_at`; `files` are saved paths.
    `held` is told by who keeps it, and not kept itself. No field holds a key or a signed url.
    """

    key: str
    kind: Kind
    route: Route
    model: str
    prompt: str
    base_url: str
    created_at: float
    stage: Stage = Stage.SENT
    id: str = ""
    poll_path: str = ""
    state: "TaskState | None" = None
    word: str = ""
    progress: str = ""
    looked_at: float | None = None
    files: tuple[str, ...] = ()
    held: Held = Held.FREE

    @property
    def unanswered(self) -> bool:
        """Whether it was sent and nobody is left to read the answer: it may be made, and billed."""
        return self.stage is Stage.LOST or (self.stage is Stage.SENT and self.held is Held.FREE)

    @property
    def open(self) -> bool:
        """Whether watching it can still bring something: it goes on, or its file was not fetched."""
        return self.stage is Stage.MADE

    @property
    def draft(self) -> Draft:
        """What a run that resumes it starts from: its route is what counts, for nothing is created."""
        form = ImageDraft if self.kind is Kind.IMAGE else VideoDraft
        # one that another program made may be known without its prompt
        untold = frozenset({"prompt"})
        return form(model=self.model, prompt=self.prompt, api=self.route, left_empty=untold)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run as it is kept; `at` in epoch seconds, `verdict` a mode's id, `status` 0 where none came."""

    at: float
    kind: Kind
    model: str
    prompt: str
    target: str
    scenario: str = ""
    verdict: str = ""
    request_id: str = ""
    status: int = 0
    elapsed_s: float = 0.0
