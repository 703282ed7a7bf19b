"""The shared route of videos: what each model takes and answers, and the file with its ranges."""

import base64
import shutil
import struct
import subprocess

import pytest
from browser import CHROMIUM, browsing
from test_lab_kit import VIDEO, Clock, client, play

from cometplay.core import states
from cometplay.core.states import TaskState
from cometplay.lab.files import clip

SORA = {"model": "sora-2", "prompt": "Waves"}
SEEDANCE = {"model": "doubao-seedance-2-0-mini", "prompt": "Waves"}


async def life(lab, http, sent) -> tuple[dict, list[dict]]:
    """The create's answer and those of two polls: half done, and done."""
    created = (await http.post(lab.base_url() + "/videos", **sent)).json()
    url = lab.base_url() + f"/videos/{created['id']}"
    return created, [(await http.get(url)).json() for _ in range(2)]


def lived(body: dict, *, form: bool = False) -> tuple[dict, list[dict]]:
    sent = {"files": {name: (None, text) for name, text in body.items()}} if form else {"json": body}
    return play(lambda lab, http: life(lab, http, sent))


@pytest.mark.parametrize("form", [False, True])
def test_sora_answers_in_openais_form_and_without_a_url(form) -> None:
    created, (half, done) = lived(SORA | {"seconds": "8", "size": "1280x720"}, form=form)
    assert created["id"].startswith("video_")
    assert "task_id" not in created
    for value in (created, half, done):
        assert (value["object"], value["seconds"], value["size"]) == ("video", "8", "1280x720")
    assert "completed_at" not in half
    assert done["status"] == "completed"
    assert "video_url" not in done
    assert done["expires_at"] > done["completed_at"]
    assert states.read_task(done).state is TaskState.SUCCEEDED
    assert states.read_task(done).url == ""


def test_veo_is_told_by_another_name_and_without_seconds() -> None:
    created, (_, done) = lived(VIDEO | {"size": "9x16", "seconds": "8"})
    for value in (created, done):
        assert value["model"] == "veo_3_1-4K"
        assert (value["seconds"], value["size"]) == ("", "9x16")
    assert done["video_url"].endswith(".mp4")


def test_seedance_tells_an_end_before_there_is_one() -> None:
    created, (half, done) = lived(SEEDANCE)
    assert "completed_at" not in created
    assert half["status"] == "in_progress"
    assert half["completed_at"] >= half["created_at"]
    assert (done["status"], "video_url" in done) == ("completed", True)


@pytest.mark.parametrize(
    ("model", "size", "made"),
    [
        ("doubao-seedance-2-0-mini", "1920x1080", "1280x720"),
        ("doubao-seedance-2-0-fast", "1080x1920", "720x1280"),
        ("doubao-seedance-2-0-mini", "864x496", "864x496"),
        ("doubao-seedance-2-0", "1920x1080", "1920x1080"),
        ("doubao-seedance-1-0-pro", "1248x704", "1248x704"),
        ("seedance-2-5", "1920x1080", "1280x720"),
    ],
)
def test_seedance_changes_a_size_without_a_word(model: str, size: str, made: str) -> None:
    _, polls = lived(SEEDANCE | {"model": model, "size": size})
    assert polls[-1]["size"] == made


REFUSED = [
    # model, fields -> a part of the message
    ("sora-2", {"seconds": "5"}, "duration is not valid for this model: use one of 4, 8, 12 seconds"),
    ("sora-2-pro", {"seconds": 5}, "duration"),
    ("sora-2", {"size": "16x9"}, "720x1280, 1280x720"),
    ("veo3-fast", {"size": "1280x720"}, "16x9, 9x16"),
    ("doubao-seedance-2-0", {"seconds": "3"}, "4 to 15"),
    ("doubao-seedance-2-0", {"seconds": "16"}, "duration"),
    ("doubao-seedance-2-0", {"seconds": "5.5"}, "duration"),
    ("doubao-seedance-2-0", {"seconds": "five"}, "duration"),
    ("doubao-seedance-2-0", {"size": "16x9"}, "size"),
    ("doubao-seedance-2-0", {"size": "16:9"}, "size"),
    ("doubao-seedance-1-5-pro", {"seconds": "13"}, "4 to 12"),
    ("doubao-seedance-1-5-pro", {"input_reference": "a.png"}, "does not take any"),
    ("doubao-seedance-1-0-pro", {"input_reference": "a.png"}, "does not take any"),
    ("seedance-2-5", {"seconds": "31"}, "4 to 30"),
    ("wan2.6", {"seconds": "7"}, "5, 10, 15"),
    ("wan2.6", {"size": "16x9"}, "1632x1248"),
    ("wan2.7", {"seconds": "1"}, "2 to 15"),
    ("wan2.7", {"size": "1088x832"}, "1440x1440"),
    ("viduq3", {"seconds": "17"}, "1 to 16"),
    ("viduq3-turbo", {"size": "16x9"}, "960x528"),
]


