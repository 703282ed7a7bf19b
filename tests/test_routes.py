"""Protects what each route is told: where a draft goes, in which form, and where its task is asked after."""

import base64
import json
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from test_wire import IDS, parts_of

from cometplay.core import wire
from cometplay.core.accounts import MOST_RESULTS, results
from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, Message, TextDraft, VideoDraft
from cometplay.core.models import DEFAULT_MODEL, known_models, route_of
from cometplay.core.routes import ADAPTERS, Route, address
from cometplay.core.wire import FormBody, JsonBody, Phase, WireRequest

HOST = "https://api.cometapi.com"
BASE = f"{HOST}/v1"
DATA = b"\x89PNG\r\n\0"
B64 = base64.b64encode(DATA).decode()
URI = f"data:image/png;base64,{B64}"
RUNWAY_VERSION = (("X-Runway-Version", "2024-11-06"),)


def file(field: str = "input_reference") -> Attachment:
    return Attachment(field, "/p/a.png", "a.png", "image/png", DATA)


def video(model: str, *files: Attachment, **fields: str) -> VideoDraft:
    return VideoDraft(model=model, prompt="Waves", attachments=files, **fields)


def image(model: str, *files: Attachment, **fields) -> ImageDraft:
    return ImageDraft(model=model, prompt="Waves", attachments=files, **fields)


def extra(**fields) -> str:
    return json.dumps(fields)


def response(*said: tuple[str, str], **fields) -> TextDraft:
    messages = tuple(Message(role, text) for role, text in said or (("user", "Hi"),))
    return TextDraft(model="gpt-5.6-sol", api=Route.RESPONSES, messages=messages, **fields)


