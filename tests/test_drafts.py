"""Protects composing: a field takes what fits it, and a fix says exactly what it changes."""

from dataclasses import replace

import pytest

from cometplay.core.changes import Change, changes
from cometplay.core.drafts import (
    Attachment,
    ImageDraft,
    Kind,
    Message,
    TextDraft,
    VideoDraft,
    with_prompt,
    with_system,
)
from cometplay.core.fields import APIS, FIELDS, with_field
from cometplay.core.models import route_of
from cometplay.core.routes import Route

EMPTY = {
    Kind.TEXT: TextDraft(model="m"),
    Kind.IMAGE: ImageDraft(model="m"),
    Kind.VIDEO: VideoDraft(model="m"),
}
WHOLE = {"fits": [0, 7, -1], "not": ["7", 7.0, True, None, [7], {"a": 1}, ""]}
NUMBER = {"fits": [0, 1, 0.7, -3.5], "not": ["0.7", True, None, [], {}]}
FLAG = {"fits": [True, False], "not": ["true", 1, 0, None, [], {}]}
WORDS = {"fits": ["", "8", "16x9"], "not": [True, None, ["a"], {}]}
ANYTHING = {"fits": ["END", '["a","b"]'], "not": []}
OBJECT = {"fits": ['{"include_usage": true}'], "not": [True, 7, None, [], "[]"]}
FORMAT = {"fits": ["json_object", '{"type": "text"}'], "not": [7, [], "7"]}
LIST = {"fits": ["[]", '[{"type": "function"}]'], "not": [{}, 7, "{}"]}
CHOICE = {"fits": [], "not": ["", "Chat", "/responses", "nope", 1, True, None, [], {}]}
TABLE = {
    (Kind.TEXT, "max_tokens"): ("token_cap", WHOLE),
    (Kind.TEXT, "max_completion_tokens"): ("token_cap", WHOLE),
    (Kind.TEXT, "temperature"): ("temperature", NUMBER),
    (Kind.TEXT, "top_p"): ("top_p", NUMBER),
    (Kind.TEXT, "stop"): ("stop", ANYTHING),
    (Kind.TEXT, "seed"): ("seed", WHOLE),
    (Kind.TEXT, "stream"): ("stream", FLAG),
    (Kind.TEXT, "stream_options"): ("stream_options", OBJECT),
    (Kind.TEXT, "response_format"): ("response_format", FORMAT),
    (Kind.TEXT, "reasoning_effort"): ("reasoning_effort", WORDS),
    (Kind.TEXT, "tools"): ("tools", LIST),
    **{(kind, "api"): ("api", CHOICE) for kind in Kind},
    (Kind.IMAGE, "n"): ("n", WHOLE),
    (Kind.IMAGE, "size"): ("size", WORDS),
    (Kind.IMAGE, "quality"): ("quality", WORDS),
    (Kind.IMAGE, "output_format"): ("output_format", WORDS),
    (Kind.IMAGE, "output_compression"): ("output_compression", WHOLE),
    (Kind.IMAGE, "background"): ("background", WORDS),
    (Kind.IMAGE, "style"): ("style", WORDS),
    (Kind.IMAGE, "watermark"): ("watermark", FLAG),
    (Kind.IMAGE, "max_images"): ("max_images", WHOLE),
    (Kind.IMAGE, "response_format"): ("response_format", WORDS),
    (Kind.VIDEO, "seconds"): ("seconds", WORDS),
    (Kind.VIDEO, "size"): ("size", WORDS),
    (Kind.VIDEO, "mode"): ("mode", WORDS),
}


def cases(which):
    return list(_cases(which))


def _cases(which):
    for (kind, name), (attribute, values) in TABLE.items():
        for value in values[which]:
            yield pytest.param(kind, name, attribute, value, id=f"{kind.value}-{name}-{value!r}")


def test_the_table_names_every_field_there_is():
    assert set(TABLE) == {(kind, name) for kind in Kind for name in FIELDS[kind]}


@pytest.mark.parametrize(("kind", "name", "attribute", "value"), cases("fits"))
def test_a_field_takes_what_fits_it_and_touches_no_other(kind, name, attribute, value):
    after = with_field(EMPTY[kind], name, value)
    assert getattr(after, attribute) == value
    assert {change.field for change in changes(EMPTY[kind], after)} <= {attribute.replace("_", " ")}


@pytest.mark.parametrize(("kind", "name", "attribute", "value"), cases("not"))
def test_a_field_refuses_what_does_not_fit_and_says_what_does(kind, name, attribute, value):
    with pytest.raises(
        ValueError,
        match=rf"^{name} takes (an? \w+|a whole number|text|true or false|\S+( or \S+)+|.*a JSON .*)$",
    ):
        with_field(EMPTY[kind], name, value)
    assert attribute


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind in Kind for word in APIS[kind]])
def test_a_word_for_a_route_chooses_it_whatever_the_model(kind, word):
    for model in ("m", "kling-v1", "gpt-5.4", "flux-dev"):
        chosen = with_field(replace(EMPTY[kind], model=model), "api", word)
        assert route_of(chosen) is APIS[kind][word]