async def create(lab, http, **sent):
    return await http.post(lab.base_url() + "/videos", **sent)


@pytest.mark.parametrize(("model", "fields", "text"), REFUSED)
@pytest.mark.parametrize("form", [False, True])
def test_a_model_refuses_what_it_does_not_take(model: str, fields: dict, text: str, form) -> None:
    body = {"model": model, "prompt": "Waves"} | fields
    sent = {"files": {name: (None, str(text)) for name, text in body.items()}} if form else {"json": body}
    response = play(lambda lab, http: create(lab, http, **sent))
    value = response.json()
    assert (response.status_code, set(value)) == (400, {"code", "message", "data"})
    assert value["code"] == "InvalidParameter"
    assert text in value["message"]


@pytest.mark.parametrize(
    ("model", "pictures", "status"),
    [
        ("sora-2", 1, 200),
        ("sora-2", 2, 400),
        ("veo3-fast", 2, 200),
        ("veo3-fast", 3, 400),
        ("wan2.6", 1, 200),
    ],
)
def test_a_model_takes_so_many_pictures(model: str, pictures: int, status: int) -> None:
    files = [("input_reference", (f"{n}.png", b"\x89PNG")) for n in range(pictures)]
    sent = {"data": {"model": model, "prompt": "Waves"}, "files": files}
    assert play(lambda lab, http: create(lab, http, **sent)).status_code == status


def test_an_unknown_model_has_no_channel_and_a_text_model_cannot_be_converted() -> None:
    async def part(lab, http):
        bodies = [VIDEO | {"model": name} for name in ("film-9", "gpt-5.4-mini")]
        return [await create(lab, http, json=body) for body in bodies]

    told = [(one.status_code, one.json()["error"]["code"]) for one in play(part)]
    assert told == [(503, "model_not_found"), (500, "convert_request_failed")]


@pytest.mark.parametrize(
    ("model", "seconds"), [("veo3-fast", 120), ("sora-2-pro", 300), ("viduq3-turbo", 45), ("wan2.6", 120)]
)
def test_each_model_takes_its_own_time(model: str, seconds: int) -> None:
    clock = Clock()

    async def part(lab, http):
        created = (await create(lab, http, json={"model": model, "prompt": "Waves"})).json()
        began, seen = clock.now, []
        for after in (0, seconds / 2, seconds - 1, seconds):
            clock.now = began + after
            seen.append((await http.get(lab.base_url() + f"/videos/{created['id']}")).json()["status"])
        return seen

    seen = play(part, speed=1.0, clock=clock, sleep=Clock().sleep)
    assert seen == ["queued", "in_progress", "in_progress", "completed"]


async def finished(lab, http, body: dict) -> str:
    """The url of the content of a task that is done."""
    _, polls = await life(lab, http, {"json": body})
    return lab.base_url() + f"/videos/{polls[-1]['id']}/content"


@pytest.mark.parametrize(
    ("query", "status", "mime", "begins"),
    [
        ("", 200, "video/mp4", clip()[:12]),
        ("?variant=video", 200, "video/mp4", clip()[:12]),
        ("?variant=thumbnail", 200, "image/webp", b"RIFF"),
        ("?variant=spritesheet", 200, "image/jpeg", b"\xff\xd8\xff"),
        ("?variant=poster", 400, "application/json", b'{"error":{'),
    ],
)
def test_the_content_has_variants(query: str, status: int, mime: str, begins: bytes) -> None:
    async def part(lab, http):
        return await http.get(await finished(lab, http, SORA) + query)

    response = play(part)
    assert (response.status_code, response.headers["content-type"]) == (status, mime)
    assert response.content.startswith(begins)


def test_the_content_of_seedance_is_not_served_but_asking_early_tells_its_state() -> None:
    async def part(lab, http):
        created = (await create(lab, http, json=SEEDANCE)).json()
        url = lab.base_url() + f"/videos/{created['id']}/content"
        early = await http.get(url)
        for _ in range(2):
            await http.get(url.removesuffix("/content"))
        return early, await http.get(url)

    for response, text in zip(play(part), ("not completed yet", "use the task's video_url"), strict=True):
        assert response.status_code == 400
        assert response.json()["error"]["type"] == "invalid_request_error"
        assert text in response.json()["error"]["message"]