SCHEMA = {"name": "sea", "schema": {"type": "object"}, "strict": True}
TOOL = {"name": "look", "parameters": {"type": "object"}}
HI = {"model": "gpt-5.6-sol", "input": [{"role": "user", "content": "Hi"}]}
SIX = {"seconds": "5", "size": "16:9"}
FLUX = "/replicate/v1/models/black-forest-labs/{}/predictions"
JSON_CREATES: dict[str, tuple[Draft, Route, str, dict]] = {
    "kling": (
        video("kling-v1", **SIX),
        Route.KLING_TEXT,
        "/kling/v1/videos/text2video",
        {"model_name": "kling-v1", "prompt": "Waves", "duration": "5", "aspect_ratio": "16:9"},
    ),
    "kling with a picture": (
        video("kling-v2", file()),
        Route.KLING_IMAGE,
        "/kling/v1/videos/image2video",
        {"model_name": "kling-v2", "prompt": "Waves", "image": B64},
    ),
    "kling with a picture's url": (
        video("kling-v2", extra=extra(image="https://x.example/a.png")),
        Route.KLING_IMAGE,
        "/kling/v1/videos/image2video",
        {"model_name": "kling-v2", "prompt": "Waves", "image": "https://x.example/a.png"},
    ),
    "kling with a last frame": (
        video("kling-v2", file("image"), file("image_tail")),
        Route.KLING_IMAGE,
        "/kling/v1/videos/image2video",
        {"model_name": "kling-v2", "prompt": "Waves", "image": B64, "image_tail": B64},
    ),
    "kling omni": (
        video("kling-video-o1", seconds="7"),
        Route.KLING_OMNI,
        "/kling/v1/videos/omni-video",
        {"model_name": "kling-video-o1", "prompt": "Waves", "duration": "7"},
    ),
    "kling omni with pictures": (
        video("kling-video-o1", file(), file()),
        Route.KLING_OMNI,
        "/kling/v1/videos/omni-video",
        {
            "model_name": "kling-video-o1",
            "prompt": "Waves",
            "image_list": [{"image_url": B64}, {"image_url": B64}],
        },
    ),
    "runway": (
        video("gen3a_turbo", file(), seconds="5", size="1280:768", extra=extra(seed=7)),
        Route.RUNWAY,
        "/runwayml/v1/image_to_video",
        {
            "model": "gen3a_turbo",
            "promptText": "Waves",
            "duration": 5,
            "ratio": "1280:768",
            "promptImage": URI,
            "seed": 7,
        },
    ),
    "runway, the next": (
        video("gen4_turbo", extra=extra(promptImage="https://x.example/a.png")),
        Route.RUNWAY,
        "/runwayml/v1/image_to_video",
        {"model": "gen4_turbo", "promptText": "Waves", "promptImage": "https://x.example/a.png"},
    ),
    "grok": (
        video("grok-imagine-video", file("image"), seconds="6", size="16:9"),
        Route.GROK,
        "/grok/v1/videos/generations",
        {
            "model": "grok-imagine-video",
            "prompt": "Waves",
            "duration": 6,
            "aspect_ratio": "16:9",
            "image": {"url": URI},
        },
    ),
    "seconds that are no number": (
        video("grok-imagine-video", seconds="long"),
        Route.GROK,
        "/grok/v1/videos/generations",
        {"model": "grok-imagine-video", "prompt": "Waves", "duration": "long"},
    ),
    "more pictures than there is place for": (
        video("gen3a_turbo", file(), file("image")),
        Route.RUNWAY,
        "/runwayml/v1/image_to_video",
        {"model": "gen3a_turbo", "promptText": "Waves", "promptImage": [URI, URI]},
    ),
    "flux": (
        image("black-forest-labs/flux-schnell", n=2, size="1:1", extra=extra(seed=3)),
        Route.REPLICATE,
        FLUX.format("flux-schnell"),
        {"input": {"prompt": "Waves", "num_outputs": 2, "aspect_ratio": "1:1", "seed": 3}},
    ),
    "flux without its owner": (
        image("flux-1.1-pro", file("image")),
        Route.REPLICATE,
        FLUX.format("flux-1.1-pro"),
        {"input": {"prompt": "Waves", "image": URI}},
    ),
    "a model that leads astray": (
        image("flux/../../x?y=1#z"),
        Route.REPLICATE,
        "/replicate/v1/models/flux/%2E%2E/%2E%2E/x%3Fy%3D1%23z/predictions",
        {"input": {"prompt": "Waves"}},
    ),
    "seedream with references": (
        image("doubao-seedream-4-0-250828", file("image"), file("image[]")),
        Route.IMAGES,
        "/v1/images/generations",
        {"model": "doubao-seedream-4-0-250828", "prompt": "Waves", "image": [URI, URI]},
    ),
    "runway's other form": (
        video("gen4", seconds="5", api=Route.RUNWAY_COMPATIBLE),
        Route.RUNWAY_COMPATIBLE,
        "/runway/pro/generate",
        {"model": "gen4", "prompt": "Waves", "duration": 5},
    ),
    "a response": (
        response(("system", "Brief."), ("user", "Hi"), token_cap=50, temperature=0.5, stream=True),
        Route.RESPONSES,
        "/v1/responses",
        {**HI, "instructions": "Brief.", "max_output_tokens": 50, "temperature": 0.5, "stream": True},
    ),
    "a response to a system message that is not the first": (
        response(("user", "Hi"), ("system", "Brief.")),
        Route.RESPONSES,
        "/v1/responses",
        {**HI, "input": [*HI["input"], {"role": "system", "content": "Brief."}]},
    ),
    "a response by a chat's own extra fields": (
        response(
            extra=extra(
                reasoning_effort="low",
                verbosity="high",
                response_format={"type": "json_schema", "json_schema": SCHEMA},
                tools=[{"type": "function", "function": TOOL}, {"type": "web_search_preview"}],
                tool_choice={"type": "function", "function": {"name": "look"}},
                max_tokens=9,
            )
        ),
        Route.RESPONSES,
        "/v1/responses",
        {
            **HI,
            "reasoning": {"effort": "low"},
            "text": {"verbosity": "high", "format": {"type": "json_schema", **SCHEMA}},
            "tools": [{"type": "function", **TOOL}, {"type": "web_search_preview"}],
            "tool_choice": {"type": "function", "name": "look"},
            "max_output_tokens": 9,
        },
    ),
    "a response by its own extra fields": (
        response(
            extra=extra(
                reasoning={"effort": "low", "summary": "auto"},
                text={"format": {"type": "text"}},
                tools="none",
                tool_choice="auto",
                input="Hello",
            )
        ),
        Route.RESPONSES,
        "/v1/responses",
        {
            "model": "gpt-5.6-sol",
            "input": "Hello",
            "reasoning": {"effort": "low", "summary": "auto"},
            "text": {"format": {"type": "text"}},
            "tools": "none",
            "tool_choice": "auto",
        },
    ),
    "an extra field replaces what was adapted": (
        video("kling-v1", seconds="5", extra=extra(duration="10", mode="pro")),
        Route.KLING_TEXT,
        "/kling/v1/videos/text2video",
        {"model_name": "kling-v1", "prompt": "Waves", "duration": "10", "mode": "pro"},
    ),
}


