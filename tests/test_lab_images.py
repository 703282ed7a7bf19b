"""The lab's pictures: what each model is asked for, gets, and is refused; and that they are pictures."""

import base64
import struct

import pytest
from test_lab_kit import IMAGE, Clock, client, play

from cometplay.core import answers, bodies
from cometplay.lab import webp
from cometplay.lab.canvas import paint
from cometplay.lab.ids import digest
from cometplay.lab.pictures import draw

DALLE = {"model": "dall-e-3", "prompt": "A lighthouse"}
SEEDREAM = {"model": "doubao-seedream-4-0-250828", "prompt": "A lighthouse"}
GPT_15 = IMAGE | {"model": "gpt-image-1.5"}
MARK = digest("a picture")


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Of a baseline JPEG whose segments are whole, from its frame header."""
    assert data[:2] == b"\xff\xd8"
    assert data[-2:] == b"\xff\xd9"
    place, size, seen = 2, (0, 0), b""
    while data[place + 1] != 0xDA:
        marker, length = data[place + 1], struct.unpack_from(">H", data, place + 2)[0]
        assert data[place] == 0xFF
        seen += bytes([marker])
        if marker == 0xC0:
            height, width = struct.unpack_from(">HH", data, place + 5)
            size = width, height
        place += 2 + length
    assert seen == b"\xe0\xdb\xc0\xc4"
    return size


def webp_size(data: bytes) -> tuple[int, int]:
    assert (data[:4], data[8:16]) == (b"RIFF", b"WEBPVP8L")
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    length, signature, packed = struct.unpack_from("<IBI", data, 16)
    assert length + length % 2 == len(data) - 20
    assert signature == 0x2F
    assert packed >> 29 == 0
    return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1


def png_size(data: bytes) -> tuple[int, int]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack_from(">II", data, 16)


SIZES = {"png": png_size, "jpeg": jpeg_size, "webp": webp_size}


async def post(lab, http, body, path="/images/generations", **sent):
    return await http.post(lab.base_url() + path, **(sent or {"json": body}))


def asked(body: dict, path: str = "/images/generations", **sent):
    return play(lambda lab, http: post(lab, http, body, path, **sent))


def picture_of(value: dict) -> bytes:
    return base64.b64decode(value["data"][0]["b64_json"])


@pytest.mark.parametrize("form", SIZES)
@pytest.mark.parametrize("path", ["/images/generations", "/images/edits"])
def test_a_picture_comes_in_the_format_that_was_asked(form: str, path: str) -> None:
    sent = {"data": IMAGE | {"output_format": form}, "files": {"image": ("a.png", b"1")}}
    value = asked({}, path, **sent).json()
    assert value["output_format"] == form
    assert SIZES[form](picture_of(value)) == (96, 96)


def test_compression_makes_a_jpeg_smaller() -> None:
    def length(compression: int) -> int:
        body = IMAGE | {"output_format": "jpeg", "output_compression": compression}
        return len(picture_of(asked(body).json()))

    assert length(5) < length(50) < length(100)


@pytest.mark.parametrize("form", ["png", "webp"])
def test_a_background_may_be_clear(form: str) -> None:
    value = asked(GPT_15 | {"background": "transparent", "output_format": form}).json()
    data = picture_of(value)
    assert value["background"] == "transparent"
    assert data[25] == 6 if form == "png" else struct.unpack_from("<I", data, 21)[0] >> 28 == 1


FACTS = {
    "as they are where nothing is asked": (
        IMAGE,
        {"output_format": "png", "quality": "low", "size": "1024x1024", "background": "opaque"},
    ),
    "as asked": (
        IMAGE | {"quality": "high", "size": "1536x1024", "background": "opaque", "output_format": "webp"},
        {"output_format": "webp", "quality": "high", "size": "1536x1024", "background": "opaque"},
    ),
    "chosen for auto": (
        IMAGE | {"quality": "auto", "size": "auto", "background": "auto"},
        {"quality": "low", "size": "1024x1024", "background": "opaque"},
    ),
    "in a free size": (IMAGE | {"size": "2048x1152"}, {"size": "2048x1152"}),
}


@pytest.mark.parametrize(("body", "facts"), FACTS.values(), ids=FACTS.keys())
def test_a_gpt_picture_comes_with_its_facts(body: dict, facts: dict) -> None:
    value = asked(body).json()
    assert {name: value[name] for name in facts} == facts


def test_usage_grows_with_the_quality_and_the_count() -> None:
    def usage(**fields: object) -> dict:
        return asked(IMAGE | fields).json()["usage"]

    low, high, three = usage(), usage(quality="high"), usage(n=3)
    assert low == {
        "input_tokens": 2,
        "input_tokens_details": {"text_tokens": 2, "image_tokens": 0},
        "output_tokens": 196,
        "total_tokens": 198,
    }
    assert high["output_tokens"] > low["output_tokens"]
    assert three["output_tokens"] == 3 * low["output_tokens"]


SEQUENCE = {"sequential_image_generation": "auto"}


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (SEEDREAM, 1),
        (SEEDREAM | SEQUENCE | {"sequential_image_generation_options": {"max_images": 4}}, 4),
        (SEEDREAM | SEQUENCE | {"sequential_image_generation_options": {"max_images": 99}}, 15),
        (SEEDREAM | {"sequential_image_generation_options": {"max_images": 4}}, 1),
    ],
)
def test_seedream_makes_a_sequence_where_one_is_asked(body: dict, count: int) -> None:
    value = asked(body | {"size": "2K"}).json()
    assert len(value["data"]) == value["usage"]["generated_images"] == count
    assert {item["size"] for item in value["data"]} == {"2048x2048"}


def test_dall_e_3_tells_what_it_made_of_the_prompt() -> None:
    assert answers.pictures(asked(DALLE).json())[0].revised_prompt
    assert not answers.pictures(asked(DALLE | {"model": "dall-e-2"}).json())[0].revised_prompt


REFUSED = [
    # what is sent -> the field at fault, a part of the message
    (DALLE | {"n": 2}, "n", "You must provide n=1 for this model."),
    (DALLE | {"model": "qwen-image", "n": "2"}, "n", "You must provide n=1 for this model."),
    (DALLE | {"size": "512x512"}, "size", "'1024x1024', '1792x1024', '1024x1792'"),
    (DALLE | {"quality": "low"}, "quality", "'standard', 'hd'"),
    (DALLE | {"response_format": "png"}, "response_format", "'url', 'b64_json'"),
    (DALLE | {"prompt": "x" * 4001}, "prompt", "at most 4000"),
    (SEEDREAM | {"size": "16:9"}, "size", "'2K', '4K'"),
    (SEEDREAM | SEQUENCE | {"image": ["u"] * 15}, "image", "At most 15"),
    (IMAGE | {"size": "large"}, "size", "Supported values are: '1024x1024'"),
    (IMAGE | {"size": "1000x1000"}, "size", "divisible by 16"),
    (IMAGE | {"size": "4096x1024"}, "size", "3840x2160"),
    (IMAGE | {"size": "1600x320"}, "size", "3:1"),
    (GPT_15 | {"size": "2048x1152"}, "size", "'1536x1024'"),
    (IMAGE | {"quality": "hd"}, "quality", "'medium'"),
    (IMAGE | {"output_format": "gif"}, "output_format", "'png', 'jpeg', 'webp'"),
    (IMAGE | {"background": "pink"}, "background", "'opaque'"),
    (IMAGE | {"background": "transparent"}, "background", "not supported for this model"),
    (GPT_15 | {"background": "transparent", "output_format": "jpeg"}, "background", "jpeg"),
    (IMAGE | {"output_compression": 50}, "output_compression", "PNG"),
    (IMAGE | {"output_compression": 101, "output_format": "webp"}, "output_compression", "0 to 100"),
]


@pytest.mark.parametrize(("body", "field", "text"), REFUSED)
def test_a_field_that_the_model_does_not_take_is_refused(body: dict, field: str, text: str) -> None:
    response = asked(body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (400, "invalid_value", field)
    assert text in error["message"]
    assert response.headers["x-cometapi-request-id"] in error["message"]


@pytest.mark.parametrize("body", [IMAGE | {"response_format": "url"}, DALLE | {"output_format": "webp"}])
def test_what_the_documents_say_is_ignored_is_ignored(body: dict) -> None:
    assert asked(body).status_code == 200


@pytest.mark.parametrize(
    "model",
    ["gemini-3-pro-image", "flux-1.1-pro", "black-forest-labs/flux-schnell", "gemini-2.5-flash-image"],
)
@pytest.mark.parametrize("path", ["/images/generations", "/images/edits"])
def test_a_model_with_a_route_of_its_own_cannot_be_converted(model: str, path: str) -> None:
    response = asked(IMAGE | {"model": model}, path)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (500, "convert_request_failed")
    assert error["type"] == "comet_api_error"
    assert "only imagen models are supported" in error["message"]


def test_an_unknown_model_has_no_channel() -> None:
    response = asked(IMAGE | {"model": "paint-9"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "model_not_found")


PNG = draw(MARK)
EDIT = {"model": "gpt-image-2", "prompt": "Make it night"}


def edited(*files: tuple[str, bytes], **fields: str):
    parts = [(name, (f"{place}.png", data)) for place, (name, data) in enumerate(files)]
    return asked({}, "/images/edits", data=EDIT | fields, files=parts)


def test_an_edit_depends_on_the_pictures_that_came() -> None:
    one, again = edited(("image", PNG)).json(), edited(("image", PNG)).json()
    two = edited(("image[]", PNG), ("image[]", PNG), n="2").json()
    assert picture_of(one) == picture_of(again) != picture_of(two)
    assert (len(one["data"]), len(two["data"])) == (1, 2)
    details = [value["usage"]["input_tokens_details"]["image_tokens"] for value in (one, two)]
    assert details[1] == 2 * details[0] > 0
    assert "b64_json" in edited(("image", PNG), model="dall-e-2").json()["data"][0]


SMALL = webp.encode(paint(MARK))


@pytest.mark.parametrize(
    ("files", "fields", "status", "text"),
    [
        ((("image", PNG), ("mask", PNG)), {}, 200, ""),
        ((("image", SMALL), ("mask", PNG)), {}, 200, ""),
        ((("image", PNG), ("mask", SMALL)), {}, 400, "mask"),
        ((("image", PNG), ("mask", PNG[:16] + b"\0\0\0\x10" + PNG[20:])), {}, 400, "same dimensions"),
        ((("mask", PNG),), {}, 400, "image is required"),
        ((("image", PNG),) * 17, {}, 400, "At most 16"),
        ((("image", PNG),), {"prompt": ""}, 400, "prompt is required"),
        ((("image", PNG),), {"size": "1x1"}, 400, "Supported values"),
    ],
)
def test_an_edit_is_a_form_with_a_picture(files, fields, status, text) -> None:
    response = edited(*files, **fields)
    reading = bodies.read(response.content, tuple(response.headers.items()))
    assert response.status_code == status
    assert text in (reading.error.message if reading.error else "")


def test_an_edit_as_json_has_no_picture() -> None:
    response = asked(EDIT | {"image": "https://x/a.png"}, "/images/edits")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_image_request")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (IMAGE, 17),
        (IMAGE | {"quality": "medium"}, 45),
        (IMAGE | {"quality": "high"}, 100),
        (DALLE, 15),
        (DALLE | {"quality": "low"}, 0.05),
    ],
)
def test_a_picture_takes_its_time_by_its_quality(body: dict, seconds: float) -> None:
    clock = Clock()
    play(lambda lab, http: post(lab, http, body), speed=1.0, clock=clock, sleep=clock.sleep)
    assert clock.slept == [seconds]


def test_a_url_leads_to_a_file_of_its_kind() -> None:
    async def part(lab, http):
        url = (await post(lab, http, DALLE)).json()["data"][0]["url"]
        async with client(headers={}) as keyless:
            return await keyless.get(url), await keyless.get(url, headers={"range": "bytes=1-3"})

    whole, piece = play(part)
    assert whole.headers["content-type"] == "image/png"
    assert whole.headers["content-length"] == str(len(whole.content))
    assert "etag" not in whole.headers
    assert (piece.status_code, piece.content) == (206, b"PNG")
