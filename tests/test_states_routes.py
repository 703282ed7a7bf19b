"""Protects the reading of a task whose route is not known: the form of every family, and what is none."""

from typing import Any

import pytest

from cometplay.core.states import TaskReading, TaskState, names_a_task, read_task

URL = "https://cdn.example/v.mp4?sig=a%2Fb&x=1"


def reading(**known: Any) -> TaskReading:
    empty = dict.fromkeys(("task_id", "word", "progress", "reason", "url", "code"), "")
    return TaskReading(**(empty | {"state": TaskState.UNKNOWN} | known))


def wrapped(**inner):
    return {"code": "success", "message": "", "data": {"task_id": "t1", "action": "generate"} | inner}


def kling(**task):
    return {"code": 0, "message": "SUCCEED", "request_id": "r", "data": {"task_id": "t1"} | task}


def dashscope(**output):
    return {"request_id": "r", "output": {"task_id": "t1"} | output}


def succeeded(word, **known):
    return {"word": word, "state": TaskState.SUCCEEDED, "url": URL} | known


def failed(word, reason="", code=""):
    return {"word": word, "state": TaskState.FAILED, "reason": reason, "code": code}


ROUTES = {
    "Kling, done": (
        kling(task_status="succeed", task_result={"videos": [{"url": URL}]}),
        succeeded("succeed"),
    ),
    "Kling, running": (kling(task_status="processing"), {"word": "processing", "state": TaskState.RUNNING}),
    "Kling, failed": (
        kling(task_status="failed", task_status_msg="too small"),
        failed("failed", "too small"),
    ),
    "Kling, failed in silence": (kling(task_status="failed", task_status_msg=""), failed("failed")),
    "Kling, one of a list": (
        {"code": 0, "message": "SUCCEED", "data": [{"task_id": "t1", "task_status": "submitted"}]},
        {"word": "submitted", "state": TaskState.QUEUED},
    ),
    "Kling, out of a list": (
        {"task_id": "t1", "task_status": "failed", "task_status_msg": "no"},
        failed("failed", "no"),
    ),
    "Kling omni, wrapped": (
        wrapped(status="SUCCESS", data={"data": {"task_result": {"videos": [{"url": URL}]}}}),
        succeeded("SUCCESS"),
    ),
    "Runway, done": (
        {"id": "t1", "status": "SUCCEEDED", "output": [URL], "progress": 1},
        succeeded("SUCCEEDED", progress="1"),
    ),
    "Runway, running": (
        {"id": "t1", "status": "RUNNING", "progress": 0.25},
        {"word": "RUNNING", "state": TaskState.RUNNING, "progress": "25"},
    ),
    "Runway, failed": (
        {"id": "t1", "status": "FAILED", "failure": "no", "failureCode": "SAFETY.INPUT.TEXT"},
        failed("FAILED", "no", "SAFETY.INPUT.TEXT"),
    ),
    "Runway, made": ({"id": "t1"}, {"state": TaskState.RUNNING}),
    "Runway feed, flat": (
        {
            "task_id": "t1",
            "action": "x",
            "status": "SUCCESS",
            "fail_reason": "",
            "result_url": URL,
            "data": {},
        },
        succeeded("SUCCESS"),
    ),
    "Runway feed, an id alone": ({"task_id": "t1"}, {"state": TaskState.RUNNING}),
    "Runway feed, made": (
        {"code": 200, "msg": "ok", "data": {"task_id": "t1"}},
        {"state": TaskState.RUNNING},
    ),
    "Runway, wrapped, the provider behind": (
        wrapped(status="QUEUED", data={"status": "PENDING"}),
        {"word": "QUEUED", "state": TaskState.QUEUED},
    ),
    "Grok, waiting": ({"request_id": "t1"}, {"state": TaskState.RUNNING}),
    "Grok, done": ({"request_id": "t1", "status": "done", "video": {"url": URL}}, succeeded("done")),
    "Grok, withheld": (
        {"request_id": "t1", "status": "done", "video": {"url": URL, "respect_moderation": False}},
        failed("done", code="respect_moderation: false"),
    ),
    "DashScope, video": (dashscope(task_status="SUCCEEDED", video_url=URL), succeeded("SUCCEEDED")),
    "DashScope, picture": (
        dashscope(task_status="SUCCEEDED", results=[{"url": URL}]),
        succeeded("SUCCEEDED"),
    ),
    "DashScope, failed": (
        dashscope(task_status="FAILED", code="DataInspectionFailed", message="no"),
        failed("FAILED", "no", "DataInspectionFailed"),
    ),
    "Ark, done": ({"id": "t1", "status": "succeeded", "content": {"video_url": URL}}, succeeded("succeeded")),
    "Ark, failed": (
        {"id": "t1", "status": "failed", "error": {"code": "c", "message": "no"}},
        failed("failed", "no", "c"),
    ),
    "MiniMax, done": (
        {"task_id": "t1", "status": "Success", "file_id": "7", "base_resp": {"status_code": 0}},
        {"word": "Success", "state": TaskState.SUCCEEDED},
    ),
    "MiniMax, failed": (
        {"task_id": "t1", "status": "Fail", "base_resp": {"status_code": 1027, "status_msg": "no"}},
        failed("Fail", "no", "1027"),
    ),
    "Midjourney, done": (
        {"id": "t1", "status": "SUCCESS", "imageUrl": URL, "progress": "100%", "failReason": ""},
        succeeded("SUCCESS", progress="100%"),
    ),
    "Midjourney, failed": ({"id": "t1", "status": "FAILURE", "failReason": "no"}, failed("FAILURE", "no")),
    "Midjourney, made": (
        {"code": 22, "description": "in the queue", "result": "t1"},
        {"state": TaskState.RUNNING},
    ),
    "Replicate, flat": ({"id": "t1", "status": "succeeded", "output": [URL]}, succeeded("succeeded")),
    "Replicate, a text": ({"id": "t1", "status": "succeeded", "output": URL}, succeeded("succeeded")),
    "Replicate, wrapped": (wrapped(status="SUCCESS", data={"output": [URL]}), succeeded("SUCCESS")),
    "Replicate, wrapped text": (wrapped(status="SUCCESS", data={"output": URL}), succeeded("SUCCESS")),
    "Replicate, failed": ({"id": "t1", "status": "failed", "error": "no"}, failed("failed", "no")),
    "Luma": ({"id": "t1", "state": "completed", "assets": {"video": URL}}, succeeded("completed")),
    "Luma, failed": ({"id": "t1", "state": "failed", "failure_reason": "no"}, failed("failed", "no")),
    "fal, in the queue": (
        {"status": "IN_QUEUE", "request_id": "t1"},
        {"word": "IN_QUEUE", "state": TaskState.QUEUED},
    ),
    "Sora, failed": (
        {"id": "t1", "status": "failed", "error": {"code": "c", "message": "no"}},
        failed("failed", "no", "c"),
    ),
    "Vidu, done": ({"id": "t1", "state": "success", "creations": [{"url": URL}]}, succeeded("success")),
    "Vidu, failed": ({"id": "t1", "state": "failed", "err_code": "c"}, failed("failed", code="c")),
    "Jimeng": (
        {"code": 10000, "status": 10000, "message": "Success", "data": {"status": "done", "video_url": URL}},
        succeeded("done", task_id=""),
    ),
    "Veo, running": ({"name": "operations/t1"}, {"task_id": "operations/t1", "state": TaskState.RUNNING}),
    "a wrapper's success is not the task's": (
        {"status": "success", "data": {"id": "t1", "status": "processing"}},
        {"word": "processing", "state": TaskState.RUNNING},
    ),
    "the provider's failure is": (
        wrapped(status="IN_PROGRESS", data={"status": "failed", "error": {"message": "no"}}),
        failed("failed", "no"),
    ),
    "a url where the reason belongs is none": (wrapped(status="FAILURE", fail_reason=URL), failed("FAILURE")),
}


