"""Each endpoint of the lab, asked as a client asks it, with nothing scripted."""

import base64
import json
import struct
import zlib

import pytest
from test_lab_kit import IMAGE, VIDEO, Clock, client, play

from cometplay.core import answers, errors, states
from cometplay.core.states import TaskState


def ask(content: str, **fields: object) -> dict[str, object]:
    return {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": content}], **fields}


def chat_with(body: dict[str, object], **settings: object) -> dict:
    async def part(lab, http):
        return (await http.post(lab.base_url() + "/chat/completions", content=json.dumps(body))).json()

    return play(part, **settings)


def test_a_chat_is_a_whole_completion_with_its_usage() -> None:
    value = chat_with(ask("Tell me of the sea."))
    answer = answers.chat_answer(value)
    usage = value["usage"]
    assert value["object"] == "chat.completion"
    assert value["model"] == "gpt-5.4-mini-2026-03-17"
    assert "Tell me of the sea" in answer.content
    assert (answer.choices, answer.finish_reason, answer.refusal) == (1, "stop", "")
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] == 5
    assert errors.layers(value, failed=False) == ()


def test_an_answer_depends_on_the_request_and_the_seed_only() -> None:
    def said(prompt: str, seed: int) -> tuple[str, str]:
        value = chat_with(ask(prompt), seed=seed, wall=lambda: 1.0)
        return value["id"], value["choices"][0]["message"]["content"]

    assert said("a", 1) == said("a", 1)
    assert said("a", 1)[0] != said("a", 2)[0]
    assert len({said(f"prompt {n}", 0)[1].replace(f"prompt {n}", "") for n in range(12)}) > 3


@pytest.mark.parametrize(
    ("prompt", "label"),
    [
        ("Is it good? Answer with exactly one of these labels, and nothing else: yes, no", "yes"),
        ("ANSWER WITH EXACTLY ONE OF THESE LABELS, AND NOTHING ELSE: Mixed Feelings, no", "Mixed Feelings"),
        ("answer with exactly one of these labels, and nothing else: spam\n\nWin money!", "spam"),
        ("Answer with exactly one of these labels, and nothing else:  否, 是", "否"),
    ],
)
def test_a_prompt_that_lists_its_labels_gets_the_first(prompt: str, label: str) -> None:
    assert answers.chat_answer(chat_with(ask(prompt))).content == label


def test_a_prompt_in_parts_and_a_strange_one_are_answered() -> None:
    parts = [{"type": "text", "text": "half one"}, {"type": "image_url", "image_url": {"url": "x"}}]
    assert "half one" in answers.chat_answer(chat_with(ask(parts))).content
    assert answers.chat_answer(chat_with(ask("\ud800\x1b[31m"))).choices == 1


