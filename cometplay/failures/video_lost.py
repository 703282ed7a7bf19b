"""Tasks whose end is not to be seen, and results that are not to be had."""

from cometplay.core import plain
from cometplay.core.drafts import Kind
from cometplay.core.findings import (
    Evidence,
    Has,
    ModeClass,
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
from cometplay.failures import plays, results, tables, tasks
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OBSERVED, POLLING_GUIDE
from cometplay.failures.tables import Row
from cometplay.failures.video import TASKS, VIDEO, made
from cometplay.failures.video_ends import PICTURE_TASK

_REFUSALS = frozenset({400, 404, 405, 410, 501})
"""How the content route says that it has no file, rather than that it cannot answer."""


def _stuck(transcript: Transcript) -> Sighting | None:
    look = tasks.standing(transcript)
    if look is None or not tasks.is_late(transcript, look):
        return None
    return Sighting((*tasks.told(look), tasks.age(transcript)))


def _unknown(transcript: Transcript) -> Sighting | None:
    look = tasks.standing(transcript)
    if look is None or not tasks.is_strange(look):
        return None
    return Sighting((*tasks.told(look), tasks.age(transcript)))


def _no_url(transcript: Transcript) -> Sighting | None:
    look, last = tasks.standing(transcript), transcript.last
    if not look or look.state is not TaskState.SUCCEEDED or look.url or not last:
        return None
    if last.phase is not Phase.DOWNLOAD:
        return Sighting(tasks.told(look))
    if not last.request or not last.request.keyed or last.status not in _REFUSALS:
        return None
    told = last.reading.error
    refusal = plain.line(f"{last.status} {told.message if told else ''}".strip())
    return Sighting((*tasks.told(look), Evidence("content route", refusal)))


def _other_spelling(transcript: Transcript) -> Sighting | None:
    look = tasks.standing(transcript)
    if not look or not look.word or look.word == "succeeded" or made(transcript) is None:
        return None
    return Sighting((Evidence("status", plain.line(look.word)),))


STUCK_QUEUED = FailureMode(
    id="video.stuck-queued",
    cls=ModeClass.PENDING,
    title="Queued for very long",
    meaning="The task has stood in the queue for over ten minutes. It is late, but it has not failed.",
    cause="Many jobs before it: a busy hour, a popular model, or a provider short of machines.",
    fixes=(
        "Go on polling, up to the longest wait that you can afford.",
        "Write the task id down, so that the result is not lost with your program.",
        "A second job on another model is your choice; both may be made, and both are then billed.",
    ),
    not_when=NotWhen(
        "It left the queue and is being made, however slowly.",
        "video.in-progress",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "queued 10 min"),
    retryable=Retryable.YES,
    kinds=VIDEO,
    detect=_stuck,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=Script(
            rules=(
                Rule(
                    plays.answered({"id": "{{task_id}}", "object": "video", "status": "queued"}),
                    phase=Phase.POLL,
                ),
            )
        ),
        poll=PollPolicy(queued_warning_s=60, deadline_s=90),
    ),
)

UNKNOWN_STATUS = FailureMode(
    id="video.unknown-status",
    cls=ModeClass.PENDING,
    title="A status that no page explains",
    meaning="The task is in a state whose word stands in no documentation, so it may still end either way.",
    cause="A provider's new word, passed on by the gateway, or an empty one.",
    fixes=(
        "Poll on; an unknown word is no end.",
        "Log the word as it came, and report it with the task id.",
        "Let your loop stop at known last words only, and at its own deadline.",
    ),
    not_when=NotWhen(
        "The word is known, in another case or spelling.",
        "video.cancelled",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=TASKS,
    detect=_unknown,
    reproduce=Reproduction(
        drafts=(PICTURE_TASK, starting_draft(Kind.VIDEO)),
        script=Script(
            rules=(
                Rule(
                    plays.answered({"id": "task_lab_picture", "status": "UPSCALING_QUEUE_B"}),
                    when=Has("output_format"),
                    times=2,
                ),
                Rule(
                    plays.answered({"id": "{{task_id}}", "object": "video", "status": "UPSCALING_QUEUE_B"}),
                    phase=Phase.POLL,
                    times=2,
                ),
            )
        ),
    ),
)

NO_URL = FailureMode(
    id="video.no-url",
    cls=ModeClass.SOFT,
    title="Finished, but where?",
    meaning="The task says that it succeeded, and no field that any page names holds a url of the result.",
    cause="A family that hands its file out by another call, or a url that is written a moment later.",
    fixes=(
        "Fetch /v1/videos/{id}/content with your key; some models give the file there alone.",
        "Poll once more: the url may follow the status.",
        "Where the answer has a file_id (MiniMax), ask the files route for it.",
        "Keep the raw answer, and report it if the file stays away.",
    ),
    not_when=NotWhen(
        "There was a url, and its host turned you away.",
        "video.url-expired",
    ),
    source=POLLING_GUIDE,
    retryable=Retryable.YES,
    kinds=VIDEO,
    detect=_no_url,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=Script(
            rules=(
                Rule(
                    plays.answered({"id": "{{task_id}}", "object": "video", "status": "completed"}),
                    phase=Phase.POLL,
                ),
                Rule(
                    plays.refused(404, "no file is kept for this task", kind="invalid_request_error"),
                    phase=Phase.DOWNLOAD,
                    times=2,
                ),
            )
        ),
    ),
)

URL_EXPIRED = FailureMode(
    id="video.url-expired",
    cls=ModeClass.HARD,
    title="The video's link is dead",
    meaning="The video was made, and the host that kept it refuses its url now.",
    cause="The signature in the url ran out; a damaged copy of it, or a key sent along, looks the same.",
    fixes=(
        "Copy the url whole, with everything behind the question mark, and fetch it without your key.",
        "Poll the task again: some routes sign a fresh url each time.",
        "Generate the video anew, and this time download within minutes.",
    ),
    not_when=NotWhen(
        "No url was ever given.",
        "video.no-url",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "403 on the url"),
    retryable=Retryable.NO,
    kinds=VIDEO,
    detect=results.gone,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=plays.play(
            Reply(
                403,
                "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
                (("content-type", "application/xml"),),
            ),
            phase=Phase.DOWNLOAD,
        ),
    ),
)

SUCCEED_SPELLING = FailureMode(
    id="video.succeed-spelling",
    cls=ModeClass.NOTE,
    title="Success has many spellings",
    meaning="This task succeeded with another word than succeeded; a loop that waits for that never ends.",
    cause="Every family has its own: completed, succeed, SUCCESS, SUCCEEDED, done.",
    fixes=(
        "Compare in lower case, and accept completed, success, succeed, succeeded, done and finished.",
        "Stop at failed, failure, error, cancelled and expired as well.",
    ),
    not_when=NotWhen(
        "The word is none of the spellings of success.",
        "video.unknown-status",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "completed"),
    retryable=Retryable.NOTHING,
    kinds=VIDEO,
    detect=_other_spelling,
    reproduce=Reproduction(drafts=(starting_draft(Kind.VIDEO),)),
)

MODES: tuple[FailureMode, ...] = (STUCK_QUEUED, UNKNOWN_STATUS, NO_URL, URL_EXPIRED, SUCCEED_SPELLING)
