"""One request -> what to do about it: an own page, the gateway's doorkeeping, a script, a good answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache

from cometplay.core.findings import REQUEST_ID, RESULT_URL, TASK_ID, Break, Reply, Say, SayThen, Script
from cometplay.core.jsons import JsonObject
from cometplay.core.wire import Phase
from cometplay.lab import answers, page, speech
from cometplay.lab.answers import Answer, Mime, Stream
from cometplay.lab.endpoints import HANDLERS
from cometplay.lab.fields import in_our_names, read
from cometplay.lab.files import StoredFile
from cometplay.lab.house import Call, House
from cometplay.lab.http import Request
from cometplay.lab.jobs import Job
from cometplay.lab.outcomes import Broken, Outcome, Streaming, Whole, pause_for
from cometplay.lab.page import Bill
from cometplay.lab.places import Door, Place, Route, Standing, number_in, place_of, route_of
from cometplay.lab.play import Cue, Player
from cometplay.lab.prepared import Prepared
from cometplay.lab.record import Record, key_of

RECORD_PATH = "/_lab/requests"
ARRIVED_HEADER = "x-lab-arrived"
_WAYS_KNOWN = 256


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at one of the doors. `recorded`: it is not about the lab itself."""

    request: Request = field(repr=False)
    door: Door
    place: Place
    route: Route | None
    request_id: str

    @property
    def own(self) -> bool:
        """Whether it is about the lab itself, and so no part of what is recorded."""
        path = self.place.path
        lab = path in ("", "/", "/_lab") or path.startswith("/_lab/")
        return self.door is Door.API and self.place.scenario is None and lab


@dataclass(frozen=True, slots=True)
class OwnPages:
    """What the lab's own pages show and clear."""

    bill: Bill
    record: Record

    def requests(self, target: str) -> Answer:
        """The record; `?after=N` leaves out the first N that came, and a header tells how many did."""
        listed = answers.json([entry.as_json() for entry in self.record.after(number_in(target, "after"))])
        return replace(listed, headers=(*listed.headers, (ARRIVED_HEADER, str(self.record.arrived))))


class Desk:
    """Decides. The scripts are played by id; nothing here knows what any of them is about."""

    def __init__(
        self, scripts: Mapping[str, Script], house: House, own: OwnPages, standing: Standing | None = None
    ) -> None:
        self._scripts = scripts
        self._player = Player(scripts)
        self._house = house
        self._own = own
        self._standing = standing
        self._prepared = Prepared(house.wall)
        # a client asks the same few paths again and again
        self._way = lru_cache(maxsize=_WAYS_KNOWN)(_way)

    def visit(self, request: Request, door: Door, request_id: str) -> Visit:
        place, route = self._way(door, request.method, request.target.partition("?")[0])
        return Visit(request, door, place, route, request_id)

    def decide(self, visit: Visit) -> Outcome:
        """The outcome, its answer marked with the request id (api-contract.md 1.2)."""
        match self._outcome(visit):
            case Whole(answer, pause_s):
                return Whole(_marked(answer, visit.request_id), pause_s)
            case Broken(answer=answer) as broken:
                return replace(broken, answer=_marked(answer, visit.request_id))
            case Streaming(stream) as streaming:
                headers = (*stream.headers, (answers.REQUEST_ID_HEADER, visit.request_id))
                return replace(streaming, stream=replace(stream, headers=headers))

    def _outcome(self, visit: Visit) -> Outcome:
        if visit.request.method == "OPTIONS":
            return Whole(Answer(204, (("allow", "GET, HEAD, POST, DELETE, OPTIONS"),)))
        if visit.own:
            return Whole(self._own_page(visit))
        refused = self._refused(visit)
        if refused is not None:
            return _paced(refused)
        return _paced(_stray(visit)) if visit.route is None else self._played(visit, visit.route)

    def _refused(self, visit: Visit) -> Answer | None:
        """What no script gets to see: an unknown scenario, and a key that lacks or is out of place."""
        request, scenario = visit.request, visit.place.scenario
        if scenario is not None and scenario not in self._scripts:
            return self._unknown_scenario(scenario, visit.request_id)
        match visit.door:
            case Door.FILES if request.header("authorization"):
                # a signed url is a credential, and object stores refuse a second one
                message = "Only one auth mechanism allowed"
                return answers.storage_error(400, "InvalidArgument", message, visit.request_id)
            case Door.API if visit.route is not None and visit.route.keyed and not key_of(request):
                message = "no token was provided: send the header Authorization: Bearer <key>"
                return answers.nested(401, message, visit.request_id)
            case Door.API | Door.FILES:
                return None

    def _own_page(self, visit: Visit) -> Answer:
        match visit.request.method, visit.place.path:
            case "GET" | "HEAD", "" | "/":
                return page.answer(self._own.bill, visit.request.header("accept"))
            case "GET" | "HEAD", path if path == RECORD_PATH:
                return self._own.requests(visit.request.target)
            case "DELETE", path if path == RECORD_PATH:
                self._own.record.clear()
                self._player.reset()
                return Answer(204)
            case _:
                return _no_such_url(visit)

    def _unknown_scenario(self, name: str, request_id: str) -> Answer:
        near = ", ".join(get_close_matches(name, self._scripts, cutoff=0.0)) or "none, for it has no scripts"
        message = f"the lab has no scenario {name!r}; the nearest are: {near}"
        return answers.nested(404, message, request_id, code="unknown_scenario")

    def _played(self, visit: Visit, route: Route) -> Outcome:
        if visit.place.scenario is not None:
            return self._staged(visit, route)
        return self._prepared.answer(visit.request, route, lambda: self._staged(visit, route))

    def _staged(self, visit: Visit, route: Route) -> Outcome:
        body = read(visit.request.header("content-type"), visit.request.body)
        call = Call(visit.request, route, visit.place, body, visit.request_id)
        cue = self._cue(visit, call)
        match self._player.step(cue) if cue else None:
            case None:
                return self._good(call)
            case Reply(status, body, headers):
                return _paced(Answer(status, headers, self._filled(body, call).encode()))
            case Say() | SayThen() as step:
                return speech.scripted(self._house, call, step)
            case Break(how):
                answer = _at_once(self._good(call))
                return Broken(how, answer, visit.request.target, pause_for(answer))

    def _good(self, call: Call) -> Outcome:
        match HANDLERS[call.route.endpoint](self._house, call):
            case Stream() as stream:
                return Streaming(stream)
            case Answer() as answer:
                return _paced(answer)

    def _filled(self, body: str, call: Call) -> str:
        """A scripted body with what its placeholders stand for."""
        text = body.replace(REQUEST_ID, call.request_id)
        if TASK_ID not in text and RESULT_URL not in text:
            return text
        job = self._job_of(call)
        url = self._house.url_of(call, job.file) if job else ""
        return text.replace(TASK_ID, job.id if job else call.named).replace(RESULT_URL, url)

    def _job_of(self, call: Call) -> Job | None:
        """The task that a request is about. A create that a script words otherwise makes one all the same."""
        jobs = self._house.jobs
        if Phase.CREATE in call.route.phases:
            before = jobs.latest
            self._good(call)
            return jobs.latest if jobs.latest is not before else None
        file = self._house.files.get(call.named)
        return jobs.get(file.task_id if file else call.named)

    def _cue(self, visit: Visit, call: Call) -> Cue | None:
        """What the script is asked: rules about a task or its file look at what created it."""
        scenario = visit.place.scenario or self._standing_for(call.route)
        if scenario is None:
            return None
        fields: JsonObject = call.asked
        house, name = self._house, call.named
        match house.jobs.get(name) or house.files.get(name):
            case Job(id=task_id, asked=asked) | StoredFile(task_id=task_id, asked=asked):
                fields, task = asked, task_id
            case None:
                # a script may answer a create itself, with a task id that only it knows
                task = name
        holder = f"task {task}" if task else f"key {key_of(visit.request)}"
        asked = in_our_names(fields)
        return Cue(scenario, visit.place.phase, call.route.phases, asked, holder, of_task=bool(task))

    def _standing_for(self, route: Route) -> str | None:
        standing = self._standing
        return standing.scenario if standing and route.endpoint in standing.endpoints else None


