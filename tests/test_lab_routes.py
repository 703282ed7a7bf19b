"""The routes outside /v1: each makes tasks in its own form, finds only its own, and can be scripted."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from test_lab_kit import VIDEO, client, play

from cometplay.core.findings import RESULT_URL, TASK_ID, Break, Breakage, Has, Reply, Rule, Script
from cometplay.core.jsons import dig
from cometplay.core.wire import Phase
from cometplay.lab.files import clip

PROMPT = {"prompt": "Waves"}
RUNWAY_HEADER = {"x-runway-version": "2024-11-06"}


@dataclass(frozen=True, kw_only=True)
class Route:
    """A route as a client knows it: paths below the lab's origin, and where its answers keep things."""

    create: str
    body: dict[str, Any]
    poll: str
    id_at: tuple[str | int, ...]
    id_form: str
    state_at: tuple[str | int, ...]
    states: tuple[str | None, str]
    url_at: tuple[str | int, ...]
    headers: dict[str, str] = field(default_factory=dict)
    posted: bool = False


def kling(action: str, **body: Any) -> Route:
    return Route(
        create=f"/kling/v1/videos/{action}",
        body=PROMPT | body,
        poll=f"/kling/v1/videos/{action}/",
        id_at=("data", "task_id"),
        id_form=r"8\d{17}",
        state_at=("data", "task_status"),
        states=("processing", "succeed"),
        url_at=("data", "task_result", "videos", 0, "url"),
    )


UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
RUNWAY = {"model": "gen3a_turbo", "promptImage": "https://x.example/a.png", "promptText": "Waves"}

ROUTES = {
    "videos": Route(
        create="/v1/videos",
        body=VIDEO,
        poll="/v1/videos/",
        id_at=("id",),
        id_form=r"task_[0-9a-f]{32}",
        state_at=("status",),
        states=("in_progress", "completed"),
        url_at=("video_url",),
    ),
    "kling text": kling("text2video", duration="5", mode="pro", aspect_ratio="16:9"),
    "kling image": kling("image2video", image="QUJD"),
    "kling omni": kling("omni-video", model_name="kling-video-o1", duration=7),
    "runway": Route(
        create="/runwayml/v1/image_to_video",
        body=RUNWAY | {"ratio": "1280:768", "duration": 5, "seed": 7},
        poll="/runwayml/v1/tasks/",
        id_at=("id",),
        id_form=UUID,
        state_at=("status",),
        states=("RUNNING", "SUCCEEDED"),
        url_at=("output", 0),
        headers=RUNWAY_HEADER,
    ),
    "runway compatible": Route(
        create="/runway/pro/generate",
        body=PROMPT | {"model": "gen4"},
        poll="/runway/feed",
        id_at=("data", "task_id"),
        id_form=r"task_[0-9a-f]{32}",
        state_at=("status",),
        states=("IN_PROGRESS", "SUCCESS"),
        url_at=("result_url",),
        posted=True,
    ),
    "grok": Route(
        create="/grok/v1/videos/generations",
        body=PROMPT | {"model": "grok-imagine-video", "duration": 6, "resolution": "720p"},
        poll="/grok/v1/videos/",
        id_at=("request_id",),
        id_form=UUID,
        state_at=("status",),
        states=(None, "done"),
        url_at=("video", "url"),
    ),
    "flux": Route(
        create="/replicate/v1/models/black-forest-labs/flux-1.1-pro/predictions",
        body={"input": PROMPT},
        poll="/replicate/v1/predictions/",
        id_at=("id",),
        id_form=r"[0-9a-z]{26}",
        state_at=("data", "status"),
        states=("IN_PROGRESS", "SUCCESS"),
        url_at=("data", "data", "output"),
    ),
}
every_route = pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES.keys())


def origin(lab, scenario: str | None = None) -> str:
    return lab.base_url(scenario).removesuffix("/v1")


async def create(lab, http, route: Route, scenario: str | None = None):
    return await http.post(origin(lab, scenario) + route.create, json=route.body, headers=route.headers)


async def poll(lab, http, route: Route, task: str, scenario: str | None = None):
    base = origin(lab, scenario) + route.poll
    return await (http.post(base, json={"task_id": task}) if route.posted else http.get(base + task))


@every_route
def test_a_task_is_made_watched_and_fetched(route: Route) -> None:
    async def part(lab, http):
        created = (await create(lab, http, route)).json()
        task = dig(created, *route.id_at)
        polls = [(await poll(lab, http, route, task)).json() for _ in range(3)]
        async with client(headers={}) as keyless:
            return created, polls, await keyless.get(dig(polls[1], *route.url_at))

    created, (half, done, again), file = play(part)
    assert re.fullmatch(route.id_form, dig(created, *route.id_at))
    assert (dig(half, *route.state_at), dig(done, *route.state_at)) == route.states
    assert dig(half, *route.url_at) is None
    assert dig(again, *route.url_at) == dig(done, *route.url_at)
    assert file.status_code == 200
    assert file.content == clip() or file.headers["content-type"] == "image/webp"


