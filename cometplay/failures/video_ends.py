"""How a task can end without a video: it failed, for a reason or none, it expired, it was called off."""

from collections.abc import Callable

from cometplay.core import plain
from cometplay.core.drafts import Draft, ImageDraft, Kind
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
from cometplay.core.jsons import Json
from cometplay.core.models import DEFAULT_MODEL, starting_draft
from cometplay.core.states import TaskReading, TaskState, state_of
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase
from cometplay.failures import plays, signs, tables, tasks
from cometplay.failures.mode import Detect, FailureMode, NotWhen
from cometplay.failures.safety import speaks_of_safety
from cometplay.failures.source import GUIDE, POLLING_GUIDE
from cometplay.failures.tables import Row
from cometplay.failures.video import TASKS, VIDEO


def _tells(probed: str) -> bool:
    """Whether the provider's state at the end of the content route's refusal is more than "failed" (6.4)."""
    before, colon, word = probed.rpartition(":")
    return bool(colon) and "status" in before and state_of(word.strip(" .")) is TaskState.UNKNOWN


def _failed(fits: Callable[[TaskReading, str], bool]) -> Detect:
    """A task that failed, and whose account and probe fit."""

    def detect(transcript: Transcript) -> Sighting | None:
        look = tasks.standing(transcript)
        if not look or look.state is not TaskState.FAILED:
            return None
        probed = tasks.probed(transcript)
        if not fits(look, probed):
            return None
        asked = (Evidence("content route", plain.line(probed, signs.QUOTE)),) if probed else ()
        return Sighting((*tasks.told(look), *asked), settled=True)

    return detect


def _for_safety(look: TaskReading, probed: str) -> bool:
    return speaks_of_safety(look.word, look.code, look.reason, probed)


def _with_detail(look: TaskReading, probed: str) -> bool:
    return bool(look.code or look.reason or _tells(probed)) and not _for_safety(look, probed)


def _without_detail(look: TaskReading, probed: str) -> bool:
    return not _for_safety(look, probed) and not _with_detail(look, probed)


def _ended_as(state: TaskState) -> Detect:
    """A task in one of the other states that end it, whatever else it says."""

    def detect(transcript: Transcript) -> Sighting | None:
        look = tasks.standing(transcript)
        return Sighting(tasks.told(look), settled=True) if look and look.state is state else None

    return detect


def polled(value: dict[str, Json]) -> Rule:
    """A poll that finds the task so."""
    return Rule(plays.answered({"id": "{{task_id}}", "object": "video", **value}), phase=Phase.POLL)


PICTURE_TASK: Draft = ImageDraft(
    model=DEFAULT_MODEL[Kind.IMAGE], prompt="A lighthouse at dawn, flat colours", output_format="png"
)
_BOTH = (PICTURE_TASK, starting_draft(Kind.VIDEO))


def _both(value: dict[str, Json]) -> Script:
    """A video that ends so when it is polled, and a picture whose create call answers with such a task."""
    made: Reply = plays.answered({"id": "task_lab_picture", **value})
    return Script(rules=(Rule(made, when=Has("output_format")), polled(value)))


FAILED_POLICY = FailureMode(
    id="video.failed-policy",
    cls=ModeClass.SOFT,
    title="Rejected by moderation",
    meaning="The job was accepted and then ended by a safety check: of the prompt, the picture or the video.",
    cause="A person, brand or scene that the provider does not generate; some check the finished clip only.",
    fixes=(
        "Reword the prompt: describe, and name no real person, brand or character.",
        "Take another reference picture, one without a recognizable face.",
        "Do not send it unchanged: the check is the same each time, and a rejected job may be billed.",
    ),
    not_when=NotWhen(
        "Nothing tells of safety; a rewording is then a guess and not a remedy.",
        "video.failed-no-detail",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "failed"),
    retryable=Retryable.NO,
    kinds=VIDEO,
    detect=_failed(_for_safety),
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=Script(
            rules=(
                polled(
                    {
                        "status": "failed",
                        "progress": 100,
                        "error": {
                            "code": "moderation_blocked",
                            "message": "The finished video was held back by our moderation system.",
                        },
                    }
                ),
            )
        ),
    ),
)

