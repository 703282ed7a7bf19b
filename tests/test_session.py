"""Protects the course of a run: what is sent, repeated, waited for, watched and kept, in which order."""

import base64
from pathlib import Path

import pytest
from playing import Stage, dialogue, on_stage, play

from cometplay.core import retry
from cometplay.core.drafts import ImageDraft, Kind
from cometplay.core.events import Saved, Stopped, WaitReason
from cometplay.core.findings import Reply, Rule, Script
from cometplay.core.models import starting_draft
from cometplay.core.retry import Failure, Wait
from cometplay.core.wire import Phase
from cometplay.session.clock import PauseEnd
from cometplay.session.state import Run

PNG = b"\x89PNG\r\n\x1a\n"

POLL = "waits {} POLL | sent poll 1 | replied 200 | polled {} after {}"
VIDEO_TO_THE_END = "\n".join(
    (
        "sent create 1 | replied 200 | task created",
        POLL.format(5, "QUEUED", 5),
        *(POLL.format(10, "RUNNING", after) for after in range(15, 125, 10)),
        POLL.format(10, "SUCCEEDED", 125),
        "sent download 1 | replied 200 | saved video/mp4 | ended DONE",
    )
)


def script(text: str) -> list[str]:
    """A dialogue as it is written in a test."""
    return [said.strip() for line in text.strip().splitlines() for said in line.split("|")]


def against(rule: Rule, kind: Kind) -> Run:
    """A run of a starting draft against a script of one rule."""

    async def act(here: Stage) -> Run:
        return await here.send(starting_draft(kind), here.connection("own"))

    return on_stage(act, more={"own": Script((rule,))})


def files_of(run) -> list[Path]:
    return [Path(event.path) for event in run.transcript.events if isinstance(event, Saved)]


def test_a_rate_limited_text_is_repeated_as_the_server_asks():
    run = play("http.rate-limited", Kind.TEXT)
    assert dialogue(run) == script("""
        sent create 1 | replied 429 | waits 2 RETRY_AFTER | repeats 1 of 2
        sent create 2 | replied 429 | waits 2 RETRY_AFTER | repeats 2 of 2
        sent create 3 | replied 200 | ended DONE
    """)
    assert run.seen == ("http.rate-limited", "text.ok")
    assert run.verdict.mode == "text.ok"
    assert run.output


def test_no_more_repeats_than_allowed():
    run = play("http.rate-limited", Kind.TEXT, repeats=1)
    assert dialogue(run)[-3:] == ["replied 429", "stopped", "ended DONE"]
    assert run.transcript.creates == 2
    assert run.seen == ("http.rate-limited",)


@pytest.mark.parametrize("kind", Kind)
def test_a_create_that_was_cut_is_not_repeated(kind):
    run = play("transport.interrupted", kind)
    assert dialogue(run) == ["sent create 1", "broke INTERRUPTED", "stopped", "ended DONE"]
    assert run.verdict.mode == "transport.interrupted"


def test_a_failed_connect_is_repeated_with_jitter():
    run = play("transport.connect", Kind.VIDEO)
    assert dialogue(run) == script("""
        sent create 1 | broke CONNECT | waits 0.5 BACKOFF | repeats 1 of 2
        sent create 2 | broke CONNECT | waits 1 BACKOFF | repeats 2 of 2
        sent create 3 | broke CONNECT | stopped | ended DONE
    """)


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        ((("retry-after", "121"),), 429, "121 s"),
        ((("retry-after", "2"), ("x-should-retry", "false")), 429, "x-should-retry"),
        ((("x-should-retry", "true"),), 401, "fail again"),
    ],
    ids=["too long to wait for", "the server says no", "the server's yes overrides nothing"],
)
def test_what_is_not_repeated_says_why(headers, status, why):
    words = "invalid token" if status == 401 else "slow down"
    said = Reply(status, f'{{"error":{{"message":"{words}"}}}}', headers)
    run = against(Rule(said), Kind.TEXT)
    assert dialogue(run) == ["sent create 1", f"replied {status}", "stopped", "ended DONE"]
    (stopped,) = [event for event in run.transcript.events if isinstance(event, Stopped)]
    assert why in stopped.why


def test_two_minutes_of_retry_after_are_waited_for():
    said = Reply(429, "", (("retry-after", "120"),))
    run = against(Rule(said, times=1), Kind.TEXT)
    assert "waits 120 RETRY_AFTER" in dialogue(run)
    assert run.verdict.mode == "text.ok"


