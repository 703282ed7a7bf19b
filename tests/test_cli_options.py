"""Protects what each option of `send` promises and no other test asks for."""

import io
import json
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("swift")

SCHEMA = '{"type":"object","required":["sea"]}'
EXPECTED = {
    "label": ("label: red, blue", "silent.label"),
    "json": ("json", "silent.json"),
    "schema": ("schema:schema.json", "silent.json"),
    "schema in place": (f"schema:{SCHEMA}", "silent.json"),
    "words": ("min-words:500", "silent.short"),
    "pattern": ("pattern:^never$", "silent.pattern"),
}
MET = {
    "json": ["--param", 'response_format={"type":"json_object"}', "--expect", "json", "--prompt", "As JSON"],
    "words": ["--expect", "min-words:2"],
    "pattern": ["--expect", "pattern:(?i)hello"],
}


@pytest.mark.parametrize(("form", "mode"), EXPECTED.values(), ids=EXPECTED)
def test_each_expectation_that_is_not_met_is_silent_no_more(cli, a_clean_place, form, mode):
    (a_clean_place / "schema.json").write_text(SCHEMA)
    said = cli("send", "text", "--target", "lab", "--expect", form, "--json")
    assert (said.status, json.loads(said.out)["id"]) == (4, mode)


@pytest.mark.parametrize("options", MET.values(), ids=MET)
def test_each_expectation_that_is_met_is_ok(cli, options):
    assert cli("send", "text", "--target", "lab", *options).status == 0


def test_polls_are_repeated_whatever_the_creates_repeats(cli, tmp_path):
    said = cli(
        "send", "video", "--scenario", "http.server-error@poll", "--retries", "0", "--out", tmp_path, "--json"
    )
    found = json.loads(said.out)
    assert (said.status, found["id"], found["attempts"]) == (0, "video.ok", 1)
    assert "http.server-error" in found["seen"]


@pytest.mark.parametrize(
    ("host", "seconds", "warned"), [("192.0.2.1", "4.9", 1), ("192.0.2.1", "5", 0), ("127.0.0.1", "1", 0)]
)
def test_polling_a_public_host_too_often_is_warned_of(cli, tmp_path, host, seconds, warned):
    # no key for that host: nothing is sent
    said = cli(
        "send",
        "video",
        "--target",
        f"http://{host}:9/v1",
        "--poll-every",
        seconds,
        "--retries",
        "0",
        "--out",
        tmp_path,
    )
    assert said.err.count("polling a public host more often than every 5 s") == warned


def test_one_pause_replaces_the_whole_schedule(cli, swift, tmp_path):
    options = ["--poll-every", "0.5", "--out", tmp_path]
    assert cli("send", "video", "--scenario", "video.task-not-exist", *options).status == 0
    assert set(swift.clock.pauses) == {0.5}


def test_files_go_to_the_downloads_folder_by_themselves(cli, tmp_path):
    said = cli("send", "image", "--target", "lab")
    assert Path(said.out.strip()).parent == tmp_path / "downloads"


def test_an_empty_prompt_on_standard_input_is_not_sent(cli, swift, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    said = cli("send", "text", "--target", "lab", "--prompt", "-", "--json")
    assert (said.status, json.loads(said.out)["id"]) == (2, "preflight.no-prompt")
    assert swift.requests == ()


def test_a_task_that_was_lost_is_told_when_it_is_resumed(cli, lab_aside, tmp_path):
    options = ["--resume", "task_of_nobody", "--target", lab_aside.base_url(), "--poll-every", "0.5"]
    said = cli("send", "video", *options, "--out", tmp_path, "--json")
    found = json.loads(said.out)
    assert (said.status, found["id"], found["attempts"]) == (1, "video.task-not-found", 0)
    assert found["task"] == {"id": "task_of_nobody", "route": "/videos", "state": "unknown"}
