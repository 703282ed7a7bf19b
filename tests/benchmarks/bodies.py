"""Answers diagnosed a second, on one core: core.bodies reads each, failures.judge gives the verdict."""

import json
import time
from collections import Counter

from budgets import Report, main

from cometplay.core import wire
from cometplay.core.drafts import Kind
from cometplay.core.events import Replied, Sent, TaskCreated
from cometplay.core.models import starting_draft
from cometplay.core.transcript import Transcript, fold
from cometplay.core.wire import Phase
from cometplay.failures import judge

A_SECOND = 10_000
EACH = 200
BASE_URL = "http://127.0.0.1/v1"
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


CREATE, POLL = Phase.CREATE, Phase.POLL
BODIES: tuple[tuple[Kind, Phase, int, str], ...] = (
    (Kind.TEXT, CREATE, 200, chat("Hello! How can I help? " * 20, "stop")),
    (Kind.TEXT, CREATE, 200, chat("It was a dark and stormy " * 20, "length")),
    (Kind.TEXT, CREATE, 200, chat("", "content_filter")),
    (Kind.TEXT, CREATE, 401, error("invalid token (request id: 2026112012000000000000000abcdefgh)")),
    (Kind.TEXT, CREATE, 429, error("rate limit reached, slow down", "rate_limit_exceeded")),
    (Kind.TEXT, CREATE, 400, error("field messages is required", "invalid_request")),
    (Kind.TEXT, CREATE, 503, error("no available channel for model", "model_not_found")),
    (Kind.TEXT, CREATE, 502, HTML),
    (Kind.IMAGE, CREATE, 200, json.dumps({"created": 1, "data": [{"b64_json": "iVBORw0KGgo" * 50}]})),
    (Kind.IMAGE, CREATE, 400, error("Unknown parameter: 'response_format'.", "unknown_parameter")),
    (Kind.VIDEO, CREATE, 200, task("queued", 0)),
    (Kind.VIDEO, POLL, 200, task("in_progress", 40)),
    (Kind.VIDEO, POLL, 200, task("completed", 100)),
    (Kind.VIDEO, POLL, 400, '{"code":"task_not_exist","message":"task_not_exist","data":null}'),
)


def before(kind: Kind, phase: Phase) -> Transcript:
    """A run up to the moment in which the answer comes."""
    request = wire.encode(starting_draft(kind), BASE_URL)
    transcript = fold(Transcript(kind), Sent(0.0, request, 1))
    if phase is CREATE:
        return transcript
    transcript = fold(transcript, TaskCreated(1.0, "task_1"))
    return fold(transcript, Sent(6.0, wire.poll(request, BASE_URL, "task_1"), 1))


def measure(report: Report, rounds: int) -> None:
    runs = [(before(kind, phase), status, body.encode()) for kind, phase, status, body in BODIES]
    headers = (("content-type", "application/json"), ("x-request-id", "2026112012000000000000000abcdefgh"))
    rates, verdicts = [], Counter[str]()
    for _ in range(rounds):
        began = time.perf_counter()
        for transcript, status, body in runs * EACH:
            findings = judge.diagnose(fold(transcript, Replied(7.0, status, headers, body, 0.1)))
            verdicts[findings[0].mode] += 1
        rates.append(len(runs) * EACH / (time.perf_counter() - began))
    report.say(f"{len(BODIES)} bodies, verdicts: {', '.join(sorted(verdicts))}")
    report.say(f"slowest round {min(rates):,.0f} a second, fastest {max(rates):,.0f}")
    report.at_least("bodies diagnosed a second, median", sorted(rates)[len(rates) // 2], A_SECOND, "/s")


if __name__ == "__main__":
    main(measure, __doc__, rounds=15)
