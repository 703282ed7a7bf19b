"""Protects the mending of drafts and connections: what a server names is changed, and nothing else."""

from dataclasses import replace

import pytest

from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import (
    Attachment,
    Draft,
    ImageDraft,
    Kind,
    Message,
    Role,
    TextDraft,
    TokenField,
    VideoDraft,
)
from cometplay.core.findings import Evidence, Finding, Sighting
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.core.wire import body_of
from cometplay.failures import catalogue, judge
from cometplay.failures.catalogue import CATALOGUE

UNSUPPORTED, VALUE, MODEL = "http.unsupported-parameter", "http.invalid-value", "http.model-not-found"
LAB = Connection(Target.LAB, "http://127.0.0.1:1/v1", Secret("lab"))


def text(**fields) -> TextDraft:
    return replace(starting_draft(Kind.TEXT), **fields)


def image(model="gpt-image-2", **fields) -> ImageDraft:
    return ImageDraft(model=model, prompt="A pear", **fields)


def video(model="sora-2", **fields) -> VideoDraft:
    return VideoDraft(model=model, prompt="A pear falls", **fields)


def told(mode_id: str, message: str = "", param: str = "") -> Finding:
    mode = catalogue.get(mode_id)
    pieces = (("status", "400"), ("error.param", param), ("error.message", message))
    evidence = tuple(Evidence(where, value) for where, value in pieces if value)
    return Finding(mode.id, mode.cls, mode.retryable, mode.title, Sighting(evidence))


USE_NEW = "Unsupported parameter: 'max_tokens' has no meaning here. Use 'max_completion_tokens' instead."
USE_OLD = "Unrecognized request argument supplied: max_completion_tokens. This model takes max_tokens."

