"""The lab's text routes, asked for a whole answer: what it says, what it obeys and what it refuses."""

import json

import pytest
from test_lab_kit import CHAT, Clock, play

from cometplay.core import answers, bodies
from cometplay.core.findings import Rule, Say, Script

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the temperature in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
            "required": ["city", "unit"],
        },
    },
}
NEWS = {"type": "function", "function": {"name": "latestHeadlines"}}
RESULT = [
    {"role": "user", "content": "What is the weather in Oslo?"},
    {"role": "assistant", "content": None, "tool_calls": []},
    {"role": "tool", "tool_call_id": "call_1", "content": "12 degrees"},
]


def ask(content: object, **fields: object) -> dict[str, object]:
    return {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": content}], **fields}


def post(path: str, body: object, scripts=None, **settings):
    async def part(lab, http):
        base = lab.base_url("it" if scripts else None)
        return await http.post(base + path, content=json.dumps(body))

    return play(part, scripts, **settings)


def chat(body: dict[str, object], **settings) -> dict:
    response = post("/chat/completions", body, **settings)
    assert response.status_code == 200, response.text
    return response.json()


def text_of(body: dict[str, object], **settings) -> str:
    return chat(body, **settings)["choices"][0]["message"]["content"]


def called(body: dict[str, object]) -> list[tuple[str, dict]]:
    calls = chat(body)["choices"][0]["message"].get("tool_calls", [])
    return [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in calls]


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Mark it. Answer with exactly one of these labels, and nothing else: yes, no", "yes"),
        ("Match this pattern: ^\\d{4}-\\d\\d$\nfor example: 2026-11", "2026-11"),
        ("When was it? Match this pattern: [A-Z]+ (for instance), for example: ABC", "ABC"),
        (
            "for example: no. Match this pattern: a\nfor example: b. Match this pattern: c\nFor example: d",
            "d",
        ),
    ],
)
def test_a_prompt_that_shows_the_form_gets_it(prompt: str, wanted: str) -> None:
    assert text_of(ask(prompt)) == wanted
    in_system = [{"role": "system", "content": prompt}, {"role": "user", "content": "Go on."}]
    assert text_of(CHAT | {"messages": in_system}) == wanted


@pytest.mark.parametrize("least", [0, 1, 40, 1000])
def test_a_prompt_that_says_how_long_gets_at_least_that(least: int) -> None:
    words = text_of(ask(f"A summary, please. Write at least {least} words.")).split()
    assert least <= len(words) <= least + 40


@pytest.mark.parametrize(
    "body",
    [
        ask("List two colours.", response_format={"type": "json_object"}),
        ask("List two colours. Answer with valid JSON only."),
        ask("List two colours as JSON."),
    ],
)
def test_json_that_is_asked_for_is_json_about_the_prompt(body: dict) -> None:
    assert json.loads(text_of(body))["you_wrote"].startswith("List two colours")


def test_the_requests_own_seed_varies_the_answer_and_repeats_it() -> None:
    told = {text_of(ask("Tell me.", seed=seed)) for seed in range(12)}
    assert len(told) > 3
    assert text_of(ask("Tell me.", seed=7)) == text_of(ask("Tell me.", seed=7))


@pytest.mark.parametrize(
    ("model", "name"), [("gpt-5.4-mini", "max_completion_tokens"), ("gpt-4o", "max_tokens")]
)
@pytest.mark.parametrize(
    ("cap", "reason", "words"), [(2, "length", 2), (0, "length", 0), (500, "stop", None)]
)
def test_an_answer_obeys_the_token_cap(model, name, cap, reason, words) -> None:
    value = chat(ask("Tell me of the sea.", **{"model": model, name: cap}))
    answer = answers.chat_answer(value)
    assert answer.finish_reason == reason
    assert words is None or len(answer.content.split()) == words


@pytest.mark.parametrize("stop", ["wrote", ["never", "wrote"], ["wrote", "sea"]])
def test_an_answer_ends_before_a_stop_word(stop: object) -> None:
    whole = chat(ask("Tell me of the sea."))["choices"][0]
    cut = chat(ask("Tell me of the sea.", stop=stop))["choices"][0]
    assert cut["message"]["content"] == whole["message"]["content"].partition("wrote")[0]
    assert cut["finish_reason"] == "stop"


