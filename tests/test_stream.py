"""Protects the reading of streams: whatever a gateway writes, the answer is what came, and no more."""

import json

import pytest

from cometplay.core import bodies, stream
from cometplay.core.answers import answer_in, usage
from cometplay.core.said import Finish

EVENTS = (("content-type", "text/event-stream"),)


def chunk(content="", finish=None, index=0, **delta):
    said = {"content": content} if content else {}
    choice = {"index": index, "delta": said | delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "choices": [choice]}


def sse(*events, end="\n", done=True):
    texts = [event if isinstance(event, str) else f"data: {json.dumps(event)}" for event in events]
    return (end * 2).join([*texts, *(["data: [DONE]"] if done else [])]) + end * 2


def calls(index, name="", arguments=""):
    return {"tool_calls": [{"index": index, "function": {"name": name, "arguments": arguments}}]}


USAGE = {"prompt_tokens": 3, "completion_tokens": 2}

READ = {
    "a whole answer": (sse(chunk("Hel"), chunk("lo"), chunk(finish="stop")), "Hello", Finish.STOP, ()),
    "an event type before each": (
        sse("event: message\ndata: " + json.dumps(chunk("Hi", "stop"))),
        "Hi",
        "stop",
        (),
    ),
    "comments and keep-alive": (
        sse(": OPENROUTER PROCESSING", ":", "data:", chunk("Hi"), {"choices": []}, chunk(finish="stop")),
        "Hi",
        Finish.STOP,
        (),
    ),
    "a reason before the usage": (
        sse(chunk("Hi", "stop"), {"choices": [], "usage": USAGE}),
        "Hi",
        Finish.STOP,
        (),
    ),
    "a reason that is the text null until the end": (
        sse(chunk("Hi", "null"), chunk("!", "stop"), chunk(finish="null")),
        "Hi!",
        Finish.STOP,
        (),
    ),
    "no space after the colon": ("data:" + json.dumps(chunk("Hi", "stop")) + "\n\n", "Hi", "stop", ()),
    "no blank line between events": (
        "\n".join(f"data: {json.dumps(event)}" for event in (chunk("Hi"), chunk(" you", "stop"))),
        "Hi you",
        Finish.STOP,
        (),
    ),
    "one event over two data lines": (
        'data: {"choices":[{"delta":\ndata: {"content":"Hi"}}]}\n\n',
        "Hi",
        "",
        (),
    ),
    "a line separator inside the text": (
        "data: " + json.dumps(chunk("a\u2028b\x85c", "stop"), ensure_ascii=False) + "\n\n",
        "a\u2028b\x85c",
        Finish.STOP,
        (),
    ),
    "the first of several choices": (
        sse(chunk("B", index=1), chunk("A", index=0), chunk(finish="length", index=1), chunk(finish="stop")),
        "A",
        Finish.STOP,
        (),
    ),
    "content in parts": (
        sse(
            chunk(
                content=[{"type": "text", "text": "Hi"}, {"type": "thinking", "thinking": []}], finish="stop"
            )
        ),
        "Hi",
        Finish.STOP,
        (),
    ),
    "tools by their index": (
        sse(
            chunk(**calls(1, "read")),
            chunk(**calls(1, "", '{"a')),
            chunk(**calls(2, "write")),
            chunk(**calls(1, "", '":1}')),
            chunk(finish="tool_calls"),
        ),
        "",
        Finish.TOOL_CALLS,
        ("read", "write"),
    ),
    "a function in the old form": (
        sse(
            chunk(function_call={"name": "f"}),
            chunk(function_call={"arguments": "{}"}, finish="function_call"),
        ),
        "",
        Finish.TOOL_CALLS,
        ("f",),
    ),
    "the old completions": (sse({"choices": [{"text": "Hi", "finish_reason": "stop"}]}), "Hi", "stop", ()),
    "thoughts in the text": (sse(chunk("<think>hm"), chunk("</think>\n\nHi", "stop")), "Hi", "stop", ()),
    "an event that is no JSON": (
        sse(chunk("Hi"), "data: gateway hiccup", chunk(finish="stop")),
        "Hi",
        "stop",
        (),
    ),
    "a provider's own word": (sse(chunk("Hi", "MAX_TOKENS")), "Hi", Finish.LENGTH, ()),
    "no end": (sse(chunk("Hi")), "Hi", Finish.NONE, ()),
    "nothing": ("", "", Finish.NONE, ()),
    "an end in the middle of an event": (
        sse(chunk("Hi"), 'data: {"choices":[{"del', done=False).rstrip(),
        "Hi",
        "",
        (),
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("text", "content", "finish", "tools"), READ.values(), ids=READ)
def test_a_stream_amounts_to_an_answer(text, content, finish, tools, end):
    answer = answer_in(bodies.read(text.replace("\n", end).encode(), EVENTS))
    assert (answer.content, answer.finish_reason, answer.tools) == (content, finish, tools)


def event(kind, **fields):
    return f"event: {kind}\ndata: {json.dumps({'type': kind} | fields)}"


def test_a_responses_stream_is_read_too():
    text = sse(
        event("response.created", response={"status": "in_progress"}),
        event("response.reasoning_summary_text.delta", delta="hm"),
        event("response.output_text.delta", delta="Hel"),
        event("response.output_text.delta", delta="lo"),
        event("response.output_text.done", text="Hello"),
        event(
            "response.incomplete",
            response={
                "status": "incomplete",
                "incomplete_details": {"reason": "max_output_tokens"},
                "usage": {"output_tokens": 2},
            },
        ),
        done=False,
    )
    reading = bodies.read(text.encode())
    answer = answer_in(reading)
    assert (answer.content, answer.finish_reason, answer.thought) == ("Hello", Finish.LENGTH, True)
    assert usage(reading) == {"output_tokens": 2}


@pytest.mark.parametrize(
    ("item", "finish"),
    [
        ({"type": "function_call", "id": "1", "name": "make_call"}, Finish.TOOL_CALLS),
        ({"type": "web_search_call", "id": "1"}, Finish.STOP),
    ],
)
def test_only_a_tool_of_ones_own_is_a_call(item, finish):
    text = sse(
        event("response.output_item.done", item=item),
        event("response.completed", response={"status": "completed"}),
    )
    assert answer_in(bodies.read(text.encode())).finish_reason is finish


def test_a_refusal_of_a_responses_stream_is_kept():
    text = sse(
        event("response.refusal.delta", delta="I will "),
        event("response.refusal.delta", delta="not."),
        event("response.completed", response={"status": "completed"}),
    )
    answer = answer_in(bodies.read(text.encode()))
    assert (answer.refusal, answer.content, answer.finish_reason) == ("I will not.", "", Finish.STOP)


def test_events_of_anthropics_own_api_are_read_too():
    text = sse(
        event("message_start", message={"usage": {"input_tokens": 3}}),
        event("content_block_start", index=1, content_block={"type": "tool_use", "name": "look"}),
        event("ping"),
        event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hi"}),
        event("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 4}),
        event("message_stop"),
        done=False,
    )
    answer = answer_in(bodies.read(text.encode()))
    assert (answer.content, answer.finish_reason, answer.tools) == ("Hi", Finish.TOOL_CALLS, ("look",))


ERRORS = {
    "at the top of an event": (sse(chunk("Hi"), {"error": {"code": "x1", "message": "no"}}), "no"),
    "beside the choices": (sse(chunk("Hi", "error") | {"error": {"message": "gone"}}), "gone"),
    "inside a choice": (sse({"choices": [{"delta": {}, "error": {"message": "gone"}}]}), "gone"),
    "as a text": (sse({"error": "out of memory"}), "out of memory"),
    "flat": (sse({"code": 50001, "message": "no worker"}), "no worker"),
    "flat, in Baidu's form": (sse({"error_code": 336100, "error_msg": "try again later"}), "try again later"),
    "MiniMax's": (sse({"base_resp": {"status_code": 1013, "status_msg": "internal"}}), "internal"),
    "an event of that name": (sse('event: error\ndata: {"message": "no", "type": "odd"}'), "no"),
    "an event of that name, in words": (sse("event: error\ndata: the worker died"), "the worker died"),
    "an event that is no JSON": (
        sse(chunk("Hi"), "data: [ERROR] upstream closed"),
        "[ERROR] upstream closed",
    ),
    "an event in Chinese words": (sse("data: 请求上游失败"), "请求上游失败"),
    "a response that failed": (
        sse(event("response.failed", response={"status": "failed", "error": {"message": "no"}})),
        "no",
    ),
    "JSON that is no event": (sse(chunk("Hi"), '{"error": {"message": "no"}}', done=False), "no"),
    "JSON that is no event, over lines": (
        sse(chunk("Hi"), '{\n  "error": {\n    "message": "no"\n  }\n}', done=False),
        "no",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_in_a_stream_is_found(text, message):
    assert bodies.read(text.encode(), EVENTS).error.message == message


FINE = {
    "usage alone": {"choices": [], "usage": USAGE},
    "a first look at the prompt": {"choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
    "a null error": chunk("Hi") | {"error": None},
    "a zero code": {"choices": [], "base_resp": {"status_code": 0, "status_msg": ""}},
    "a ping": {"type": "ping"},
    "a number": 7,
}


@pytest.mark.parametrize("fine", FINE.values(), ids=FINE)
def test_what_is_no_error_is_not_taken_for_one(fine):
    assert bodies.read(sse(fine, chunk(finish="stop")).encode(), EVENTS).error is None


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"choices": [], "usage": USAGE}, USAGE),
        ({"choices": [], "x_groq": {"usage": USAGE}}, USAGE),
        ({"choices": [], "usage": None}, None),
    ],
)
def test_the_usage_of_a_stream_is_kept(told, found):
    assert usage(bodies.read(sse(chunk("Hi", "stop"), told).encode(), EVENTS)) == found


def test_unread_events_are_counted_and_quoted():
    read = stream.read(sse(chunk("Hi"), "data: half a {", "data: }"))
    assert (read.broken, read.unread, read.done) == (2, "half a {", True)


@pytest.mark.slow
@pytest.mark.timeout(60)  # it takes two seconds; in quadratic time it would take an hour
def test_a_stream_of_30_mb_is_read_whole():
    text = sse(*(chunk("x" * 1300) for _ in range(20_000)), chunk(finish="stop")).encode()
    assert answer_in(bodies.read(text, EVENTS)).content == "x" * 1300 * 20_000