def test_a_saturated_upstream_is_waited_for_longer():
    body = '{"error":{"message":"当前分组上游负载已饱和，请稍后再试"}}'
    run = against(Rule(Reply(429, body), times=1), Kind.TEXT)
    assert f"waits 5.5 {WaitReason.SATURATED.name}" in dialogue(run)


@pytest.mark.parametrize(
    ("kind", "repeated"),
    [(Kind.TEXT, {408, 429, 500, 502, 503, 504}), (Kind.IMAGE, {429, 503}), (Kind.VIDEO, {429, 503})],
)
def test_what_bills_twice_is_repeated_on_fewer_statuses(kind, repeated):
    waited = set()
    for status in [200, 400, 401, 408, 429, *range(500, 530)]:
        failure = Failure(kind, Phase.CREATE, retryable=True, status=status)
        if isinstance(retry.decide(failure, 0, 2, lambda: 0.5, 0.0), Wait):
            waited.add(status)
    assert waited == repeated


def test_a_picture_in_base64_becomes_a_png_file():
    async def act(here: Stage):
        run = await here.send(starting_draft(Kind.IMAGE))
        return run, [path.read_bytes() for path in files_of(run)], sorted(here.folder.iterdir())

    run, contents, listed = on_stage(act)
    assert dialogue(run) == ["sent create 1", "replied 200", "saved image/png", "ended DONE"]
    sent = run.transcript.create.reading.value["data"][0]["b64_json"]
    assert contents == [base64.b64decode(sent)]
    assert contents[0].startswith(PNG)
    assert [path.suffix for path in listed] == [".png"], "and no temporary file is left"


def test_a_picture_by_url_is_fetched_without_the_key():
    async def act(here: Stage):
        draft = ImageDraft(model="dall-e-2", prompt="A lighthouse", n=2)
        run = await here.send(draft)
        return run, [path.read_bytes() for path in files_of(run)], here.lab.requests

    run, contents, requests = on_stage(act)
    assert dialogue(run)[2:] == script(
        "sent download 1 | replied 200 | saved image/png | sent download 1 | replied 200 | saved image/png"
        "| ended DONE"
    )
    assert [content[:8] for content in contents] == [PNG, PNG]
    assert [request.key.value for request in requests] == ["lab", "none", "none"]


def test_a_download_that_fails_leaves_no_file():
    async def act(here: Stage):
        refused = here.connection("http.auth-invalid", Phase.DOWNLOAD)
        run = await here.send(ImageDraft(model="dall-e-3", prompt="A lighthouse"), refused)
        return run, list(here.folder.iterdir())

    run, listed = on_stage(act)
    assert dialogue(run)[2:] == ["sent download 1", "replied 401", "stopped", "ended DONE"]
    assert run.verdict.mode == "http.auth-invalid"
    assert listed == []


