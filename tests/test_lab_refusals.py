"""What the lab refuses by itself, as the gateway does: keys, fields, paths; and the ids on every answer."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from test_lab_kit import CHAT, IMAGE, KEY, VIDEO, client, play

from cometplay.core import bodies
from cometplay.core.findings import Script

ANSWERS = [
    # what is sent: method, path, headers, body -> status, code, part of the message
    ("POST", "/v1/chat/completions", {}, CHAT, 401, "", "no token was provided"),
    ("POST", "/v1/chat/completions", {"authorization": "Bearer"}, CHAT, 401, "", "no token"),
    ("GET", "/v1/models", {}, None, 401, "", "no token was provided"),
    ("GET", "/v1/videos/task_x", {}, None, 401, "", "no token was provided"),
    ("POST", "/v1/chat/completions", KEY, {"messages": CHAT["messages"]}, 400, "", "model name is required"),
    ("POST", "/v1/images/generations", KEY, {"prompt": "x"}, 400, "", "model name is required"),
    ("POST", "/v1/videos", KEY, {"prompt": "x"}, 400, "", "model name is required"),
    (
        "POST",
        "/v1/chat/completions",
        KEY,
        {"model": "gpt-4o"},
        500,
        "invalid_request",
        "field messages is required",
    ),
    ("POST", "/v1/chat/completions", KEY, CHAT | {"messages": []}, 500, "invalid_request", "field messages"),
    (
        "POST",
        "/v1/images/generations",
        KEY,
        {"model": "dall-e-2"},
        400,
        "prompt_missing",
        "prompt is required",
    ),
    ("POST", "/v1/videos", KEY, {"model": "sora-2"}, 400, "invalid_request", "prompt is required"),
    ("POST", "/v1/chat/completions", KEY, "{", 400, "bad_request_body", "cannot be read"),
    ("POST", "/v1/chat/completions", KEY, "[1]", 400, "bad_request_body", "cannot be read"),
    ("POST", "/v1/chat/completions", KEY, "[" * 100_000, 400, "bad_request_body", "cannot be read"),
    ("POST", "/v1/chat/completions", KEY, b"\xff\xfe", 400, "bad_request_body", "cannot be read"),
    ("POST", "/v1/x", KEY, CHAT, 404, "", "Invalid URL (POST /v1/x)"),
    ("GET", "/v1/chat/completions", KEY, None, 404, "", "Invalid URL (GET /v1/chat/completions)"),
    ("POST", "/s/one/v1/x", KEY, CHAT, 404, "", "Invalid URL (POST /v1/x)"),
    ("GET", "/v1/videos/task_never", KEY, None, 400, "task_not_exist", "task_not_exist"),
    ("GET", "/v1/videos/task_never/content", KEY, None, 404, "", "Task not found"),
    ("POST", "/s/tow/v1/chat/completions", KEY, CHAT, 404, "unknown_scenario", "two"),
    ("POST", "/s/two@never/v1/chat/completions", KEY, CHAT, 404, "unknown_scenario", "two"),
    ("PUT", "/_lab/requests", {}, None, 404, "", "Invalid URL (PUT /_lab/requests)"),
]


def send(method: str, path: str, headers: dict[str, str], body: object, **settings: object):
    async def part(lab, _):
        async with client(headers=headers, base_url=f"http://127.0.0.1:{lab.port}") as http:
            content = {"content": body} if isinstance(body, str | bytes) else {"json": body} if body else {}
            return await http.request(method, path, **content)

    return play(part, {"one": Script(), "two": Script()}, **settings)


@pytest.mark.parametrize(("method", "path", "headers", "body", "status", "code", "text"), ANSWERS)
def test_it_refuses_as_the_gateway_does(method, path, headers, body, status, code, text) -> None:
    response = send(method, path, headers, body)
    reading = bodies.read(response.content, tuple(response.headers.items()))
    assert response.status_code == status
    assert reading.error is not None
    assert reading.error.code == code
    assert text in reading.error.message
    # the header's id comes first, and where the message has one it is the same
    assert reading.request_ids == (response.headers["x-cometapi-request-id"],)


def test_an_error_before_a_task_is_nested_and_one_of_a_task_is_flat() -> None:
    nested = send("POST", "/v1/videos", KEY, {"prompt": "x"}).json()
    assert set(nested) == {"error"}
    assert set(nested["error"]) == {"code", "message", "type"}
    assert nested["error"]["type"] == "comet_api_error"
    flat = send("GET", "/v1/videos/x", KEY, None).json()
    assert flat == {"code": "task_not_exist", "message": "task_not_exist", "data": None}


@pytest.mark.parametrize(
    "headers", [{"authorization": "Bearer sk-abc"}, {"authorization": "abc"}, {"x-api-key": "abc"}]
)
@pytest.mark.parametrize(
    ("path", "body"), [("/chat/completions", CHAT), ("/images/generations", IMAGE), ("/videos", VIDEO)]
)
def test_any_key_will_do(headers: dict[str, str], path: str, body: dict) -> None:
    assert send("POST", "/v1" + path, headers, body).status_code == 200


def test_without_v1_the_web_console_answers_and_elsewhere_a_redirect() -> None:
    page = send("POST", "/chat/completions", KEY, CHAT)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.startswith("<!doctype html>")
    elsewhere = send("POST", "/api/v2/chat", KEY, CHAT)
    assert elsewhere.status_code == 301
    assert elsewhere.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/s/nearly/v1/videos"])
def test_a_lab_without_scripts_says_so(path: str) -> None:
    async def part(lab, http):
        return await http.post(f"http://127.0.0.1:{lab.port}{path}", json=CHAT)

    response = play(part)
    assert response.status_code == (404 if "nearly" in path else 200)


@pytest.mark.parametrize(
    ("headers", "path", "status", "code"),
    [
        ({}, "/files/nothing.png", 403, "AccessDenied"),
        ({}, "/v1/models", 403, "AccessDenied"),
        ({}, "/", 403, "AccessDenied"),
        (KEY, "/files/nothing.png", 400, "InvalidArgument"),
    ],
)
def test_the_file_port_speaks_as_an_object_store(headers, path, status, code) -> None:
    async def part(lab, _):
        async with client(headers=headers) as http:
            return await http.get(f"http://127.0.0.1:{lab.files_port}{path}")

    response = play(part)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/xml"
    assert f"<Code>{code}</Code>" in response.text


def test_request_ids_are_in_utc_plus_8_and_never_the_same() -> None:
    now = datetime(2026, 11, 20, 20, 30, 59, tzinfo=UTC)

    async def part(lab, http):
        return [(await http.get(lab.base_url() + "/models")).headers["x-cometapi-request-id"] for _ in "12"]

    ids = play(part, wall=now.timestamp)
    assert len(set(ids)) == 2
    local = now.astimezone(timezone(timedelta(hours=8)))
    for found in ids:
        assert re.fullmatch(r"\d{23}[0-9A-Za-z]{8}", found)
        assert found[:14] == local.strftime("%Y%m%d%H%M%S") == "20261121043059"
    assert ids == play(part, wall=now.timestamp)
    assert ids != play(part, wall=now.timestamp, seed=7)
