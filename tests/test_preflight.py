"""Protects what is said before anything is sent: what warns, what blocks, and what is left in peace."""

from dataclasses import replace

import pytest

from cometplay.cli import settings
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import ImageDraft, Kind, Message, Role, TextDraft, VideoDraft, with_prompt
from cometplay.core.findings import ModeClass
from cometplay.core.models import FAMILIES, known_models, starting_draft
from cometplay.core.redact import Secret
from cometplay.core.tokens import estimated_tokens
from cometplay.failures import catalogue, judge
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.preflight_fields import TOKEN_BUDGET, over_budget

LIVE = Connection(Target.LIVE, "https://api.cometapi.com/v1", Secret("sk-a-key-of-nobody"))
LAB = Connection(Target.LAB, "http://127.0.0.1:1/v1", Secret("lab"))
PREFLIGHT = [mode for mode in CATALOGUE if mode.cls is ModeClass.PREFLIGHT]

WARNS, BLOCKS, SILENT = "warns", "blocks", "silent"


def text(**fields) -> TextDraft:
    return replace(starting_draft(Kind.TEXT), **fields)


def image(model="gpt-image-2", **fields) -> ImageDraft:
    return ImageDraft(model=model, prompt="A pear", **fields)


def video(model="veo3-fast", **fields) -> VideoDraft:
    return VideoDraft(model=model, prompt="A pear falls", **fields)


def said(*messages: tuple[str, str]) -> TextDraft:
    return text(messages=tuple(Message(role, words) for role, words in messages))


def live(base_url: str = LIVE.base_url, key: str | None = "sk-a-key-of-nobody", **more) -> Connection:
    return Connection(Target.LIVE, base_url, Secret(key) if key else None, **more)


