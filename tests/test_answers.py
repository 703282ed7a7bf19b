"""Protects the reading of answers: every provider's form says the same thing in the end."""

import json

import pytest

from cometplay.core import bodies
from cometplay.core.answers import answer_in, chat_answer, usage
from cometplay.core.said import Finish, finish_of


def completion(message, finish="stop"):
    return {"choices": [{"index": 0, "message": {"role": "assistant"} | message, "finish_reason": finish}]}


def response(*output, status="completed", reason=None):
    return {
        "object": "response",
        "status": status,
        "incomplete_details": {"reason": reason},
        "output": output,
    }


def message(*content):
    return {"type": "message", "role": "assistant", "content": list(content)}


CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}

TEXTS = {
    "plain": (completion({"content": "Hi"}), "Hi"),
    "in parts": (
        completion({"content": [{"type": "text", "text": "H"}, {"type": "text", "text": "i"}]}),
        "Hi",
    ),
    "null": (completion({"content": None}), ""),
    "missing": (completion({}), ""),
    "of an old completion": ({"choices": [{"text": "Hi", "finish_reason": "stop"}]}, "Hi"),
    "of the first choice": ({"choices": [*completion({"content": "A"})["choices"], {"text": "B"}]}, "A"),
    "after a thought": (completion({"content": "<think>hm\n</think>\n\nHi"}), "Hi"),
    "after two thoughts": (completion({"content": "<think>a</think><think>b</think>Hi"}), "Hi"),
    "after a thought whose start was swallowed": (completion({"content": "hm, so\n</think>\nHi"}), "Hi"),
    "inside a thought": (completion({"content": "<think>hm, let me"}, "length"), ""),
    "about a thought": (completion({"content": "Write <think> first."}), "Write <think> first."),
    "spoken": (completion({"content": None, "audio": {"id": "a", "transcript": "Hi"}}), "Hi"),
    "beside thinking parts": (
        completion(
            {"content": [{"type": "thinking", "thinking": [{"text": "hm"}]}, {"type": "text", "text": "Hi"}]}
        ),
        "Hi",
    ),
    "of a response": (response({"type": "reasoning"}, message({"type": "output_text", "text": "Hi"})), "Hi"),
    "of Anthropic's form": (
        {
            "type": "message",
            "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi"}],
        },
        "Hi",
    ),
}


@pytest.mark.parametrize(("value", "text"), TEXTS.values(), ids=TEXTS)
def test_the_text_is_found(value, text):
    assert chat_answer(json.loads(json.dumps(value))).content == text


THOUGHTS = {
    "reasoning_content": {"reasoning_content": "hm"},
    "reasoning": {"reasoning": "hm"},
    "details": {"reasoning_details": [{"type": "reasoning.text", "text": "hm"}]},
    "parts": {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]},
    "aloud": {"content": "<thinking>hm</thinking>Hi"},
}


@pytest.mark.parametrize("told", THOUGHTS.values(), ids=THOUGHTS)
def test_reasoning_is_noticed_and_is_no_text(told):
    answer = chat_answer(completion(told))
    assert answer.thought
    assert "hm" not in answer.content


WORDS = {
    "stop": Finish.STOP,
    "STOP": Finish.STOP,
    "end_turn": Finish.STOP,
    "eos": Finish.STOP,
    "stop_sequence": Finish.STOP,
    "FinishReason.STOP": Finish.STOP,
    "COMPLETE": Finish.STOP,
    "length": Finish.LENGTH,
    "MAX_TOKENS": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "model_length": Finish.LENGTH,
    "max_output_tokens": Finish.LENGTH,
    "content_filter": Finish.CONTENT_FILTER,
    "SAFETY": Finish.CONTENT_FILTER,
    "PROHIBITED_CONTENT": Finish.CONTENT_FILTER,
    "RECITATION": Finish.CONTENT_FILTER,
    "sensitive": Finish.CONTENT_FILTER,
    "guardrail_intervened": Finish.CONTENT_FILTER,
    "tool_calls": Finish.TOOL_CALLS,
    "tool_use": Finish.TOOL_CALLS,
    "function_call": Finish.TOOL_CALLS,
    "refusal": Finish.REFUSAL,
    "error": Finish.ERROR,
    "": Finish.NONE,
    "null": Finish.NONE,
    "insufficient_system_resource": Finish.UNKNOWN,
    "MALFORMED_FUNCTION_CALL": Finish.UNKNOWN,
    "OTHER": Finish.UNKNOWN,
}


