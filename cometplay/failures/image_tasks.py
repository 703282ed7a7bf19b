"""Pictures that are tasks: routes that answer a create call with an id instead of a picture."""

from cometplay.core.drafts import Kind
from cometplay.core.findings import ModeClass, Reproduction, Retryable, Sighting
from cometplay.core.models import starting_draft
from cometplay.core.states import TaskState
from cometplay.core.transcript import Transcript
from cometplay.failures import pictures, plays, tasks
from cometplay.failures.image import IMAGE
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import IMAGE_PAGE


def _in_progress(transcript: Transcript) -> Sighting | None:
    look = tasks.standing(transcript)
    if look is None or look.state not in tasks.GOING_ON or not transcript.last:
        return None
    if pictures.payload_of(transcript.last.reading.value):
        return None
    return Sighting((*tasks.told(look), tasks.age(transcript)))


def _failed(transcript: Transcript) -> Sighting | None:
    look = tasks.standing(transcript)
    if look is None or look.state is not TaskState.FAILED:
        return None
    return Sighting(tasks.told(look), settled=True)


IN_PROGRESS = FailureMode(
    id="image.in-progress",
    cls=ModeClass.PENDING,
    title="The picture is a task",
    meaning="This route makes pictures in the background: you got a task, and the picture comes later.",
    cause="Flux, Midjourney and other own routes answer so; /v1/images itself waits for the picture.",
    fixes=(
        "Keep the task id, and poll on the route that gave it.",
        "Allow a minute or two, with ten seconds between two looks.",
        "Stop at the words for success and for failure, in any case and spelling.",
    ),
    not_when=NotWhen(
        "The task is over and says that it failed.",
        "image.failed",
    ),
    source=IMAGE_PAGE,
    retryable=Retryable.NOTHING,
    kinds=IMAGE,
    detect=_in_progress,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.IMAGE),),
        script=plays.play(
            plays.answered(
                {"code": "success", "message": "", "data": {"task_id": "task_lab_1", "status": "IN_PROGRESS"}}
            )
        ),
    ),
)

FAILED = FailureMode(
    id="image.failed",
    cls=ModeClass.SOFT,
    title="The picture's task failed",
    meaning="A task was accepted, it ended without a picture, and the call that says so is a 200.",
    cause="What its reason names; without one, probably a filter.",
    fixes=(
        "Read the reason, and change what it names: the prompt, a picture that you gave, a size.",
        "Where there is no reason, ask for the same with a plainer prompt.",
        "Start a new task then; this one is closed.",
    ),
    not_when=NotWhen(
        "The task is queued or running.",
        "image.in-progress",
    ),
    source=IMAGE_PAGE,
    retryable=Retryable.NO,
    kinds=IMAGE,
    detect=_failed,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.IMAGE),),
        script=plays.play(
            plays.answered(
                {
                    "code": "success",
                    "message": "",
                    "data": {
                        "task_id": "task_lab_2",
                        "status": "FAILURE",
                        "fail_reason": "the upscaler gave no picture back",
                        "progress": "100%",
                    },
                }
            )
        ),
    ),
)

MODES: tuple[FailureMode, ...] = (FAILED, IN_PROGRESS)
