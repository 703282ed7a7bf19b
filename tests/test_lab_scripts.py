"""Scripts played over the wire: each step, each condition, the counts, and the phases."""

import asyncio

import httpx
import pytest
from test_lab_kit import CHAT, IMAGE, VIDEO, client, play, raw, until

from cometplay.core.findings import (
    REQUEST_ID,
    Below,
    Break,
    Breakage,
    Has,
    Lacks,
    Omits,
    Reply,
    Rule,
    Say,
    Script,
)
from cometplay.core.wire import Phase

BUSY = Reply(429, '{"error":{"message":"slow (request id: {{request_id}})"}}', (("retry-after", "2"),))


def script(*rules: Rule) -> dict[str, Script]:
    return {"it": Script(rules)}


async def chat(lab, http, scenario="it", **fields):
    return await http.post(lab.base_url(scenario) + "/chat/completions", json=CHAT | fields)


def test_a_reply_is_played_as_written_with_the_id_put_in() -> None:
    response = play(chat, script(Rule(BUSY)))
    request_id = response.headers["x-cometapi-request-id"]
    assert response.status_code == 429
    assert response.headers["retry-after"] == "2"
    assert "content-type" not in response.headers
    assert response.json()["error"]["message"] == f"slow (request id: {request_id})"
    assert REQUEST_ID not in response.text


def test_a_reply_may_be_empty() -> None:
    response = play(chat, script(Rule(Reply(429, headers=()))))
    assert (response.status_code, response.content) == (429, b"")


@pytest.mark.parametrize(
    ("content", "reason", "cap", "tokens", "thought"),
    [
        ("Half a th", "content_filter", None, 3, 0),
        (None, "content_filter", None, 0, 0),
        ("", "length", 40, 40, 40),
        ("", "stop", 40, 0, 0),
    ],
)
def test_say_is_a_whole_completion(content, reason, cap, tokens, thought) -> None:
    async def part(lab, http):
        return (await chat(lab, http, max_completion_tokens=cap)).json()

    value = play(part, script(Rule(Say(content, reason))))
    assert value["object"] == "chat.completion"
    assert value["choices"][0]["message"]["content"] == content
    assert value["choices"][0]["finish_reason"] == reason
    assert value["usage"]["completion_tokens"] == tokens
    assert value["usage"]["completion_tokens_details"]["reasoning_tokens"] == thought


