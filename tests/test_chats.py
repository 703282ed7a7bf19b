"""Protects a chat's body: every field of the composer under its wire name, and a conversation with tools."""

import json

import pytest

from cometplay.core import stream, wire
from cometplay.core.answers import chat_answer
from cometplay.core.drafts import Message, TextDraft, ToolCall
from cometplay.core.fields import with_field
from cometplay.core.tokens import prompt_tokens

TOOLS = '[{"type": "function", "function": {"name": "look"}}]'
CALL = ToolCall("call_1", "look", '{"at":"x"}')
ASKED = {
    "top_p": (0.5, 0.5),
    "stop": ('["a", "b"]', ["a", "b"]),
    "seed": (7, 7),
    "stream_options": ('{"include_usage": true}', {"include_usage": True}),
    "response_format": ("json_object", {"type": "json_object"}),
    "reasoning_effort": ("low", "low"),
    "tools": (TOOLS, json.loads(TOOLS)),
}


def body(draft):
    return json.loads(wire.payload(wire.encode(draft, "http://h/v1").body)[1])


@pytest.mark.parametrize(("name", "typed", "sent"), [(name, *values) for name, values in ASKED.items()])
def test_a_field_goes_out_under_its_name_and_unset_not_at_all(name, typed, sent):
    bare = TextDraft(model="m", messages=(Message("user", "Hi"),))
    assert set(body(bare)) == {"model", "messages"}
    assert body(with_field(bare, name, typed)) == body(bare) | {name: sent}


@pytest.mark.parametrize(
    ("typed", "sent"), [("END", "END"), ("[", "["), ('"x"', '"x"'), ("1", "1"), ('["\\n"]', ["\n"])]
)
def test_a_stop_is_the_text_that_was_typed_or_a_list_of_them(typed, sent):
    assert body(TextDraft(model="m", stop=typed))["stop"] == sent


@pytest.mark.parametrize("typed", ["{", '{"a":}', "NaN"])
def test_json_that_is_none_is_refused_with_the_place(typed):
    with pytest.raises(ValueError, match=r"^tools (is not JSON: .|takes a JSON list)"):
        with_field(TextDraft(model="m"), "tools", typed)


def test_a_tools_result_follows_the_call_it_answers():
    messages = (Message("assistant", "", (CALL,)), Message("tool", "12", call_id="call_1"))
    called = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"at":"x"}'}}
    assert body(TextDraft(model="m", messages=messages))["messages"] == [
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "content": "12", "tool_call_id": "call_1"},
    ]


def test_on_the_responses_route_a_call_and_its_result_are_items_of_their_own():
    messages = (
        Message("user", "Look."),
        Message("assistant", "", (CALL,)),
        Message("tool", "12", call_id="call_1"),
    )
    sent = body(with_field(TextDraft(model="m", messages=messages), "api", "responses"))
    assert sent["input"] == [
        {"role": "user", "content": "Look."},
        {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": '{"at":"x"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "12"},
    ]


def test_the_estimate_counts_every_message_and_the_tools():
    messages = (Message("system", "abcd"), Message("user", "你好"))
    assert prompt_tokens(TextDraft(model="m", messages=messages)) == 3
    assert prompt_tokens(TextDraft(model="m", messages=messages, tools="[]  ")) == 4


def events(*values):
    return "".join(f"data: {json.dumps(value)}\n\n" for value in values)


def piece(index, **call):
    return {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": index, **call}]}}]}


def test_calls_come_in_pieces_and_are_joined_by_their_index():
    read = stream.read(
        events(
            piece(0, id="a", function={"name": "one", "arguments": '{"x'}),
            piece(1, id="b", function={"name": "two", "arguments": ""}),
            piece(0, function={"arguments": '":1}'}),
            piece(1, function={"arguments": "{}"}),
        )
    )
    assert read.calls == (ToolCall("a", "one", '{"x":1}'), ToolCall("b", "two", "{}"))


def test_a_responses_call_is_joined_once_however_it_is_told():
    item = {"type": "function_call", "id": "fc", "call_id": "call_1", "name": "look", "arguments": ""}
    told = ('{"at"', ':"x"}')
    deltas = [
        {"type": "response.function_call_arguments.delta", "item_id": "fc", "delta": part} for part in told
    ]
    begun = {"type": "response.output_item.added", "item": item}
    ended = {"type": "response.output_item.done", "item": item | {"arguments": "".join(told)}}
    assert stream.read(events(begun, *deltas, ended)).calls == (CALL,)
    assert stream.read(events(ended)).calls == (CALL,)


def test_further_choices_and_reasoning_are_kept_apart():
    read = stream.read(
        events(
            {"choices": [{"index": 1, "delta": {"content": "B"}}]},
            {"choices": [{"index": 0, "delta": {"content": "A", "reasoning_content": "hm"}}]},
        )
    )
    assert (read.content, read.others, read.reasoning) == ("A", ("B",), "hm")
    whole = chat_answer(
        {
            "choices": [
                {"message": {"content": "A", "reasoning_content": "hm"}},
                {"message": {"content": "B"}},
            ]
        }
    )
    assert (whole.content, whole.others, whole.reasoning) == ("A", ("B",), "hm")
