"""The lab's streams: chunks and events in order, in time, and the ways in which a script ends them."""

import asyncio
import json

import httpx
import pytest
from test_lab_kit import CHAT, Clock, client, play, until
from test_lab_responses import response_to
from test_lab_text import RESULT, WEATHER, ask, chat

from cometplay.core import answers, stream
from cometplay.core.findings import Break, Breakage, Rule, Say, SayThen, Script, StreamEnd


def streamed(body: dict, path: str = "/chat/completions", step=None, **settings) -> httpx.Response:
    async def part(lab, http):
        base = lab.base_url("it" if step else None)
        return await http.post(base + path, content=json.dumps(body | {"stream": True}))

    return play(part, {"it": Script((Rule(step),))} if step else None, **settings)


def events(response: httpx.Response) -> list:
    payloads = [data for _, data in stream.payloads(stream.lines_of(response.text))]
    return [payload if payload == "[DONE]" else json.loads(payload) for payload in payloads]


def joined(chunks: list[dict], index: int = 0) -> str:
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"] if choice["index"] == index]
    return "".join(delta.get("content") or "" for delta in deltas)


def test_a_streamed_chat_says_what_the_whole_one_says() -> None:
    whole = chat(ask("Tell me of the sea."), wall=lambda: 1_780_000_000.5)
    response = streamed(ask("Tell me of the sea."), wall=lambda: 1_780_000_000.5)
    *chunks, done = events(response)
    first, *middle, finish, usage = chunks
    assert response.headers["content-type"] == "text/event-stream"
    assert "x-cometapi-request-id" in response.headers
    assert done == "[DONE]"
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert [chunk["choices"][0]["delta"]["content"] for chunk in middle] == [
        word + " " * (place < len(middle) - 1)
        for place, word in enumerate(whole["choices"][0]["message"]["content"].split(" "))
    ]
    assert finish["choices"] == [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]
    assert (usage["choices"], usage["usage"]) == ([], whole["usage"])
    for chunk in chunks:
        shared = {"id", "created", "model", "service_tier", "system_fingerprint"}
        assert {name: chunk[name] for name in shared} == {name: whole[name] for name in shared}
        assert chunk["object"] == "chat.completion.chunk"
        assert chunk["obfuscation"]
    assert {chunk["choices"][0]["finish_reason"] for chunk in chunks[:-2]} == {None}


def test_options_of_a_stream() -> None:
    options = {"include_usage": True, "include_obfuscation": False}
    *chunks, _ = events(streamed(ask("Hi", stream_options=options)))
    assert not any("obfuscation" in chunk for chunk in chunks)
    assert [chunk["usage"] for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1]["usage"]["total_tokens"]


def test_choices_are_streamed_side_by_side() -> None:
    whole = chat(ask("Tell me.", n=3))
    *chunks, usage, _ = events(streamed(ask("Tell me.", n=3)))
    indices = [chunk["choices"][0]["index"] for chunk in chunks]
    assert indices[:9] == [0, 1, 2] * 3
    assert [joined(chunks, place) for place in range(3)] == [
        choice["message"]["content"] for choice in whole["choices"]
    ]
    assert usage["usage"] == whole["usage"]


@pytest.mark.parametrize("fields", [{"max_completion_tokens": 3}, {"stop": "wrote"}, {"logprobs": True}])
def test_a_stream_obeys_as_a_whole_answer_does(fields: dict) -> None:
    whole = chat(ask("Tell me.", **fields))["choices"][0]
    *chunks, _, _ = events(streamed(ask("Tell me.", **fields)))
    assert joined(chunks) == whole["message"]["content"]
    assert chunks[-1]["choices"][0]["finish_reason"] == whole["finish_reason"]
    if whole["logprobs"]:
        rows = [
            row for chunk in chunks for row in (chunk["choices"][0]["logprobs"] or {"content": []})["content"]
        ]
        assert rows == whole["logprobs"]["content"]