FAILED = FailureMode(
    id="video.failed",
    cls=ModeClass.SOFT,
    title="The job failed",
    meaning="The task is over, there is no video, and its account says why.",
    cause="What its reason or code names: a picture that could not be read, a limit, a fault there.",
    fixes=(
        "Read the reason below and act on it; the polls themselves were answered with a 200.",
        "Check every picture or clip that you gave: its address must be public and its format supported.",
        "Submit anew once the reason is gone, for this task will not move any more.",
    ),
    not_when=NotWhen(
        "The reason speaks of safety, rights or persons.",
        "video.failed-policy",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "failed"),
    retryable=Retryable.NO,
    kinds=VIDEO,
    detect=_failed(_with_detail),
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=Script(
            rules=(
                polled(
                    {
                        "status": "failed",
                        "progress": 100,
                        "error": {
                            "code": "generation_failed",
                            "message": "the renderer ran out of memory at frame 96",
                        },
                    }
                ),
            )
        ),
    ),
)

FAILED_NO_DETAIL = FailureMode(
    id="video.failed-no-detail",
    cls=ModeClass.SOFT,
    title="Failed, and nobody says why",
    meaning="The task ended as failed, and neither its account nor the content route gives a reason.",
    cause="Often a filter that keeps silent, sometimes a fault of the model; the answer cannot tell which.",
    fixes=(
        "Ask /v1/videos/{id}/content once: the last word of its refusal is the provider's own state.",
        "Try a plainer prompt without people, brands or violence.",
        "Try the same prompt on another model; if that works, report the task id of this one.",
    ),
    not_when=NotWhen(
        "A reason stands elsewhere in the answer, such as fail_reason, failureCode or task_status_msg.",
        "video.failed",
    ),
    source=GUIDE,
    row=Row(tables.VIDEO, "failed"),
    retryable=Retryable.NO,
    kinds=VIDEO,
    detect=_failed(_without_detail),
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.VIDEO),),
        script=Script(rules=(polled({"status": "failed", "progress": 100, "error": None}),)),
    ),
)

EXPIRED = FailureMode(
    id="video.expired",
    cls=ModeClass.SOFT,
    title="The task has expired",
    meaning="The provider dropped the task, or its result, because its time was up.",
    cause="A task that waited too long before it could start, or a result that was fetched too late.",
    fixes=(
        "Submit it again; an expired task does not come back.",
        "Poll from the submit on, and download as soon as it is done.",
        "If it expired in the queue, choose a quieter hour or another model.",
    ),
    not_when=NotWhen(
        "Somebody called the task off before its time was up.",
        "video.cancelled",
    ),
    source=POLLING_GUIDE,
    retryable=Retryable.NO,
    kinds=TASKS,
    detect=_ended_as(TaskState.EXPIRED),
    reproduce=Reproduction(drafts=_BOTH, script=_both({"status": "expired"})),
)

CANCELLED = FailureMode(
    id="video.cancelled",
    cls=ModeClass.SOFT,
    title="The task was cancelled",
    meaning="The task was stopped before it had a result, and stays stopped.",
    cause="A cancel call, a click in a console, or a provider that cleared its queue.",
    fixes=(
        "Look for who cancels: a time limit in your own program is the usual one.",
        "Submit again if the result is still wanted.",
    ),
    not_when=NotWhen(
        "Nobody stopped it; it outlived the time that the provider keeps it.",
        "video.expired",
    ),
    source=GUIDE,
    retryable=Retryable.NO,
    kinds=TASKS,
    detect=_ended_as(TaskState.CANCELLED),
    reproduce=Reproduction(drafts=_BOTH, script=_both({"status": "cancelled"})),
)

MODES: tuple[FailureMode, ...] = (FAILED_POLICY, FAILED, FAILED_NO_DETAIL, EXPIRED, CANCELLED)