def test_a_folder_that_cannot_be_written_loses_no_verdict(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")

    async def act(here: Stage):
        here.folder = blocked
        return await here.send(starting_draft(Kind.IMAGE))

    run = on_stage(act)
    assert dialogue(run) == ["sent create 1", "replied 200", "not saved", "ended DONE"]
    assert run.verdict.mode == "image.ok"


def test_a_video_is_made_watched_and_saved():
    async def act(here: Stage):
        run = await here.send(starting_draft(Kind.VIDEO))
        return run, [path.read_bytes() for path in files_of(run)], here.lab.requests, here.clock.pauses

    run, contents, requests, pauses = on_stage(act)
    assert dialogue(run) == script(VIDEO_TO_THE_END)
    assert pauses == [5] + [10] * 12, "every wait is an event, and every event a wait"
    assert run.seen == ("video.in-progress", "video.ok")
    assert contents[0][4:8] == b"ftyp"
    assert {request.key.value for request in requests[:-1]} == {"lab"}
    assert requests[-1].key.value == "none"


def test_polls_slow_down_after_two_minutes():
    running = Rule(Reply(200, '{"id":"t","status":"in_progress"}'), phase=Phase.POLL)
    run = against(running, Kind.VIDEO)
    waits = [said for said in dialogue(run) if said.startswith("waits")]
    assert waits == ["waits 5 POLL"] + ["waits 10 POLL"] * 12 + ["waits 20 POLL"] * 38 + ["waits 15 POLL"]
    assert dialogue(run)[-1] == "ended GAVE_UP"
    assert run.verdict.mode == "video.poll-timeout"


def test_a_task_that_is_not_visible_yet_is_found():
    run = play("video.task-not-exist", Kind.VIDEO)
    assert dialogue(run)[:12] == script("""
        sent create 1 | replied 200 | task created
        waits 5 POLL | sent poll 1 | replied 400
        waits 5 POLL | sent poll 1 | replied 400
        waits 5 POLL | sent poll 1 | replied 200
    """)
    assert run.seen == ("video.in-progress", "video.task-not-exist", "video.in-progress", "video.ok")
    assert dialogue(run)[-2:] == ["saved video/mp4", "ended DONE"]


def test_a_task_that_is_never_found_is_given_up_after_six_polls():
    run = play("video.task-not-found", Kind.VIDEO)
    assert dialogue(run).count("replied 400") == 6
    assert run.seen[-2:] == ("video.task-not-exist", "video.task-not-found")
    assert dialogue(run)[-1] == "ended DONE"


def test_the_deadline_ends_the_watching_and_keeps_the_task():
    run = play("video.poll-timeout", Kind.VIDEO)
    assert run.verdict.mode == "video.poll-timeout"
    assert run.transcript.task.id
    assert dialogue(run)[-3:] == ["replied 200", "polled RUNNING after 60", "ended GAVE_UP"]


@pytest.mark.parametrize("status", [429, 500])
def test_a_poll_that_fails_and_may_pass_does_not_end_a_task(status):
    busy = Reply(status, '{"error":{"code":"rate_limit_exceeded"}}', (("retry-after", "7"),))
    run = against(Rule(busy, phase=Phase.POLL, times=1), Kind.VIDEO)
    assert dialogue(run)[3:7] == ["waits 5 POLL", "sent poll 1", f"replied {status}", "waits 7 POLL"]
    assert run.verdict.mode == "video.ok"


def test_three_permanent_failures_in_a_row_end_a_task():
    refused = Rule(Reply(401, '{"error":{"message":"invalid token"}}'), phase=Phase.POLL)
    run = against(refused, Kind.VIDEO)
    assert dialogue(run).count("replied 401") == 3
    assert run.verdict.mode == "http.auth-invalid"


def test_giving_up_a_wait_sends_no_repeat():
    run = on_stage(lambda here: here.play("http.rate-limited", Kind.TEXT), ends=[PauseEnd.GIVEN_UP])
    assert dialogue(run) == script("sent create 1 | replied 429 | waits 2 RETRY_AFTER | stopped | ended DONE")


def test_giving_up_a_poll_leaves_the_task_to_run():
    run = on_stage(lambda here: here.send(starting_draft(Kind.VIDEO)), ends=[PauseEnd.GIVEN_UP])
    assert dialogue(run)[-2:] == ["waits 5 POLL", "ended DETACHED"]
    assert run.verdict.mode == "video.in-progress"


def test_skipping_a_wait_goes_on_at_once():
    async def act(here: Stage):
        run = await here.play("http.rate-limited", Kind.TEXT)
        return run, here.clock.now

    run, now = on_stage(act, ends=[PauseEnd.SKIPPED] * 2)
    assert run.verdict.mode == "text.ok"
    assert now == 0


def test_a_task_that_was_left_is_watched_again():
    async def act(here: Stage):
        draft = starting_draft(Kind.VIDEO)
        left = await here.send(draft, detach=True)
        made = len(here.lab.requests)
        return left, made, await here.send(draft, resume=left.transcript.task.id)

    left, made, found = on_stage(act)
    assert dialogue(left) == ["sent create 1", "replied 200", "task created", "ended DETACHED"]
    assert made == 1
    assert dialogue(found)[:2] == ["task resumed", "waits 5 POLL"]
    assert found.transcript.creates == 0
    assert found.verdict.mode == "video.ok"
    assert dialogue(found)[-2:] == ["saved video/mp4", "ended DONE"]


def test_a_task_that_nobody_made_is_looked_for_three_times():
    draft = starting_draft(Kind.VIDEO)
    run = on_stage(lambda here: here.send(draft, resume="task_of_nobody"))
    assert dialogue(run) == script("""
        task resumed
        waits 5 POLL | sent poll 1 | replied 400
        waits 10 POLL | sent poll 1 | replied 400
        waits 10 POLL | sent poll 1 | replied 400
        ended DONE
    """)
    assert run.verdict.mode == "video.task-not-found"


def test_a_task_id_leads_nowhere_but_to_its_task():
    draft = starting_draft(Kind.VIDEO)

    async def act(here: Stage):
        await here.send(draft, resume="../models?x=/#")
        return here.lab.requests

    paths = {request.path for request in on_stage(act)}
    assert paths == {"/v1/videos/..%2Fmodels%3Fx%3D%2F%23"}
