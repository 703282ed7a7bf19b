"""Protects the end of a task: why it failed is asked, what it made is fetched, and no half file is left."""

import base64
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playing import STRIKES_AFTER_S, Stage, dialogue, on_stage
from test_session_routes import KLING, SORA, played, saying

from cometplay.core.drafts import Kind
from cometplay.core.events import Expires, NotSaved, Saved
from cometplay.core.findings import TASK_ID, Break, Breakage, Reply, Rule, Script, Step
from cometplay.core.jsons import compact
from cometplay.core.models import starting_draft
from cometplay.core.wire import Phase
from cometplay.session.state import Run
from cometplay.session.timeline import describe

BARE = saying({"id": TASK_ID, "status": "failed", "progress": 100})


def state(word: str) -> Reply:
    told = {"message": f"Task is not completed yet, current status: {word}", "type": "invalid_request_error"}
    return Reply(400, compact({"error": told}))


def probed(step: Step, **plan: Any):
    """A task that failed without a word, and what the content route does then."""

    async def act(here: Stage):
        run = await here.send(SORA, here.connection("own"), **plan)
        return run, list(here.folder.iterdir()), here.lab.requests

    return on_stage(act, more={"own": Script((BARE, Rule(step, phase=Phase.PROBE)))})


def quoted(run: Run) -> dict[str, str]:
    return {piece.where: piece.value for piece in run.verdict.seen.evidence}


def test_a_failure_without_a_word_is_asked_about_once():
    run, listed, requests = probed(state("VIOLATION"))
    assert dialogue(run)[-5:] == [
        "replied 200",
        "polled FAILED after 5",
        "sent probe 1",
        "replied 400",
        "ended DONE",
    ]
    assert run.verdict.mode == "video.failed-policy"
    assert "VIOLATION" in quoted(run)["content route"]
    assert requests[-1].path == f"/s/own/v1/videos/{run.transcript.task.id}/content"
    assert (run.deciding.phase, listed) == (Phase.POLL, [])


def test_what_the_probe_said_is_quoted_though_it_explains_nothing():
    run, _, _ = probed(state("FAILED"))
    assert run.verdict.mode == "video.failed-no-detail"
    assert quoted(run)["content route"].endswith("current status: FAILED")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Reply(500, "oops"), "replied 500"),
        (Reply(502, "<html><title>Bad gateway</title></html>"), "replied 502"),
        (Reply(429, ""), "replied 429"),
        (Reply(301, "", (("location", "/"),)), "replied 301"),
        (Reply(200, "x" * 100_000, (("content-type", "video/mp4"),)), "replied 200"),
        (Break(Breakage.SILENCE), "broke TIMEOUT"),
        (Break(Breakage.SHORT_BODY), "broke INTERRUPTED"),
    ],
    ids=["500", "a page", "429", "301", "a file", "silence", "a cut"],
)
def test_a_probe_that_fails_changes_nothing(step, said):
    run, listed, _ = probed(step, request_limit_s=STRIKES_AFTER_S)
    assert dialogue(run)[-3:] == ["sent probe 1", said, "ended DONE"]
    assert run.seen == ("video.in-progress", "video.failed-no-detail")
    assert "content route" not in quoted(run)
    assert listed == []
    assert len(run.transcript.probe.body) <= 4096


def test_a_failure_that_gives_a_reason_is_not_asked_about():
    run = played(SORA, saying({"id": TASK_ID, "status": "failed", "error": {"message": "out of memory"}}))
    assert run.verdict.mode == "video.failed"
    assert "sent probe 1" not in dialogue(run)


def fetched(step: Step, **plan: Any):
    async def act(here: Stage):
        run = await here.send(KLING, here.connection("own"), **plan)
        return run, list(here.folder.iterdir())

    return on_stage(act, more={"own": Script((Rule(step, phase=Phase.DOWNLOAD),))})


