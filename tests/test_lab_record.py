"""What the lab tells of what arrived: in order, whole, and without a key."""

import asyncio
import json

import pytest
from test_lab_kit import CHAT, IMAGE, Clock, client, play, until

from cometplay.core.findings import Reply, Rule, Script
from cometplay.lab import Scene
from cometplay.lab import record as lab_record

SCRIPTS = {"it": Script((Rule(Reply(503), times=1),)), "other.one": Script()}
FIELDS = {"scenario", "method", "path", "ms", "status", "headers", "body", "key"}


def where(lab) -> str:
    return f"http://127.0.0.1:{lab.port}"


async def recorded(lab, http) -> list[dict]:
    return (await http.get(where(lab) + "/_lab/requests")).json()


def test_the_record_tells_what_arrived_in_order() -> None:
    clock = Clock()

    async def part(lab, http):
        await http.get(where(lab) + "/")
        await http.post(lab.base_url("it") + "/chat/completions", json=CHAT, headers={"x-mark": "1"})
        clock.now += 1.5
        await http.get(lab.base_url() + "/models?a=b")
        await http.get(f"http://127.0.0.1:{lab.files_port}/files/none")
        return await recorded(lab, http), lab.requests

    listed, requests = play(part, SCRIPTS, clock=clock)
    assert [(one["scenario"], one["method"], one["path"], one["ms"], one["status"]) for one in listed] == [
        ("it", "POST", "/s/it/v1/chat/completions", 0, 503),
        (None, "GET", "/v1/models?a=b", 1500, 200),
        (None, "GET", "/files/none", 1500, 400),
    ]
    assert set(listed[0]) == FIELDS
    assert listed[0]["headers"]["x-mark"] == "1"
    assert json.loads(listed[0]["body"]) == CHAT
    assert [one.as_json() for one in requests] == listed


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "none"),
        ({"authorization": "Bearer"}, "none"),
        ({"authorization": "Bearer lab"}, "lab"),
        ({"x-api-key": "lab"}, "lab"),
        ({"authorization": "Bearer sk-somebodys-own-key"}, "other"),
        ({"x-api-key": "sk-somebodys-own-key"}, "other"),
        ({"authorization": "Bearer lab", "x-api-key": "sk-somebodys-own-key"}, "other"),
        ({"authorization": "Bearer sk-somebodys-own-key", "x-again": "sk-somebodys-own-key"}, "other"),
    ],
)
def test_no_key_is_in_the_record_or_the_log(headers: dict[str, str], kind: str) -> None:
    lines: list[str] = []

    async def part(lab, http):
        async with client(headers=headers) as own:
            path = "/models?key=sk-somebodys-own-key"
            await own.request(
                "GET", lab.base_url() + path, content=b"key: sk-somebodys-own-key" if headers else b""
            )
        return await recorded(lab, http)

    (entry,) = play(part, SCRIPTS, log=lines.append)
    assert entry["key"] == kind
    told = json.dumps(entry, ensure_ascii=False)
    if kind == "other":
        assert "somebodys" not in told
    assert "somebodys" not in "".join(lines)
    for name in ("authorization", "x-api-key"):
        assert entry["headers"].get(name) == ("••••" if name in headers else None)


def test_a_body_is_recorded_up_to_64_kb() -> None:
    async def part(lab, http):
        body = IMAGE | {"prompt": "x" * 70_000}
        await http.post(lab.base_url() + "/images/generations", json=body)
        return await recorded(lab, http)

    (entry,) = play(part)
    assert len(entry["body"]) == 65_536


def test_delete_forgets_the_record_and_every_count() -> None:
    clock = Clock()

    async def part(lab, http):
        async def chat() -> int:
            return (await http.post(lab.base_url("it") + "/chat/completions", json=CHAT)).status_code

        before = [await chat(), await chat(), await chat()]
        clock.now += 9
        cleared = await http.delete(where(lab) + "/_lab/requests")
        empty = await recorded(lab, http)
        after = [await chat(), await chat()]
        return before, cleared, empty, after, await recorded(lab, http)

    before, cleared, empty, after, listed = play(part, SCRIPTS, clock=clock)
    assert before == [503, 200, 503]
    assert (cleared.status_code, cleared.content, empty) == (204, b"", [])
    assert after == [503, 200]
    assert [one["ms"] for one in listed] == [0, 0]


def test_a_request_forgotten_while_it_waits_stays_forgotten() -> None:
    held = asyncio.Event()

    async def wait(_: float) -> None:
        await held.wait()

    async def part(lab, http):
        waiting = asyncio.create_task(http.get(lab.base_url() + "/models"))
        async with client() as other:
            await until(lab, lambda: bool(lab.requests))
            await other.delete(where(lab) + "/_lab/requests")
            held.set()
            await waiting
            return await recorded(lab, other)

    assert play(part, speed=1.0, sleep=wait) == []


def test_only_the_newest_requests_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_record, "KEPT", 2)

    async def part(lab, http):
        for which in "abc":
            await http.get(lab.base_url() + f"/models?{which}")
        return [entry.path for entry in lab.requests]

    assert play(part) == ["/v1/models?b", "/v1/models?c"]


def test_each_request_is_one_harmless_line_of_the_log() -> None:
    lines: list[str] = []

    async def part(lab, http):
        await http.post(lab.base_url("it") + "/chat/completions", json=CHAT)
        await http.get(lab.base_url() + "/models")

    play(part, SCRIPTS, clock=Clock(), log=lines.append)
    assert lines == ["POST /s/it/v1/chat/completions -> 503 (0 ms)", "GET /v1/models -> 200 (0 ms)"]


def test_the_front_page_lists_every_scenario_and_how_to_get_there() -> None:
    async def part(lab, _):
        async with client(headers={}) as keyless:
            return await keyless.get(where(lab) + "/"), lab.base_url(), lab.base_url("other.one")

    response, plain, scenario = play(part, SCRIPTS, scenes=[Scene("it", "It [bold] fails")])
    assert response.headers["content-type"].startswith("text/plain")
    for text in ("it  It [bold] fails", scenario, f"COMETAPI_BASE_URL={plain}", "COMETAPI_KEY=lab"):
        assert text in response.text