def _way(door: Door, method: str, path: str) -> tuple[Place, Route | None]:
    place = place_of(path)
    return place, route_of(door, method, place.path)


def _at_once(outcome: Outcome) -> Answer:
    """The whole of a good answer, one that would be sent in pieces included."""
    match outcome:
        case Streaming(stream):
            return Answer(stream.status, stream.headers, b"".join(piece.data for piece in stream.pieces))
        case Whole(answer) | Broken(answer=answer):
            return answer


def too_large(request_id: str) -> Answer:
    answer = answers.nested(413, "the request body is over 32 MB", request_id, code="request_too_large")
    return _marked(replace(answer, headers=(*answer.headers, ("connection", "close"))), request_id)


def unreadable(reason: str, request_id: str) -> Answer:
    answer = answers.nested(400, f"this is not HTTP: {reason}", request_id, code="bad_request")
    return _marked(replace(answer, headers=(*answer.headers, ("connection", "close"))), request_id)


def _marked(answer: Answer, request_id: str) -> Answer:
    # by hand: to replace a field takes three times as long, for every request
    headers = (*answer.headers, (answers.REQUEST_ID_HEADER, request_id))
    return Answer(answer.status, headers, answer.body, answer.takes_s)


def _paced(answer: Answer) -> Whole:
    return Whole(answer, pause_for(answer))


def _stray(visit: Visit) -> Answer:
    """A path that leads nowhere: three answers, by how far off it is (api-contract.md 12; 13, row 13)."""
    match visit.door, visit.place.path:
        case Door.FILES, _:
            return answers.storage_error(403, "AccessDenied", "Access Denied", visit.request_id)
        case Door.API, "/chat/completions":
            return answers.of(Mime.HTML, page.CONSOLE)
        case Door.API, path if path == "/v1" or path.startswith("/v1/"):
            return _no_such_url(visit)
        case Door.API, _:
            # to the lab's own page, lest a client that follows carries its key out of the house
            return Answer(301, (("location", "/"),))


def _no_such_url(visit: Visit) -> Answer:
    asked = f"{visit.request.method} {visit.place.path}"
    return answers.nested(404, f"Invalid URL ({asked})", visit.request_id)
