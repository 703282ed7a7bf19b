"""What every route of tasks has in common: a create leaves a job and its file, a poll may not find one."""

from cometplay.lab import answers
from cometplay.lab.answers import Answer, Mime
from cometplay.lab.files import StoredFile, clip
from cometplay.lab.house import Call, House
from cometplay.lab.jobs import Job, TaskRoute


def submit(house: House, call: Call, route: TaskRoute, model: str) -> Job:
    """A new task whose result is the clip."""
    job = house.jobs.create(route, model, call.asked)
    house.files[job.file] = StoredFile(Mime.MP4, clip(), call.asked, job.id)
    return job


def not_exist() -> Answer:
    """No such task: unknown, or made on another route (api-contract.md 6.2, 7.4).

    Which status and body the routes outside /v1/videos give is not documented; these are the family's.
    """
    return answers.flat(400, "task_not_exist", "task_not_exist")


def no_prompt() -> Answer:
    return answers.flat(400, "invalid_request", "prompt is required")


def not_valid(message: str) -> Answer:
    """A provider's word on a parameter, as the task layer passes it on (api-contract.md 6.1)."""
    return answers.flat(400, "InvalidParameter", message)