def test_calls_of_tools_come_in_pieces() -> None:
    news = {"type": "function", "function": {"name": "news", "parameters": {"required": ["topic"]}}}
    body = ask("weather and news", tools=[WEATHER, news])
    *chunks, _, _ = events(streamed(body))
    calls: dict[int, dict] = {}
    for chunk in chunks:
        for part in chunk["choices"][0]["delta"].get("tool_calls", []):
            call = calls.setdefault(part["index"], part | {"pieces": []})
            call["pieces"].append(part["function"]["arguments"])
    whole = chat(body)["choices"][0]["message"]["tool_calls"]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"
    assert min(len(call["pieces"]) for call in calls.values()) > 1
    assert [(call["id"], call["function"]["name"], "".join(call["pieces"])) for call in calls.values()] == [
        (call["id"], call["function"]["name"], call["function"]["arguments"]) for call in whole
    ]


def test_a_legacy_call_and_a_tools_result_are_streamed_too() -> None:
    read = stream.read(streamed(ask("The weather?", functions=[WEATHER["function"]])).text)
    assert (read.finish_reason, read.calls[0].name) == ("function_call", "get_weather")
    read = stream.read(streamed(CHAT | {"messages": RESULT, "tools": [WEATHER]}).text)
    assert "12 degrees" in read.content


@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
def test_a_stream_takes_as_long_as_its_words(path: str) -> None:
    clock = Clock()
    body = ask("Hi") | {"input": "Hi"}
    read = stream.read(streamed(body, path, speed=2.0, clock=clock, sleep=clock.sleep).text)
    words = len(read.content.split())
    assert clock.slept == pytest.approx([0.2] + [0.01] * words)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
def test_a_long_answer_arrives_whole(path: str) -> None:
    body = ask("Write at least 5000 words.") | {"input": "Write at least 5000 words."}
    read = stream.read(streamed(body, path).text)
    assert len(read.content.split()) >= 5000
    assert (read.finish_reason, read.broken, read.error) == ("stop", 0, None)


@pytest.mark.parametrize(
    "say",
    [
        Say("Sunlight looks white, yet", "length"),
        Say(None, "content_filter"),
        Say("", "stop"),
        Say("Half", None),
        Say("Half", "of_late"),
        Say(None, "stop", refusal="I may not."),
        Say("So.", "stop", reasoning="Hm, hm."),
        Say(None, "tool_calls", tool="get_weather"),
        Say(None, "function_call", tool="get_weather"),
    ],
)
def test_what_a_script_says_may_be_streamed(say: Say) -> None:
    read = stream.read(streamed(ask("Hi"), step=say).text)
    assert (read.content, read.refusal, read.reasoning) == (say.content or "", say.refusal, say.reasoning)
    assert read.finish_reason == (say.finish_reason or "")
    assert [call.name for call in read.calls] == ([say.tool] if say.tool else [])
    assert (read.done, read.broken, read.error) == (True, 0, None)


ENDED = [
    (StreamEnd.DONE_WITHOUT_REASON, True, None),
    (StreamEnd.CUT_CLEANLY, False, None),
    (StreamEnd.ERROR_EVENT, False, "the upstream is gone"),
]


@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
@pytest.mark.parametrize(("ending", "done", "error"), ENDED)
def test_a_script_ends_a_stream_badly_and_the_body_is_whole(path, ending, done, error) -> None:
    step = SayThen("It was a dark and", ending, error="the upstream is gone")
    response = streamed(ask("Hi") | {"input": "Hi"}, path, step)
    read = stream.read(response.text)
    assert (read.content, read.finish_reason, read.done) == ("It was a dark and", "", done)
    assert read.usage is None
    assert (error in json.dumps(read.error)) if error else read.error is None
    assert not error or response.headers["x-cometapi-request-id"] in json.dumps(read.error)


async def partial(lab, path: str, *, enough: str) -> tuple[str, str]:
    """What comes of a stream that is read until `enough` is there or it ends, and how it ended."""
    text = ""
    async with client() as http:
        body = ask("Hi", stream=True) | {"input": "Hi"}
        async with http.stream("POST", lab.base_url("it") + path, json=body) as response:
            try:
                async for part in response.aiter_text():
                    text += part
                    if enough in text:
                        return text, "read"
            except httpx.RemoteProtocolError as fault:
                return text, str(fault)
    return text, "whole"


@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
def test_a_script_closes_in_mid_stream(path: str) -> None:
    async def part(lab, _):
        return await partial(lab, path, enough="never"), lab.requests

    step = SayThen("It was a dark and", StreamEnd.CUT)
    (text, fault), requests = play(part, {"it": Script((Rule(step),))})
    assert stream.read(text).content == "It was a dark and"
    assert "incomplete chunked read" in fault
    assert [entry.status for entry in requests] == [None]


