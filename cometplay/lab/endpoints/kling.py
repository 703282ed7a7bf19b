"""Kling's own form: the poll repeats the create's sub-action (api-contract.md 7.1).

A refused create is a 200 with a code that is not 0, the trap of this form (9.1, shape E); 1201 is
Kling's own number for a parameter.
"""

from cometplay.core.jsons import JsonObject, dig_text
from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.endpoints import tasks
from cometplay.lab.endpoints.refusals import unreadable
from cometplay.lab.fields import filled, number, prompt_of
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.ids import digest
from cometplay.lab.jobs import Job, Step, TaskRoute
from cometplay.lab.places import Endpoint

_WORDS = {Step.QUEUED: "submitted", Step.RUNNING: "processing", Step.DONE: "succeed"}
_WRONG_PARAMETER = 1201
_USUAL_MODEL = "kling-v1"
_USUAL_DURATION = "5"
_LONGEST_PROMPT = {TaskRoute.KLING_TEXT: 500, TaskRoute.KLING_IMAGE: 500, TaskRoute.KLING_OMNI: 2500}
_DURATIONS = {
    TaskRoute.KLING_TEXT: (5, 10),
    TaskRoute.KLING_IMAGE: (5, 10),
    TaskRoute.KLING_OMNI: tuple(range(3, 11)),
}
_CHOICES = {"mode": ("std", "pro"), "aspect_ratio": ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3")}


def _create(house: House, call: Call) -> Answer:
    refused = unreadable(call, takes_forms=False)
    if refused:
        return refused
    action = TaskRoute(call.route.names[0])
    wrong = _wrong(action, call.body.fields)
    if wrong:
        value: JsonObject = {"code": _WRONG_PARAMETER, "message": wrong, "request_id": call.request_id}
        return answers.json(value | {"data": None})
    model = dig_text(call.body.fields, "model_name") or dig_text(call.body.fields, "model") or _USUAL_MODEL
    job = tasks.submit(house, call, action, model)
    return answers.json(_enveloped(call, _facts(job, Step.QUEUED, job.born)))


def _wrong(action: TaskRoute, fields: JsonObject) -> str:
    prompt, duration = prompt_of(fields), fields.get("duration")
    if action is TaskRoute.KLING_IMAGE and not filled(fields.get("image")):
        return "image is required"
    if action is not TaskRoute.KLING_IMAGE and not prompt:
        return "prompt is required"
    if len(prompt) > _LONGEST_PROMPT[action]:
        return f"prompt is too long: at most {_LONGEST_PROMPT[action]} characters"
    if filled(duration) and number(duration) not in _DURATIONS[action]:
        return f"duration is invalid: use one of {', '.join(map(str, _DURATIONS[action]))}"
    for name, choices in _CHOICES.items():
        if filled(fields.get(name)) and dig_text(fields, name) not in choices:
            return f"{name} is invalid: use one of {', '.join(choices)}"
    return ""


def _poll(house: House, call: Call) -> Answer:
    action, task_id = call.route.names
    job = house.jobs.find(task_id, TaskRoute(action))
    if job is None:
        return tasks.not_exist()
    stage = house.jobs.look(job)
    value = _facts(job, stage.step, house.wall())
    if stage.done:
        video: JsonObject = {
            "id": str(int.from_bytes(digest(job.id)[:8])),
            "url": house.url_of(call, job.file),
            "duration": dig_text(job.asked, "duration") or _USUAL_DURATION,
        }
        value["task_result"] = {"videos": [video]}
    return answers.json(_enveloped(call, value))


def _facts(job: Job, step: Step, updated: float) -> JsonObject:
    """What both answers say of a task; times are in milliseconds here."""
    return {
        "task_id": job.id,
        "task_status": _WORDS[step],
        "task_status_msg": "",
        "created_at": int(job.born * 1000),
        "updated_at": int(updated * 1000),
    }


def _enveloped(call: Call, data: JsonObject) -> JsonObject:
    return {"code": 0, "message": "SUCCEED", "request_id": call.request_id, "data": data}


HANDLERS: dict[Endpoint, Handler] = {Endpoint.KLING: _create, Endpoint.KLING_TASK: _poll}