REPAIRS = {
    "a field of the composer is dropped": (
        text(temperature=0.3, token_cap=9),
        told(UNSUPPORTED, "no such thing", "temperature"),
        {"temperature": None},
    ),
    "the message names it where param is empty": (
        text(temperature=0.3),
        told(UNSUPPORTED, "This model does not take `temperature`."),
        {"temperature": None},
    ),
    "a field of the extra JSON is dropped": (
        text(extra='{"top_k": 3, "seed": 7}'),
        told(UNSUPPORTED, "Unknown parameter: 'top_k'."),
        {"extra": '{"seed": 7}'},
    ),
    "the last one leaves nothing": (
        image(extra='{"style": "vivid"}'),
        told(UNSUPPORTED, param="style"),
        {"extra": ""},
    ),
    "a nested name leads to its field": (
        text(extra='{"stream_options": {"include_usage": true}}'),
        told(UNSUPPORTED, param="stream_options.include_usage"),
        {"extra": ""},
    ),
    "a file is dropped": (
        video(attachments=(Attachment("input_reference", "a.png", "a.png", "image/png", b"1"),)),
        told(UNSUPPORTED, "input_reference is not supported by this model"),
        {"attachments": ()},
    ),
    "the cap gets its newer name": (
        text(model="gpt-4o", token_cap=9),
        told(UNSUPPORTED, USE_NEW, "max_tokens"),
        {"token_field": TokenField.NEW},
    ),
    "the cap gets its older name": (
        text(token_cap=9),
        told(UNSUPPORTED, USE_OLD),
        {"token_field": TokenField.OLD},
    ),
    "a cap that was renamed once is dropped": (
        text(model="gpt-4o", token_cap=9, token_field=TokenField.NEW),
        told(UNSUPPORTED, "Unknown parameter: 'max_completion_tokens'. Use max_tokens."),
        {"token_cap": None},
    ),
    "GPT Image gets output_format": (
        image(response_format="url"),
        told(UNSUPPORTED, param="response_format"),
        {"response_format": "", "output_format": "png"},
    ),
    "another image model does not": (
        image("qwen-image", response_format="url"),
        told(UNSUPPORTED, param="response_format"),
        {"response_format": ""},
    ),
    "a chosen output_format stays": (
        image(response_format="url", output_format="webp"),
        told("preflight.response-format"),
        {"response_format": ""},
    ),
    "a slip in a model's id": (text(model="gpt5.4-mini"), told(MODEL), {"model": "gpt-5.4-mini"}),
    "its case and spaces": (image(model=" Qwen-Image"), told(MODEL), {"model": "qwen-image"}),
    "no model at all": (video(model=""), told("preflight.no-model"), {"model": "veo3-fast"}),
    "no model, and the server says so": (
        text(model=""),
        told("http.missing-field"),
        {"model": "gpt-5.4-mini"},
    ),
    "too hot": (text(temperature=3.5), told("preflight.temperature"), {"temperature": 2.0}),
    "too cold": (text(temperature=-1), told(VALUE, "temperature must be at least 0"), {"temperature": 0.0}),
    "too hot for this one": (
        text(temperature=1.5),
        told(VALUE, "temperature: range: 0..1"),
        {"temperature": 1.0},
    ),
    "a slip in a role": (
        text(messages=(Message("sytem", "Be brief."), Message("User", "Hi"))),
        told("preflight.role"),
        {"messages": (Message(Role.SYSTEM, "Be brief."), Message(Role.USER, "Hi"))},
    ),
    "another vendor's role": (
        text(messages=(Message("human", "Hi"), Message("model", "Hello"))),
        told(VALUE, "Invalid value: 'human'.", "messages[0].role"),
        {"messages": (Message(Role.USER, "Hi"), Message(Role.ASSISTANT, "Hello"))},
    ),
    "one picture a call": (image("qwen-image", n=4), told("preflight.n-limit"), {"n": 1, "calls": 4}),
    "too many pictures": (image(n=50), told(VALUE, param="n"), {"n": 10}),
    "no picture": (image(n=0), told(VALUE, "'n' must be at least 1"), {"n": 1}),
    "a ratio where pixels are due": (video(size="16x9"), told("preflight.size"), {"size": "1280x720"}),
    "an upright one": (video(size="9:16"), told("preflight.size"), {"size": "720x1280"}),
    "pixels where a ratio is due": (
        video("veo3-fast", size="1920x1080"),
        told("preflight.size"),
        {"size": "16x9"},
    ),
    "no size lies the same way": (video("viduq3", size="720x1280"), told("preflight.size"), {"size": ""}),
    "a size that the server lists": (
        image("some-model", size="1000x1000"),
        told(VALUE, "Invalid size 1000x1000: use 512x512 or 768x512", "size"),
        {"size": "512x512"},
    ),
    "a length between two": (video(seconds="5"), told(VALUE, param="seconds"), {"seconds": "4"}),
    "a length that nobody knows": (
        video("happyhorse-1.0", seconds="99"),
        told(VALUE, param="seconds"),
        {"seconds": ""},
    ),
    "a value that is known to be wrong, unnamed": (
        text(temperature=9),
        told(VALUE, "bad value"),
        {"temperature": 2.0},
    ),
}


@pytest.mark.parametrize(("draft", "finding", "changed"), REPAIRS.values(), ids=REPAIRS.keys())
def test_what_is_named_is_mended_and_nothing_else(draft, finding, changed):
    fix = judge.repair(draft, finding)
    assert fix is not None
    assert fix.draft == replace(draft, **changed)
    assert fix.changes


NOTHING: dict[str, tuple[Draft, Finding]] = {
    "a parameter that is not there": (text(), told(UNSUPPORTED, "Unknown parameter: 'top_k'.")),
    "what a request cannot do without": (text(), told(UNSUPPORTED, "no", "messages")),
    "extra fields that are no JSON": (text(extra="{"), told(UNSUPPORTED, "Unknown parameter: 'top_k'.")),
    "a model that is in the table": (text(model="gpt-4o"), told(MODEL)),
    "a model that is like none": (text(model="zzz"), told(MODEL)),
    "a model that is there": (text(), told("http.missing-field", "messages is required")),
    "a value that seems to be right": (image(n=2, size="1024x1024"), told(VALUE, "bad value")),
    "a policy": (text(), told("http.content-policy", "reword it")),
}


@pytest.mark.parametrize(("draft", "finding"), NOTHING.values(), ids=NOTHING.keys())
def test_where_there_is_nothing_to_mend_nothing_is_offered(draft, finding):
    assert judge.repair(draft, finding) is None


PREFLIGHT = [
    (mode, kind)
    for mode in CATALOGUE
    if mode.preflight and mode.repair
    for kind in Kind
    if kind in mode.kinds
]