TABLE = [
    # no-key, key-form, base-url, foreign-key: the connection
    ("preflight.no-key", text(), LIVE, SILENT),
    ("preflight.no-key", text(), LAB, SILENT),
    ("preflight.no-key", text(), live(key=None), BLOCKS),
    ("preflight.key-form", text(), LIVE, SILENT),
    ("preflight.key-form", text(), live(key="Bearer sk-abc"), WARNS),
    ("preflight.key-form", text(), live(key="'sk-abc'"), WARNS),
    ("preflight.key-form", text(), live(key="sk-äbc"), BLOCKS),
    ("preflight.key-form", text(), live(key="sk-abc\n"), BLOCKS),
    ("preflight.base-url", text(), LIVE, SILENT),
    ("preflight.base-url", text(), live("https://api.cometapi.com"), WARNS),
    ("preflight.base-url", text(), live("https://api.cometapi.com//v1"), WARNS),
    ("preflight.base-url", text(), live("http://api.cometapi.com/v1"), WARNS),
    ("preflight.base-url", text(), live("api.cometapi.com/v1"), BLOCKS),
    ("preflight.foreign-key", text(), live(key=None, foreign_key=True), WARNS),
    ("preflight.foreign-key", text(), live(key=None), SILENT),
    ("preflight.foreign-key", text(), live(foreign_key=True), SILENT),
    # no-model
    ("preflight.no-model", text(), LIVE, SILENT),
    ("preflight.no-model", text(model=""), LAB, BLOCKS),
    ("preflight.no-model", image(model="  "), LIVE, BLOCKS),
    ("preflight.no-model", video(model=""), LIVE, BLOCKS),
    ("preflight.no-model", text(model="", extra='{"model": "gpt-4o"}'), LIVE, SILENT),
    ("preflight.no-model", text(model="", left_empty=frozenset({"model"})), LAB, SILENT),
    ("preflight.no-model", text(model="", left_empty=frozenset({"prompt"})), LAB, BLOCKS),
    # no-prompt
    ("preflight.no-prompt", text(), LIVE, SILENT),
    ("preflight.no-prompt", with_prompt(text(), " \n"), LAB, BLOCKS),
    ("preflight.no-prompt", text(messages=()), LIVE, BLOCKS),
    ("preflight.no-prompt", said((Role.SYSTEM, "Be brief.")), LIVE, BLOCKS),
    ("preflight.no-prompt", said((Role.SYSTEM, "Be brief."), (Role.USER, "Hi")), LIVE, SILENT),
    ("preflight.no-prompt", said(("usr", "Hi")), LIVE, SILENT),
    ("preflight.no-prompt", replace(image(), prompt=""), LIVE, BLOCKS),
    ("preflight.no-prompt", replace(video(), prompt=""), LIVE, BLOCKS),
    ("preflight.no-prompt", replace(image(), prompt="", extra='{"prompt": "A pear"}'), LIVE, SILENT),
    ("preflight.no-prompt", text(messages=(), left_empty=frozenset({"prompt"})), LAB, SILENT),
    ("preflight.no-prompt", with_prompt(text(extra="{"), ""), LIVE, BLOCKS),
    # body-json
    ("preflight.body-json", text(extra='{"seed": 7}'), LIVE, SILENT),
    ("preflight.body-json", text(extra="{seed: 7}"), LIVE, BLOCKS),
    ("preflight.body-json", video(extra="[1]"), LIVE, BLOCKS),
    # temperature
    ("preflight.temperature", text(temperature=0), LIVE, SILENT),
    ("preflight.temperature", text(temperature=2), LIVE, SILENT),
    ("preflight.temperature", text(temperature=2.1), LIVE, WARNS),
    ("preflight.temperature", text(temperature=-0.1), LIVE, WARNS),
    ("preflight.temperature", text(extra='{"temperature": 70}'), LIVE, WARNS),
    ("preflight.temperature", text(extra='{"temperature": "warm"}'), LIVE, SILENT),
    # role
    (
        "preflight.role",
        said((Role.DEVELOPER, "Be brief."), (Role.TOOL, "42"), (Role.USER, "Hi")),
        LIVE,
        SILENT,
    ),
    ("preflight.role", said(("User", "Hi")), LIVE, WARNS),
    ("preflight.role", said((Role.USER, "Hi"), ("model", "Hello")), LIVE, WARNS),
    # response-format, n-limit
    ("preflight.response-format", image(response_format="url"), LIVE, WARNS),
    ("preflight.response-format", image(extra='{"response_format": "url"}'), LIVE, WARNS),
    ("preflight.response-format", image("dall-e-3", response_format="url"), LIVE, SILENT),
    ("preflight.response-format", text(extra='{"response_format": {"type": "json_object"}}'), LIVE, SILENT),
    ("preflight.n-limit", image("qwen-image", n=2), LIVE, WARNS),
    ("preflight.n-limit", image("dall-e-3", n=2), LIVE, WARNS),
    ("preflight.n-limit", image("qwen-image", n=1), LIVE, SILENT),
    ("preflight.n-limit", image("gpt-image-2", n=4), LIVE, SILENT),
    # the size of a picture
    ("preflight.size", image(), LIVE, SILENT),
    ("preflight.size", image(size="auto"), LIVE, SILENT),
    ("preflight.size", image(size="1920x1088"), LIVE, SILENT),
    ("preflight.size", image(size="1920x1080"), LIVE, WARNS),
    ("preflight.size", image(size="3840x640"), LIVE, WARNS),
    ("preflight.size", image(size="3840x3840"), LIVE, WARNS),
    ("preflight.size", image("gpt-image-1.5", size="1920x1088"), LIVE, WARNS),
    ("preflight.size", image("dall-e-3", size="1792x1024"), LIVE, SILENT),
    ("preflight.size", image("dall-e-3", size="512x512"), LIVE, WARNS),
    ("preflight.size", image("doubao-seedream-4-0-250828", size="2K"), LIVE, SILENT),
    ("preflight.size", image("doubao-seedream-4-0-250828", size="2048x1536"), LIVE, SILENT),
    ("preflight.size", image("doubao-seedream-4-0-250828", size="16:9"), LIVE, WARNS),
    ("preflight.size", image("some-new-model", size="768x512"), LIVE, SILENT),
    ("preflight.size", image("some-new-model", size="16x9"), LIVE, WARNS),
    # and of a video
    ("preflight.size", video(size="16x9"), LIVE, SILENT),
    ("preflight.size", video(size="1280x720"), LIVE, WARNS),
    ("preflight.size", video("sora-2", size="16x9"), LIVE, WARNS),
    ("preflight.size", video("sora-2", size="720x1280"), LIVE, SILENT),
    ("preflight.size", video("wan2.6", size="1440x1440"), LIVE, SILENT),
    ("preflight.size", video("wan2.7", size="1088x832"), LIVE, WARNS),
    ("preflight.size", video("doubao-seedance-1-0-pro", size="1248x704"), LIVE, SILENT),
    ("preflight.size", video("happyhorse-1.0", size="16x9"), LIVE, WARNS),
]


@pytest.mark.parametrize(
    ("mode", "draft", "connection", "does"),
    TABLE,
    ids=[f"{place}-{row[0].partition('.')[2]}-{row[3]}" for place, row in enumerate(TABLE)],
)
def test_a_draft_and_a_connection_are_judged_before_anything_is_sent(mode, draft, connection, does):
    found = [finding for finding in judge.preflight(draft, connection) if finding.mode == mode]
    assert len(found) == (does != SILENT)
    for finding in found:
        assert finding.seen.blocks == (does == BLOCKS)
        assert finding.evidence
        assert all(piece.where and piece.value for piece in finding.evidence)


