"""Protects `send`: its exit status, its JSON, what goes to which stream, and what each option does."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("swift")

KEYS = [
    *("id", "class", "retryable", "request_id", "title", "fix", "notes", "seen", "attempts", "status"),
    *("elapsed_s", "task", "files", "output", "usage"),
]
LOG_KEYS = ["method", "path", "model", "status", "request_id", "retryable"]

STATUSES = {
    "ok": (["text", "--scenario", "text.ok"], 0, "text.ok"),
    "hard": (["image", "--scenario", "http.auth-invalid"], 1, "http.auth-invalid"),
    "preflight": (["text", "--scenario", "preflight.no-key"], 2, "preflight.no-key"),
    "soft": (["text", "--scenario", "text.truncated"], 3, "text.truncated"),
    "silent": (["text", "--scenario", "silent.label"], 4, "silent.label"),
    "transport": (["video", "--scenario", "transport.interrupted"], 5, "transport.interrupted"),
    "pending": (["video", "--scenario", "video.poll-timeout"], 6, "video.poll-timeout"),
    "recovered": (["text", "--scenario", "http.rate-limited"], 0, "text.ok"),
    "not repeated": (["text", "--scenario", "http.rate-limited", "--retries", "0"], 1, "http.rate-limited"),
}


def lines(text: str) -> list[str]:
    return text.splitlines()


def told(said) -> dict:
    return json.loads(said.out)


@pytest.mark.parametrize(("arguments", "status", "mode"), STATUSES.values(), ids=STATUSES.keys())
def test_exit_status_and_json_tell_the_verdict(cli, arguments, status, mode):
    said = cli("send", *arguments, "--json")
    assert said.status == status
    assert len(lines(said.out)) == 1
    assert list(told(said)) == KEYS
    assert told(said)["id"] == mode
    assert told(said)["fix"]
    assert f"({mode})" in said.err


def test_json_of_a_recovered_text(cli):
    found = told(cli("send", "text", "--scenario", "http.rate-limited", "--json"))
    assert found["seen"] == ["http.rate-limited", "text.ok"]
    assert (found["class"], found["retryable"], found["attempts"], found["status"]) == ("ok", False, 3, 200)
    assert (found["task"], found["files"], found["notes"]) == (None, [], [])
    assert found["elapsed_s"] == 4
    assert found["output"]
    assert found["usage"]["total_tokens"] > 0
    assert re.fullmatch(r"\d{23}\w{8}", found["request_id"])


def test_json_of_a_video(cli, tmp_path):
    found = told(cli("send", "video", "--scenario", "video.ok", "--json", "--out", tmp_path / "clips"))
    assert found["task"]["route"] == "/videos"
    assert found["task"]["state"] == "succeeded"
    assert found["output"] is None
    (path,) = found["files"]
    assert Path(path).parent == tmp_path / "clips"
    assert Path(path).read_bytes()[4:8] == b"ftyp"


def test_json_of_a_request_that_was_not_sent(cli, swift):
    found = told(cli("send", "text", "--scenario", "preflight.no-key", "--json"))
    assert (found["attempts"], found["status"], found["request_id"]) == (0, None, None)
    assert swift.labs == []


def test_text_goes_to_stdout_and_the_timeline_to_stderr(cli):
    said = cli("send", "text", "--prompt", "Name the sea.", "--target", "lab")
    assert said.status == 0
    assert "Name the sea" in said.out
    assert said.out.endswith("\n")
    assert "POST /v1/chat/completions" in said.err
    assert "200 in" in said.err
    assert "text.ok" in said.err
    assert "POST" not in said.out


@pytest.mark.parametrize("kind", ["image", "video"])
def test_files_go_to_stdout_a_path_a_line(cli, kind, tmp_path):
    said = cli("send", kind, "--target", "lab", "--out", tmp_path / "made")
    assert said.status == 0
    assert [Path(line) for line in lines(said.out)] == list((tmp_path / "made").iterdir())


def test_a_failure_leaves_stdout_empty(cli):
    said = cli("send", "text", "--scenario", "http.auth-invalid")
    assert said.out == ""
    assert "What to do" in said.err


def sent(swift) -> dict:
    """The body of the first request."""
    return json.loads(swift.requests[0].body)


PARAMS = {
    "a number of the composer": ("text", ["temperature=0.5"], {"temperature": 0.5}),
    "the cap under its old name": ("text", ["max_tokens=99"], {"max_completion_tokens": 99}),
    "a whole number": ("image", ["n=2"], {"n": 2}),
    "text of the composer": ("image", ["size=1024x1024"], {"size": "1024x1024"}),
    "text that looks like a number": (
        "image",
        ["model=doubao-seedream-4-0-250828", "quality=1"],
        {"quality": "1"},
    ),
    "an unknown number": ("text", ["seed=7"], {"seed": 7}),
    "an unknown text": ("text", ["user=bob"], {"user": "bob"}),
    "an object": ("text", ['stop={"at":["x"]}'], {"stop": {"at": ["x"]}}),
    "a value with an equals sign": ("text", ["user=a=b"], {"user": "a=b"}),
    "several": ("text", ["seed=7", "user=bob"], {"seed": 7, "user": "bob"}),
    "merged last, over the composer's own": ("text", ["model=gpt-5.4"], {"model": "gpt-5.4"}),
}


@pytest.mark.parametrize(("kind", "params", "fields"), PARAMS.values(), ids=PARAMS.keys())
def test_params_become_fields(cli, swift, kind, params, fields):
    options = [word for param in params for word in ("--param", param)]
    assert cli("send", kind, "--target", "lab", *options).status == 0
    body = sent(swift)
    assert {name: body[name] for name in fields} == fields


def test_a_param_attaches_a_file(cli, swift, tmp_path):
    picture = tmp_path / "first frame.png"
    picture.write_bytes(b"\x89PNG the bytes")
    said = cli("send", "video", "--target", "lab", "--detach", "--param", f"input_reference=@{picture}")
    assert said.status == 6
    request = swift.requests[0]
    assert request.headers["content-type"].startswith("multipart/form-data")
    assert 'name="input_reference"; filename="first frame.png"' in request.body
    assert "PNG the bytes" in request.body


def test_model_header_and_system_are_sent(cli, swift):
    options = ["--model", "gpt-4o", "--header", "X-Team: blue", "--system", "Be brief.", "--prompt", "Hi"]
    assert cli("send", "text", "--target", "lab", *options).status == 0
    assert sent(swift)["model"] == "gpt-4o"
    assert sent(swift)["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
    ]
    assert swift.requests[0].headers["x-team"] == "blue"


def test_the_prompt_is_read_from_standard_input(cli, swift, monkeypatch):
    text = "Zwei Zeilen:\n春 🎈\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert cli("send", "text", "--target", "lab", "--prompt", "-").status == 0
    assert sent(swift)["messages"][-1]["content"] == text


def test_what_the_person_sets_replaces_the_scenarios_draft_field_by_field(cli, swift):
    cli("send", "text", "--scenario", "text.truncated", "--prompt", "Mine")
    assert sent(swift)["messages"] == [{"role": "user", "content": "Mine"}]
    assert sent(swift)["max_completion_tokens"] == 16, "the rest is the scenario's own"
    assert cli("send", "text", "--scenario", "text.truncated", "--param", "max_tokens=900").status == 0


def test_an_expectation_is_checked(cli):
    said = cli("send", "text", "--target", "lab", "--expect", "label: yes, no", "--json")
    assert said.status == 4
    assert told(said)["id"] == "silent.label"


def test_an_expectation_that_is_met_is_ok(cli):
    prompt = "Answer with exactly one of these labels, and nothing else: YES, no"
    assert cli("send", "text", "--target", "lab", "--expect", "label:yes,no", "--prompt", prompt).status == 0


def test_the_log_is_one_safe_line_a_run(cli, tmp_path):
    log = tmp_path / "log.jsonl"
    for scenario in ("text.ok", "http.auth-invalid"):
        cli("send", "text", "--scenario", scenario, "--prompt", "very private", "--log", log)
    first, second = map(json.loads, lines(log.read_text()))
    assert [list(first), list(second)] == [LOG_KEYS, LOG_KEYS]
    assert first == {
        "method": "POST",
        "path": "/s/text.ok/v1/chat/completions",
        "model": "gpt-5.4-mini",
        "status": 200,
        "request_id": first["request_id"],
        "retryable": False,
    }
    assert first["request_id"]
    assert second["status"] == 401
    assert "private" not in log.read_text()


def test_a_retryable_failure_is_logged_as_such(cli, tmp_path):
    log = tmp_path / "log.jsonl"
    cli("send", "image", "--scenario", "http.rate-limited", "--retries", "0", "--log", log)
    assert json.loads(log.read_text())["retryable"] is True


def test_a_key_pasted_as_a_model_is_not_logged(cli, tmp_path):
    cli("send", "text", "--scenario", "text.ok", "--model", "sk-0123456789abcdef", "--log", tmp_path / "log")
    assert "0123456789abcdef" not in (tmp_path / "log").read_text()


def test_what_was_not_sent_is_not_logged(cli, tmp_path):
    cli("send", "text", "--scenario", "preflight.no-key", "--log", tmp_path / "log")
    assert (tmp_path / "log").read_text() == ""


def test_a_task_is_left_and_found_again(cli, lab_aside, tmp_path):
    target = ["--target", lab_aside.base_url(), "--out", tmp_path / "made"]
    left = cli("send", "video", *target, "--detach")
    assert left.status == 6
    (task_id,) = lines(left.out)
    assert f"--resume {task_id}" in left.err
    found = cli("send", "video", *target, "--resume", task_id, "--json")
    assert found.status == 0
    assert told(found)["task"]["id"] == task_id
    assert told(found)["attempts"] == 0
    assert len(told(found)["files"]) == 1


def test_a_deadline_ends_the_watching_and_says_how_to_go_on(cli, swift):
    said = cli("send", "video", "--target", "lab", "--max-wait", "3", "--poll-every", "1", "--json")
    assert said.status == 6
    assert told(said)["id"] == "video.poll-timeout"
    assert f"Task {told(said)['task']['id']} ends with the lab" in said.err
    assert swift.clock.pauses == [1, 1, 1]


def test_retries_are_of_the_create(cli):
    found = told(cli("send", "text", "--scenario", "http.rate-limited", "--retries", "1", "--json"))
    assert (found["attempts"], found["id"]) == (2, "http.rate-limited")


def test_the_time_limit_of_a_request_strikes(cli):
    said = cli("send", "text", "--scenario", "transport.timeout", "--timeout", "0.1", "--json")
    assert said.status == 5
    assert told(said)["attempts"] == 1
    assert "the answer was not whole after 0.1 s" in said.err


@pytest.mark.parametrize("target", ["live", "http://127.0.0.1:9/v1"])
def test_a_scenario_belongs_to_the_lab(cli, target):
    said = cli("send", "text", "--scenario", "text.ok", "--target", target)
    assert said.status == 2
    assert said.out == ""
    assert len(lines(said.err)) == 1


def test_a_phase_moves_the_failure(cli):
    found = told(cli("send", "video", "--scenario", "http.auth-invalid@poll", "--json"))
    assert found["id"] == "http.auth-invalid"
    assert found["seen"][0] == "video.in-progress"
    assert found["task"]["id"]


def test_without_a_key_it_plays_in_the_lab(cli, swift):
    assert cli("send", "text").status == 0
    assert [request.key.value for request in swift.requests] == ["lab"]


def test_the_persons_key_stays_at_home_unless_told(cli, lab_aside, monkeypatch):
    monkeypatch.setenv("COMETAPI_KEY", "sk-a-persons-own-key")
    cli("send", "text", "--target", lab_aside.base_url())
    cli("send", "text", "--target", lab_aside.base_url(), "--send-key")
    monkeypatch.setenv("COMETAPI_BASE_URL", lab_aside.base_url())
    cli("send", "text")
    assert [request.key.value for request in lab_aside.requests] == ["lab", "other", "other"]


def test_the_settings_of_a_dotenv_hold(cli, lab_aside, a_clean_place):
    (a_clean_place / ".env").write_text(
        f'COMETAPI_KEY="sk-of-the-dotenv"\nexport COMETAPI_BASE_URL={lab_aside.base_url()}\n'
    )
    assert cli("send", "text").status == 0
    assert [request.key.value for request in lab_aside.requests] == ["other"]
