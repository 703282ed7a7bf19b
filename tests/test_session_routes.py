"""Protects runs on every route, end to end: made, watched, fetched, and diagnosed when they fail."""

from typing import Any

import pytest
from playing import Stage, dialogue, on_stage

from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.findings import TASK_ID, ModeClass, Reply, Rule, Script
from cometplay.core.jsons import Json, compact
from cometplay.core.models import starting_draft
from cometplay.core.polling import PollPolicy
from cometplay.core.routes import Route
from cometplay.core.wire import Phase
from cometplay.session.state import Run

PICTURE = Attachment("image", "/p/a.png", "a.png", "image/png", b"\x89PNG\r\n\0")
KLING = VideoDraft(model="kling-v2", prompt="Waves", seconds="5", size="16:9")
RUNWAY = VideoDraft(model="gen3a_turbo", prompt="Waves", seconds="5", attachments=(PICTURE,))
GROK = VideoDraft(model="grok-imagine-video", prompt="Waves", seconds="6")
FLUX = ImageDraft(model="black-forest-labs/flux-schnell", prompt="Waves")
VEO = starting_draft(Kind.VIDEO)
SORA = VideoDraft(model="sora-2", prompt="Waves", seconds="8")

WAYS: dict[str, tuple[Draft, str, str]] = {
    "kling": (KLING, "/kling/v1/videos/text2video", "/kling/v1/videos/text2video/"),
    "kling, picture": (
        VideoDraft(model="kling-v1", prompt="Waves", attachments=(PICTURE,)),
        "/kling/v1/videos/image2video",
        "/kling/v1/videos/image2video/",
    ),
    "kling omni": (
        VideoDraft(model="kling-video-o1", prompt="Waves", seconds="7"),
        "/kling/v1/videos/omni-video",
        "/kling/v1/videos/omni-video/",
    ),
    "runway": (RUNWAY, "/runwayml/v1/image_to_video", "/runwayml/v1/tasks/"),
    "grok": (GROK, "/grok/v1/videos/generations", "/grok/v1/videos/"),
    "flux": (
        FLUX,
        "/replicate/v1/models/black-forest-labs/flux-schnell/predictions",
        "/replicate/v1/predictions/",
    ),
    "shared": (VEO, "/v1/videos", "/v1/videos/"),
}


def played(draft: Draft, *rules: Rule, **plan: Any) -> Run:
    """A run against a script of these rules."""

    async def act(here: Stage) -> Run:
        return await here.send(draft, here.connection("own"), **plan)

    return on_stage(act, more={"own": Script(rules)})


def saying(value: Json, **rule: Any) -> Rule:
    return Rule(Reply(200, compact(value)), phase=Phase.POLL, **rule)


async def sent_and_listed(here: Stage, draft: Draft, **plan: Any):
    run = await here.send(draft, **plan)
    return run, [path.read_bytes() for path in sorted(here.folder.iterdir())], here.lab.requests


@pytest.mark.parametrize(("draft", "create", "poll"), WAYS.values(), ids=WAYS)
def test_a_task_is_made_watched_and_saved(draft, create, poll):
    run, files, requests = on_stage(lambda here: sent_and_listed(here, draft))
    kind = draft.kind.value
    assert run.seen == (f"{kind}.in-progress", f"{kind}.ok")
    said = dialogue(run)
    assert said[:4] == ["sent create 1", "replied 200", "task created", "waits 5 POLL"]
    mime = "image/webp" if draft.kind is Kind.IMAGE else "video/mp4"
    assert said[-3:] == ["replied 200", f"saved {mime}", "ended DONE"]
    assert len(files) == 1
    assert requests[0].path == create
    assert {request.path for request in requests[1:-1]} == {poll + run.transcript.task.id}
    assert {request.key.value for request in requests[:-1]} == {"lab"}
    assert requests[-1].key.value == "none"


def test_a_task_of_runways_other_form_is_asked_after_with_a_post():
    draft = VideoDraft(model="gen4", prompt="Waves", seconds="5", api=Route.RUNWAY_COMPATIBLE)
    run, files, requests = on_stage(lambda here: sent_and_listed(here, draft))
    assert run.seen == ("video.in-progress", "video.ok")
    assert len(files) == 1
    polls = requests[1:-1]
    assert {(request.method, request.path) for request in polls} == {("POST", "/runway/feed")}
    assert {request.body for request in polls} == {compact({"task_id": run.transcript.task.id})}
    assert run.transcript.asked == {"model": "gen4", "prompt": "Waves", "duration": 5}


def test_every_picture_of_a_task_is_fetched():
    draft = ImageDraft(model="flux-schnell", prompt="Waves", n=3)
    run, files, _ = on_stage(lambda here: sent_and_listed(here, draft))
    assert len(run.transcript.saved) == len(set(files)) == 3
    assert run.verdict.mode == "image.ok"


def test_a_picture_is_edited_by_a_form():
    draft = ImageDraft(model="gpt-image-2", prompt="Bluer", attachments=(PICTURE,))
    run, files, requests = on_stage(lambda here: sent_and_listed(here, draft))
    assert dialogue(run) == ["sent create 1", "replied 200", "saved image/png", "ended DONE"]
    assert [request.path for request in requests] == ["/v1/images/edits"]
    assert len(files) == 1