def test_every_preflight_mode_is_in_the_table_in_each_of_its_ways():
    told = {(mode, does != SILENT) for mode, _, _, does in TABLE}
    missing = {(mode.id, way) for mode in PREFLIGHT for way in (True, False)} - told
    assert missing == {(TOKEN_BUDGET.id, True), (TOKEN_BUDGET.id, False)}, "it has a table of its own"


@pytest.mark.parametrize("kind", Kind)
def test_no_model_that_is_offered_is_warned_of(kind):
    for model in known_models(kind):
        assert judge.preflight(replace(starting_draft(kind), model=model), LIVE) == ()


SHOWN = [
    (mode, kind) for mode in PREFLIGHT if mode is not TOKEN_BUDGET for kind in Kind if kind in mode.kinds
]


@pytest.mark.parametrize(("mode", "kind"), SHOWN, ids=[f"{mode.id}-{kind}" for mode, kind in SHOWN])
def test_a_reproduction_shows_its_mode_and_needs_no_socket(mode, kind):
    usual = mode.reproduce
    found = judge.preflight(usual.draft(kind), usual.connection or LAB)
    assert usual.script is None
    assert mode.id in [finding.mode for finding in found]


def test_what_blocks_comes_first():
    draft = text(temperature=9, model="")
    found = judge.preflight(draft, live(key=None, foreign_key=True))
    assert [finding.seen.blocks for finding in found] == [True, True, False, False]


@pytest.mark.parametrize("kind", Kind)
def test_a_scenario_that_leaves_the_model_empty_is_sent(kind):
    draft = catalogue.get("http.missing-field").reproduce.draft(kind)
    assert draft.model == ""
    assert judge.preflight(draft, LAB) == ()


BUDGET = over_budget({"small": 100}.get)


@pytest.mark.parametrize(
    ("model", "words", "cap", "warns"),
    [
        ("small", "a" * 200, 50, False),
        ("small", "a" * 204, 50, True),
        ("small", "a" * 401, None, True),
        ("small", "猫" * 100, None, False),
        ("small", "猫" * 101, None, True),
        ("another", "a" * 9000, 9000, False),
    ],
)
def test_prompt_and_cap_are_held_against_a_window_that_is_known(model, words, cap, warns):
    draft = replace(with_prompt(text(), words), model=model, token_cap=cap)
    seen = BUDGET(draft, LIVE)
    assert bool(seen) == warns
    if seen:
        assert not seen.blocks
        told = {piece.where: piece.value for piece in seen.evidence}
        assert "an estimate" in told["prompt"]
        assert told["window"] == "100 tokens"


def test_the_budgets_own_reproduction_is_over_any_window():
    assert over_budget(lambda _: 2_000_000)(TOKEN_BUDGET.reproduce.draft(Kind.TEXT), LAB)


def test_no_window_stands_in_the_table_that_no_document_states():
    assert {family.window for family in FAMILIES} == {None}


def test_four_letters_or_one_sign_are_a_token():
    assert [estimated_tokens(words) for words in ("", "a", "abcd", "abcde", "你好", "你好 hello")] == [
        0,
        1,
        1,
        2,
        2,
        4,
    ]


FOREIGN = "COMET_API_KEY"


@pytest.mark.parametrize(
    ("environment", "dotenv", "seen"),
    [
        ({}, "", False),
        ({FOREIGN: "another-vendors-secret"}, "", True),
        ({FOREIGN: "another-vendors-secret", "COMETAPI_KEY": "sk-own-key-000"}, "", False),
        ({}, f"{FOREIGN}=another-vendors-secret\n", True),
        ({FOREIGN: "another-vendors-secret"}, "COMETAPI_KEY=sk-own-key-000\n", False),
        ({FOREIGN: "another-vendors-secret", "COMETAPI_KEY": "  "}, "", True),
    ],
)
def test_another_products_variable_is_noticed_and_never_read(
    environment, dotenv, seen, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    for name in (FOREIGN, "COMETAPI_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text(dotenv)
    known = settings.load()
    connection = settings.live(known)
    assert known.foreign_key == connection.foreign_key == seen
    assert "another-vendors" not in repr((known, connection))
    assert connection.key is None or connection.key.reveal() == "sk-own-key-000"
    found = [finding.mode for finding in judge.preflight(text(), connection)]
    assert found == (
        ["preflight.no-key", "preflight.foreign-key"] if seen else ["preflight.no-key"] * (not connection.key)
    )