@pytest.mark.parametrize("path", ["/chat/completions", "/responses"])
def test_a_script_stalls_in_mid_stream(path: str) -> None:
    lines: list[str] = []

    async def part(lab, _):
        found = await partial(lab, path, enough="dark")
        await until(lab, lambda: any("no whole answer" in line for line in lines))
        return found

    step = SayThen("It was a dark", StreamEnd.STALL)
    text, ended = play(part, {"it": Script((Rule(step),))}, log=lines.append)
    assert (stream.read(text).content, ended) == ("It was a dark", "read")


def test_where_no_stream_is_asked_a_bad_end_is_what_comes_nearest() -> None:
    steps = {ending.name: SayThen("It was", ending, error="gone") for ending in StreamEnd}

    async def part(lab, http):
        async def post(name: str) -> httpx.Response:
            return await http.post(lab.base_url(name) + "/chat/completions", json=CHAT)

        with pytest.raises(httpx.RemoteProtocolError, match="peer closed"):
            await post("CUT")
        stalled = asyncio.create_task(post("STALL"))
        await until(lab, lambda: len(lab.requests) > 1)
        stalled.cancel()
        names = ("DONE_WITHOUT_REASON", "CUT_CLEANLY", "ERROR_EVENT")
        return [await post(name) for name in names]

    without, cleanly, failed = play(part, {name: Script((Rule(step),)) for name, step in steps.items()})
    for response in (without, cleanly):
        answer = answers.chat_answer(response.json())
        assert (response.status_code, answer.content, answer.finish_reason) == (200, "It was", "")
    assert (failed.status_code, failed.json()["error"]["type"]) == (500, "comet_api_error")
    assert failed.json()["error"]["message"].startswith("gone (request id: ")


def test_a_stream_can_be_broken_below_http_too() -> None:
    async def part(lab, _):
        return await partial(lab, "/chat/completions", enough="never")

    text, fault = play(part, {"it": Script((Rule(Break(Breakage.CHUNKED_WITHOUT_END)),))})
    assert "incomplete chunked read" in fault
    assert stream.read(text).content


ORDER = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]
ARGUMENTS = [f"response.function_call_arguments.{word}" for word in ("delta", "done")]
CALL_ORDER = [*ORDER[:3], *ARGUMENTS, *ORDER[7:]]


@pytest.mark.parametrize(
    ("fields", "order", "status"),
    [
        ({}, ORDER, "completed"),
        ({"max_output_tokens": 3}, [*ORDER[:-1], "response.incomplete"], "incomplete"),
        (
            {"tools": [{"type": "function", **WEATHER["function"]}], "tool_choice": "required"},
            CALL_ORDER,
            "completed",
        ),
    ],
)
def test_a_response_is_streamed_in_its_order(fields: dict, order: list[str], status: str) -> None:
    whole = response_to({"input": "Tell me."} | fields, wall=lambda: 1.0)
    body = {"model": "gpt-5.4-mini", "input": "Tell me."} | fields
    response = streamed(body, "/responses", wall=lambda: 1.0)
    came = events(response)
    named = [line[7:] for line in response.text.splitlines() if line.startswith("event: ")]
    assert named == [event["type"] for event in came]
    assert list(dict.fromkeys(named)) == order
    assert [event["sequence_number"] for event in came] == list(range(len(came)))
    assert came[0]["response"]["status"] == came[1]["response"]["status"] == "in_progress"
    assert came[2]["item"]["status"] == "in_progress"
    assert came[-2]["item"] == whole["output"][0]
    assert came[-1]["response"] == whole
    assert whole["status"] == status
    item = whole["output"][0]
    told = item["arguments"] if "arguments" in item else item["content"][0]["text"]
    assert "".join(event["delta"] for event in came if "delta" in event) == told
    assert "[DONE]" not in response.text


def test_a_refusal_and_what_was_thought_are_items_of_a_streamed_response() -> None:
    say = Say(None, "stop", refusal="I may not.", reasoning="Hm, hm.")
    response = streamed({"model": "gpt-4o", "input": "Hi"}, "/responses", say)
    read = stream.read(response.text)
    assert (read.content, read.refusal, read.finish_reason) == ("", "I may not.", "stop")
    output = events(response)[-1]["response"]["output"]
    assert [item["type"] for item in output] == ["reasoning", "message"]