@pytest.mark.parametrize(("draft", "poll"), [(draft, poll) for draft, _, poll in WAYS.values()], ids=WAYS)
def test_a_task_is_found_again_on_the_route_of_its_model(draft, poll):
    async def act(here: Stage):
        left = await here.send(draft, detach=True)
        return left, *await sent_and_listed(here, draft, resume=left.transcript.task.id)

    left, run, files, requests = on_stage(act)
    assert dialogue(left)[-1] == "ended DETACHED"
    assert run.transcript.creates == 0
    assert len(files) == 1
    assert requests[1].path == poll + left.transcript.task.id


MISSING = '{"code":"task_not_exist","message":"task_not_exist","data":null}'


@pytest.mark.parametrize("draft", [RUNWAY, KLING, GROK, FLUX], ids=lambda draft: draft.model)
def test_a_task_that_is_not_visible_at_first_is_found(draft):
    run = played(draft, Rule(Reply(400, MISSING), phase=Phase.POLL, times=3))
    kind = draft.kind.value
    assert run.seen[:2] == (f"{kind}.in-progress", "video.task-not-exist")
    assert run.verdict.mode == f"{kind}.ok"
    assert dialogue(run)[3:12:3] == ["waits 5 POLL"] * 3


@pytest.mark.parametrize("draft", [RUNWAY, FLUX], ids=lambda draft: draft.model)
def test_a_task_that_is_never_found_is_given_up(draft):
    run = played(draft, Rule(Reply(400, MISSING), phase=Phase.POLL))
    assert run.verdict.mode == "video.task-not-found"
    assert dialogue(run).count("replied 400") == 6


@pytest.mark.parametrize("draft", [KLING, RUNWAY, GROK, FLUX], ids=lambda draft: draft.model)
def test_polls_that_fail_and_may_pass_end_no_task(draft):
    run = played(draft, Rule(Reply(500, '{"error":{"message":"oops"}}'), phase=Phase.POLL, times=5))
    assert run.seen[1] == "http.server-error"
    assert run.verdict.mode == f"{draft.kind.value}.ok"
    assert dialogue(run).count("replied 500") == 5


def kling(state: str, **more: Json) -> Json:
    return {"code": 0, "message": "SUCCEED", "data": {"task_id": TASK_ID, "task_status": state, **more}}


ENDS = {
    "kling failed": (KLING, kling("failed", task_status_msg="the picture cannot be read"), "video.failed"),
    "kling was strict": (
        KLING,
        kling("failed", task_status_msg="risk control: sensitive"),
        "video.failed-policy",
    ),
    "kling has no url": (KLING, kling("succeed"), "video.no-url"),
    "runway failed": (
        RUNWAY,
        {
            "id": TASK_ID,
            "status": "FAILED",
            "failure": "The picture is too small",
            "failureCode": "INPUT.SIZE",
        },
        "video.failed",
    ),
    "runway was silent": (RUNWAY, {"id": TASK_ID, "status": "FAILED"}, "video.failed-no-detail"),
    "grok expired": (GROK, {"request_id": TASK_ID, "status": "expired"}, "video.expired"),
    "flux failed": (
        FLUX,
        {
            "code": "success",
            "message": "",
            "data": {"task_id": TASK_ID, "status": "FAILED", "fail_reason": "NSFW"},
        },
        "image.failed",
    ),
}


@pytest.mark.parametrize(("draft", "value", "verdict"), ENDS.values(), ids=ENDS)
def test_a_task_that_ends_badly_says_so_at_its_first_look(draft, value, verdict):
    run = played(draft, saying(value))
    assert run.verdict.mode == verdict
    assert dialogue(run)[-1] == "ended DONE"
    assert "sent probe 1" not in dialogue(run), "no route but /v1/videos has the content"
    assert run.transcript.polls == 1


def test_an_unknown_word_is_watched_on():
    run = played(GROK, saying({"request_id": TASK_ID, "status": "UPSCALING"}, times=2))
    assert run.seen == ("video.in-progress", "video.unknown-status", "video.in-progress", "video.ok")


def test_a_queue_past_the_mark_is_told_and_watched_to_the_deadline():
    run = played(KLING, saying(kling("submitted")))
    assert run.seen == ("video.in-progress", "video.stuck-queued")
    assert dialogue(run)[-1] == "ended GAVE_UP"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("QUEUED", "image.in-progress"),
        ("IN_PROGRESS", "image.in-progress"),
        ("UPSCALING", "video.unknown-status"),
    ],
)
def test_a_pictures_task_that_never_ends_is_watched_to_the_deadline(word, verdict):
    run = played(FLUX, saying({"code": "success", "data": {"task_id": TASK_ID, "status": word}}))
    assert (run.verdict.mode, run.verdict.cls) == (verdict, ModeClass.PENDING)
    assert dialogue(run)[-1] == "ended GAVE_UP"
    assert run.transcript.now == PollPolicy().deadline_s
