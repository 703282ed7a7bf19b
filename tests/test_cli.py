"""Protects the commands that send nothing: their words, their JSON, their help, and the code they print."""

import json
import shlex

import pytest

from cometplay import __version__
from cometplay.failures.catalogue import CATALOGUE

SUMMARY = ["id", "class", "title", "retryable", "kinds", "source"]
COMMANDS = ("explain", "modes", "send", "snippet", "lab", "drill")


def test_version(cli):
    said = cli("--version")
    assert (said.status, said.out, said.err) == (0, f"cometplay {__version__}\n", "")


def test_help_names_every_command(cli):
    said = cli("--help")
    assert said.status == 0
    assert [command for command in COMMANDS if command not in said.out] == []


def test_without_a_terminal_it_says_what_works_there(cli):
    said = cli()
    assert (said.status, said.out) == (2, "")
    assert "cometplay send" in said.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli, command):
    said = cli(command, "--help")
    assert said.status == 0
    assert said.out.startswith(f"usage: cometplay {command}")
    assert said.err == ""


OPTIONS = {
    "send": "--model --prompt --system --param --header --scenario --target --send-key --expect --timeout "
    "--retries --poll-every --max-wait --detach --resume --out --log --json",
    "snippet": "--lang --style --mark --model --prompt --system --param --header --scenario --target "
    "--expect",
    "lab": "--port --host --speed --seed",
    "drill": "--kind --only --skip --allow --timeout --jobs --json --junit --markdown",
    "explain": "--json",
    "modes": "--json",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_every_option(cli, command):
    text = cli(command, "--help").out
    assert [option for option in OPTIONS[command].split() if option not in text] == []


def test_modes_lists_every_mode_on_a_line(cli):
    said = cli("modes")
    assert said.status == 0
    rows = said.out.splitlines()
    assert [row.split()[0] for row in rows] == [mode.id for mode in CATALOGUE]
    for row, mode in zip(rows, CATALOGUE, strict=True):
        assert mode.cls.value in row
        assert row.endswith(mode.title)


def test_modes_as_json_has_exactly_its_keys(cli):
    listed = json.loads(cli("modes", "--json").out)
    assert [list(row) for row in listed] == [SUMMARY] * len(CATALOGUE)
    by_id = {row["id"]: row for row in listed}
    limited = by_id["http.rate-limited"]
    assert limited["class"] == "hard"
    assert limited["retryable"] is True
    assert limited["kinds"] == ["text", "image", "video"]
    assert by_id["text.ok"]["retryable"] is False
    assert all(row["source"] for row in listed)


@pytest.mark.parametrize("mode", CATALOGUE, ids=lambda mode: mode.id)
def test_explain_tells_all_that_is_known(cli, mode):
    said = cli("explain", mode.id)
    assert said.status == 0
    told = [mode.id, mode.title, mode.meaning, mode.cause, mode.not_when.text, mode.not_when.id, *mode.fixes]
    assert [text for text in told if text not in said.out] == []


@pytest.mark.parametrize("mode", CATALOGUE, ids=lambda mode: mode.id)
def test_explain_as_json_holds_the_summary_and_the_prose(cli, mode):
    told = json.loads(cli("explain", mode.id, "--json").out)
    assert {key: told[key] for key in ("id", "class", "title")} == {
        "id": mode.id,
        "class": mode.cls.value,
        "title": mode.title,
    }
    assert (told["meaning"], told["cause"], told["fix"]) == (mode.meaning, mode.cause, list(mode.fixes))
    assert told["not_when"]["id"] == mode.not_when.id


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("http.rate-limit", "http.rate-limited"),
        ("rate-limited", "http.rate-limited"),
        ("hard.auth-invalid", "http.auth-invalid"),
        ("video.task-not-exists", "video.task-not-exist"),
        ("text.trunkated", "text.truncated"),
        ("txet.ok", "text.ok"),
    ],
)
@pytest.mark.parametrize("call", [("explain",), ("send", "text", "--scenario")], ids=["explain", "send"])
def test_a_near_miss_is_answered_with_what_was_meant(cli, call, wrong, right):
    said = cli(*call, wrong)
    assert said.status == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert repr(wrong) in said.err
    assert right in said.err.split("did you mean")[1]


def test_what_is_near_nothing_is_told_where_to_look(cli):
    said = cli("explain", "zzzzzz")
    assert said.status == 2
    assert "cometplay modes" in said.err


@pytest.mark.parametrize("kind", ["text", "image", "video"])
@pytest.mark.parametrize("target", ["lab", "live", "https://example.org/v1"])
def test_a_snippet_is_the_request_as_a_command(cli, kind, target):
    prompt = 'It\'s "quoted"\n$HOME `ls` \\ 春 🎈'
    said = cli("snippet", kind, "--lang", "curl", "--prompt", prompt, "--target", target)
    assert said.status == 0
    words = shlex.split(said.out)
    assert words[0] == "curl"
    base = {"lab": "http://127.0.0.1:4100/v1", "live": "https://api.cometapi.com/v1"}.get(target, target)
    assert sum(word.startswith(base + "/") for word in words) == 1
    key = "${COMETAPI_KEY:-lab}" if target == "lab" else "$COMETAPI_KEY"
    assert f"Authorization: Bearer {key}" in words
    if kind == "video":
        assert f"prompt={prompt}" in words
    else:
        body = json.loads(words[words.index("--data-raw") + 1])
        assert prompt == (body["prompt"] if kind == "image" else body["messages"][-1]["content"])


def test_a_snippet_of_a_scenario_leads_to_the_labs_address(cli):
    said = cli("snippet", "video", "--lang", "curl", "--scenario", "video.task-not-exist@poll")
    assert "http://127.0.0.1:4100/s/video.task-not-exist@poll/v1/videos" in said.out
    assert "cometplay lab" in said.err


def test_a_snippet_shows_where_it_handles_a_failure(cli):
    options = ("snippet", "text", "--lang", "fetch", "--style", "production", "--target", "lab")
    plain, marked, silent = (
        cli(*options, *mark) for mark in ((), ("--mark", "text.empty"), ("--mark", "silent.json"))
    )
    before, begun, rest = marked.out.partition("  // >>> handles text.empty\n")
    handling, ended, after = rest.partition("  // <<< handles text.empty\n")
    assert (begun != "", ended != "") == (True, True)
    assert "the answer is empty" in handling
    assert before + handling + after == plain.out == silent.out
    assert "No line of this code handles silent.json" in silent.err


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--lang", "cobol"], "curl"),
        (["--lang", "curl", "--style", "baroque"], "minimal"),
        ([], "--lang"),
        (["--lang", "httpx", "--mark", "text.empty"], "--style production"),
        (["--lang", "httpx", "--style", "production", "--mark", "text.emtpy"], "text.empty"),
    ],
    ids=["language", "style", "missing", "a mark in minimal code", "a mark that is no mode"],
)
def test_a_snippet_that_is_not_known_is_a_usage_fault(cli, options, word):
    said = cli("snippet", "text", *options)
    assert said.status == 2
    assert word in said.err
    assert len(said.err.splitlines()) == 1
