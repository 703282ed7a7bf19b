"""Videos: the modes of a task that is made, polled and downloaded."""

from dataclasses import replace

from cometplay.core import plain, redact
from cometplay.core.drafts import Draft, ImageDraft, Kind
from cometplay.core.events import EndReason
from cometplay.core.findings import (
    Evidence,
    ModeClass,
    Rank,
    Reply,
    Reproduction,
    Retryable,
    Rule,
    Script,
    Sighting,
)
from cometplay.core.models import starting_draft
from cometplay.core.polling import PollPolicy
from cometplay.core.states import TaskState
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase
from cometplay.failures import plays, results, signs, tables, tasks
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE, POLLING_GUIDE
from cometplay.failures.tables import Row

VIDEO = frozenset({Kind.VIDEO})
TASKS = frozenset({Kind.IMAGE, Kind.VIDEO})
_FLUX = ImageDraft(model="black-forest-labs/flux-schnell", prompt="A lighthouse at dawn, flat colours")
_WATCHED: tuple[Draft, ...] = (_FLUX, starting_draft(Kind.VIDEO))
"""Drafts whose create call makes a task."""


def made(transcript: Transcript) -> Sighting | None:
    """A video that is there: its url is known, or its file came."""
    look, last = tasks.standing(transcript), transcript.last
    if not look or look.state is not TaskState.SUCCEEDED or not last:
        return None
    if transcript.lost or not last.succeeded:
        return None
    word = Evidence("status", plain.line(look.word or "(none)"))
    if look.url:
        return Sighting((word, Evidence("result", redact.url(plain.line(look.url, signs.QUOTE)))))
    if last.phase is Phase.DOWNLOAD and results.came(last, "video/"):
        return Sighting((word, Evidence("content route", str(last.status))))
    return None


def _in_progress(transcript: Transcript) -> Sighting | None:
    look = tasks.standing(transcript)
    if not look or look.state not in tasks.GOING_ON or transcript.ended is EndReason.GAVE_UP:
        return None
    if tasks.is_late(transcript, look):
        return None
    return Sighting((*tasks.told(look), tasks.age(transcript)))


def _timed_out(transcript: Transcript) -> Sighting | None:
    task = transcript.task
    if transcript.ended is not EndReason.GAVE_UP or not task:
        return None
    if task.look and (tasks.is_late(transcript, task.look) or tasks.is_strange(task.look)):
        return None
    word = plain.line(task.look.word or "(none)") if task.look else "never seen"
    return Sighting((Evidence("last status", word), tasks.age(transcript)))


_says_unknown = signs.error(
    codes=("task_not_exist", "task_not_exists", "task_not_found", "tasknotfound", "tasknotexist"),
    phrases=(
        *("task_not_exist", "task not exist", "task does not exist", "task doesn't exist"),
        *("task not found", "task_not_found", "no such task", "task id not exist", "video not found"),
        *("任务不存在", "找不到任务", "未找到任务", "任务未找到", "任務不存在"),
    ),
    rank=Rank.SPECIFIC,
)
_NOT_FOUND = 404


def _is_unknown(transcript: Transcript) -> Sighting | None:
    """No such task: said in words, by a bare 404 of the poll, or as the status of a task."""
    last = transcript.last
    if last is None or last.fault:
        return None
    seen = _says_unknown(transcript)
    if seen or last.phase is not Phase.POLL:
        return seen
    reading = last.reading
    if last.status == _NOT_FOUND and not reading.codes and (reading.is_json or not reading.text.strip()):
        return Sighting((), Rank.STATUS)
    look = tasks.account(transcript)
    return Sighting(tasks.told(look)) if look and tasks.is_nowhere(look) else None


def _not_visible_yet(transcript: Transcript) -> Sighting | None:
    last = transcript.last
    if not last or last.phase is not Phase.POLL or not transcript.task_is_young:
        return None
    seen = _is_unknown(transcript)
    return replace(seen, evidence=(*seen.evidence, tasks.age(transcript))) if seen else None


def _not_found(transcript: Transcript) -> Sighting | None:
    last, task = transcript.last, transcript.task
    if not last or last.phase is Phase.CREATE or (last.phase is Phase.POLL and transcript.task_is_young):
        return None
    if last.phase is Phase.DOWNLOAD and last.request and last.request.keyed:
        return None  # the task was seen, so it is its file that is not there
    seen = _is_unknown(transcript)
    if seen is None:
        return None
    # one that was seen before may be back at the next poll; one that six polls did not find is lost
    patience = transcript.misses >= transcript.policy.not_visible_polls
    unseen = task is None or task.look is None
    return replace(seen, evidence=(*seen.evidence, tasks.age(transcript)), settled=patience and unseen)