@pytest.mark.parametrize(("draft", "route", "path", "body"), JSON_CREATES.values(), ids=JSON_CREATES)
def test_a_json_route_is_told_its_own_names(draft, route, path, body):
    request = wire.encode(draft, BASE)
    assert (request.method, request.url, request.route) == ("POST", HOST + path, route)
    assert isinstance(request.body, JsonBody)
    assert json.loads(request.body.text) == body
    assert request.headers == (RUNWAY_VERSION if route is Route.RUNWAY else ())


@pytest.mark.parametrize(
    ("draft", "path", "names"),
    [
        (video("sora-2", file()), "/v1/videos", ["model", "prompt", "input_reference"]),
        (video("veo3-fast"), "/v1/videos", ["model", "prompt"]),
        (image("gpt-image-2", file("image")), "/v1/images/edits", ["model", "prompt", "image"]),
        (
            image("gpt-image-1.5", file("image[]"), file("image[]"), n=2),
            "/v1/images/edits",
            ["model", "prompt", "n", "image[]", "image[]"],
        ),
        (
            image("dall-e-2", file("image"), file("mask")),
            "/v1/images/edits",
            ["model", "prompt", "image", "mask"],
        ),
        (image("qwen-image-edit", file("image")), "/v1/images/edits", ["model", "prompt", "image"]),
    ],
    ids=["sora", "veo", "gpt image", "several", "mask", "qwen"],
)
def test_a_form_route_is_sent_files_as_they_are(draft, path, names):
    request = wire.encode(draft, BASE)
    assert request.url == HOST + path
    assert isinstance(request.body, FormBody)
    found = parts_of(*wire.payload(request.body))
    assert [name for name, *_ in found] == names
    assert all(data == DATA for _, filename, _, data in found if filename)


ELSEWHERE = {
    Kind.TEXT: {},
    Kind.IMAGE: {"black-forest-labs/flux-schnell": Route.REPLICATE},
    Kind.VIDEO: {
        "kling-video-o1": Route.KLING_OMNI,
        "kling-v1": Route.KLING_TEXT,
        "kling-v2": Route.KLING_TEXT,
        "gen3a_turbo": Route.RUNWAY,
        "grok-imagine-video": Route.GROK,
    },
}
USUAL = {Kind.TEXT: Route.CHAT, Kind.IMAGE: Route.IMAGES, Kind.VIDEO: Route.VIDEOS}
DRAFTED = {Kind.TEXT: TextDraft, Kind.IMAGE: ImageDraft, Kind.VIDEO: VideoDraft}


@pytest.mark.parametrize("kind", Kind)
def test_a_model_goes_by_its_prefix_else_by_its_kind(kind):
    for model in (*known_models(kind), "something-new"):
        assert route_of(DRAFTED[kind](model=model)) is ELSEWHERE[kind].get(model, USUAL[kind])
    assert ELSEWHERE[kind].keys() <= {*known_models(kind)}
    assert known_models(kind)[0] == DEFAULT_MODEL[kind]


def test_extra_fields_that_are_no_json_lead_nowhere_else():
    assert route_of(video("kling-v1", extra="{")) is Route.KLING_TEXT


def test_a_header_of_the_routes_own_gives_way_to_the_persons():
    draft = replace(video("gen3a_turbo"), headers=(("x-runway-version", "2024-09-13"),))
    assert wire.encode(draft, BASE).headers == (("x-runway-version", "2024-09-13"),)


def test_every_route_has_one_row():
    assert [*ADAPTERS] == [*Route]


