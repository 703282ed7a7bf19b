"""Runway, in its official form and in the compatibility form (api-contract.md 7.2, 7.3).

In which body either form refuses a create is not documented: the task layer's flat one is a choice.
"""

from time import gmtime, strftime

from cometplay.core.jsons import JsonObject, dig_text
from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.endpoints import tasks
from cometplay.lab.endpoints.refusals import no_model, unreadable
from cometplay.lab.fields import filled, number, prompt_of
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.jobs import Job, Step, TaskRoute
from cometplay.lab.places import Endpoint

_WORDS = {Step.QUEUED: "PENDING", Step.RUNNING: "RUNNING", Step.DONE: "SUCCEEDED"}
_COMPATIBLE_WORDS = {Step.QUEUED: "QUEUED", Step.RUNNING: "IN_PROGRESS", Step.DONE: "SUCCESS"}
_VERSION = "x-runway-version"
_NEW_RATIOS = "2024-11-06"
"""The first version that wants ratios in pixels."""
_RATIOS = ("1280:768", "768:1280", "1280:720", "720:1280")
_OLD_RATIOS = ("16:9", "9:16")
_DURATIONS = (5, 10)
_LONGEST_PROMPT = 512
_LARGEST_SEED = 999_999_999
_USUAL_MODEL = "gen4"


def _create(house: House, call: Call) -> Answer:
    version = call.request.header(_VERSION)
    if not version:
        return answers.flat(400, "invalid_request", "the header X-Runway-Version is required")
    refused = unreadable(call, takes_forms=False) or no_model(call)
    if refused:
        return refused
    fields = call.body.fields
    if not filled(fields.get("promptImage")):
        return answers.flat(400, "invalid_request", "promptImage is required")
    wrong = _wrong(fields, _OLD_RATIOS if version < _NEW_RATIOS else _RATIOS)
    if wrong:
        return tasks.not_valid(wrong)
    job = tasks.submit(house, call, TaskRoute.RUNWAY, dig_text(fields, "model"))
    return answers.json({"id": job.id})


def _wrong(fields: JsonObject, ratios: tuple[str, ...]) -> str:
    ratio, seed = dig_text(fields, "ratio"), number(fields.get("seed"))
    if filled(fields.get("duration")) and number(fields.get("duration")) not in _DURATIONS:
        return "duration is invalid: use 5 or 10"
    if ratio and ratio not in ratios:
        return f"ratio is invalid with this X-Runway-Version: use one of {', '.join(ratios)}"
    if len(prompt_of(fields)) > _LONGEST_PROMPT:
        return f"promptText is too long: at most {_LONGEST_PROMPT} characters"
    if seed is not None and not 0 <= seed <= _LARGEST_SEED:
        return f"seed is invalid: 0 to {_LARGEST_SEED}"
    return ""


def _poll(house: House, call: Call) -> Answer:
    job = house.jobs.find(call.route.name, TaskRoute.RUNWAY)
    if job is None:
        return tasks.not_exist()
    stage = house.jobs.look(job)
    created = strftime("%Y-%m-%dT%H:%M:%S.000Z", gmtime(job.born))
    value: JsonObject = {"id": job.id, "status": _WORDS[stage.step], "createdAt": created}
    if stage.step is Step.RUNNING:
        value["progress"] = stage.progress / 100
    if stage.done:
        value["output"] = [house.url_of(call, job.file)]
    return answers.json(value)


def _generate(house: House, call: Call) -> Answer:
    refused = unreadable(call, takes_forms=False)
    if refused:
        return refused
    if not prompt_of(call.body.fields):
        return tasks.no_prompt()
    model = dig_text(call.body.fields, "model") or _USUAL_MODEL
    job = tasks.submit(house, call, TaskRoute.RUNWAY_COMPATIBLE, model)
    return answers.json({"code": 200, "msg": "ok", "data": {"task_id": job.id}, "exec_time": 0})


def _feed(house: House, call: Call) -> Answer:
    """Only the id at first: nothing else in this answer is promised."""
    refused = unreadable(call, takes_forms=False)
    if refused:
        return refused
    job = house.jobs.find(call.named, TaskRoute.RUNWAY_COMPATIBLE)
    if job is None:
        return tasks.not_exist()
    stage = house.jobs.look(job)
    if stage.step is Step.QUEUED:
        return answers.json({"task_id": job.id})
    value: JsonObject = {
        "task_id": job.id,
        "action": "generate",
        "status": _COMPATIBLE_WORDS[stage.step],
        "progress": f"{stage.progress}%",
        "fail_reason": "",
        **_times(house, job, done=stage.done),
    }
    return answers.json(value | ({"result_url": house.url_of(call, job.file)} if stage.done else {}))


def _times(house: House, job: Job, *, done: bool) -> JsonObject:
    """In seconds, 0 for what has not come yet."""
    end = int(house.jobs.done_at(job)) if done else 0
    return {
        "submit_time": job.created_at,
        "start_time": int(house.jobs.begun_at(job)),
        "finish_time": end,
    }


HANDLERS: dict[Endpoint, Handler] = {
    Endpoint.RUNWAY: _create,
    Endpoint.RUNWAY_TASK: _poll,
    Endpoint.GENERATE: _generate,
    Endpoint.FEED: _feed,
}