def test_several_choices_differ_and_are_all_counted() -> None:
    value = chat(ask("Tell me.", n=4))
    told = [choice["message"]["content"] for choice in value["choices"]]
    assert [choice["index"] for choice in value["choices"]] == [0, 1, 2, 3]
    assert len(set(told)) > 1
    assert value["usage"]["completion_tokens"] == sum(len(text.split()) for text in told)


def test_log_probabilities_are_there_when_asked() -> None:
    choice = chat(ask("Tell me.", logprobs=True, top_logprobs=3))["choices"][0]
    rows = choice["logprobs"]["content"]
    assert "".join(row["token"] for row in rows) == choice["message"]["content"]
    assert all(bytes(row["bytes"]).decode() == row["token"] and row["logprob"] <= 0 for row in rows)
    assert all(row["top_logprobs"][0]["token"] == row["token"] for row in rows)
    assert {len(row["top_logprobs"]) for row in rows} == {3}


@pytest.mark.parametrize(
    ("prompt", "fields", "names"),
    [
        ("Shall I need a coat?", {}, []),
        ("What is the Weather like?", {}, ["get_weather"]),
        ("What is the temperature?", {}, ["get_weather"]),
        ("Use get_weather.", {"tool_choice": "auto"}, ["get_weather"]),
        ("Headlines and weather!", {}, ["get_weather", "latestHeadlines"]),
        ("Headlines and weather!", {"parallel_tool_calls": False}, ["get_weather"]),
        ("Headlines and weather!", {"tool_choice": "none"}, []),
        ("Shall I need a coat?", {"tool_choice": "required"}, ["get_weather"]),
        ("The headlines!", {"tool_choice": "required"}, ["latestHeadlines"]),
        ("Hi", {"tool_choice": {"function": {"name": "latestHeadlines"}}}, ["latestHeadlines"]),
        ("Hi", {"tool_choice": {"function": {"name": "no_such_tool"}}}, []),
        ("weather", {"tools": [7, {}, {"function": {}}]}, []),
    ],
)
def test_a_tool_is_called_when_it_is_required_or_mentioned(prompt, fields, names) -> None:
    body = ask(prompt, **{"tools": [WEATHER, NEWS]} | fields)
    assert [name for name, _ in called(body)] == names
    assert chat(body)["choices"][0]["finish_reason"] == ("tool_calls" if names else "stop")
    assert (text_of(body) is None) is bool(names)


def test_the_arguments_fit_the_tool() -> None:
    body = ask("What is the weather in Oslo?", tools=[WEATHER, NEWS], tool_choice="required")
    ((_, arguments),) = called(body)
    assert arguments == {"city": "What is the weather in Oslo", "unit": arguments["unit"]}
    assert arguments["unit"] in ("C", "F")
    assert called(ask("headlines", tools=[NEWS])) == [("latestHeadlines", {})]


def test_after_a_tools_result_the_answer_uses_it() -> None:
    for choice in ("auto", "required"):
        body = CHAT | {"messages": RESULT, "tools": [WEATHER], "tool_choice": choice}
        assert "12 degrees" in text_of(body)


def test_the_legacy_form_of_tools_is_answered_in_kind() -> None:
    choice = chat(ask("The weather?", functions=[WEATHER["function"]]))["choices"][0]
    assert choice["finish_reason"] == "function_call"
    assert choice["message"]["function_call"]["name"] == "get_weather"
    assert "tool_calls" not in choice["message"]
    assert text_of(ask("The weather?", functions=[WEATHER["function"]], function_call="none"))