def test_a_cut_leaves_half_of_the_promised_body() -> None:
    async def part(lab, http):
        with pytest.raises(httpx.RemoteProtocolError):
            await chat(lab, http)
        whole = await chat(lab, http, None)
        body = whole.request.content
        head = f"POST /s/it/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n"
        came = await raw(lab.port, f"{head}x-api-key: lab\r\n\r\n".encode() + body, half_close=False)
        return whole, came, lab.requests

    whole, came, requests = play(part, script(Rule(Break(Breakage.SHORT_BODY))))
    head, _, body = came.partition(b"\r\n\r\n")
    assert f"content-length: {len(whole.content)}".encode() in head.lower()
    assert body == whole.content[: len(whole.content) // 2]
    assert [entry.status for entry in requests] == [None, 200, None]


def test_no_answer_holds_the_connection_until_the_client_leaves() -> None:
    lines: list[str] = []

    async def part(lab, http):
        waiting = asyncio.create_task(chat(lab, http))
        await until(lab, lambda: bool(lab.requests))
        assert not waiting.done()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await until(lab, lambda: any("no whole answer" in line for line in lines))
        return lab.requests[0].status

    assert play(part, script(Rule(Break(Breakage.SILENCE))), log=lines.append) is None


@pytest.mark.parametrize(
    ("when", "meets", "misses"),
    [
        (
            Has("stop"),
            [{"stop": "x"}, {"stop": False}, {"stop": 0}],
            [{}, {"stop": ""}, {"stop": None}, {"stop": []}],
        ),
        (Lacks("user"), [{}, {"user": ""}, {"user": {}}], [{"user": "me"}, {"user": 0}]),
        (
            Below(("max_tokens", "max_completion_tokens"), 16),
            [{"max_tokens": 15}, {"max_completion_tokens": 1.5}, {"max_tokens": "3"}, {"max_tokens": -1}],
            [{"model": "gpt-4o", "max_tokens": value} for value in (16, True, "few", None)],
        ),
        (
            Omits("please"),
            [
                {},
                {
                    "messages": [
                        {"role": "user", "content": "Please"},
                        {"role": "system", "content": "please"},
                    ]
                },
            ],
            [{"messages": [{"role": "user", "content": [{"type": "text", "text": "please do"}]}]}],
        ),
    ],
)
def test_a_rule_holds_on_its_condition_however_often_it_is_sent(when, meets, misses) -> None:
    async def part(lab, http):
        return [(await chat(lab, http, **fields)).status_code for fields in [*meets, *meets, *misses]]

    statuses = play(part, script(Rule(BUSY, when)))
    assert statuses == [429] * 2 * len(meets) + [200] * len(misses)


def test_a_form_meets_conditions_as_json_does() -> None:
    rules = (Rule(Reply(400), Below(("seconds",), 4)), Rule(Reply(415), Has("input_reference")))

    async def part(lab, http):
        url = lab.base_url("it") + "/videos"
        forms = [
            {"data": VIDEO | {"seconds": "2"}, "files": {"x": b""}},
            {"data": VIDEO | {"seconds": "8"}, "files": {"input_reference": ("a.png", b"1")}},
            {"json": VIDEO | {"seconds": "8"}},
        ]
        return [(await http.post(url, **form)).status_code for form in forms]

    assert play(part, script(*rules)) == [400, 415, 200]


def test_the_first_rule_that_applies_wins() -> None:
    rules = (Rule(Reply(400), Has("stop")), Rule(Reply(500), times=1), Rule(Reply(503), times=1))

    async def part(lab, http):
        first = (await chat(lab, http, stop="x")).status_code
        return [first, *[(await chat(lab, http)).status_code for _ in range(5)]]

    assert play(part, script(*rules)) == [400, 500, 503, 500, 200, 500]


def test_times_starts_over_and_is_counted_for_each_key_and_scenario() -> None:
    scripts = {"a": Script((Rule(BUSY, times=2),)), "b": Script((Rule(BUSY, times=2),))}

    async def part(lab, http):
        async with client(headers={"x-api-key": "another"}) as second:
            mine = [(await chat(lab, http, "a")).status_code for _ in range(2)]
            others = [(await chat(lab, who, name)).status_code for who, name in ((second, "a"), (http, "b"))]
            mine += [(await chat(lab, http, "a")).status_code for _ in range(5)]
        return mine, others

    mine, others = play(part, scripts)
    assert mine == [429, 429, 200, 429, 429, 200, 429]
    assert others == [429, 429]


def test_times_is_counted_for_each_task() -> None:
    async def part(lab, http):
        base = lab.base_url("it")
        tasks = [(await http.post(base + "/videos", json=VIDEO)).json()["id"] for _ in range(2)]
        order = [0, 0, 1, 0, 1, 1]
        return [(await http.get(f"{base}/videos/{tasks[which]}")).status_code for which in order]

    statuses = play(part, script(Rule(Reply(502), phase=Phase.POLL, times=2)))
    assert statuses == [502, 502, 502, 200, 502, 200]


def test_a_task_that_only_the_script_knows_is_counted_too() -> None:
    created = Reply(200, '{"id":"task_own","status":"queued"}')
    rules = (Rule(created), Rule(Reply(200, '{"status":"queued"}'), phase=Phase.POLL, times=1))

    async def part(lab, http):
        base = lab.base_url("it")
        task = (await http.post(base + "/videos", json=VIDEO)).json()["id"]
        return [(await http.get(f"{base}/videos/{task}")).status_code for _ in range(3)]

    assert play(part, script(*rules)) == [200, 400, 400]


async def life(lab, http, base) -> list[int]:
    """The statuses of a create, two polls, the content and the file of a video."""
    created = await http.post(base + "/videos", json=VIDEO)
    task = created.json().get("id", "none")
    polls = [await http.get(f"{base}/videos/{task}") for _ in range(2)]
    content = await http.get(f"{base}/videos/{task}/content")
    url = polls[-1].json().get("video_url", f"http://127.0.0.1:{lab.files_port}/files/none")
    async with client(headers={}) as keyless:
        file = await keyless.get(url)
    return [answer.status_code for answer in (created, *polls, content, file)]


@pytest.mark.parametrize(
    ("rule", "phase", "statuses"),
    [
        (Rule(BUSY), None, [429, 400, 400, 404, 403]),
        (Rule(BUSY), Phase.POLL, [200, 429, 429, 400, 403]),
        (Rule(BUSY), Phase.DOWNLOAD, [200, 200, 200, 429, 429]),
        (Rule(BUSY), Phase.PROBE, [200, 200, 200, 429, 200]),
        (Rule(BUSY, phase=Phase.DOWNLOAD), None, [200, 200, 200, 429, 429]),
        (Rule(BUSY, phase=Phase.PROBE), None, [200, 200, 200, 429, 200]),
        (Rule(BUSY, phase=Phase.DOWNLOAD), Phase.POLL, [200, 200, 200, 429, 429]),
        (Rule(BUSY, Has("size"), Phase.POLL), None, [200, 200, 200, 200, 200]),
        (Rule(BUSY, Omits("gently"), Phase.POLL), None, [200, 429, 429, 400, 403]),
        (Rule(BUSY, Omits("Waves"), Phase.DOWNLOAD), None, [200, 200, 200, 200, 200]),
    ],
)
def test_a_rule_holds_in_its_phase_or_where_the_address_moves_it(rule, phase, statuses) -> None:
    async def part(lab, http):
        return await life(lab, http, lab.base_url("it", phase))

    assert play(part, script(rule)) == statuses


def test_a_picture_url_leads_back_into_its_scenario() -> None:
    async def part(lab, http):
        base = lab.base_url("it", Phase.DOWNLOAD)
        body = IMAGE | {"model": "dall-e-3"}
        url = (await http.post(base + "/images/generations", json=body)).json()["data"][0]["url"]
        async with client(headers={}) as keyless:
            return url, lab.files_port, [(await keyless.get(url)).status_code for _ in range(3)]

    url, port, statuses = play(part, script(Rule(Reply(503), times=2)))
    assert url.startswith(f"http://127.0.0.1:{port}/s/it@download/files/")
    assert statuses == [503, 503, 200]


def test_no_script_touches_the_list_of_models() -> None:
    async def part(lab, http):
        return (await http.get(lab.base_url("it") + "/models")).status_code

    assert play(part, script(Rule(BUSY))) == 200
