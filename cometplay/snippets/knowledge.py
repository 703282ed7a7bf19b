"""What a careful program has to know, taken from the tables that the rest of this program decides by."""

from collections.abc import Mapping
from dataclasses import dataclass

from cometplay.core.bodies import ID_HEADERS
from cometplay.core.drafts import Kind
from cometplay.core.polling import PollPolicy
from cometplay.core.retry import REPEATABLE
from cometplay.core.routes import Route
from cometplay.core.states import TaskState, state_of
from cometplay.core.wire import Phase
from cometplay.failures import tables

POLICY = PollPolicy()
_FIRST_IDS = 3
_READ_ONLY = "GET only"


def create_statuses(kind: Kind) -> tuple[int, ...]:
    """The statuses after which a create may go out again by itself."""
    return tuple(sorted(REPEATABLE[kind, Phase.CREATE]))


def read_statuses(kind: Kind) -> tuple[int, ...]:
    """Those after which a request may that only asks; a slow edge's are among them."""
    rows = (row for row in tables.HTTP_STATUS.rows if row[2] == _READ_ONLY)
    slow = (int(word) for row in rows for word in row[0].split(", "))
    return tuple(sorted({*REPEATABLE[kind, Phase.POLL], *slow}))


def permanent_codes() -> tuple[str, ...]:
    """The error codes that no repeat can help, whatever the status."""
    return tuple(sorted(row[0] for row in tables.ERROR_CODES.rows if row[2] == "no"))


def unfinished() -> dict[str | None, str]:
    """Every finish reason of an answer that is not done: what it means, and what to do."""
    return {
        None if reason == "null" else reason: f"{meaning}: {advice}"
        for reason, meaning, advice in tables.FINISH_REASON.rows
        if reason != "stop"
    }


def id_headers() -> tuple[str, ...]:
    """The gateway's own headers with a request id, the first that counts first."""
    return ID_HEADERS[:_FIRST_IDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How a route's answers tell of a task: paths of fields, best first (api-contract.md 5.3 to 8).

    `words`: all that its pages, in any version, name for the end of one; what each means is in states.py.
    """

    ids: tuple[str, ...] = ("id", "task_id")
    word: str = "status"
    urls: tuple[str, ...]
    reasons: tuple[str, ...] = ("error.message", "error", "fail_reason")
    words: str

    @property
    def succeeded(self) -> tuple[str, ...]:
        return tuple(word for word in self.words.split() if state_of(word) is TaskState.SUCCEEDED)

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(word for word in self.words.split() if word not in self.succeeded)


_WRAPPED = "success failure"
"""The gateway's own form around any provider's answer (6.3)."""
_GIVEN_UP = "cancelled canceled expired"

_KLING = Account(
    ids=("task_id",),
    word="task_status",
    urls=("task_result.videos.0.url",),
    reasons=("task_status_msg",),
    words="succeed failed",
)

ACCOUNTS: Mapping[Route, Account] = {
    Route.VIDEOS: Account(
        urls=("video_url", "result_url", "url", "metadata.url", "fail_reason"),
        words=f"completed succeeded {_WRAPPED} failed error {_GIVEN_UP}",
    ),
    Route.KLING_TEXT: _KLING,
    Route.KLING_IMAGE: _KLING,
    Route.KLING_OMNI: _KLING,
    Route.RUNWAY: Account(
        ids=("id",),
        urls=("output.0", "fail_reason"),
        reasons=("failure", "failureCode", "fail_reason"),
        words=f"succeeded {_WRAPPED} failed {_GIVEN_UP}",
    ),
    Route.RUNWAY_COMPATIBLE: Account(
        ids=("task_id",),
        urls=("result_url", "video_url", "fail_reason"),
        reasons=("fail_reason",),
        words=f"{_WRAPPED} failed {_GIVEN_UP}",
    ),
    Route.GROK: Account(
        ids=("request_id",),
        urls=("video.url", "fail_reason"),
        words=f"done {_WRAPPED} failed expired",
    ),
    Route.REPLICATE: Account(
        urls=(),
        words=f"{_WRAPPED} succeeded failed error canceled",
    ),
}