WHOLE = clip()
RANGES = [
    ("bytes=0-9", 206, WHOLE[:10], f"bytes 0-9/{len(WHOLE)}"),
    ("bytes=10-", 206, WHOLE[10:], f"bytes 10-{len(WHOLE) - 1}/{len(WHOLE)}"),
    ("bytes=-5", 206, WHOLE[-5:], f"bytes {len(WHOLE) - 5}-{len(WHOLE) - 1}/{len(WHOLE)}"),
    ("bytes=5-999999", 206, WHOLE[5:], f"bytes 5-{len(WHOLE) - 1}/{len(WHOLE)}"),
    ("bytes=-999999", 206, WHOLE, f"bytes 0-{len(WHOLE) - 1}/{len(WHOLE)}"),
    ("bytes=999999-", 416, None, f"bytes */{len(WHOLE)}"),
    ("bytes=-0", 416, None, f"bytes */{len(WHOLE)}"),
    ("bytes=0-1,4-5", 200, WHOLE, None),
    ("bytes=9-3", 200, WHOLE, None),
    ("bytes=-", 200, WHOLE, None),
    ("pages=1-2", 200, WHOLE, None),
    (f"bytes={'9' * 5000}-", 200, WHOLE, None),
]


@pytest.mark.parametrize(("asked", "status", "content", "told"), RANGES, ids=range(len(RANGES)))
@pytest.mark.parametrize("keyless", [False, True], ids=["content", "file"])
def test_a_part_may_be_asked_for(asked, status, content, told, keyless) -> None:
    async def part(lab, http):
        _, polls = await life(lab, http, {"json": VIDEO})
        content = lab.base_url() + f"/videos/{polls[-1]['id']}/content"
        async with client(headers={}) as stranger:
            asking, url = (stranger, polls[-1]["video_url"]) if keyless else (http, content)
            return await asking.get(url, headers={"range": asked})

    response = play(part)
    assert response.status_code == status
    assert response.headers.get("content-range") == told
    if content is not None:
        assert response.content == content
        assert response.headers["accept-ranges"] == "bytes"
        assert response.headers["content-type"] == "video/mp4"
    else:
        kind = "application/xml" if keyless else "application/json"
        assert response.headers["content-type"] == kind


def test_a_condition_that_cannot_hold_gets_the_whole_file() -> None:
    async def part(lab, http):
        headers = {"range": "bytes=0-1", "if-range": '"a"'}
        url = await finished(lab, http, VIDEO)
        return await http.get(url, headers=headers), await http.head(url, headers=headers)

    whole, head = play(part)
    assert (whole.status_code, whole.content) == (200, WHOLE)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(WHOLE)), b"")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", "/task_x")])
def test_listing_and_cancelling_are_documented_nowhere(method: str, path: str) -> None:
    async def part(lab, http):
        return await http.request(method, lab.base_url() + "/videos" + path)

    response = play(part)
    assert response.status_code == 404
    assert "Invalid URL" in response.json()["error"]["message"]


def test_a_browser_can_start_the_clip_before_it_has_all_of_it() -> None:
    place, atoms = 0, []
    while place < len(WHOLE):
        (length,) = struct.unpack_from(">I", WHOLE, place)
        atoms.append(WHOLE[place + 4 : place + 8])
        place += length
    assert place == len(WHOLE)
    assert atoms.index(b"moov") < atoms.index(b"mdat")


PLAY = """
new Promise((done, fail) => {
  const video = document.createElement("video")
  video.muted = true
  video.onended = () => done([video.videoWidth, video.currentTime])
  video.onerror = () => fail(Error(video.error.message))
  video.src = "data:video/mp4;base64,%s"
  video.play()
})
"""


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on PATH")
def test_a_browser_plays_the_clip_to_its_end(tmp_path) -> None:
    with browsing(tmp_path) as page:
        width, seconds = page.run(PLAY % base64.b64encode(WHOLE).decode())
    assert width > 0
    assert seconds >= 1


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not installed")
def test_ffprobe_plays_the_clip(tmp_path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(WHOLE)
    entries = ("-count_frames", "-show_entries", "stream=codec_name,pix_fmt,nb_read_frames", "-of", "csv=p=0")
    done = subprocess.run(
        ["ffprobe", "-v", "error", *entries, str(path)], capture_output=True, text=True, check=True
    )
    codec, pixels, frames = done.stdout.strip().split(",")
    assert (codec, pixels, done.stderr) == ("h264", "yuv420p", "")
    assert int(frames) > 1