def test_every_route_has_one_word():
    assert sorted(route for words in APIS.values() for route in words.values()) == sorted(Route)


@pytest.mark.parametrize(("value", "seconds"), [(8, "8"), (7.5, "7.5"), (0, "0")])
def test_a_number_where_text_is_due_is_written_out(value, seconds):
    assert with_field(EMPTY[Kind.VIDEO], "seconds", value) == VideoDraft(model="m", seconds=seconds)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.TEXT, "size"),
        (Kind.IMAGE, "seconds"),
        (Kind.VIDEO, "n"),
        (Kind.TEXT, "token_cap"),
        (Kind.TEXT, "model"),
    ],
)
def test_a_field_of_another_kind_is_none(kind, name):
    with pytest.raises(KeyError):
        with_field(EMPTY[kind], name, 1)


def chat(*said):
    return TextDraft(model="m", messages=tuple(Message(role, text) for role, text in said))


PROMPTS = {
    "added to nothing": (chat(), chat(("user", "new"))),
    "added after the system": (chat(("system", "s")), chat(("system", "s"), ("user", "new"))),
    "replaced": (chat(("system", "s"), ("user", "old")), chat(("system", "s"), ("user", "new"))),
    "the last of two": (
        chat(("user", "1"), ("assistant", "a"), ("user", "2")),
        chat(("user", "1"), ("assistant", "a"), ("user", "new")),
    ),
    "before an answer": (chat(("user", "1"), ("assistant", "a")), chat(("user", "new"), ("assistant", "a"))),
}


@pytest.mark.parametrize(("before", "after"), PROMPTS.values(), ids=PROMPTS)
def test_a_prompt_is_the_last_thing_the_user_said(before, after):
    assert with_prompt(before, "new") == after
    assert with_prompt(before, "new").prompt == "new"


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.VIDEO])
def test_a_picture_and_a_video_have_one_prompt(kind):
    once = with_prompt(EMPTY[kind], "new")
    assert (once.prompt, with_prompt(once, "").prompt) == ("new", "")


SYSTEMS = {
    "put first": (chat(("user", "u")), "new", chat(("system", "new"), ("user", "u"))),
    "replaced": (chat(("system", "old"), ("user", "u")), "new", chat(("system", "new"), ("user", "u"))),
    "moved to the front": (
        chat(("user", "u"), ("system", "old")),
        "new",
        chat(("system", "new"), ("user", "u")),
    ),
    "taken away": (chat(("system", "old"), ("user", "u")), "", chat(("user", "u"))),
    "one for two": (chat(("system", "a"), ("system", "b")), "new", chat(("system", "new"))),
}


@pytest.mark.parametrize(("before", "text", "after"), SYSTEMS.values(), ids=SYSTEMS)
def test_a_system_message_stands_first_and_alone(before, text, after):
    assert with_system(before, text) == after
    assert with_system(before, text).system == text


def test_a_draft_without_messages_has_no_prompt():
    assert (chat().prompt, chat().system, chat(("assistant", "a")).prompt) == ("", "", "")


CHANGES = {
    "nothing": (chat(("user", "u")), chat(("user", "u")), ()),
    "set": (ImageDraft(model="m"), ImageDraft(model="m", n=0), (Change("n", "(none)", "0"),)),
    "taken away": (
        ImageDraft(model="m", response_format="url"),
        ImageDraft(model="m"),
        (Change("response format", "url", "(none)"),),
    ),
    "two fields": (
        VideoDraft(model="a", seconds="4"),
        VideoDraft(model="b", seconds="8"),
        (Change("model", "a", "b"), Change("seconds", "4", "8")),
    ),
    "a prompt": (
        chat(),
        chat(("system", "s"), ("user", "u")),
        (Change("messages", "(none)", "system: s / user: u"),),
    ),
    "number to text form": (
        TextDraft(model="m", token_cap=5),
        TextDraft(model="m", token_cap=256),
        (Change("token cap", "5", "256"),),
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_shows_before_and_after(before, after, expected):
    assert changes(before, after) == expected


def test_a_file_that_a_fix_adds_is_a_change():
    file = Attachment("image", "/p/a.png", "a.png", "image/png", b"x")
    (change,) = changes(ImageDraft(model="m"), ImageDraft(model="m", attachments=(file,)))
    assert (change.field, change.before) == ("attachments", "(none)")
    assert "a.png" in change.after