REFUSED = [
    # fields of a chat -> status, code, type, part of the message
    ({"model": "gpt-9"}, 503, "model_not_found", "group default and model gpt-9 (distributor)"),
    ({"model": "gpt-5.4x", "messages": []}, 503, "model_not_found", "no available channel"),
    ({"model": "\udfff\x1b[31m"}, 503, "model_not_found", "no available channel"),
    ({"model": "claude-haiku-4-5"}, 400, "model_price_error", "not been priced by the administrator"),
    ({"model": "gpt-image-2"}, 500, "convert_request_failed", "not supported model"),
    ({"messages": []}, 500, "invalid_request", "field messages is required"),
    ({"messages": "Hello"}, 500, "invalid_request", "field messages is required"),
    ({"messages": [{"role": "narrator", "content": "x"}]}, 400, "invalid_value", "'narrator'"),
    ({"messages": [{"content": "x"}]}, 400, "invalid_value", "Supported values"),
    ({"messages": ["x"]}, 400, "invalid_value", "Supported values"),
    ({"messages": [{"role": "tool"}]}, 400, "missing_required_parameter", "messages[0].tool_call_id"),
    ({"temperature": 2.1}, 400, "invalid_value", "temperature"),
    ({"temperature": -(10**400)}, 400, "invalid_value", "temperature"),
    ({"temperature": "hot"}, 400, "invalid_type", "temperature"),
    ({"top_p": True}, 400, "invalid_type", "top_p"),
    ({"n": 0}, 400, "invalid_value", "'n'"),
    ({"n": 9}, 400, "invalid_value", "'n'"),
    ({"top_logprobs": 21}, 400, "invalid_value", "top_logprobs"),
    ({"max_tokens": 9}, 400, "unsupported_parameter", "Use 'max_completion_tokens' instead"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("fields", "status", "code", "text"), REFUSED)
def test_a_chat_is_refused_as_the_gateway_does(fields, status, code, text, stream) -> None:
    response = post("/chat/completions", ask("Hi", stream=stream) | fields)
    error = bodies.read(response.content, tuple(response.headers.items())).error
    assert (response.status_code, error.code) == (status, code)
    assert text in error.message
    assert response.headers["x-cometapi-request-id"] in error.message
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "gpt-5.4-mini-2026-03-17"},
        {"model": "gpt-4o-mini", "max_tokens": 9},
        {"temperature": 0},
        {"temperature": None, "max_tokens": None, "n": None, "tools": None, "stop": None},
        {"messages": [{"role": role, "content": "x"} for role in ("system", "developer", "assistant")]},
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "x"}, 5, {"type": "image_url"}]}
            ]
        },
        {"messages": [{"role": "user"}], "stop": {"at": 5}, "tool_choice": 5, "response_format": "json"},
    ],
)
def test_what_the_documents_allow_is_answered(fields: dict) -> None:
    assert text_of(ask("Hi") | fields)


def test_the_model_is_echoed_with_its_date() -> None:
    echoed = {name: chat(ask("x", model=name))["model"] for name in ("gpt-4o", "gpt-4o-2026-01-02")}
    assert echoed == {"gpt-4o": "gpt-4o-2026-03-17", "gpt-4o-2026-01-02": "gpt-4o-2026-01-02"}
    dated = "claude-haiku-4-5-20251001"
    assert chat(ask("x", model=dated))["model"] == dated


@pytest.mark.parametrize(("speed", "body", "slept"), [(1.0, ask("a"), 1), (4.0, ask("a"), 4), (1.0, {}, 0)])
def test_a_whole_answer_takes_as_long_as_its_words(speed: float, body: dict, slept: float) -> None:
    clock = Clock()
    value = post("/chat/completions", body, speed=speed, clock=clock, sleep=clock.sleep).json()
    tokens = value.get("usage", {}).get("completion_tokens")
    assert clock.slept == pytest.approx([(0.4 + 0.02 * tokens) / slept] if slept else [0.05])


@pytest.mark.parametrize(
    ("say", "message", "reason"),
    [
        (Say("Half a th", None), {"content": "Half a th"}, None),
        (Say(None, "stop", refusal="I may not."), {"refusal": "I may not."}, "stop"),
        (Say("So.", "stop", reasoning="Hm, hm."), {"content": "So.", "reasoning_content": "Hm, hm."}, "stop"),
    ],
)
def test_a_script_may_say_more_than_text(say: Say, message: dict, reason: str | None) -> None:
    choice = chat(ask("Hi"), scripts={"it": Script((Rule(say),))})["choices"][0]
    assert choice["finish_reason"] == reason
    assert message.items() <= choice["message"].items()


def test_a_script_may_call_a_tool_with_arguments_that_fit() -> None:
    body = ask("Hi", tools=[WEATHER])
    scripts = {"it": Script((Rule(Say(None, "tool_calls", tool="get_weather")),))}
    choice = chat(body, scripts=scripts)["choices"][0]
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["name"] == "get_weather"
    assert set(json.loads(call["function"]["arguments"])) == {"city", "unit"}