OK = FailureMode(
    id="video.ok",
    cls=ModeClass.OK,
    title="Video made",
    meaning="The task ended well, and the file is there.",
    cause="The job ran to its end.",
    fixes=("Save the file at once: the link to it dies, and its life is not documented.",),
    not_when=NotWhen(
        "The task still runs; a completed_at beside it proves nothing.",
        "video.in-progress",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "completed"),
    retryable=Retryable.NOTHING,
    kinds=VIDEO,
    detect=made,
    reproduce=Reproduction(drafts=(starting_draft(Kind.VIDEO),), variants=plays.STRANGE),
)

IN_PROGRESS = FailureMode(
    id="video.in-progress",
    cls=ModeClass.PENDING,
    title="Still being made",
    meaning="The job is queued or running, and will say so until it is done.",
    cause="Videos take one to several minutes.",
    fixes=(
        "Keep polling: first after 5 s, then every 10 to 20.",
        "Look at the status and not at the progress; failed jobs reach 100 % too.",
        "Keep the task id, so that you can come back.",
    ),
    not_when=NotWhen(
        "You stopped watching; whether it is still made is then unknown.",
        "video.poll-timeout",
    ),
    source=POLLING_GUIDE,
    row=Row(tables.VIDEO, "in_progress"),
    retryable=Retryable.NOTHING,
    kinds=VIDEO,
    detect=_in_progress,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=Script(
            rules=(
                Rule(
                    Reply(200, '{"id":"{{task_id}}","object":"video","status":"in_progress","progress":40}'),
                    phase=Phase.POLL,
                    times=2,
                ),
            )
        ),
    ),
)

POLL_TIMEOUT = FailureMode(
    id="video.poll-timeout",
    cls=ModeClass.PENDING,
    title="Watched long enough",
    meaning="Your deadline for watching ended first. The task was not ended by that, and may be billed.",
    cause="A long queue, a long clip, or a deadline as short as the queue.",
    fixes=(
        "Keep the task id and look again later.",
        "Raise the deadline; a task may be queued for ten minutes and still end well.",
        "Start a second job on another model only knowingly: it is billed too.",
    ),
    not_when=NotWhen(
        "The task is just not visible yet, seconds after it was made.",
        "video.task-not-exist",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "deadline"),
    retryable=Retryable.YES,
    kinds=VIDEO,
    detect=_timed_out,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        poll=PollPolicy(deadline_s=60),
    ),
)

TASK_NOT_EXIST = FailureMode(
    id="video.task-not-exist",
    cls=ModeClass.PENDING,
    title="Not visible yet",
    meaning="The task was made a moment ago, and the poll came before it could be seen everywhere.",
    cause="Polling at once after the submit; a fresh id can take some seconds to be found.",
    fixes=(
        "Wait 5 s and poll the same id again.",
        "Give it a minute, or six polls, before you call it lost.",
        "Do not submit again: the first job runs, and a second one is billed as well.",
    ),
    not_when=NotWhen(
        "The id is old, mistyped or of another account: then no poll will ever find it.",
        "video.task-not-found",
    ),
    source=POLLING_GUIDE,
    row=Row(tables.VIDEO, "task_not_exist"),
    retryable=Retryable.YES,
    kinds=TASKS,
    detect=_not_visible_yet,
    reproduce=Reproduction(
        drafts=_WATCHED,
        script=Script(
            rules=(
                Rule(
                    Reply(400, '{"code":"task_not_exist","message":"task_not_exist","data":null}'),
                    phase=Phase.POLL,
                    times=2,
                ),
            )
        ),
    ),
)

TASK_NOT_FOUND = FailureMode(
    id="video.task-not-found",
    cls=ModeClass.HARD,
    title="No such task",
    meaning="The gateway knows no task of this id, and it has had time to learn of it.",
    cause="A mistyped id, another account's key, or a task polled on another route than it was made on.",
    fixes=(
        "Compare the id with the one that the create call answered.",
        "Poll on the route that made the task; each family has its own.",
        "Use the key of the account that submitted it.",
    ),
    not_when=NotWhen(
        "The submit was seconds ago: patience finds it.",
        "video.task-not-exist",
    ),
    source=POLLING_GUIDE,
    row=Row(tables.VIDEO, "task_not_exist, old"),
    retryable=Retryable.NO,
    kinds=TASKS,
    detect=_not_found,
    reproduce=Reproduction(
        drafts=_WATCHED,
        script=Script(
            rules=(
                Rule(
                    Reply(400, '{"code":"task_not_exist","message":"task_not_exist","data":null}'),
                    phase=Phase.POLL,
                ),
            )
        ),
    ),
)

MODES = (TASK_NOT_EXIST, TASK_NOT_FOUND, POLL_TIMEOUT, OK, IN_PROGRESS)