MADE = {
    Route.VIDEOS: (Kind.VIDEO, "/v1/videos/"),
    Route.KLING_TEXT: (Kind.VIDEO, "/kling/v1/videos/text2video/"),
    Route.KLING_IMAGE: (Kind.VIDEO, "/kling/v1/videos/image2video/"),
    Route.KLING_OMNI: (Kind.VIDEO, "/kling/v1/videos/omni-video/"),
    Route.RUNWAY: (Kind.VIDEO, "/runwayml/v1/tasks/"),
    Route.RUNWAY_COMPATIBLE: (Kind.VIDEO, "/runway/feed"),
    Route.GROK: (Kind.VIDEO, "/grok/v1/videos/"),
    Route.REPLICATE: (Kind.IMAGE, "/replicate/v1/predictions/"),
}
BASES = {
    "live": (BASE, ""),
    "a scenario": ("http://127.0.0.1:4100/s/http.quota@poll/v1", "/s/http.quota@poll"),
}


def created(route: Route) -> WireRequest:
    body = JsonBody('{"prompt":"Waves"}')
    kind = MADE[route][0]
    return WireRequest("POST", BASE, kind, Phase.CREATE, "m", (("x-a", "1"),), body, route=route)


def test_every_route_of_tasks_is_watched_and_no_other():
    watched = {
        route
        for route in Route
        if WireRequest("POST", "", Kind.VIDEO, Phase.CREATE, "m", route=route).watched
    }
    assert watched == MADE.keys()


@pytest.mark.parametrize("route", MADE, ids=lambda route: route.name)
@pytest.mark.parametrize("task_id", IDS, ids=ascii)
@pytest.mark.parametrize(("base", "before"), BASES.values(), ids=BASES)
def test_a_task_is_asked_after_by_one_segment_or_one_field(route, task_id, base, before):
    request = wire.poll(created(route), base, task_id)
    parts, path = urlsplit(request.url), before + MADE[route][1]
    assert (parts.netloc, parts.query, parts.fragment) == (urlsplit(base).netloc, "", "")
    assert (request.phase, request.keyed, request.headers) == (Phase.POLL, True, (("x-a", "1"),))
    if route is Route.RUNWAY_COMPATIBLE:
        assert (request.method, parts.path) == ("POST", path)
        assert isinstance(request.body, JsonBody)
        assert json.loads(request.body.text) == {"task_id": task_id}
        return
    assert (request.method, request.body) == ("GET", None)
    assert parts.path.startswith(path)
    segment = parts.path.removeprefix(path)
    assert "/" not in segment
    assert segment not in ("", ".", "..")
    assert unquote(segment) == task_id.encode(errors="replace").decode()


@pytest.mark.parametrize("route", MADE, ids=lambda route: route.name)
def test_only_the_shared_route_has_the_file_itself(route):
    request = wire.content(created(route), BASE, "t", Phase.PROBE)
    assert (request is not None) is (route is Route.VIDEOS)


@pytest.mark.parametrize("base", [BASE, f"{BASE}/", f"{BASE}//", HOST, f"{HOST}/"])
def test_a_family_of_its_own_stands_below_the_host(base):
    adapter = ADAPTERS[Route.GROK]
    assert address(base, adapter, adapter.route.value) == f"{HOST}/grok/v1/videos/generations"


def test_a_scenario_stays_before_a_family_of_its_own():
    request = wire.encode(video("kling-v1"), "http://127.0.0.1:4100/s/http.quota/v1")
    assert request.url == "http://127.0.0.1:4100/s/http.quota/kling/v1/videos/text2video"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"data": {"output": ["https://a", "https://b"]}}, ("https://a", "https://b")),
        ({"videos": [{"url": "https://a"}, {"url": "https://b"}]}, ("https://a", "https://b")),
        ({"url": "https://a", "others": ["https://b"]}, ("https://a",)),
        ({"output": ["https://a", "https://a", "data:x", None]}, ("https://a",)),
        ({"output": ["https://a", *(f"https://{n}" for n in range(99))]}, MOST_RESULTS),
        (None, ("https://a",)),
    ],
    ids=["texts", "objects", "alone", "once each", "not without end", "nowhere"],
)
def test_the_results_of_a_task_are_those_beside_the_first(value, found):
    told = results(value, "https://a")
    assert told == found or len(told) == found