@pytest.mark.parametrize(("body", "known"), ROUTES.values(), ids=ROUTES)
def test_a_task_is_read_in_the_form_of_every_route(body, known):
    assert read_task(body) == reading(**({"task_id": "t1"} | known))


@pytest.mark.parametrize("body", [body for body, known in ROUTES.values() if known.get("word")])
def test_an_account_with_a_word_is_told_from_an_error(body):
    assert names_a_task(body)


NO_ACCOUNTS = [
    {"code": "fail_to_fetch_task", "message": '{"error":{"message":"no"}}', "data": None},
    {"code": "task_not_exist", "message": "task_not_exist", "data": None},
    {"code": -1, "message": "gen video failed"},
    {"error": {"message": "no", "status": "NOT_FOUND", "code": 404}},
    {"status": "error", "error": {"message": "no"}, "request_id": "r"},
    {"type": "about:blank", "title": "no", "status": 404, "detail": "no"},
    {"id": "resp_1", "object": "response", "status": "failed", "error": {"message": "no"}},
    {"id": "c", "status": "x", "choices": [{"error": {"message": "no"}}]},
    {"task_id": "", "base_resp": {"status_code": 1026, "status_msg": "no"}},
    {"code": 1303, "message": "parallel task over resource pack limit", "request_id": "r"},
    [],
    None,
]


@pytest.mark.parametrize("body", NO_ACCOUNTS, ids=repr)
def test_an_error_about_no_task_is_no_account_of_one(body):
    assert not names_a_task(body)
