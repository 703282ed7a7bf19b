"""Plan: what one run is to do, and within which limits."""

from dataclasses import dataclass, field

from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, Kind
from cometplay.core.limits import LARGEST_FILES, REQUEST_LIMITS_S
from cometplay.core.polling import PollPolicy
from cometplay.core.retry import CREATE_REPEATS
from cometplay.core.wire import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to do.

    `repeats` are of the create; with `automatic` False nothing that failed is repeated, polls
    included. `request_limit_s` replaces the limit of every request. `resume` is the id of a task to
    watch instead of making one; with `detach` the watching is left to a later run. `largest_file` replaces
    the limit in bytes above which a result is left where it is.
    """

    draft: Draft
    connection: Connection
    policy: PollPolicy = field(default_factory=PollPolicy)
    repeats: int = CREATE_REPEATS
    automatic: bool = True
    request_limit_s: float | None = None
    resume: str = ""
    detach: bool = False
    largest_file: int | None = None

    def limit_s(self, kind: Kind, phase: Phase) -> float:
        return self.request_limit_s or REQUEST_LIMITS_S[kind, phase]

    def most_bytes(self, kind: Kind) -> int:
        """Of one result."""
        return LARGEST_FILES[kind] if self.largest_file is None else self.largest_file
