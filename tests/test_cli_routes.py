"""Protects `send` and `snippet` on every route, and the way back to a task that was left on one."""

import json
import shlex

import pytest

from cometplay.cli.report import verdict
from cometplay.core.connection import LIVE_BASE_URL, Connection, Target
from cometplay.core.drafts import Attachment, ImageDraft, VideoDraft
from cometplay.core.events import NotSaved, Replied, Sent, TaskCreated
from cometplay.core.routes import Route
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase, download, encode
from cometplay.session.farewell import farewell
from cometplay.session.state import Run

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SENT = {
    "kling": (["video", "--model", "kling-v2"], "/kling/v1/videos/text2video", ".mp4"),
    "kling, picture": (
        ["video", "--model", "kling-v2", "--param", "image=@a.png"],
        "/kling/v1/videos/image2video",
        ".mp4",
    ),
    "kling omni": (["video", "--model", "kling-video-o1"], "/kling/v1/videos/omni-video", ".mp4"),
    "runway": (
        ["video", "--model", "gen3a_turbo", "--param", "promptImage=@a.png", "--param", "seconds=5"],
        "/runwayml/v1/image_to_video",
        ".mp4",
    ),
    "runway's other form": (
        ["video", "--model", "gen4", "--param", "api=runway-compatible", "--param", "seconds=5"],
        "/runway/pro/generate",
        ".mp4",
    ),
    "grok": (
        ["video", "--model", "grok-imagine-video", "--param", "seconds=6"],
        "/grok/v1/videos/generations",
        ".mp4",
    ),
    "flux": (
        ["image", "--model", "black-forest-labs/flux-schnell"],
        "/replicate/v1/models/{model}/predictions",
        ".webp",
    ),
}
each_way = pytest.mark.parametrize(("options", "route", "ending"), SENT.values(), ids=SENT)


@pytest.fixture(autouse=True)
def a_picture(a_clean_place):
    (a_clean_place / "a.png").write_bytes(PNG)


@each_way
@pytest.mark.usefixtures("swift")
def test_every_route_ends_well_against_the_lab(cli, options, route, ending, tmp_path):
    said = cli("send", *options, "--out", tmp_path / "out", "--json")
    found = json.loads(said.out)
    assert (said.status, found["id"]) == (0, f"{options[0]}.ok")
    assert (found["task"]["route"], found["task"]["state"]) == (route, "succeeded")
    (path,) = found["files"]
    assert path.endswith(ending)


@each_way
@pytest.mark.usefixtures("swift")
def test_a_task_that_was_left_is_found_by_the_command_that_was_told(
    cli, lab_aside, options, route, ending, tmp_path
):
    target = ["--target", lab_aside.base_url(), "--out", tmp_path / "out"]
    left = cli("send", *options, *target, "--detach")
    assert left.status == 6
    _, _, command = left.err.strip().splitlines()[-1].partition("Look again: cometplay ")
    found = cli(*shlex.split(command), "--out", tmp_path / "out", "--json")
    assert found.status == 0
    assert json.loads(found.out)["task"]["route"] == route
    assert json.loads(found.out)["files"][0].endswith(ending)


@each_way
def test_every_route_is_shown_as_code(cli, options, route, ending):
    said = cli("snippet", *options, "--lang", "curl", "--target", "lab")
    model = options[2]
    assert said.status == 0, ending
    assert f"http://127.0.0.1:4100{route.format(model=model)}" in shlex.split(said.out)


@pytest.mark.usefixtures("swift")
def test_a_picture_is_edited(cli, swift, tmp_path):
    said = cli("send", "image", "--param", "image=@a.png", "--out", tmp_path / "out")
    assert said.status == 0
    assert swift.requests[0].path.endswith("/v1/images/edits")
    assert said.out.strip().endswith(".png")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["text"], "--resume watches a task"),
        (["image"], "--resume watches a task"),
    ],
    ids=["text", "image"],
)
def test_only_a_task_is_resumed(cli, options, why):
    said = cli("send", *options, "--resume", "t")
    assert said.status == 2
    assert why in said.err


def test_a_text_takes_no_file(cli):
    said = cli("send", "text", "--param", "image=@a.png")
    assert (said.status, "text takes no file" in said.err) == (2, True)


def left(draft) -> Run:
    transcript = Transcript(draft.kind)
    run = Run(draft, Connection(Target.LIVE, LIVE_BASE_URL), transcript, 0.0)
    return run.then(TaskCreated(0.0, "t 1"))


FILE = Attachment("image", "a.png", "a.png", "image/png", PNG)


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (VideoDraft(model="veo3-fast"), "send video --resume 't 1'"),
        (VideoDraft(model="sora-2"), "send video --resume 't 1'"),
        (VideoDraft(model="kling-v1"), "send video --resume 't 1' --model kling-v1"),
        (
            VideoDraft(model="kling-v1", attachments=(FILE,)),
            "send video --resume 't 1' --model kling-v1 --param image=any",
        ),
        (VideoDraft(model="gen4 x"), "send video --resume 't 1' --model 'gen4 x'"),
        (ImageDraft(model="flux-dev"), "send image --resume 't 1' --model flux-dev"),
        (VideoDraft(model="m", api=Route.GROK), "send video --resume 't 1' --param api=grok"),
        (ImageDraft(model="m", api=Route.REPLICATE), "send image --resume 't 1' --param api=replicate"),
    ],
    ids=lambda value: "" if isinstance(value, str) else value.model,
)
def test_the_way_back_names_what_leads_to_the_route(draft, told):
    assert farewell(left(draft)).endswith(f"cometplay {told}")


def test_a_result_that_could_not_be_kept_is_told_with_its_url():
    draft = VideoDraft(model="kling-v1", prompt="Waves")
    request = download(encode(draft, LIVE_BASE_URL), "https://cdn.example/v.mp4?sig=1")
    run = Run(draft, Connection(Target.LIVE, LIVE_BASE_URL), Transcript(draft.kind), 0.0)
    run = run.then(Sent(0.0, encode(draft, LIVE_BASE_URL), 1))
    run = run.then(Replied(0.1, 200, (), b'{"data":{"task_id":"t","task_status":"succeed"}}', 0.1))
    run = run.then(Sent(0.2, request, 1)).then(NotSaved(0.3, "No space left on device"))
    assert request.phase is Phase.DOWNLOAD
    assert "Result url      https://cdn.example/v.mp4?sig=1" in verdict(run)
