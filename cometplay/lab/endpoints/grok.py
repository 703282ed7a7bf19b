"""Grok's videos: while one waits there is nothing in the answer but its id (api-contract.md 8)."""

from cometplay.core.jsons import JsonObject, dig_text
from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.endpoints import tasks
from cometplay.lab.endpoints.refusals import no_model, unreadable
from cometplay.lab.fields import filled, number, prompt_of
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.jobs import TaskRoute
from cometplay.lab.places import Endpoint

_DURATIONS = range(1, 16)
_RESOLUTIONS = ("480p", "720p")
_USUAL_DURATION = 8


def _create(house: House, call: Call) -> Answer:
    refused = unreadable(call, takes_forms=False) or no_model(call)
    if refused:
        return refused
    fields = call.body.fields
    if not prompt_of(fields):
        return tasks.no_prompt()
    if filled(fields.get("duration")) and number(fields.get("duration")) not in _DURATIONS:
        return tasks.not_valid("duration is invalid: use 1 to 15")
    if filled(fields.get("resolution")) and dig_text(fields, "resolution") not in _RESOLUTIONS:
        return tasks.not_valid(f"resolution is invalid: use one of {', '.join(_RESOLUTIONS)}")
    job = tasks.submit(house, call, TaskRoute.GROK, dig_text(fields, "model"))
    return answers.json({"request_id": job.id})


def _poll(house: House, call: Call) -> Answer:
    job = house.jobs.find(call.route.name, TaskRoute.GROK)
    if job is None:
        return tasks.not_exist()
    value: JsonObject = {"request_id": job.id}
    if house.jobs.look(job).done:
        video: JsonObject = {
            "url": house.url_of(call, job.file),
            "duration": int(number(job.asked.get("duration")) or _USUAL_DURATION),
            "respect_moderation": True,
        }
        value |= {"status": "done", "model": job.model, "video": video}
    return answers.json(value)


HANDLERS: dict[Endpoint, Handler] = {Endpoint.GROK: _create, Endpoint.GROK_TASK: _poll}