@pytest.mark.parametrize(("mode", "kind"), PREFLIGHT, ids=[f"{mode.id}-{kind}" for mode, kind in PREFLIGHT])
def test_a_mended_draft_is_not_warned_of_again(mode, kind):
    draft = mode.reproduce.draft(kind)
    found = next(finding for finding in judge.preflight(draft, LAB) if finding.mode == mode.id)
    fix = judge.repair(draft, found)
    assert fix
    assert mode.id not in [finding.mode for finding in judge.preflight(fix.draft, LAB)]


def test_the_renamed_cap_is_sent_under_the_name_that_was_asked_for():
    draft = text(model="gpt-4o", token_cap=9)
    assert body_of(draft)["max_tokens"] == 9
    fix = judge.repair(draft, told(UNSUPPORTED, USE_NEW, "max_tokens"))
    assert fix
    assert body_of(fix.draft)["max_completion_tokens"] == 9
    assert "max_tokens" not in body_of(fix.draft)
    assert [(change.before, change.after) for change in fix.changes] == [("(none)", "max_completion_tokens")]


def live(base_url: str = "https://api.cometapi.com/v1", key: str = "sk-a-key-of-nobody") -> Connection:
    return Connection(Target.LIVE, base_url, Secret(key))


URLS = {
    "https://api.cometapi.com": "https://api.cometapi.com/v1",
    "https://api.cometapi.com/": "https://api.cometapi.com/v1",
    "https://api.cometapi.com//v1/": "https://api.cometapi.com/v1",
    "https://api.cometapi.com/v1/chat/completions": "https://api.cometapi.com/v1",
    "api.cometapi.com/v1": "https://api.cometapi.com/v1",
    " 'https://api.cometapi.com/v1' ": "https://api.cometapi.com/v1",
    "http://api.cometapi.com/v1": "https://api.cometapi.com/v1",
    "https://hub.example.invalid:8443/comet": "https://hub.example.invalid:8443/comet/v1",
    "http://127.0.0.1:4100/": "http://127.0.0.1:4100/v1",
}


@pytest.mark.parametrize(("given", "meant"), URLS.items(), ids=URLS.keys())
def test_a_base_url_is_mended_and_keeps_its_host(given, meant):
    before = live(given)
    found = [finding for finding in judge.preflight(text(), before) if finding.mode == "preflight.base-url"]
    assert found
    after = judge.mend(before, found[0])
    assert after == replace(before, base_url=meant)
    assert judge.preflight(text(), after) == ()


@pytest.mark.parametrize(
    "given", ["ftp://a/v1", "https://", "https://me:pw@a.example/v1", "https://a.example/v1?x=1"]
)
def test_a_base_url_that_cannot_be_guessed_stays(given):
    before = live(given)
    found = [finding for finding in judge.preflight(text(), before) if finding.mode == "preflight.base-url"]
    assert judge.mend(before, found[0]) is None


KEYS = [
    "Bearer sk-a-key-of-nobody",
    "bearer  sk-a-key-of-nobody\n",
    "Authorization: Bearer sk-a-key-of-nobody",
    "'sk-a-key-of-nobody'",
    '"Bearer sk-a-key-of-nobody"',
    "“sk-a-key-of-nobody”",
    "\ufeffsk-a-key-of-nobody",
    "sk-a-key-\nof-nobody",
    " sk-a-key-of-nobody ",
]


@pytest.mark.parametrize("pasted", KEYS)
def test_a_key_is_freed_of_what_came_along_and_never_shown(pasted, capsys):
    before = live(key=pasted)
    found = [finding for finding in judge.preflight(text(), before) if finding.mode == "preflight.key-form"]
    after = judge.mend(before, found[0])
    assert after == live()
    assert judge.preflight(text(), after) == ()
    assert "nobody" not in repr((after, found)) + "".join(capsys.readouterr())


@pytest.mark.parametrize("pasted", ["ключ-of-nobody", "''", "Bearer "])
def test_a_key_that_cannot_be_guessed_stays(pasted):
    found = [
        finding
        for finding in judge.preflight(text(), live(key=pasted))
        if finding.mode == "preflight.key-form"
    ]
    assert judge.mend(live(key=pasted), found[0]) is None


def test_a_mode_without_a_mend_leaves_the_connection_alone():
    assert judge.mend(live(), told("http.content-policy")) is None
