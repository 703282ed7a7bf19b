"""Plays that only a drill has: what lasts, what leads elsewhere, words and cuts that programs meet."""

import json

from cometplay.core.drafts import Kind
from cometplay.core.findings import (
    REQUEST_ID,
    RESULT_URL,
    TASK_ID,
    Break,
    Breakage,
    Reply,
    Retryable,
    Rule,
    SayThen,
    Script,
    Step,
    StreamEnd,
)
from cometplay.core.jsons import Json
from cometplay.core.wire import Phase
from cometplay.drill.play import Aim, Play
from cometplay.failures.source import CHAT_PAGE, ERROR_PAGE, POLLING_GUIDE, RETRY_GUIDE, VIDEO_PAGE, Source

ELSEWHERE = "{{elsewhere}}"
"""In a header of a drill's play: the address of another host, where nobody may bring a key."""

_JSON = ("content-type", "application/json")
_HALF = "The tide comes in twice a day, because the moon"


def _error(status: int, code: str, message: str) -> Reply:
    error = {"code": code, "message": f"{message} (request id: {REQUEST_ID})", "type": "comet_api_error"}
    return Reply(status, json.dumps({"error": error}))


def _task(word: str, **more: Json) -> Reply:
    return Reply(200, json.dumps({"id": TASK_ID, "object": "video", "status": word, **more}))


def _script(step: Step, times: int | None = None, phase: Phase = Phase.CREATE) -> Script:
    return Script((Rule(step, times=times, phase=phase),))


_BUSY = _error(503, "service_unavailable", "The service is busy, try again later")
_LOCKED = _error(401, "", "Invalid token")
_MOVED = Reply(301, "", (("location", f"{ELSEWHERE}/v1"), ("content-type", "text/html")))


def plays(kind: Kind) -> tuple[Play, ...]:
    """Those of a kind."""
    everywhere = (
        Play("drill.outage", kind, RETRY_GUIDE, _script(_BUSY), retryable=Retryable.YES, aim=Aim.PATIENCE),
        Play("drill.redirect", kind, ERROR_PAGE, _script(_MOVED)),
    )
    return everywhere + {Kind.TEXT: _STREAMS, Kind.IMAGE: _fetched(kind), Kind.VIDEO: _TASKS}[kind]


def _cut(name: str, ending: StreamEnd) -> Play:
    script = _script(SayThen(_HALF, ending), 2)
    return Play(f"drill.{name}", Kind.TEXT, CHAT_PAGE, script, retryable=Retryable.YES)


_STREAMS = (
    _cut("stream-cut", StreamEnd.CUT),
    _cut("stream-cut-cleanly", StreamEnd.CUT_CLEANLY),
    _cut("stream-done-too-early", StreamEnd.DONE_WITHOUT_REASON),
)


def _fetched(kind: Kind) -> tuple[Play, ...]:
    """A result that does not come at the first try."""
    half = _script(Break(Breakage.SHORT_BODY), 2, Phase.DOWNLOAD)
    busy = _script(Reply(503, "<Error><Code>SlowDown</Code></Error>"), 2, Phase.DOWNLOAD)
    return (
        Play("drill.file-cut", kind, VIDEO_PAGE, half, Phase.DOWNLOAD, Retryable.YES),
        Play("drill.file-busy", kind, VIDEO_PAGE, busy, Phase.DOWNLOAD, Retryable.YES),
    )


def _polled(
    name: str, script: Script, source: Source = VIDEO_PAGE, retry: Retryable = Retryable.NOTHING
) -> Play:
    return Play(f"drill.{name}", Kind.VIDEO, source, script, Phase.POLL, retry)


_TASKS = (
    # 6.2: completed_at is no stop signal, and neither is a progress of 100
    _polled(
        "progress-100", _script(_task("in_progress", progress=100, completed_at=1_780_000_070), 2, Phase.POLL)
    ),
    # 6.3: other copies of the same page spell it so
    _polled(
        "success-in-capitals",
        _script(_task("SUCCESS", progress=100, video_url=RESULT_URL), None, Phase.POLL),
    ),
    _polled("locked-out", _script(_LOCKED, None, Phase.POLL), POLLING_GUIDE, Retryable.NO),
    *_fetched(Kind.VIDEO),
)