@every_route
def test_a_route_finds_no_task_but_its_own(route: Route) -> None:
    async def part(lab, http):
        made = {
            name: dig((await create(lab, http, other)).json(), *other.id_at) for name, other in ROUTES.items()
        }
        strangers = ["never", *(task for name, task in made.items() if ROUTES[name] is not route)]
        return [await poll(lab, http, route, task) for task in strangers]

    for response in play(part):
        assert response.status_code == 400
        assert response.json() == {"code": "task_not_exist", "message": "task_not_exist", "data": None}


@every_route
def test_a_task_is_scripted_by_its_id_on_every_route(route: Route) -> None:
    busy = Reply(502, '{"task":"{{task_id}}","url":"{{result_url}}"}')
    rules = (Rule(busy, phase=Phase.POLL, times=2), Rule(Reply(503), phase=Phase.DOWNLOAD, times=1))

    async def part(lab, http):
        tasks = [dig((await create(lab, http, route, "it")).json(), *route.id_at) for _ in range(2)]
        order = [0, 1, 0, 0, 0, 1, 1]
        polls = [await poll(lab, http, route, tasks[which], "it") for which in order]
        url = dig(polls[4].json(), *route.url_at)
        async with client(headers={}) as keyless:
            files = [(await keyless.get(url)).status_code for _ in range(2)]
        return tasks, polls, url, files

    tasks, polls, url, files = play(part, {"it": Script(rules)})
    assert [one.status_code for one in polls] == [502, 502, 502, 200, 200, 502, 200]
    assert [polls[place].json()["task"] for place in (0, 1)] == tasks
    assert polls[0].json()["url"] == url
    assert files == [503, 200]


@every_route
def test_a_create_that_a_script_words_makes_its_task_all_the_same(route: Route) -> None:
    rules = (Rule(Reply(202, f'{{"mine":"{TASK_ID}","at":"{RESULT_URL}"}}')),)

    async def part(lab, http):
        created = await create(lab, http, route, "it")
        polls = [(await poll(lab, http, route, created.json()["mine"], "it")).json() for _ in range(2)]
        return created, polls[-1]

    created, done = play(part, {"it": Script(rules)})
    assert created.status_code == 202
    assert re.fullmatch(route.id_form, created.json()["mine"])
    assert dig(done, *route.url_at) == created.json()["at"]


@every_route
def test_a_rule_about_a_poll_looks_at_what_made_the_task(route: Route) -> None:
    rules = (Rule(Reply(418), Has("negative_prompt"), Phase.POLL),)
    more = {"negative_prompt": "fog"}
    fuller = {"input": PROMPT | more} if "input" in route.body else route.body | more

    async def part(lab, http):
        told = []
        for body in (route.body, fuller):
            url = origin(lab, "it") + route.create
            created = (await http.post(url, json=body, headers=route.headers)).json()
            told.append((await poll(lab, http, route, dig(created, *route.id_at), "it")).status_code)
        return told

    assert play(part, {"it": Script(rules)}) == [200, 418]


def test_a_create_counts_for_its_key_though_its_path_has_names() -> None:
    rules = (Rule(Reply(429), times=1),)

    async def part(lab, http):
        routes = ("kling text", "flux")
        return [
            [(await create(lab, http, ROUTES[name], "it")).status_code for _ in range(3)] for name in routes
        ]

    assert play(part, {"it": Script(rules)}) == [[429, 200, 429], [200, 429, 200]]


def test_an_unknown_task_in_a_script_is_the_one_that_was_asked() -> None:
    rules = (Rule(Reply(200, '{"id":"{{task_id}}","at":"{{result_url}}"}'), phase=Phase.POLL),)

    async def part(lab, http):
        return (await http.get(origin(lab, "it") + "/v1/videos/task_gone")).json()

    assert play(part, {"it": Script(rules)}) == {"id": "task_gone", "at": ""}


def test_a_poll_can_break_below_http_on_a_route_of_its_own() -> None:
    rules = (Rule(Break(Breakage.EARLY_HINTS), phase=Phase.POLL),)

    async def part(lab, http):
        task = dig((await create(lab, http, ROUTES["grok"], "it")).json(), "request_id")
        return (await poll(lab, http, ROUTES["grok"], task, "it")).json(), task

    value, task = play(part, {"it": Script(rules)})
    assert value == {"request_id": task}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/kling/v1/videos/video2text"),
        ("GET", "/kling/v1/videos/text2video"),
        ("GET", "/kling/v1/videos/text2video/"),
        ("POST", "/replicate/v1/models/flux/predictions"),
        ("GET", "/runway/feed"),
        ("POST", "/grok/v1/videos"),
    ],
)
def test_a_path_that_is_no_route_redirects(method: str, path: str) -> None:
    async def part(lab, http):
        return await http.request(method, origin(lab) + path)

    assert play(part).status_code == 301


@every_route
def test_every_route_wants_a_key(route: Route) -> None:
    async def part(lab, _):
        async with client(headers={}) as keyless:
            return await create(lab, keyless, route), await poll(lab, keyless, route, "any")

    assert [one.status_code for one in play(part)] == [401, 401]
