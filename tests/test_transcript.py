"""Protects the evidence: a dialogue of events becomes exactly the facts that a verdict is made from."""

import json

import pytest

from cometplay.core.drafts import Kind
from cometplay.core.events import (
    Broke,
    Ended,
    EndReason,
    Fault,
    NotSaved,
    Polled,
    Replied,
    Retrying,
    Saved,
    Sent,
    Stopped,
    TaskCreated,
    Waiting,
    WaitReason,
)
from cometplay.core.polling import PollPolicy
from cometplay.core.states import TaskState, read_task
from cometplay.core.transcript import Task, Transcript, fold
from cometplay.core.wire import Phase, WireRequest

QUEUED = {"id": "t", "status": "queued"}
DONE = {"id": "t", "status": "completed", "video_url": "https://cdn.example/v.mp4"}
NOT_THERE = {"code": "task_not_exist", "message": "task_not_exist", "data": None}
LIMITED = {"error": {"message": "slow down (request id: r-1)", "type": "comet_api_error", "code": ""}}


def request(phase=Phase.CREATE):
    method = "POST" if phase is Phase.CREATE else "GET"
    return WireRequest(method, f"https://api.cometapi.com/v1/{phase.value}", Kind.VIDEO, phase, "m")


def call(at, phase, status, body, attempt=1):
    """A request and its whole answer, half a second later."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return [Sent(at, request(phase), attempt), Replied(at + 0.5, status, (), data, 0.5)]


def poll(at, body=QUEUED, status=200):
    """A poll; the look at the task follows where the answer shows a state."""
    seen = [Polled(at + 0.5, read_task(body), at)] if "status" in body else []
    return [*call(at, Phase.POLL, status, body), *seen]


def told(*parts, **start):
    """The transcript of a dialogue; a part is an event or a list of them."""
    transcript = Transcript(**({"kind": Kind.VIDEO} | start))
    for part in parts:
        for event in part if isinstance(part, list) else [part]:
            transcript = fold(transcript, event)
    return transcript


CREATED = [*call(0, Phase.CREATE, 200, QUEUED), TaskCreated(0.5, "t")]
PICTURE = Saved(3, "/d/a.png", 10, "image/png")
DIALOGUES = {
    "nothing": ([], {"now": 0.0, "sent": None, "last": None, "create": None, "creates": 0, "ended": None}),
    "sent, no answer yet": (
        [Sent(1.5, request(), 1)],
        {"now": 1.5, "sent": request(), "last": None, "creates": 1},
    ),
    "a create and its repeat": (
        [
            call(0, Phase.CREATE, 429, LIMITED),
            Waiting(0.6, 2, WaitReason.BACKOFF),
            Retrying(2.6, 1, 2),
            call(3, Phase.CREATE, 200, QUEUED, attempt=2),
        ],
        {"creates": 2, "polls": 0, "misses": 0, "task": None, "now": 3.5},
    ),
    "a task made": ([CREATED], {"task": Task("t", 0.5), "creates": 1, "polls": 0}),
    "a task resumed": (
        [TaskCreated(0, "t", resumed=True)],
        {"task": Task("t", 0, resumed=True), "creates": 0},
    ),
    "polled twice": (
        [CREATED, poll(5), poll(15, DONE)],
        {"polls": 2, "misses": 0, "task": Task("t", 0.5, look=read_task(DONE)), "creates": 1},
    ),
    "three misses": (
        [CREATED, *(poll(at, NOT_THERE, 400) for at in (5, 10, 15))],
        {"polls": 3, "misses": 3, "task": Task("t", 0.5)},
    ),
    "misses end with a look": (
        [CREATED, poll(5, NOT_THERE, 400), poll(10, NOT_THERE, 400), poll(15), poll(25, NOT_THERE, 400)],
        {"polls": 4, "misses": 1, "task": Task("t", 0.5, look=read_task(QUEUED))},
    ),
    "a poll that broke says nothing of the task": (
        [CREATED, Sent(5, request(Phase.POLL), 1), Broke(6, Fault.TIMEOUT, "slow", 1)],
        {"polls": 1, "misses": 0},
    ),
    "an error under a 200 is a miss": ([CREATED, poll(5, NOT_THERE, 200)], {"polls": 1, "misses": 1}),
    "a failed task's own error is no miss": (
        [CREATED, poll(5, {"id": "t", "status": "failed", "error": {"message": "no"}})],
        {"polls": 1, "misses": 0},
    ),
    "a download is no poll": (
        [CREATED, poll(5, DONE), call(6, Phase.DOWNLOAD, 404, b"gone")],
        {"polls": 1, "misses": 0, "creates": 1},
    ),
    "saved": ([PICTURE, PICTURE], {"saved": (PICTURE, PICTURE), "now": 3}),
    "not saved": ([NotSaved(4, "disk full")], {"saved": (), "now": 4}),
    "a look without a task": ([Polled(1, read_task(DONE), 1)], {"task": None, "misses": 0}),
    "ended": ([CREATED, Ended(900, EndReason.GAVE_UP)], {"ended": EndReason.GAVE_UP, "now": 900}),
    "words that change nothing": (
        [Waiting(1, 5, WaitReason.POLL), Retrying(2, 1, 2), Stopped(3, "used up")],
        {"now": 3, "sent": None, "last": None, "creates": 0, "polls": 0, "ended": None},
    ),
}


@pytest.mark.parametrize(("parts", "expected"), DIALOGUES.values(), ids=DIALOGUES)
def test_a_dialogue_becomes_these_facts(parts, expected):
    transcript = told(*parts)
    assert {name: getattr(transcript, name) for name in expected} == expected


@pytest.mark.parametrize(("parts", "_"), DIALOGUES.values(), ids=DIALOGUES)
def test_every_event_is_kept_in_order(parts, _):
    events = [event for part in parts for event in (part if isinstance(part, list) else [part])]
    assert list(told(*parts).events) == events


def test_the_last_answer_and_the_create_are_told_apart():
    transcript = told(CREATED, poll(5, NOT_THERE, 400))
    assert (transcript.create.phase, transcript.create.status) == (Phase.CREATE, 200)
    assert (transcript.last.phase, transcript.last.status) == (Phase.POLL, 400)
    assert transcript.last.request == request(Phase.POLL)


def test_an_answer_is_read_for_its_error_and_its_request_id():
    last = told(call(0, Phase.CREATE, 429, LIMITED)).last
    assert (last.reading.error.message, last.reading.request_ids) == ("slow down (request id: r-1)", ("r-1",))
    assert (last.elapsed_s, last.fault, last.succeeded) == (0.5, None, False)


def test_a_cut_answer_keeps_what_came_of_it():
    cut = Broke(2, Fault.INTERRUPTED, "closed", 1.5, 200, (("x-request-id", "r-2"),), b'{"choices"')
    last = told(Sent(0, request(), 1), cut).last
    assert (last.fault, last.detail, last.status, last.body) == (
        Fault.INTERRUPTED,
        "closed",
        200,
        b'{"choices"',
    )
    assert (last.reading.request_ids, last.succeeded) == (("r-2",), False)


@pytest.mark.parametrize(
    ("status", "body", "succeeded"),
    [
        (200, QUEUED, True),
        (202, b"", True),
        (299, b"text", True),
        (200, LIMITED, False),
        (200, NOT_THERE, False),
        (199, QUEUED, False),
        (300, QUEUED, False),
        (404, b"", False),
    ],
    ids=["200", "202 empty", "299", "error in a 200", "flat error in a 200", "199", "300", "404"],
)
def test_a_success_is_a_whole_answer_of_2xx_without_an_error(status, body, succeeded):
    assert told(call(0, Phase.CREATE, status, body)).last.succeeded == succeeded


def missed(times, at):
    return [CREATED, *(poll(at, NOT_THERE, 400) for _ in range(times))]


YOUNG = {
    "no task": ([], False),
    "just made": ([CREATED], True),
    "five misses": (missed(5, 30), True),
    "six misses": (missed(6, 30), False),
    "at 60 s": ([CREATED, Ended(60.5, EndReason.DONE)], True),
    "behind 60 s": ([CREATED, Ended(60.6, EndReason.DONE)], False),
    "resumed": ([TaskCreated(0, "t", resumed=True)], False),
}


@pytest.mark.parametrize(("parts", "young"), YOUNG.values(), ids=YOUNG)
def test_a_young_task_may_only_be_not_visible_yet(parts, young):
    assert told(*parts).task_is_young == young


def test_in_a_fast_lab_a_task_grows_old_sooner():
    policy = PollPolicy().faster(10)
    assert told(CREATED, Ended(6, EndReason.DONE), policy=policy).task_is_young
    assert not told(CREATED, Ended(7, EndReason.DONE), policy=policy).task_is_young


def test_a_look_at_a_task_is_what_the_run_knows_of_it():
    assert told(CREATED, poll(5, DONE)).task.look.state is TaskState.SUCCEEDED


def test_a_transcript_shows_no_bodies_when_it_is_printed():
    assert "slow down" not in repr(told(call(0, Phase.CREATE, 429, b"slow down")))
