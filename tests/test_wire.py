"""Protects what goes over the wire: the bodies of the three kinds, byte by byte, and where they go."""

import json
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import MultipartParser, parse_options_header

from cometplay.core import wire
from cometplay.core.drafts import Attachment, ImageDraft, Kind, Message, TextDraft, VideoDraft
from cometplay.core.wire import FormBody, JsonBody, Phase

BASE = "https://api.cometapi.com/v1"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PICTURE = Attachment("input_reference", '/p/é ".png', 'é ".png', "image/png", b"\x89PNG\r\n--\r\n\0")
HELLO = (Message("user", "Say hello."),)


def sent(draft):
    return wire.payload(wire.encode(draft, BASE).body)


def parts_of(content_type, data):
    """A form's parts, as another program's parser sees them: name, file name, content type, bytes."""
    kind, options = parse_options_header(content_type)
    assert kind == b"multipart/form-data"
    found, headers, name = [], {}, bytearray()

    def begin():
        headers.clear()
        found.append(b"")

    def header(piece, start, end):
        headers[bytes(name).lower()] = piece[start:end]
        name.clear()

    def value(piece, start, end):
        found[-1] += piece[start:end]

    def done():
        _, named = parse_options_header(headers[b"content-disposition"])
        found[-1] = (
            named[b"name"].decode(),
            named.get(b"filename", b"").decode(),
            headers.get(b"content-type", b"").decode(),
            found[-1],
        )

    parser = MultipartParser(
        options[b"boundary"],
        {
            "on_part_begin": begin,
            "on_header_field": lambda piece, start, end: name.extend(piece[start:end]),
            "on_header_value": header,
            "on_part_data": value,
            "on_part_end": done,
        },
    )
    parser.write(data)
    parser.finalize()
    return found


def fields_of(draft):
    return [(name, value.decode()) for name, _, _, value in parts_of(*sent(draft))]


JSON_BODIES = {
    "chat, nothing set": (
        TextDraft(model="gpt-5.4-mini", messages=HELLO),
        '{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello."}]}',
    ),
    "chat, all set": (
        TextDraft(
            model="gpt-4o",
            messages=(Message("system", "Be brief."), Message("developer", "d"), *HELLO),
            temperature=0.0,
            token_cap=256,
        ),
        (
            '{"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},'
            '{"role":"developer","content":"d"},{"role":"user","content":"Say hello."}],'
            '"temperature":0.0,"max_tokens":256}'
        ),
    ),
    "image, nothing set": (
        ImageDraft(model="gpt-image-2", prompt="A lighthouse"),
        '{"model":"gpt-image-2","prompt":"A lighthouse"}',
    ),
    "image, all set": (
        ImageDraft(
            model="dall-e-3",
            prompt="灯台",
            n=1,
            size="1024x1024",
            quality="hd",
            output_format="png",
            response_format="url",
        ),
        (
            '{"model":"dall-e-3","prompt":"灯台","n":1,"size":"1024x1024","quality":"hd","output_format":"png",'
            '"response_format":"url"}'
        ),
    ),
    "a wrong number is sent as it stands": (
        ImageDraft(model="gpt-image-2", prompt="A", n=0),
        '{"model":"gpt-image-2","prompt":"A","n":0}',
    ),
}


@pytest.mark.parametrize(("draft", "body"), JSON_BODIES.values(), ids=JSON_BODIES)
def test_a_chat_and_an_image_are_json(draft, body):
    assert sent(draft) == ("application/json", body.encode())


@pytest.mark.parametrize(
    ("draft", "fields"),
    [
        (VideoDraft(model="veo3-fast", prompt="Waves"), [("model", "veo3-fast"), ("prompt", "Waves")]),
        (
            VideoDraft(model="sora-2", prompt="a\r\nb", seconds="8", size="1280x720"),
            [("model", "sora-2"), ("prompt", "a\r\nb"), ("seconds", "8"), ("size", "1280x720")],
        ),
        (
            VideoDraft(
                model="sora-2", prompt="P", extra='{"seconds":8,"loop":true,"seed":[1,"é"],"nil":null}'
            ),
            [
                ("model", "sora-2"),
                ("prompt", "P"),
                ("seconds", "8"),
                ("loop", "true"),
                ("seed", '[1,"é"]'),
                ("nil", "null"),
            ],
        ),
    ],
    ids=["nothing set", "all set", "extra"],
)
def test_a_video_is_a_form(draft, fields):
    assert fields_of(draft) == fields


@pytest.mark.parametrize(
    ("draft", "path", "kind"),
    [
        (TextDraft(model="m"), "/chat/completions", Kind.TEXT),
        (ImageDraft(model="m"), "/images/generations", Kind.IMAGE),
        (VideoDraft(model="m"), "/videos", Kind.VIDEO),
    ],
    ids=["text", "image", "video"],
)
@pytest.mark.parametrize("base", [BASE, BASE + "/", BASE + "//"])
def test_each_kind_is_posted_to_its_own_route(draft, path, kind, base):
    request = wire.encode(draft, base)
    assert (request.method, request.url, request.kind) == ("POST", BASE + path, kind)
    assert (request.phase, request.model, request.keyed) == (Phase.CREATE, "m", True)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (name, "max_completion_tokens")
        for name in ("gpt-5.4-mini", "gpt-5", "gpt-6-x", "o1", "o3-mini", "o4-mini")
    ]
    + [(name, "max_tokens") for name in ("gpt-4o", "gpt-3.5-turbo", "claude-haiku-4-5-20251001", "omni", "")],
)
def test_the_token_cap_goes_under_the_name_that_the_model_takes(model, field):
    body = json.loads(sent(TextDraft(model=model, messages=HELLO, token_cap=9))[1])
    assert {name: value for name, value in body.items() if "token" in name} == {field: 9}


