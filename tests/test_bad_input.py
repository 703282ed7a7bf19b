"""Protects a person who got something wrong: one clear line, the fitting exit status, never a traceback."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playing import PATIENCE_S

import cometplay

ROOT = Path(cometplay.__file__).parents[1]
COMMAND = [sys.executable, "-m", "cometplay"]


def words(text: str) -> list[str]:
    """A command line as it is written here; ~ stands for a space within a word."""
    return [word.replace("~", " ") for word in text.split(" ")]


USAGE = {
    "unknown command": ("sent text", "sent"),
    "unknown option": ("send text --promt x", "--prompt"),
    "unknown option with its value": ("send text --modle=x", "--model"),
    "unknown option of the whole": ("--verison", "--version"),
    "abbreviated option": ("send text --prom x", "--prompt"),
    "kind left out": ("send", "text|image|video"),
    "unknown kind": ("send sound", "sound"),
    "id left out": ("explain", "ID"),
    "unknown mode": ("explain http.rate-limit", "http.rate-limited"),
    "unknown scenario": ("send text --scenario text.okk", "text.ok"),
    "scenario of another kind": ("send text --scenario image.ok", "image"),
    "unknown phase": ("send video --scenario video.ok@begin", "create, poll or download"),
    "scenario against live": ("send text --scenario text.ok --target live", "--target lab"),
    "scenario against a url": ("send text --scenario text.ok --target http://127.0.0.1:1/v1", "--target"),
    "target without a scheme": ("send text --target api.cometapi.com/v1", "https://"),
    "target that is no url": ("send text --target http://[", "URL"),
    "target with a password": ("send text --target https://me:pass@example.org/v1", "COMETAPI_KEY"),
    "target with a query": ("send text --target https://example.org/v1?x=1", "/v1"),
    "target with another scheme": ("send text --target ftp://example.org/v1", "http"),
    "param without a value": ("send text --param seed", "name=value"),
    "param without a name": ("send text --param =7", "name=value"),
    "param that does not fit": ("send text --param temperature=warm", "a number"),
    "param that is not whole": ("send image --param n=1.5", "a whole number"),
    "file that is not there": ("send video --param image=@nowhere.png", "nowhere.png"),
    "file for a kind that takes none": ("send text --param image=@nowhere.png", "video"),
    "header without a colon": ("send text --header X-Team", "Name: value"),
    "header with a line break": ("send text --header X:~a\nb", "ASCII"),
    "header beyond ASCII": ("send text --header X:~ü", "ASCII"),
    "header that is a credential": ("send text --header Authorization:~Bearer~x", "COMETAPI_KEY"),
    "system of an image": ("send image --system x", "--system"),
    "expectation of an image": ("send image --expect label:a,b", "--expect"),
    "expectation of no known form": ("send text --expect poem", "label:"),
    "expectation without labels": ("send text --expect label:,", "label:"),
    "resumed text": ("send text --resume t", "video"),
    "no time": ("send text --timeout 0", "--timeout"),
    "time that is no number": ("send text --timeout soon", "--timeout"),
    "endless time": ("send text --timeout inf", "--timeout"),
    "time that is not a number at all": ("send text --timeout nan", "--timeout"),
    "negative pause": ("send video --poll-every -1", "--poll-every"),
    "negative retries": ("send text --retries -1", "--retries"),
    "a flood of retries": ("send text --retries 11", "--retries"),
    "log in no folder": ("send text --log nowhere/log", "nowhere/log"),
    "log that is a folder": ("send text --log .", "--log"),
    "folder that is a file": ("send image --out a-file", "--out"),
    "folder below a file": ("send video --out a-file/below", "--out"),
    "unknown language": ("snippet text --lang cobol", "curl"),
    "language left out": ("snippet text", "--lang"),
    "snippet of NUL": ("snippet text --lang curl --header X:~\0", "ASCII"),
    "port out of range": ("lab --port 70000", "65535"),
    "port that is no number": ("lab --port http", "--port"),
    "speed of nothing": ("lab --speed 0", "--speed"),
    "speed that is none": ("lab --speed nan", "--speed"),
    "seed that is no number": ("lab --seed x", "--seed"),
    "host that is nowhere": ("lab --host 203.0.113.1 --port 0", "203.0.113.1"),
    "host that is no name": ("lab --host no..name --port 0", "no..name"),
}


def is_one_line(err: str) -> bool:
    return err.startswith("cometplay: ") and err.endswith("\n") and err.count("\n") == 1


@pytest.mark.parametrize(("call", "named"), USAGE.values(), ids=USAGE.keys())
def test_a_usage_fault_is_one_line_and_status_2(cli, swift, call, named):
    Path("a-file").write_text("")
    said = cli(*words(call))
    assert (said.status, said.out) == (2, "")
    assert is_one_line(said.err)
    assert named in said.err
    assert swift.labs == []


BROKEN_DOTENV = {
    "not NAME=value": b"COMETAPI_KEY sk-secret-of-a-person\n",
    "an open quote": b"COMETAPI_KEY='sk-secret-of-a-person\n",
    "not UTF-8": b"COMETAPI_KEY=sk-secret-of-a-person\xff\xfe\n",
    "NUL": b"COMETAPI_KEY sk-secret\0of-a-person\n",
}


@pytest.mark.parametrize("content", BROKEN_DOTENV.values(), ids=BROKEN_DOTENV.keys())
def test_a_broken_dotenv_is_named_and_not_quoted(cli, swift, content):
    Path(".env").write_bytes(content)
    said = cli("send", "text")
    assert (said.status, said.out) == (2, "")
    assert is_one_line(said.err)
    assert ".env" in said.err
    assert "secret" not in said.err
    assert swift.labs == []


@pytest.mark.parametrize("content", BROKEN_DOTENV.values(), ids=BROKEN_DOTENV.keys())
def test_a_broken_dotenv_is_no_hindrance_in_the_lab(cli, swift, content):
    Path(".env").write_bytes(content)
    said = cli("send", "text", "--scenario", "text.ok")
    assert said.status == 0
    assert is_one_line(said.err.splitlines(keepends=True)[0])
    assert len(swift.requests) == 1


def test_a_dotenv_that_is_a_folder_is_named(cli):
    Path(".env").mkdir()
    said = cli("send", "text")
    assert said.status == 2
    assert is_one_line(said.err)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_dotenv_that_may_not_be_read_is_named(cli):
    Path(".env").write_text("COMETAPI_KEY=sk-x\n")
    Path(".env").chmod(0)
    said = cli("send", "text")
    assert said.status == 2
    assert is_one_line(said.err)


def test_no_dotenv_is_no_fault(cli, swift):
    assert cli("send", "text").status == 0
    assert len(swift.requests) == 1


BLOCKED = {
    "no key": ({}, [], "preflight.no-key"),
    "blank key": ({"COMETAPI_KEY": "  "}, [], "preflight.no-key"),
    "key with a line break": ({"COMETAPI_KEY": "sk-ab\ncd"}, [], "preflight.key-form"),
    "key beyond ASCII": ({"COMETAPI_KEY": "sk-schlüssel"}, [], "preflight.key-form"),
    "key that is no UTF-8": ({"COMETAPI_KEY": os.fsdecode(b"sk-\xff")}, [], "preflight.key-form"),
    "base url without scheme": ({"COMETAPI_BASE_URL": "api.cometapi.com/v1"}, [], "preflight.base-url"),
    "base url that is none": ({"COMETAPI_BASE_URL": "http://["}, [], "preflight.base-url"),
    "base url without host": ({"COMETAPI_BASE_URL": "https:///v1"}, [], "preflight.base-url"),
    "base url with a bad port": ({"COMETAPI_BASE_URL": "https://x:99999/v1"}, [], "preflight.base-url"),
}


@pytest.mark.parametrize(("setting", "options", "mode"), BLOCKED.values(), ids=BLOCKED.keys())
@pytest.mark.parametrize("kind", ["text", "image", "video"])
def test_what_cannot_be_sent_is_blocked_with_status_2(cli, swift, monkeypatch, setting, options, mode, kind):
    monkeypatch.setenv("COMETAPI_KEY", "" if mode == "preflight.no-key" else "sk-a-good-key")
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    said = cli("send", kind, "--target", "live", *options)
    assert (said.status, said.out) == (2, "")
    assert mode in said.err
    assert "Traceback" not in said.err
    assert "POST" not in said.err
    assert swift.labs == []


@pytest.mark.parametrize("base_url", ["http://[", "nonsense", "https://x:99999/v1"])
@pytest.mark.parametrize("target", ["lab", "http://127.0.0.1:9/v1"])
def test_a_base_url_that_is_not_used_is_no_hindrance(cli, swift, monkeypatch, base_url, target):
    monkeypatch.setenv("COMETAPI_BASE_URL", base_url)
    said = cli("send", "text", "--target", target, "--retries", "0")
    assert said.status == (0 if target == "lab" else 5)
    assert len(swift.labs) == (target == "lab")


def test_a_key_with_spaces_is_warned_of_and_sent(cli, swift, monkeypatch, lab_aside):
    monkeypatch.setenv("COMETAPI_KEY", "sk-a key")
    monkeypatch.setenv("COMETAPI_BASE_URL", lab_aside.base_url())
    said = cli("send", "text", "--json")
    assert said.status == 0
    assert '"notes": ["preflight.key-form"]' in said.out
    assert swift.labs == []


def test_a_port_in_use_is_named(cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = cli("lab", "--port", port)
    assert (said.status, said.out) == (2, "")
    assert is_one_line(said.err)
    assert str(port) in said.err


def test_text_that_is_no_utf8_is_a_usage_fault(cli):
    said = cli("send", "text", "--prompt", os.fsdecode(b"caf\xe9"))
    assert said.status == 2
    assert is_one_line(said.err)
    assert "UTF-8" in said.err


def started(*arguments: str, shell: str = "", **more) -> subprocess.Popen:
    """The command as a process of its own. `shell` redirects, as a person would."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    call = ["sh", "-c", f'exec "$@" {shell}', "sh", *COMMAND, *arguments] if shell else [*COMMAND, *arguments]
    return subprocess.Popen(
        call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


CLOSED = {
    "version": (["--version"], ">&-"),
    "modes": (["modes"], ">&-"),
    "a run": (["send", "text", "--scenario", "text.ok"], ">&-"),
    "modes into a full disk": (["modes"], ">/dev/full"),
}


@pytest.mark.parametrize(("arguments", "shell"), CLOSED.values(), ids=CLOSED.keys())
def test_a_closed_standard_output_is_one_line(arguments, shell):
    with started(*arguments, shell=shell) as process:
        err = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 74
    assert is_one_line(err)


@pytest.mark.slow
def test_a_closed_standard_error_changes_nothing():
    with started("send", "text", "--scenario", "text.ok", shell="2>&-") as process:
        out = process.communicate(timeout=PATIENCE_S)[0]
    assert process.returncode == 0
    assert out.strip()


@pytest.mark.slow
def test_a_reader_that_goes_away_is_one_line():
    with started("explain", "http.rate-limited") as process:
        process.stdout.close()
        err = process.stderr.read()
        process.wait(PATIENCE_S)
    assert process.returncode == 74
    assert is_one_line(err)


def interrupted(process: subprocess.Popen, stream, sign: str) -> tuple[str, str]:
    """What the process says after ctrl+c, given once it has printed a line with `sign`."""
    for line in stream:
        if sign in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    return out, err


@pytest.mark.slow
def test_ctrl_c_during_a_wait_ends_with_130_and_the_task():
    with started("send", "video", "--target", "lab") as process:
        out, err = interrupted(process, process.stderr, "polls again in")
    assert process.returncode == 130
    assert out == ""
    assert "Task task_" in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_ctrl_c_before_there_is_a_task_ends_with_130():
    with started("send", "text", "--scenario", "transport.timeout", "--timeout", "60") as process:
        out, err = interrupted(process, process.stderr, "POST")
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


STALLED = ["--scenario", "transport.timeout:stall", "--param", "stream=true", "--timeout", "60"]


@pytest.mark.slow
def test_ctrl_c_in_mid_stream_keeps_the_text_that_came():
    with started("send", "text", *STALLED, "--prompt", "Say something long.") as process:
        out, err = interrupted(process, process.stderr, "first text after")
    assert process.returncode == 130
    assert "Say something long" in out
    assert "you cut the text off there" in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_ctrl_c_leaves_a_program_one_object(tmp_path):
    log = tmp_path / "log"
    with started("send", "text", *STALLED, "--json", "--log", str(log)) as process:
        out, _ = interrupted(process, process.stderr, "first text after")
    assert process.returncode == 130
    assert json.loads(out)["output"]
    assert json.loads(log.read_text())["path"].endswith("/v1/chat/completions")


@pytest.mark.slow
def test_ctrl_c_closes_the_lab():
    with started("lab", "--port", "0") as process:
        err = interrupted(process, process.stdout, "ctrl+c")[1]
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "closed" in err


@pytest.mark.slow
@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_a_lab_that_others_can_reach_says_so(host, warned):
    with started("lab", "--port", "0", "--host", host) as process:
        _, err = interrupted(process, process.stdout, "ctrl+c closes it")
    assert ("others can use the lab" in err) == warned