@pytest.mark.parametrize(("word", "finish"), WORDS.items())
def test_a_finish_reason_means_the_same_in_every_spelling(word, finish):
    assert finish_of(word) is finish
    assert chat_answer(completion({"content": "Hi"}, word)).reason_told == word


def test_a_null_reason_is_none():
    assert chat_answer(completion({"content": "Hi"}, None)).finish_reason is Finish.NONE


RESPONSES = {
    "completed": (response(message()), Finish.STOP),
    "a tool": (response({"type": "function_call", "name": "look"}), Finish.TOOL_CALLS),
    "a tool of the provider's": (response({"type": "web_search_call"}, message()), Finish.STOP),
    "no room": (response(status="incomplete", reason="max_output_tokens"), Finish.LENGTH),
    "filtered": (response(status="incomplete", reason="content_filter"), Finish.CONTENT_FILTER),
    "incomplete, who knows why": (response(status="incomplete"), Finish.UNKNOWN),
    "not over": (response(status="in_progress"), Finish.NONE),
}


@pytest.mark.parametrize(("value", "finish"), RESPONSES.values(), ids=RESPONSES)
def test_a_response_ends_in_a_finish_reason(value, finish):
    assert chat_answer(json.loads(json.dumps(value))).finish_reason is finish


@pytest.mark.parametrize(
    ("said", "tools"),
    [
        ({"tool_calls": [CALL, CALL | {"function": {}}]}, ("look", "?")),
        ({"function_call": {"name": "old", "arguments": "{}"}}, ("old",)),
        ({"tool_calls": [], "function_call": None}, ()),
        ({"tool_calls": None}, ()),
    ],
)
def test_tools_are_named(said, tools):
    assert chat_answer(completion(said)).tools == tools


@pytest.mark.parametrize(
    "said", [{"refusal": "No."}, {"content": [{"type": "refusal", "refusal": "No."}]}], ids=["beside", "part"]
)
def test_a_refusal_is_found(said):
    assert chat_answer(completion(said)).refusal == "No."


def test_a_response_refuses_in_its_parts():
    assert (
        chat_answer(response(message({"type": "refusal", "refusal": "No."}))).refusal == ""
    )  # a tuple is no list
    value = json.loads(json.dumps(response(message({"type": "refusal", "refusal": "No."}))))
    assert chat_answer(value).refusal == "No."


EMPTY = {
    "null": ({"content": None}, True),
    "white space": ({"content": " \n"}, True),
    "text": ({"content": "x"}, False),
    "pictures": ({"content": "", "images": [{"type": "image_url"}]}, False),
    "a sound": ({"content": None, "audio": {"id": "a"}}, False),
}


@pytest.mark.parametrize(("said", "empty"), EMPTY.values(), ids=EMPTY)
def test_what_counts_as_nothing(said, empty):
    assert chat_answer(completion(said)).empty is empty


NO_ANSWERS = [
    {},
    [],
    None,
    "text",
    {"choices": []},
    {"choices": None},
    {"choices": {}},
    {"output": "x"},
]


@pytest.mark.parametrize("value", NO_ANSWERS, ids=json.dumps)
def test_what_holds_no_answer_has_no_choices(value):
    assert chat_answer(value).choices == 0


@pytest.mark.parametrize(
    "value",
    [{"choices": [None]}, {"choices": [7]}, {"choices": [{"message": [], "finish_reason": {}}]}],
    ids=str,
)
def test_odd_choices_are_read_without_harm(value):
    answer = chat_answer(value)
    assert (answer.choices, answer.content, answer.finish_reason) == (1, "", Finish.NONE)


@pytest.mark.parametrize(
    ("body", "counted"),
    [(b'{"usage": {"total_tokens": 3}}', {"total_tokens": 3}), (b'{"usage": 3}', None), (b"no", None)],
)
def test_usage_is_given_as_it_came(body, counted):
    assert usage(bodies.read(body)) == counted


def test_a_body_that_is_no_answer_has_none():
    assert answer_in(bodies.read(b"<html></html>")).choices == 0