EXTRA = '{"model":"other","messages":[],"temperature":null,"seed":1}'


def test_extra_fields_are_merged_last_and_replace_what_the_composer_set():
    draft = TextDraft(model="m", messages=HELLO, temperature=1.5, extra=EXTRA)
    assert json.loads(sent(draft)[1]) == {"model": "other", "messages": [], "temperature": None, "seed": 1}


@pytest.mark.parametrize("extra", ["[1]", "1", '"a"', "null", "{", "{'a':1}", "a=b", "[" * 100_000])
def test_extra_fields_that_are_no_object_are_told(extra):
    with pytest.raises(ValueError):
        wire.encode(TextDraft(model="m", extra=extra), BASE)


@pytest.mark.parametrize("extra", ["", "  \n", "{}"])
def test_no_extra_fields_change_nothing(extra):
    draft = TextDraft(model="m", messages=HELLO)
    assert sent(replace(draft, extra=extra)) == sent(draft)


def test_a_file_goes_along_under_its_own_name():
    name, filename, mime, data = parts_of(*sent(VideoDraft(model="m", prompt="p", attachments=(PICTURE,))))[
        -1
    ]
    assert (name, unquote(filename), mime, data) == ("input_reference", 'é ".png', "image/png", PICTURE.data)


def test_an_image_with_a_file_becomes_a_form():
    names = [
        part[0] for part in parts_of(*sent(ImageDraft(model="m", prompt="p", n=2, attachments=(PICTURE,))))
    ]
    assert names == ["model", "prompt", "n", "input_reference"]


def test_a_name_cannot_break_out_of_its_header():
    evil = FormBody((('a"\r\nX-Evil: 1\r\n\r\nb', "v"),))
    (part,) = parts_of(*wire.payload(evil))
    assert part == ("a%22%0D%0AX-Evil: 1%0D%0A%0D%0Ab", "", "", b"v")


def test_the_same_draft_gives_the_same_bytes_and_another_one_does_not():
    draft = VideoDraft(model="m", prompt="p", attachments=(PICTURE,))
    assert sent(draft) == sent(replace(draft))
    assert sent(draft)[0] != sent(replace(draft, prompt="q"))[0]


def test_a_request_without_a_body_has_no_content_type():
    assert wire.payload(None) == ("", b"")


@given(TEXT)
def test_any_prompt_survives_json(prompt):
    chat = json.loads(sent(TextDraft(model="m", messages=(Message("user", prompt),)))[1])
    image = json.loads(sent(ImageDraft(model="m", prompt=prompt))[1])
    assert chat["messages"] == [{"role": "user", "content": prompt}]
    assert image.get("prompt", "") == prompt


@given(TEXT, TEXT, st.binary(max_size=50))
def test_any_prompt_and_any_file_survive_a_form(prompt, seconds, data):
    file = replace(PICTURE, data=data)
    found = parts_of(*sent(VideoDraft(model="m", prompt=prompt, seconds=seconds, attachments=(file,))))
    values = {name: value for name, _, _, value in found}
    assert values.get("prompt", b"").decode() == prompt
    assert values.get("seconds", b"").decode() == seconds
    assert values["input_reference"] == data


IDS = [
    "task_1",
    "a/b",
    "../../keys",
    "..",
    ".",
    "...",
    "a?x=1#f",
    "a b",
    "%2e%2e",
    "任务",
    "a\\b",
    "a\r\nX: 1",
    "\ud800",
    "x;y@z:1",
]


@pytest.mark.parametrize("task_id", IDS, ids=ascii)
@pytest.mark.parametrize("what", ["poll", "content"])
def test_a_task_id_is_one_segment_of_the_path_whatever_it_holds(what, task_id):
    created = wire.encode(VideoDraft(model="m", headers=(("x-a", "1"),)), BASE)
    if what == "poll":
        request, tail = wire.poll(created, BASE, task_id), []
    else:
        request, tail = wire.content(created, BASE, task_id, Phase.PROBE), ["content"]
    parts = urlsplit(request.url)
    head, *rest = parts.path.removeprefix("/v1/videos/").split("/")
    assert (parts.netloc, parts.query, parts.fragment, rest) == ("api.cometapi.com", "", "", tail)
    assert head not in ("", ".", "..")
    assert unquote(head) == task_id.encode(errors="replace").decode()
    assert (request.method, request.body, request.keyed, request.headers) == (
        "GET",
        None,
        True,
        (("x-a", "1"),),
    )


def test_a_result_is_fetched_without_the_key_and_without_the_persons_headers():
    created = wire.encode(VideoDraft(model="m", headers=(("x-a", "1"),)), BASE)
    request = wire.download(created, "https://cdn.example/v.mp4?sig=a%2Fb")
    assert (request.url, request.keyed, request.headers) == ("https://cdn.example/v.mp4?sig=a%2Fb", False, ())
    assert request.phase is Phase.DOWNLOAD


def test_half_a_surrogate_pair_is_told_as_text_that_cannot_be_sent():
    with pytest.raises(UnicodeError):
        wire.payload(JsonBody("\ud800"))
