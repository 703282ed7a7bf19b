"""Protects every status word on every route, in both forms of its answers, end to end through the lab.

The table is that of api-contract.md 8.1; what each route's answers look like, of sections 5.3 to 8.
"""

from collections.abc import Callable

import pytest
from playing import Stage, on_stage

from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.events import Polled
from cometplay.core.findings import RESULT_URL, TASK_ID, Always, ModeClass, Reply, Rule, Script
from cometplay.core.jsons import JsonObject, compact
from cometplay.core.polling import PollPolicy
from cometplay.core.routes import ADAPTERS, Route
from cometplay.core.states import VOCABULARY, TaskState, state_of
from cometplay.core.wire import Phase
from cometplay.failures import catalogue

QUEUED = "queued queueing submitted pending not_start starting preparing created throttled queue"
RUNNING = "in_progress processing running generating"
UNKNOWN = "paused almost_there 排队中"
GOING_ON = [
    *((word, TaskState.QUEUED) for word in QUEUED.split()),
    *((word, TaskState.RUNNING) for word in RUNNING.split()),
    *((word, TaskState.UNKNOWN) for word in UNKNOWN.split()),
]
WON = "completed success succeed succeeded done finished"
LOST = "failed failure fail error violation"
CANCELLED = "cancelled canceled"
ENDS = [
    *((word, TaskState.SUCCEEDED) for word in WON.split()),
    *((word, TaskState.FAILED) for word in LOST.split()),
    *((word, TaskState.CANCELLED) for word in CANCELLED.split()),
    ("expired", TaskState.EXPIRED),
    ("modal", TaskState.NEEDS_ACTION),
]

PICTURE = Attachment("image", "/p/a.png", "a.png", "image/png", b"\x89PNG\r\n\0")
DRAFTS: dict[Route, Draft] = {
    Route.VIDEOS: VideoDraft(model="veo3-fast", prompt="Waves"),
    Route.KLING_TEXT: VideoDraft(model="kling-v2", prompt="Waves"),
    Route.KLING_IMAGE: VideoDraft(model="kling-v1", prompt="Waves", attachments=(PICTURE,)),
    Route.KLING_OMNI: VideoDraft(model="kling-video-o1", prompt="Waves"),
    Route.RUNWAY: VideoDraft(model="gen3a_turbo", prompt="Waves", attachments=(PICTURE,)),
    Route.RUNWAY_COMPATIBLE: VideoDraft(model="gen4", prompt="Waves", api=Route.RUNWAY_COMPATIBLE),
    Route.GROK: VideoDraft(model="grok-imagine-video", prompt="Waves", seconds="6"),
    Route.REPLICATE: ImageDraft(model="black-forest-labs/flux-schnell", prompt="Waves"),
}

Form = Callable[[str, JsonObject], JsonObject]
"""A word, and the fields of a result or a reason -> an answer."""


def wrapped(word: str, more: JsonObject) -> JsonObject:
    """The gateway's own wrapper, in which a success hides its url where the reason stands (6.2)."""
    told = {"fail_reason": next(iter(more.values()), "")}
    return {
        "code": "success",
        "message": "",
        "data": {"task_id": TASK_ID, "status": word, "data": {}, **told},
    }


def shared(word: str, more: JsonObject) -> JsonObject:
    return {"id": TASK_ID, "object": "video", "status": word, "progress": 100, **more}


def kling(word: str, more: JsonObject) -> JsonObject:
    url = more.get("video_url")
    result = {"task_result": {"videos": [{"id": "v", "url": url, "duration": "5"}]}} if url else {}
    reason = {"task_status_msg": more["fail_reason"]} if "fail_reason" in more else {}
    task = {"task_id": TASK_ID, "task_status": word, **result, **reason}
    return {"code": 0, "message": "SUCCEED", "request_id": "r", "data": task}


def runway(word: str, more: JsonObject) -> JsonObject:
    output = {"output": [more["video_url"]]} if "video_url" in more else {}
    reason = {"failure": more["fail_reason"]} if "fail_reason" in more else {}
    return {"id": TASK_ID, "status": word.upper(), "createdAt": "2026-11-20T12:00:00Z", **output, **reason}


def feed(word: str, more: JsonObject) -> JsonObject:
    url = {"result_url": more["video_url"]} if "video_url" in more else {}
    reason = more.get("fail_reason", "")
    return {"task_id": TASK_ID, "action": "generate", "status": word.upper(), "fail_reason": reason, **url}


def grok(word: str, more: JsonObject) -> JsonObject:
    video = {"video": {"url": more["video_url"], "duration": 6}} if "video_url" in more else {}
    # beside another word than this it is an error of the request, and no task's
    error = {"error": {"code": "x", "message": more["fail_reason"]}} if word == "failed" else {}
    return {"request_id": TASK_ID, "status": word, **video, **error}


def replicate(word: str, more: JsonObject) -> JsonObject:
    output = {"output": [more["video_url"]]} if "video_url" in more else {}
    return {"id": TASK_ID, "status": word, **output, "error": more.get("fail_reason")}


OWN: dict[Route, Form] = {
    Route.VIDEOS: shared,
    Route.KLING_TEXT: kling,
    Route.KLING_IMAGE: kling,
    Route.KLING_OMNI: kling,
    Route.RUNWAY: runway,
    Route.RUNWAY_COMPATIBLE: feed,
    Route.GROK: grok,
    Route.REPLICATE: replicate,
}
FORMS = [
    pytest.param(route, form, id=f"{route.name.lower()}, {name}")
    for route, own in OWN.items()
    for name, form in (("its own", own), ("wrapped", wrapped))
]
every_form = pytest.mark.parametrize(("route", "form"), FORMS)
POLICY = PollPolicy().until(10_000)