PAGE = "<!doctype html><html><title>Gone</title><body>Not here any more</body></html>"
SPOILT: dict[str, tuple[Step, str]] = {
    "refused": (Reply(403, "<Error><Code>AccessDenied</Code></Error>"), "video.url-expired"),
    "cut": (Break(Breakage.SHORT_BODY), "transport.interrupted"),
    "slow": (Break(Breakage.SILENCE), "transport.timeout"),
    "JSON": (Reply(200, '{"note":"later"}', (("content-type", "video/mp4"),)), "body.not-json"),
    "long JSON": (Reply(200, compact(["later"] * 4000)), "body.not-json"),
    "an error": (Reply(200, '{"error":{"message":"later"}}'), "body.error-in-200"),
    "a page": (Reply(200, PAGE, (("content-type", "text/html"),)), "http.wrong-path"),
    "nothing": (Reply(200, ""), "body.not-json"),
}


@pytest.mark.parametrize(("step", "verdict"), SPOILT.values(), ids=SPOILT)
def test_a_download_that_is_no_video_is_told_and_leaves_no_file(step, verdict):
    run, listed = fetched(step, request_limit_s=STRIKES_AFTER_S)
    assert run.verdict.mode == verdict
    assert (run.transcript.saved, listed) == ((), [])
    lost = run.transcript.lost
    assert lost.request.url.endswith(f"/{run.transcript.task.id}.mp4"), "the way to it is kept"
    assert lost.body == run.transcript.last.body


def test_a_file_over_the_limit_is_left_where_it_is():
    run, listed = fetched(Reply(200, "\0" * 5000), largest_file=4999)
    assert run.verdict.mode == "transport.interrupted"
    assert quoted(run)["detail"] == "the file of 5.0 kB is larger than 5.0 kB, and was left there"
    assert (run.transcript.lost.body, listed) == (b"", [])


def test_a_file_of_just_the_limit_is_kept():
    run, listed = fetched(Reply(200, "\0" * 5000), largest_file=5000)
    assert [saved.size for saved in run.transcript.saved] == [5000]
    assert len(listed) == 1


HOSTILE = ("../../evil.mp4", "/etc/evil.mp4", "%2e%2e%2fevil.mp4", "a\\..\\evil.mp4")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_that_a_server_chose_reaches_the_disk(name):
    header = ("content-disposition", f'attachment; filename="{name}"')
    run, listed = fetched(Reply(200, "\0\0\0\x18ftypmp42", (header,)))
    assert [path.name.endswith("-kling-v2-waves.mp4") for path in listed] == [True]
    assert [Path(saved.path) for saved in run.transcript.saved] == listed


@pytest.mark.slow
def test_a_disk_that_is_full_is_told_and_keeps_the_verdict(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small disk takes root")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip(f"no disk can be mounted here: {made.stderr.decode().strip()}")
    try:

        async def act(here: Stage) -> Run:
            here.folder = disk
            return await here.send(KLING, here.connection("own"))

        run = on_stage(act, more={"own": Script((Rule(Reply(200, "\0" * 500_000), phase=Phase.DOWNLOAD),))})
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    (lost,) = [event for event in run.transcript.events if isinstance(event, NotSaved | Saved)]
    assert isinstance(lost, NotSaved)
    assert "No space left on device" in lost.why
    assert run.verdict.mode == "video.ok"


def test_base64_that_holds_no_picture_is_not_kept():
    page = base64.b64encode(PAGE.encode()).decode()

    async def act(here: Stage):
        run = await here.send(starting_draft(Kind.IMAGE), here.connection("own"))
        return run, list(here.folder.iterdir())

    reply = Reply(200, compact({"data": [{"b64_json": page}]}))
    run, listed = on_stage(act, more={"own": Script((Rule(reply),))})
    assert (run.verdict.mode, listed) == ("image.bad-base64", [])
    assert [event.why for event in run.transcript.events if isinstance(event, NotSaved)] == [
        "the base64 holds a text, and no picture"
    ]


@pytest.mark.parametrize(
    ("in_s", "told"),
    [
        (86_400, "its link dies in 24 h 0 min, at "),
        (59, "in 59.0 s, at "),
        (-180, "its link died 3 min 0 s ago, "),
    ],
)
def test_the_life_of_a_link_is_told_in_words(in_s, told):
    assert told in describe(Expires(0.0, 1_795_262_400.0, in_s))
