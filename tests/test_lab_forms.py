"""What the routes outside /v1 refuse, and what is particular in the form of each."""

import pytest
from test_lab_kit import client, play
from test_lab_routes import PROMPT, ROUTES, RUNWAY, RUNWAY_HEADER, create, origin, poll

from cometplay.core.jsons import dig

KLING, OMNI, IMAGE = (ROUTES[f"kling {name}"].create for name in ("text", "omni", "image"))
GROK, FLUX, RUNWAYML = ROUTES["grok"].create, ROUTES["flux"].create, ROUTES["runway"].create
GENERATE, FEED = "/runway/pro/generate", "/runway/feed"
GROK_BODY, FLUX_BODY = ROUTES["grok"].body, ROUTES["flux"].body["input"]

REFUSED = [
    # path, body -> status, code, a part of the message
    (KLING, {}, 200, 1201, "prompt is required"),
    (KLING, {"prompt": "x" * 501}, 200, 1201, "at most 500"),
    (KLING, PROMPT | {"duration": "7"}, 200, 1201, "5, 10"),
    (KLING, PROMPT | {"mode": "best"}, 200, 1201, "std, pro"),
    (KLING, PROMPT | {"aspect_ratio": "1280x720"}, 200, 1201, "16:9"),
    (IMAGE, PROMPT, 200, 1201, "image is required"),
    (OMNI, PROMPT | {"duration": 11}, 200, 1201, "duration"),
    (OMNI, {"prompt": "x" * 2501}, 200, 1201, "at most 2500"),
    (RUNWAYML, RUNWAY | {"model": ""}, 400, "", "model name is required"),
    (RUNWAYML, RUNWAY | {"promptImage": ""}, 400, "invalid_request", "promptImage is required"),
    (RUNWAYML, RUNWAY | {"duration": 7}, 400, "InvalidParameter", "5 or 10"),
    (RUNWAYML, RUNWAY | {"ratio": "16:9"}, 400, "InvalidParameter", "1280:768"),
    (RUNWAYML, RUNWAY | {"promptText": "x" * 513}, 400, "InvalidParameter", "at most 512"),
    (RUNWAYML, RUNWAY | {"seed": -1}, 400, "InvalidParameter", "seed"),
    (GENERATE, {"model": "gen4"}, 400, "invalid_request", "prompt is required"),
    (FEED, {}, 400, "task_not_exist", "task_not_exist"),
    (GROK, PROMPT, 400, "", "model name is required"),
    (GROK, GROK_BODY | {"prompt": ""}, 400, "invalid_request", "prompt is required"),
    (GROK, GROK_BODY | {"duration": 16}, 400, "InvalidParameter", "1 to 15"),
    (GROK, GROK_BODY | {"resolution": "1080p"}, 400, "InvalidParameter", "480p, 720p"),
    (FLUX, PROMPT | {"input": {}}, 400, "invalid_request", "prompt is required"),
    (FLUX, {"input": {}}, 400, "invalid_request", "prompt is required"),
    (FLUX, {"input": FLUX_BODY | {"output_format": "gif"}}, 400, "InvalidParameter", "webp, jpg, png"),
    (FLUX, {"input": FLUX_BODY | {"num_outputs": 5}}, 400, "InvalidParameter", "1 to 4"),
]


@pytest.mark.parametrize(("path", "body", "status", "code", "text"), REFUSED)
def test_a_route_refuses_in_its_own_form(path, body, status, code, text) -> None:
    async def part(lab, http):
        return await http.post(origin(lab) + path, json=body, headers=RUNWAY_HEADER)

    response = play(part)
    value = response.json()
    error = value.get("error") or value
    assert response.status_code == status
    assert error.get("code") == code
    assert text in error["message"]
    assert code != 1201 or value["request_id"] == response.headers["x-cometapi-request-id"]


@pytest.mark.parametrize("path", [KLING, RUNWAYML, GENERATE, FEED, GROK, FLUX])
def test_these_routes_take_json_only(path: str) -> None:
    async def part(lab, http):
        return [
            await http.post(origin(lab) + path, headers=RUNWAY_HEADER, **sent)
            for sent in ({"files": {"prompt": (None, "Waves")}}, {"content": b"{"})
        ]

    for response in play(part):
        assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request_body")


def test_runway_wants_its_version_and_ratios_follow_it() -> None:
    async def part(lab, http):
        url = origin(lab) + RUNWAYML
        none = await http.post(url, json=RUNWAY)
        old = {"x-runway-version": "2024-09-13"}
        ratios = [
            await http.post(url, json=RUNWAY | {"ratio": it}, headers=old) for it in ("16:9", "1280:720")
        ]
        return none, [one.status_code for one in ratios]

    none, statuses = play(part)
    assert none.status_code == 400
    assert "X-Runway-Version" in none.json()["message"]
    assert statuses == [200, 400]


def test_kling_counts_in_milliseconds_and_says_that_the_query_went_well() -> None:
    async def part(lab, http):
        route = ROUTES["kling text"]
        created = (await create(lab, http, route)).json()
        task = created["data"]["task_id"]
        return created, [(await poll(lab, http, route, task)).json() for _ in range(2)]

    created, polls = play(part, wall=lambda: 1_780_000_000.25)
    assert created["data"]["task_status"] == "submitted"
    for value in (created, *polls):
        assert (value["code"], value["message"]) == (0, "SUCCEED")
        assert value["data"]["created_at"] == 1_780_000_000_250
    assert polls[1]["data"]["task_result"]["videos"][0]["duration"] == "5"


def test_a_form_that_promises_only_an_id_gives_no_more_in_the_queue() -> None:
    async def part(lab, http):
        found = []
        for name in ("runway compatible", "grok", "runway", "flux"):
            task = dig((await create(lab, http, ROUTES[name])).json(), *ROUTES[name].id_at)
            found.append(((await poll(lab, http, ROUTES[name], task)).json(), task))
        return found

    (feed, fed), (grok, asked), (runway, _), (flux, _) = play(
        part, speed=1.0, clock=lambda: 0.0, sleep=at_once
    )
    assert (feed, grok) == ({"task_id": fed}, {"request_id": asked})
    assert (runway["status"], flux["data"]["status"]) == ("PENDING", "QUEUED")


async def at_once(_: float) -> None:
    pass


@pytest.mark.parametrize(
    ("more", "mime", "count"),
    [
        ({}, "image/webp", None),
        ({"output_format": "png"}, "image/png", None),
        ({"output_format": "jpg", "num_outputs": 3}, "image/jpeg", 3),
        ({"num_outputs": 1}, "image/webp", 1),
    ],
)
def test_flux_draws_what_was_asked(more: dict, mime: str, count: int | None) -> None:
    async def part(lab, http):
        url = origin(lab) + FLUX
        task = (await http.post(url, json={"input": FLUX_BODY | more})).json()["id"]
        polls = [(await poll(lab, http, ROUTES["flux"], task)).json() for _ in range(2)]
        output = polls[-1]["data"]["data"]["output"]
        async with client(headers={}) as keyless:
            return output, [await keyless.get(one) for one in (output if count else [output])]

    output, files = play(part)
    assert isinstance(output, list if count else str)
    assert [file.headers["content-type"] for file in files] == [mime] * (count or 1)
    assert len({file.content for file in files}) == len(files)
