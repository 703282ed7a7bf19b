"""The lab's responses, asked for whole, and its two lists of models."""

import json

import pytest
from test_lab_kit import KEY, client, play
from test_lab_text import WEATHER, post

from cometplay.core import answers
from cometplay.core.findings import Rule, Say, Script


def response_to(fields: dict, **settings) -> dict:
    response = post("/responses", {"model": "gpt-5.4-mini", **fields}, **settings)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    "asked",
    [
        "Tell me of the sea.",
        [{"role": "user", "content": "Tell me of the sea."}],
        [{"role": "user", "content": [{"type": "input_text", "text": "Tell me of the sea."}]}],
    ],
)
def test_a_response_is_a_whole_object(asked: object) -> None:
    value = response_to({"input": asked, "metadata": {"a": "b"}})
    answer, usage = answers.chat_answer(value), value["usage"]
    assert (value["object"], value["status"], value["error"]) == ("response", "completed", None)
    assert value["model"] == "gpt-5.4-mini-2026-03-17"
    assert value["metadata"] == {"a": "b"}
    assert "Tell me of the sea" in answer.content
    assert answer.finish_reason == "stop"
    assert usage["input_tokens"] == 5
    assert usage["total_tokens"] == 5 + usage["output_tokens"]


def test_a_response_obeys_its_instructions_format_and_cap() -> None:
    labels = "Answer with exactly one of these labels, and nothing else: yes, no"
    assert answers.chat_answer(response_to({"input": "Good?", "instructions": labels})).content == "yes"
    shape = {"format": {"type": "json_schema", "name": "it", "schema": {"type": "array", "minItems": 2}}}
    assert len(json.loads(answers.chat_answer(response_to({"input": "x", "text": shape})).content)) == 2
    cut = response_to({"input": "x", "max_output_tokens": 2})
    assert (cut["status"], cut["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert answers.chat_answer(cut).finish_reason == "length"


def test_a_response_calls_tools_and_uses_their_result() -> None:
    tools = [{"type": "function", **WEATHER["function"]}, {"type": "web_search_preview"}]
    forced = {"type": "function", "name": "get_weather"}
    value = response_to({"input": "Hi", "tools": tools, "tool_choice": forced})
    (item,) = value["output"]
    assert (item["type"], item["name"], item["status"]) == ("function_call", "get_weather", "completed")
    assert set(json.loads(item["arguments"])) == {"city", "unit"}
    result = {"type": "function_call_output", "call_id": item["call_id"], "output": "12 degrees"}
    told = response_to({"input": [{"role": "user", "content": "Hi"}, item, result], "tools": tools})
    assert "12 degrees" in answers.chat_answer(told).content


@pytest.mark.parametrize(
    ("say", "status", "reason"),
    [
        (Say("Half", "length"), "incomplete", "length"),
        (Say(None, "content_filter"), "incomplete", "content_filter"),
        (Say(None, "stop", refusal="No.", reasoning="Hm."), "completed", "stop"),
        (Say("Half", None), "in_progress", ""),
    ],
)
def test_a_script_speaks_on_the_responses_route_too(say: Say, status: str, reason: str) -> None:
    value = response_to({"input": "Hi"}, scripts={"it": Script((Rule(say),))})
    answer = answers.chat_answer(value)
    assert (value["status"], answer.finish_reason) == (status, reason)
    assert (answer.content, answer.refusal) == (say.content or "", say.refusal)
    assert answer.thought is bool(say.reasoning)


@pytest.mark.parametrize("deep", [60, 900, 974, 976])
def test_what_is_too_deep_to_be_written_back_is_left_out(deep: int) -> None:
    nested = "[" * deep + "]" * deep
    body = f'{{"model":"gpt-4o","input":"x","text":{{"format":{nested}}},"metadata":{nested}}}'

    async def part(lab, http):
        return await http.post(lab.base_url() + "/responses", content=body)

    response = play(part)
    assert response.status_code in (200, 400)
    assert response.status_code == 400 or (response.json()["metadata"] == {}) is (deep > 60)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"input": "x"}, 400, ""),
        ({"model": "gpt-9", "input": "x"}, 503, "model_not_found"),
        ({"model": "gpt-4o"}, 500, "invalid_request"),
        ({"model": "gpt-4o", "input": []}, 500, "invalid_request"),
        ({"model": "gpt-4o", "input": "x", "temperature": 3}, 400, "invalid_value"),
    ],
)
def test_a_response_is_refused_as_a_chat_is(fields: dict, status: int, code: str) -> None:
    response = post("/responses", fields)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


def catalogue(query: str = "", headers: dict | None = None):
    async def part(lab, _):
        async with client(headers=headers or {}) as http:
            return await http.get(f"http://127.0.0.1:{lab.port}/api/models{query}")

    return play(part)


@pytest.mark.parametrize("headers", [{}, KEY])
def test_the_catalogue_is_public(headers: dict) -> None:
    value = catalogue(headers=headers).json()
    rows = value["data"]
    assert (value["success"], value["page"], value["page_size"]) == (True, 0, 0)
    assert value["total"] == len(rows) > 10
    fields = {"id", "code", "provider", "model_type", "features", "pricing", "api_doc_url"}
    prices = {"currency", "input", "output", "per_request", "per_second"}
    assert all(set(row) == fields and set(row["pricing"]) == prices for row in rows)
    assert {row["model_type"] for row in rows} == {"text", "image", "video"}
    assert {row["id"]: row["code"] for row in rows if row["id"] != row["code"]} == {
        "claude-haiku-4-5-20251001": "claude-haiku-4-5"
    }


def test_the_catalogue_comes_in_pages() -> None:
    whole = [row["id"] for row in catalogue().json()["data"]]
    pages = [catalogue(f"?page={page}&page_size=4").json() for page in (1, 2)]
    assert [row["id"] for page in pages for row in page["data"]] == whole[:8]
    assert [(page["page"], page["page_size"], page["total"]) for page in pages] == [
        (1, 4, len(whole)),
        (2, 4, len(whole)),
    ]
    assert catalogue("?page=99&page_size=4").json()["data"] == []
    assert len(catalogue("?page=x&page_size=-1").json()["data"]) == len(whole)
