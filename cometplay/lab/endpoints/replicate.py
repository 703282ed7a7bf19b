"""Flux pictures as tasks, below Replicate's path (api-contract.md 5.3, 8).

The create's answer is not documented; Replicate's own form is a choice. The poll's is wrapped.
"""

from cometplay.core.jsons import Json, JsonObject, dig_text
from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.endpoints import tasks
from cometplay.lab.endpoints.refusals import unreadable
from cometplay.lab.fields import filled, number, prompt_of
from cometplay.lab.files import StoredFile
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.ids import digest
from cometplay.lab.jobs import Job, Step, TaskRoute
from cometplay.lab.pictures import Format, draw
from cometplay.lab.places import Endpoint

_WORDS = {Step.QUEUED: "QUEUED", Step.RUNNING: "IN_PROGRESS", Step.DONE: "SUCCESS"}
_FORMATS = {"webp": Format.WEBP, "jpg": Format.JPEG, "png": Format.PNG}
_USUAL_FORMAT = "webp"
_MOST = 4


def _create(house: House, call: Call) -> Answer:
    refused = unreadable(call, takes_forms=False)
    if refused:
        return refused
    inner, asked = call.body.fields.get("input"), call.asked
    if not isinstance(inner, dict) or not prompt_of(inner):
        return tasks.no_prompt()
    suffix = dig_text(asked, "output_format") or _USUAL_FORMAT
    if suffix not in _FORMATS:
        return tasks.not_valid(f"output_format is invalid: use one of {', '.join(_FORMATS)}")
    if filled(asked.get("num_outputs")) and number(asked.get("num_outputs")) not in range(1, _MOST + 1):
        return tasks.not_valid(f"num_outputs is invalid: use 1 to {_MOST}")
    job = house.jobs.create(TaskRoute.FLUX, "/".join(call.route.names), asked, suffix)
    for place, name in enumerate(_names(job)):
        data = draw(digest(house.seed, job.model, prompt_of(asked), place), _FORMATS[suffix])
        house.files[name] = StoredFile(_FORMATS[suffix].mime, data, asked, job.id)
    return answers.json(
        {"id": job.id, "model": job.model, "input": inner, "status": "starting", "error": None}
    )


def _names(job: Job) -> list[str]:
    """The files of a task; the first is the one that the job knows."""
    count = int(number(job.asked.get("num_outputs")) or 1)
    stem, _, suffix = job.file.rpartition(".")
    return [job.file, *(f"{stem}-{place}.{suffix}" for place in range(1, count))]


def _poll(house: House, call: Call) -> Answer:
    job = house.jobs.find(call.route.name, TaskRoute.FLUX)
    if job is None:
        return tasks.not_exist()
    stage = house.jobs.look(job)
    urls: list[Json] = [house.url_of(call, name) for name in _names(job)]
    # both forms of the output are documented: a list where a number of pictures was asked
    output = urls if filled(job.asked.get("num_outputs")) else urls[0]
    inner: JsonObject = {"id": job.id, "output": output if stage.done else None}
    data: JsonObject = {
        "task_id": job.id,
        "status": _WORDS[stage.step],
        "progress": f"{stage.progress}%",
        "fail_reason": "",
        "submit_time": job.created_at,
        "finish_time": int(house.jobs.done_at(job)) if stage.done else 0,
        "data": inner,
    }
    return answers.json({"code": "success", "message": "", "data": data})


HANDLERS: dict[Endpoint, Handler] = {Endpoint.FLUX: _create, Endpoint.FLUX_TASK: _poll}
