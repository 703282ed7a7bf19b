"""The answers of /v1/videos about a task, in the words of its newest page (api-contract.md 6.1 to 6.3)."""

from cometplay.core.jsons import JsonObject
from cometplay.lab.jobs import Job, Jobs, Stage, Step
from cometplay.lab.makes import echoed, make_of

WORDS = {Step.QUEUED: "queued", Step.RUNNING: "in_progress", Step.DONE: "completed"}
"""Lower case is what the newest page says (api-contract.md 13, row 1)."""

_LINK_LIVES_S = 3600


def as_created(job: Job) -> JsonObject:
    """The create answer. `task_id` is an alias that Sora's form, OpenAI's own, does not have."""
    make = make_of(job.model)
    alias: JsonObject = {"task_id": job.id} if make.linked else {}
    return {
        "id": job.id,
        **alias,
        "object": "video",
        "model": make.said_as or job.model,
        "status": WORDS[Step.QUEUED],
        "progress": 0,
        "created_at": job.created_at,
        **(echoed(make, job.asked) if not make.foretells else {}),
    }


def as_polled(jobs: Jobs, job: Job, stage: Stage, url: str) -> JsonObject:
    """The poll answer; `url` is told once the job is completed, by models that tell one at all."""
    make = make_of(job.model)
    value: JsonObject = {
        "id": job.id,
        "object": "video",
        "model": make.said_as or job.model,
        "status": WORDS[stage.step],
        "progress": stage.progress,
        "created_at": job.created_at,
        **echoed(make, job.asked),
    }
    if stage.done or (make.foretells and stage.step is Step.RUNNING):
        value["completed_at"] = int(jobs.done_at(job))
    if stage.done and make.linked:
        value["video_url"] = url
    if stage.done and not make.linked:
        value |= {
            "expires_at": int(jobs.done_at(job)) + _LINK_LIVES_S,
            "error": None,
            "remixed_from_video_id": None,
        }
    return value
