"""Kept answers diagnosed a second on one core, and what an answer of a megabyte takes.

The answers are those of the JSON lines in COMETPLAY_CORPUS where that names a file, else its own few.
"""

import json
import os
import time
from collections import Counter
from pathlib import Path
from statistics import median

from budgets import Report, main

from cometplay.cli.kept import recorded
from cometplay.core.jsons import JsonObject
from cometplay.core.recorded import Recorded, transcript
from cometplay.failures import judge

A_SECOND = 10_000
EACH_ROUND = 3_000
LARGE_MS = 50.0
MILLION = 1_000_000
ID = "2026112012000000000000000abcdefgh"
HTML = "<!doctype html><title>CometAPI</title><div id=root></div>" * 20


def error(message: str, code: str = "", kind: str = "comet_api_error") -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": "", "code": code}})


def chat(content: str, finish_reason: str) -> str:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 9, "completion_tokens": 80, "total_tokens": 89}
    return json.dumps({"id": "c", "object": "chat.completion", "choices": [choice], "usage": usage})


def task(status: str, progress: int) -> str:
    return json.dumps({"id": "task_1", "object": "video", "status": status, "progress": progress})


def stream(events: int) -> str:
    """A chat's chunks with the fields that they have on the wire (api-contract.md 2.3)."""
    choice = {"index": 0, "delta": {"content": "x"}, "logprobs": None, "finish_reason": None}
    head = {"id": "chatcmpl-Dx81bQ2mKq7Zs0", "object": "chat.completion.chunk", "created": 1780000000}
    chunk = json.dumps(
        head | {"model": "gpt-5.4-mini-2026-03-17", "choices": [choice], "obfuscation": "x7Qa"}
    )
    return f"data: {chunk}\n\n" * events + 'data: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


OWN: tuple[tuple[str, str, int, str], ...] = (
    ("text", "create", 200, chat("Hello! How can I help? " * 20, "stop")),
    ("text", "create", 200, chat("It was a dark and stormy " * 20, "length")),
    ("text", "create", 200, chat("", "content_filter")),
    ("text", "create", 401, error(f"invalid token (request id: {ID})")),
    ("text", "create", 429, error("rate limit reached, slow down", "rate_limit_exceeded")),
    ("text", "create", 400, error("field messages is required", "invalid_request")),
    ("text", "create", 503, error("no available channel for model", "model_not_found")),
    ("text", "create", 400, error("status_code=400, " + error("no", "invalid_value"))),
    ("text", "create", 502, HTML),
    ("text", "stream", 200, stream(20)),
    ("image", "create", 200, json.dumps({"created": 1, "data": [{"b64_json": "iVBORw0KGgo" * 50}]})),
    ("image", "create", 400, error("Unknown parameter: 'response_format'.", "unknown_parameter")),
    ("video", "create", 200, task("queued", 0)),
    ("video", "poll", 200, task("in_progress", 40)),
    ("video", "poll", 200, task("completed", 100)),
    ("video", "poll", 400, '{"code":"task_not_exist","message":"task_not_exist","data":null}'),
)

LARGE: dict[str, tuple[str, str, int, str]] = {
    "an error": ("text", "create", 400, error("too many things at once, " * (MILLION // 25))),
    "a chat": ("text", "create", 200, chat("Hello! " * (MILLION // 7), "stop")),
    "a picture": ("image", "create", 200, json.dumps({"data": [{"b64_json": "iVBORw0KGgoA" * 83_333}]})),
    "a page": ("text", "create", 502, HTML * (MILLION // len(HTML))),
    "a stream": ("text", "stream", 200, stream(MILLION // 256)),
    "plain text": ("video", "poll", 500, "upstream connect error or disconnect " * (MILLION // 37)),
}


def line(kind: str, phase: str, status: int, body: str) -> JsonObject:
    headers: JsonObject = {"content-type": "application/json", "x-request-id": ID}
    return {"kind": kind, "phase": phase, "status": status, "headers": headers, "body": body}


def answers() -> list[Recorded]:
    """The corpus, or the bodies above."""
    corpus = os.environ.get("COMETPLAY_CORPUS")
    if not corpus:
        return [recorded(line(*columns)) for columns in OWN]
    return [recorded(json.loads(row)) for row in Path(corpus).read_text("utf-8").splitlines() if row.strip()]


def measure(report: Report, rounds: int) -> None:
    kept = answers()
    times = max(1, EACH_ROUND // len(kept))
    rates, verdicts = [], Counter[str]()
    for _ in range(rounds):
        began = time.perf_counter()
        for answer in kept * times:
            verdicts[judge.diagnose(transcript(answer))[0].mode] += 1
        rates.append(len(kept) * times / (time.perf_counter() - began))
    report.say(f"{len(kept)} answers, {len(verdicts)} verdicts: {', '.join(sorted(verdicts))}")
    report.say(f"slowest round {min(rates):,.0f} a second, fastest {max(rates):,.0f}")
    report.at_least("answers diagnosed a second, median", median(rates), A_SECOND, "/s")
    for name, columns in LARGE.items():
        answer = recorded(line(*columns))
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            judge.diagnose(transcript(answer))
            took.append((time.perf_counter() - began) * 1000)
        report.at_most(f"{name}, {len(answer.body) / 1e6:.1f} MB", median(took), LARGE_MS, "ms")


if __name__ == "__main__":
    main(measure, __doc__, rounds=15)