def test_the_table_is_whole():
    spoken = {word for word, state in GOING_ON + ENDS if state is not TaskState.UNKNOWN}
    assert spoken <= VOCABULARY.keys()
    assert all(state_of(word) is state for word, state in GOING_ON + ENDS)
    assert {state for _, state in GOING_ON + ENDS} == {*TaskState}
    assert OWN.keys() == DRAFTS.keys() == {route for route, row in ADAPTERS.items() if row.poll}


def saying(form: Form, word: str, more: JsonObject, times: int | None = None) -> Rule:
    return Rule(Reply(200, compact(form(word, more))), phase=Phase.POLL, times=times)


def played(draft: Draft, *rules: Rule, policy: PollPolicy = POLICY):
    async def act(here: Stage):
        return await here.send(draft, here.connection("own"), policy=policy)

    return on_stage(act, more={"own": Script(rules)})


def states(run) -> list[TaskState]:
    return [event.task.state for event in run.transcript.events if isinstance(event, Polled)]


@pytest.mark.slow  # seventeen polls each
@every_form
def test_every_word_that_goes_on_is_watched_and_the_success_behind_it_is_fetched(route, form):
    going_on = [saying(form, word, {}, times=1) for word, _ in GOING_ON]
    run = played(DRAFTS[route], *going_on, saying(form, "success", {"video_url": RESULT_URL}))
    assert states(run) == [*(state for _, state in GOING_ON), TaskState.SUCCEEDED]
    assert run.verdict.cls is ModeClass.OK
    assert len(run.transcript.saved) == 1


VERDICTS = {
    TaskState.SUCCEEDED: {"video.ok", "image.ok"},
    TaskState.FAILED: {"video.failed", "video.failed-policy", "video.failed-no-detail", "image.failed"},
    TaskState.CANCELLED: {"video.cancelled"},
    TaskState.EXPIRED: {"video.expired"},
}


@pytest.mark.slow  # two hundred runs
@pytest.mark.parametrize(("word", "state"), ENDS, ids=[word for word, _ in ENDS])
@every_form
def test_every_word_that_ends_a_task_ends_it_at_its_first_look(route, form, word, state):
    won = state is TaskState.SUCCEEDED
    more: JsonObject = {"video_url": RESULT_URL} if won else {"fail_reason": "The picture cannot be read"}
    run = played(DRAFTS[route], saying(form, word, more))
    told = "cannot be read" in compact(form(word, more))
    assert states(run) == [state]
    assert run.transcript.task.look.word.lower() == word
    assert len(run.transcript.saved) == won
    if state in VERDICTS:
        assert run.verdict.mode in VERDICTS[state]
    if told:
        assert "The picture cannot be read" in {found.value for found in run.verdict.evidence}


@every_form
def test_a_word_that_nobody_knows_is_shown_and_watched_to_the_deadline(route, form):
    run = played(DRAFTS[route], saying(form, "dreaming_of_it", {}), policy=PollPolicy().until(60))
    assert {*states(run)} == {TaskState.UNKNOWN}
    assert len(states(run)) == 7
    assert run.verdict.mode == "video.unknown-status"
    assert run.transcript.task.look.word.lower() == "dreaming_of_it"


MODES = [
    mode
    for mode in catalogue.CATALOGUE
    if mode.id.startswith("video.") and mode.reproduce.script and Kind.VIDEO in mode.kinds
]
VIDEO_ROUTES = [route for route, draft in DRAFTS.items() if draft.kind is Kind.VIDEO]


@pytest.mark.slow  # each mode on each route
@pytest.mark.parametrize("route", VIDEO_ROUTES, ids=lambda route: route.name.lower())
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.id)
def test_every_mode_of_a_video_happens_on_every_route(mode, route):
    # on some routes a job is over before the scenario's own deadline
    soon = {"policy": PollPolicy().until(10)} if mode.id == "video.poll-timeout" else {}
    run = on_stage(lambda here: here.play(mode, Kind.VIDEO, DRAFTS[route], **soon))
    assert mode.id in {*run.seen, *(note.mode for note in run.notes)}


def _of_any_request(script: Script | None) -> bool:
    """Whether it is no fault of some field, which a request of another route has not."""
    return script is not None and all(rule.when == Always() for rule in script.rules)


OTHERWISE = {
    ("http.input-unreachable", Phase.POLL): "http.bad-request",  # which reads no input
    ("http.input-unreachable", Phase.DOWNLOAD): "http.bad-request",
}
MOVED = [
    pytest.param(mode, phase, id=f"{mode.id}@{phase.value}")
    for mode in catalogue.CATALOGUE
    for phase in (Phase.POLL, Phase.DOWNLOAD)
    if mode.id.startswith("http.") and Kind.VIDEO in mode.kinds and _of_any_request(mode.reproduce.script)
]


@pytest.mark.slow  # each failure in each phase on each route
@pytest.mark.parametrize(("mode", "phase"), MOVED)
def test_every_failure_of_a_poll_or_a_download_is_told_alike_on_every_route(mode, phase):
    async def act(here: Stage):
        connection = here.connection(mode.id, phase)
        runs = [await here.send(DRAFTS[route], connection, automatic=False) for route in VIDEO_ROUTES]
        return [(run.verdict, run.transcript.task) for run in runs]

    told = on_stage(act)
    assert all(task is not None for _, task in told)
    assert {verdict.mode for verdict, _ in told} == {OTHERWISE.get((mode.id, phase), mode.id)}
