"""What each endpoint answers when nothing is scripted, its ordinary refusals included."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cometplay.core.drafts import Kind
from cometplay.core.findings import Say
from cometplay.core.jsons import Json, JsonObject, dig_list, dig_text
from cometplay.core.models import known_models
from cometplay.lab import answers, chat, images
from cometplay.lab.answers import Answer, Mime
from cometplay.lab.doors import Doors
from cometplay.lab.fields import Body, prompt_of
from cometplay.lab.files import StoredFile, clip
from cometplay.lab.places import Endpoint, Place, Route
from cometplay.lab.videos import Job, Jobs, Word

_CREATED = 1_780_000_000


@dataclass(frozen=True, slots=True)
class Call:
    """A request that reached an endpoint with a key that will do."""

    route: Route
    place: Place
    body: Body = field(repr=False)
    request_id: str


class Shop:
    """The lab's working half: its tasks, its files, and a good answer for each endpoint."""

    def __init__(self, seed: int, wall: Callable[[], float], jobs: Jobs, doors: Doors) -> None:
        self._seed = seed
        self._wall = wall
        self._jobs = jobs
        self._doors = doors
        self._files: dict[str, StoredFile] = {}

    def behind(self, route: Route) -> Job | StoredFile | None:
        """The task or the file that a path names."""
        match route.endpoint:
            case Endpoint.VIDEO | Endpoint.CONTENT:
                return self._jobs.get(route.name)
            case Endpoint.FILE:
                return self._files.get(route.name)
            case Endpoint.CHAT | Endpoint.IMAGES | Endpoint.VIDEOS | Endpoint.MODELS:
                return None

    def answer(self, call: Call) -> Answer:  # noqa: PLR0911  one for each endpoint
        match call.route.endpoint:
            case Endpoint.CHAT:
                return self._refusal(call) or self._chat(call.body.fields)
            case Endpoint.IMAGES:
                return self._refusal(call) or self._images(call.body.fields, call.place)
            case Endpoint.VIDEOS:
                return self._refusal(call) or self._video(call.body.fields)
            case Endpoint.VIDEO:
                return self._poll(call)
            case Endpoint.CONTENT:
                return self._content(call)
            case Endpoint.MODELS:
                return answers.json(_models())
            case Endpoint.FILE:
                return self._file(call)

    def say(self, call: Call, said: Say) -> Answer:
        """A chat that ends as it is told to."""
        fields, created = call.body.fields, int(self._wall())
        return answers.json(chat.spoken(fields, said.content, said.finish_reason, self._seed, created))

    def _refusal(self, call: Call) -> Answer | None:
        """What the gateway finds wrong by itself (api-contract.md 2.4, 6.1, 9.2)."""
        body, endpoint = call.body, call.route.endpoint
        if body.fault or (body.form and endpoint is Endpoint.CHAT):
            message = f"the body cannot be read: {body.fault or 'this endpoint takes JSON'}"
            return answers.nested(400, message, call.request_id, code="bad_request_body")
        if not dig_text(body.fields, "model"):
            return answers.nested(400, "model name is required", call.request_id)
        if endpoint is Endpoint.CHAT and not dig_list(body.fields, "messages"):
            return answers.nested(500, "field messages is required", call.request_id, code="invalid_request")
        if endpoint is Endpoint.IMAGES and not prompt_of(body.fields):
            return answers.nested(400, "prompt is required", call.request_id, code="prompt_missing")
        if endpoint is Endpoint.VIDEOS and not prompt_of(body.fields):
            return answers.flat(400, "invalid_request", "prompt is required")
        return None

    def _chat(self, fields: JsonObject) -> Answer:
        return answers.json(chat.completion(fields, self._seed, int(self._wall())))

    def _images(self, fields: JsonObject, place: Place) -> Answer:
        def url_of(name: str) -> str:
            return self._doors.file_url(place.prefix, name)

        made = images.generation(fields, self._seed, int(self._wall()), url_of)
        self._files |= made.files
        return answers.json(made.value)

    def _video(self, fields: JsonObject) -> Answer:
        job = self._jobs.create(fields)
        self._files[_video_name(job)] = StoredFile(Mime.MP4, clip(), fields, job.id)
        return answers.json(job.as_created())

    def _poll(self, call: Call) -> Answer:
        job = self._jobs.get(call.route.name)
        if job is None:
            return answers.flat(400, "task_not_exist", "task_not_exist")
        url = self._doors.file_url(call.place.prefix, _video_name(job))
        return answers.json(self._jobs.as_polled(job, self._jobs.look(job), url))

    def _content(self, call: Call) -> Answer:
        job = self._jobs.get(call.route.name)
        if job is None:
            return answers.refused_content(404, "Task not found")
        word = self._jobs.stage(job).word
        if word is not Word.COMPLETED:
            message = f"Task is not completed yet, current status: {word.value.upper()}"
            return answers.refused_content(400, message)
        return answers.of(Mime.MP4, clip())

    def _file(self, call: Call) -> Answer:
        found = self._files.get(call.route.name)
        if found is None:
            return answers.storage_error(403, "AccessDenied", "Access Denied", call.request_id)
        return answers.of(found.mime, found.data)


def _video_name(job: Job) -> str:
    return f"{job.id}.mp4"


def _models() -> JsonObject:
    """Every model that core/models.py names (api-contract.md 1.4)."""
    names = [name for kind in Kind for name in known_models(kind)]
    rows: list[Json] = [
        {"id": name, "object": "model", "created": _CREATED, "owned_by": "lab"} for name in names
    ]
    return {"object": "list", "data": rows}
