"""The shared route of video tasks: create, poll, content (api-contract.md 6)."""

from urllib.parse import parse_qs

from cometplay.core.drafts import Kind
from cometplay.core.jsons import dig_text
from cometplay.lab import answers, videos
from cometplay.lab.answers import Answer, Mime
from cometplay.lab.endpoints import tasks
from cometplay.lab.endpoints.refusals import no_model, unknown_model, unreadable
from cometplay.lab.fields import prompt_of
from cometplay.lab.files import clip
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.ids import digest
from cometplay.lab.jobs import Job, TaskRoute
from cometplay.lab.makes import is_known, make_of, wrong_with
from cometplay.lab.pictures import Format, draw
from cometplay.lab.places import Endpoint
from cometplay.lab.ranges import ranged


def _create(house: House, call: Call) -> Answer:
    refused = unreadable(call) or no_model(call)
    if refused:
        return refused
    model = dig_text(call.body.fields, "model")
    unserved = None if is_known(model) else unknown_model(call, Kind.VIDEO)
    if unserved:
        return unserved
    if not prompt_of(call.body.fields):
        return tasks.no_prompt()
    wrong = wrong_with(make_of(model), call.body)
    if wrong:
        return tasks.not_valid(wrong)
    return answers.json(videos.as_created(tasks.submit(house, call, TaskRoute.VIDEOS, model)))


def _poll(house: House, call: Call) -> Answer:
    job = house.jobs.find(call.route.name, TaskRoute.VIDEOS)
    if job is None:
        return tasks.not_exist()
    url = house.url_of(call, job.file)
    return answers.json(videos.as_polled(house.jobs, job, house.jobs.look(job), url))


def _content(house: House, call: Call) -> Answer:
    job = house.jobs.find(call.route.name, TaskRoute.VIDEOS)
    if job is None:
        return answers.refused_content(404, "Task not found")
    stage = house.jobs.stage(job)
    if not stage.done:
        word = videos.WORDS[stage.step].upper()
        return answers.refused_content(400, f"Task is not completed yet, current status: {word}")
    if not make_of(job.model).content:
        # that it is not for these models is documented, in which words it says so is not
        message = "the content of this model's videos is not served here: use the task's video_url"
        return answers.refused_content(400, message)
    refusal = answers.refused_content(416, "the requested range is not satisfiable")
    return ranged(call.request, _variant(house, call, job), refusal)


def _variant(house: House, call: Call, job: Job) -> Answer:
    """The clip, or a picture of it. Which formats the pictures have is not documented."""
    query = call.request.target.partition("?")[2]
    mark = digest(house.seed, job.model, prompt_of(job.asked))
    match parse_qs(query).get("variant", ["video"])[-1]:
        case "video":
            return answers.of(Mime.MP4, clip())
        case "thumbnail":
            return answers.of(Mime.WEBP, draw(mark, Format.WEBP))
        case "spritesheet":
            return answers.of(Mime.JPEG, draw(mark, Format.JPEG))
        case _:
            return answers.refused_content(400, "variant is one of video, thumbnail, spritesheet")


HANDLERS: dict[Endpoint, Handler] = {
    Endpoint.VIDEOS: _create,
    Endpoint.VIDEO: _poll,
    Endpoint.CONTENT: _content,
}