def read_png(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG whose every chunk is sound and whose pixels are all there."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place, pixels, size = 8, b"", (0, 0)
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", data, place + 8 + length) == (zlib.crc32(kind + body),)
        size = struct.unpack(">II", body[:8]) if kind == b"IHDR" else size
        pixels += body if kind == b"IDAT" else b""
        place += 12 + length
    assert len(zlib.decompress(pixels)) == size[1] * (1 + 3 * size[0])
    return size


def images_for(body: dict[str, object]) -> list[tuple[str, bytes]]:
    """Each picture of an answer: how it came, and its bytes."""

    async def part(lab, http):
        value = (await http.post(lab.base_url() + "/images/generations", json=body)).json()
        found = []
        async with client(headers={}) as keyless:
            for picture in answers.pictures(value):
                if picture.url:
                    assert f":{lab.files_port}/" in picture.url
                    found.append(("url", (await keyless.get(picture.url)).content))
                else:
                    found.append(("b64", base64.b64decode(picture.b64)))
        return found

    return play(part)


@pytest.mark.parametrize(
    ("body", "form", "count"),
    [
        (IMAGE, "b64", 1),
        (IMAGE | {"response_format": "url", "n": 3}, "b64", 3),
        ({"model": "dall-e-3", "prompt": "x"}, "url", 1),
        ({"model": "doubao-seedream-4-0-250828", "prompt": "x", "n": "2"}, "url", 2),
        ({"model": "dall-e-3", "prompt": "x", "response_format": "b64_json"}, "b64", 1),
        (IMAGE | {"n": 1e300}, "b64", 10),
        (IMAGE | {"n": "many"}, "b64", 1),
    ],
)
def test_an_image_answer_holds_real_pictures(body: dict[str, object], form: str, count: int) -> None:
    pictures = images_for(body)
    assert [kind for kind, _ in pictures] == [form] * count
    assert {read_png(data) for _, data in pictures} == {(96, 96)}
    assert len({data for _, data in pictures}) == count


def test_a_picture_follows_its_prompt() -> None:
    assert images_for(IMAGE) == images_for(IMAGE)
    assert images_for(IMAGE) != images_for(IMAGE | {"prompt": "a boat"})


def test_an_image_request_may_be_a_form() -> None:
    async def part(lab, http):
        fields = {name: (None, text) for name, text in IMAGE.items()} | {"n": (None, "2")}
        return (await http.post(lab.base_url() + "/images/generations", files=fields)).json()

    assert len(answers.pictures(play(part))) == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"json": VIDEO},
        {"files": {name: (None, text) for name, text in VIDEO.items()}},
        {"data": VIDEO, "files": {"input_reference": ("a.png", b"\x89PNG")}},
    ],
)
def test_a_video_goes_by_lab_time(sent: dict[str, object]) -> None:
    clock = Clock()

    async def part(lab, http):
        created = (await http.post(lab.base_url() + "/videos", **sent)).json()
        clock.now = 1000.0  # the answer itself took a moment
        seen = []
        for after in (1, 7.4, 7.6, 20, 40, 59.9, 60):
            clock.now = 1000.0 + after
            seen.append((await http.get(lab.base_url() + f"/videos/{created['id']}")).json())
        return created, seen

    created, seen = play(part, speed=2, clock=clock, sleep=Clock().sleep, wall=lambda: 1_780_000_000.9)
    assert created["id"] == created["task_id"]
    assert created["id"].startswith("task_")
    assert len(created["id"]) == 37
    assert (created["status"], created["created_at"]) == ("queued", 1_780_000_000)
    assert [one["status"] for one in seen] == ["queued"] * 2 + ["in_progress"] * 4 + ["completed"]
    progress = [one["progress"] for one in seen]
    assert progress == sorted(progress)
    assert progress[-1] == 100
    assert ["video_url" in one for one in seen] == [False] * 6 + [True]
    assert seen[-1]["completed_at"] == 1_780_000_060


def test_at_infinite_speed_the_second_look_finds_a_video_completed() -> None:
    async def part(lab, http):
        created = (await http.post(lab.base_url() + "/videos", json=VIDEO)).json()
        url = lab.base_url() + f"/videos/{created['id']}"
        early = await http.get(url + "/content")
        polls = [(await http.get(url)).json() for _ in range(3)]
        async with client(headers={}) as keyless:
            file = await keyless.get(polls[-1]["video_url"])
        return early, polls, file, await http.get(url + "/content")

    early, polls, file, content = play(part)
    assert early.status_code == 400
    assert early.json()["error"] == {
        "message": "Task is not completed yet, current status: IN_PROGRESS",
        "type": "invalid_request_error",
    }
    assert [(one["status"], one["progress"]) for one in polls] == [
        ("in_progress", 50),
        ("completed", 100),
        ("completed", 100),
    ]
    assert states.read_task(polls[1]).state is TaskState.SUCCEEDED
    assert file.content == content.content
    assert file.headers["content-type"] == content.headers["content-type"] == "video/mp4"
    assert file.content[4:8] == b"ftyp"
    assert b"avc1" in file.content
    assert len(file.content) < 10_000


def test_models_are_listed_as_openai_lists_them() -> None:
    async def part(lab, http):
        return (await http.get(lab.base_url() + "/models")).json()

    value = play(part)
    assert value["object"] == "list"
    assert {"gpt-5.4-mini", "gpt-image-2", "veo3-fast"} <= {row["id"] for row in value["data"]}
