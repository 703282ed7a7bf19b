"""Protects the other text route, from `send` to the verdict: whole, streamed, refused, cut short, failed."""

import json
from dataclasses import replace

import pytest
from playing import Stage, on_stage

from cometplay.core.drafts import Message, TextDraft
from cometplay.core.expectations import parse_expectation
from cometplay.core.findings import Reply, Rule, Script
from cometplay.core.jsons import compact
from cometplay.core.routes import Route

ASKED = TextDraft(model="gpt-5.6-sol", messages=(Message("user", "Hi"),), api=Route.RESPONSES)
USAGE = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}


def response(status: str, *content: dict, **fields) -> dict:
    output = [{"type": "message", "role": "assistant", "content": list(content)}] if content else []
    return {"object": "response", "status": status, "output": output, "usage": USAGE, **fields}


def text(words: str) -> dict:
    return {"type": "output_text", "text": words}


def cut(reason: str) -> dict:
    return {"incomplete_details": {"reason": reason}}


ENDS = {
    "whole": (response("completed", text("Hello")), "text.ok", "Hello"),
    "cut short": (response("incomplete", text("Hel"), **cut("max_output_tokens")), "text.truncated", "Hel"),
    "spent": (response("incomplete", **cut("max_output_tokens")), "text.budget-spent", None),
    "filtered": (response("incomplete", text("H"), **cut("content_filter")), "text.content-filter", "H"),
    "refused": (response("completed", {"type": "refusal", "refusal": "No."}), "text.refusal", None),
    "empty": (response("completed"), "text.empty", None),
    "not over": (response("in_progress"), "text.no-finish-reason", None),
    "failed": (
        response("failed", error={"code": "rate_limit_exceeded", "message": "slow down"}),
        "http.rate-limited",
        None,
    ),
}
DELTAS = {
    "output_text": ("response.output_text.delta", "text"),
    "refusal": ("response.refusal.delta", "refusal"),
}


def events(value: dict) -> str:
    """The same answer as events: its texts in deltas, then the object."""
    told = [{"type": "response.created", "response": response("in_progress")}]
    for item in value["output"]:
        for part in item["content"]:
            name, key = DELTAS[part["type"]]
            told += [{"type": name, "delta": sign} for sign in part[key]]
    over = value["status"] != "in_progress"
    told += [{"type": f"response.{value['status']}", "response": value}] if over else []
    return "".join(f"event: {one['type']}\ndata: {compact(one)}\n\n" for one in told)


def answered(reply: Reply):
    async def act(here: Stage):
        return await here.send(ASKED, here.connection("own"), automatic=False)

    return on_stage(act, more={"own": Script((Rule(reply),))})


@pytest.mark.parametrize(("value", "verdict", "output"), ENDS.values(), ids=ENDS)
def test_an_answer_is_read_as_a_chats_is(value, verdict, output):
    run = answered(Reply(200, compact(value)))
    assert (run.verdict.mode, run.output, run.usage) == (verdict, output, USAGE)


STREAMED = {"not over": "text.stream-cut"}


@pytest.mark.parametrize("end", ENDS)
def test_a_stream_ends_as_its_object_says(end):
    value, verdict, output = ENDS[end]
    run = answered(Reply(200, events(value), (("content-type", "text/event-stream"),)))
    assert (run.verdict.mode, run.output) == (STREAMED.get(end, verdict), output)


def test_an_expectation_holds_for_a_response_too():
    async def act(here: Stage):
        return await here.send(replace(ASKED, expect=parse_expectation("label:yes,no")))

    assert on_stage(act).verdict.mode == "silent.label"


@pytest.mark.usefixtures("swift")
@pytest.mark.parametrize("stream", ["true", "false"])
def test_the_command_line_reaches_it(cli, swift, stream):
    options = ["--param", "api=responses", "--param", f"stream={stream}", "--system", "Be brief."]
    said = cli("send", "text", "--target", "lab", "--model", "gpt-5.6-sol", *options, "--json")
    assert said.status == 0
    found = json.loads(said.out)
    assert found["output"]
    assert found["usage"]["output_tokens"] > 0
    assert [request.path for request in swift.requests] == ["/v1/responses"]
    body = json.loads(swift.requests[0].body)
    assert body["instructions"] == "Be brief."
    assert "api" not in body


def test_a_word_that_is_no_api_is_a_usage_error(cli):
    said = cli("send", "text", "--param", "api=completions")
    assert (said.status, said.out) == (2, "")
    assert "api takes chat or responses" in said.err
