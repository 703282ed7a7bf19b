"""Protects the reading of a task: every status word, and every place where a result or a reason hides."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.states import TaskReading, TaskState, read_task, state_of

WORDS = {
    TaskState.QUEUED: "queued queueing submitted pending not_start starting "
    "preparing created throttled queue in_queue queuing waiting task_status_queued",
    TaskState.RUNNING: "in_progress processing running generating dreaming task_status_processing",
    TaskState.SUCCEEDED: "completed success succeed succeeded done finished ready task_status_succeed",
    TaskState.FAILED: "failed failure fail error violation timeout timed_out task_status_failed "
    "request_moderated content_moderated banned nsfw rejected",
    TaskState.CANCELLED: "cancelled canceled cancel aborted",
    TaskState.EXPIRED: "expired",
    TaskState.NEEDS_ACTION: "modal",
    TaskState.UNKNOWN: "unknown complete succeeds in-progress 100 none null dead suspended",
}
TABLE = [(word, state) for state, words in WORDS.items() for word in words.split()]
URL = "https://cdn.example/v.mp4?sig=a%2Fb&x=1"


@pytest.mark.parametrize(("word", "state"), TABLE, ids=[word for word, _ in TABLE])
def test_a_word_means_the_same_in_any_case_and_with_spaces_around(word, state):
    spellings = (word, word.upper(), word.title(), word.swapcase(), f"  {word}\n", f"\t{word.upper()} ")
    assert {state_of(spelling) for spelling in spellings} == {state}


def test_no_word_at_all_is_unknown():
    assert {state_of(word) for word in ("", " ", "\n")} == {TaskState.UNKNOWN}


def reading(**known: Any) -> TaskReading:
    empty = dict.fromkeys(("task_id", "word", "progress", "reason", "url", "code"), "")
    return TaskReading(**(empty | {"state": TaskState.UNKNOWN} | known))


FLAT = {"id": "t1", "task_id": "t2", "object": "video"}
DONE = {"word": "completed", "state": TaskState.SUCCEEDED}
FAILED = {"word": "failed", "state": TaskState.FAILED}
FORMS = {
    "a create": (
        FLAT | {"status": "queued", "progress": 0},
        {"word": "queued", "state": TaskState.QUEUED, "progress": "0"},
    ),
    "running, with completed_at": (
        FLAT | {"status": "in_progress", "progress": 40, "completed_at": 1780000070},
        {"word": "in_progress", "state": TaskState.RUNNING, "progress": "40"},
    ),
    "done, flat": (
        FLAT | {"status": "completed", "video_url": URL, "progress": 100},
        DONE | {"progress": "100", "url": URL},
    ),
    "done, url in metadata": (FLAT | {"status": "completed", "metadata": {"url": URL}}, DONE | {"url": URL}),
    "done, output list": (FLAT | {"status": "completed", "output": [URL, "https://b"]}, DONE | {"url": URL}),
    "done, no url": (FLAT | {"status": "completed"}, DONE),
    "failed, error object": (
        FLAT | {"status": "failed", "error": {"message": "no", "code": "x"}},
        FAILED | {"reason": "no", "code": "x"},
    ),
    "failed, error text": (FLAT | {"status": "failed", "error": "no"}, FAILED | {"reason": "no"}),
    "failed, fail_reason": (FLAT | {"status": "failed", "fail_reason": "no"}, FAILED | {"reason": "no"}),
    "failed, message": (FLAT | {"status": "failed", "message": "no"}, FAILED | {"reason": "no"}),
    "failed, nothing said": (
        FLAT | {"status": "failed", "error": None, "progress": 100},
        FAILED | {"progress": "100"},
    ),
    "failed, a url is no result": (FLAT | {"status": "failed", "video_url": URL}, FAILED),
    "expired": (
        FLAT | {"status": "expired", "error": {"message": "too old"}},
        {"word": "expired", "state": TaskState.EXPIRED, "reason": "too old"},
    ),
    "a word nobody knows": (FLAT | {"status": "Paused"}, {"word": "Paused"}),
    "no status: it is under way": (FLAT, {"state": TaskState.RUNNING}),
    "status null": (FLAT | {"status": None}, {}),
}


@pytest.mark.parametrize(("body", "known"), FORMS.values(), ids=FORMS)
def test_a_flat_task_is_read(body, known):
    assert read_task(body) == reading(task_id="t1", **known)


def wrapped(**inner):
    return {"code": "success", "message": "", "data": {"task_id": "t1", "action": "generate"} | inner}


WRAPPED = {
    "done: fail_reason holds the url": (
        wrapped(status="SUCCESS", fail_reason=URL, progress="100%", data={}),
        {"word": "SUCCESS", "state": TaskState.SUCCEEDED, "progress": "100%", "url": URL},
    ),
    "done: fail_reason holds words": (
        wrapped(status="SUCCESS", fail_reason="none"),
        {"word": "SUCCESS", "state": TaskState.SUCCEEDED},
    ),
    "failed: fail_reason holds the reason": (
        wrapped(status="FAILURE", fail_reason="flagged", progress="100%"),
        {"word": "FAILURE", "state": TaskState.FAILED, "progress": "100%", "reason": "flagged"},
    ),
    "the wrapper's success is no state": (
        wrapped(status="NOT_START"),
        {"word": "NOT_START", "state": TaskState.QUEUED},
    ),
    "unknown": (wrapped(status="UNKNOWN"), {"word": "UNKNOWN"}),
    "made, no status yet": (wrapped(), {"state": TaskState.RUNNING}),
}


@pytest.mark.parametrize(("body", "known"), WRAPPED.values(), ids=WRAPPED)
def test_a_wrapped_task_is_read(body, known):
    assert read_task(body) == reading(task_id="t1", **known)


PLACES = ["video_url", "result_url", "url", "output", "metadata", "fail_reason"]


@pytest.mark.parametrize("best", range(len(PLACES)), ids=PLACES)
def test_the_best_place_of_a_result_wins_and_an_empty_one_is_passed_over(best):
    body = {"id": "t", "status": "completed"}
    for place, name in enumerate(PLACES):
        url = "" if place < best else f"https://{name.replace('_', '-')}.example"
        body[name] = {"output": [url], "metadata": {"url": url}}.get(name, url)
    assert read_task(body).url == f"https://{PLACES[best].replace('_', '-')}.example"


@pytest.mark.parametrize(
    "url", ["", "/v.mp4", "file:///etc/passwd", "javascript:x", None, 7, [URL], {"url": URL}]
)
def test_what_is_no_web_address_is_no_result(url):
    assert read_task({"id": "t", "status": "completed", "video_url": url}).url == ""


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        ({"id": "a", "task_id": "b"}, "a"),
        ({"task_id": "b"}, "b"),
        ({"id": "", "task_id": "b"}, "b"),
        ({"id": None, "data": {"task_id": "c"}}, "c"),
        ({"id": 12}, "12"),
        ({"id": ["a"]}, ""),
        ({}, ""),
    ],
)
def test_the_id_of_a_task_is_found(body, task_id):
    assert read_task(body).task_id == task_id


HOSTILE = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    float("nan"),
    10**30,
    "",
    "x",
    [],
    [[]],
    {},
    {"status": {}},
    [None, {}],
]
FIELDS = [
    "id",
    "task_id",
    "status",
    "progress",
    "error",
    "fail_reason",
    "message",
    "metadata",
    "output",
    "data",
    "url",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=repr)
def test_a_hostile_type_at_any_place_reads_as_text_or_nothing(hostile):
    for status in ("completed", "failed", "queued"):
        whole = {"id": "t", "status": status, "data": {"status": status}}
        for body in [hostile, [hostile], *(whole | {name: hostile} for name in FIELDS)]:
            found = read_task(body)
            texts = (found.task_id, found.word, found.progress, found.reason, found.url, found.code)
            assert all(isinstance(text, str) for text in texts)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["failed", URL]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), inner, max_size=5)
    ),
)


@given(JSON)
def test_no_json_can_break_the_reading(value):
    found = read_task(value)
    assert found.url == "" or found.state is TaskState.SUCCEEDED
    assert found.reason == "" or (found.state.terminal and found.state is not TaskState.SUCCEEDED)
    assert read_task(json.loads(json.dumps(value))).word == found.word
