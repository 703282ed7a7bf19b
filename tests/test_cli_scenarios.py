"""Protects the lab as programs use it: `send --scenario` tells every mode, for every kind it happens in."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playing import STRIKES_AFTER_S, ok_of

from cometplay.core.drafts import Kind
from cometplay.core.findings import ModeClass, Retryable
from cometplay.core.models import FAMILIES
from cometplay.failures import catalogue, preflight_fields
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.mode import FailureMode

pytestmark = pytest.mark.slow  # a command for every mode and every kind

STATUS = {
    ModeClass.OK: 0,
    ModeClass.HARD: 1,
    ModeClass.PREFLIGHT: 2,
    ModeClass.SOFT: 3,
    ModeClass.SILENT: 4,
    ModeClass.TRANSPORT: 5,
    ModeClass.PENDING: 6,
}
"""design.md, "The command line"."""
KEYS = {
    *("id", "class", "retryable", "request_id", "title", "fix", "notes", "seen", "attempts", "status"),
    *("elapsed_s", "task", "files", "output", "usage"),
}


BLOCKING = {
    f"preflight.{name}"
    for name in ("no-key", "key-form", "base-url", "body-json", "foreign-key", "no-model", "no-prompt")
}
"""What cannot be sent (design.md, "Preflight"); the others warn. Who has another product's key has none."""
ROOT = Path(__file__).parent.parent


def cases(chosen):
    rows = [
        pytest.param(mode, kind, id=f"{mode.id}-{kind}")
        for mode in CATALOGUE
        for kind in Kind
        if kind in mode.kinds and chosen(mode)
    ]
    return pytest.mark.parametrize(("mode", "kind"), rows)


def is_played(mode: FailureMode) -> bool:
    return mode.reproduce.script is not None


@pytest.fixture
def send(cli, swift, tmp_path):
    """Sends a scenario without repeats; gives the exit status, the object and what the lab was asked."""

    def call(mode: FailureMode, kind: Kind):
        limit = ("--timeout", STRIKES_AFTER_S) if mode.reproduce.request_limit_s else ()
        options = ("--json", "--retries", 0, "--out", tmp_path / "out", *limit)
        said = cli("send", kind, "--scenario", mode.id, *options)
        found = json.loads(said.out)
        assert set(found) == KEYS
        assert "Traceback" not in said.err
        return said.status, found, [request for lab in swift.labs for request in lab.requests]

    return call


def first_told(found, kind: Kind, mode: FailureMode) -> str:
    """The first verdict that is not of a task on its way, or of one that went well."""
    on_its_way = {f"{kind}.in-progress", ok_of(kind), mode.not_when.id} - {mode.id}
    return next((seen for seen in found["seen"] if seen not in on_its_way), found["id"])


def check_played(mode: FailureMode, kind: Kind, status: int, found) -> None:
    cls = catalogue.get(found["id"]).cls
    assert (status, found["class"]) == (STATUS[cls], cls.value)
    assert found["seen"][-1] == found["id"]
    assert found["retryable"] is (catalogue.get(found["id"]).retryable is Retryable.YES)
    match mode.cls:
        case ModeClass.NOTE:
            assert (found["id"], mode.id in found["notes"]) == (ok_of(kind), True)
        case ModeClass.PENDING:
            assert first_told(found, kind, mode) == mode.id
            assert found["id"] in (mode.id, ok_of(kind)), "what may still pass either did or did not"
        case _:
            assert (first_told(found, kind, mode), found["id"]) == (mode.id, mode.id)


@cases(is_played)
def test_a_scenario_is_told(mode, kind, send):
    status, found, requests = send(mode, kind)
    check_played(mode, kind, status, found)
    assert found["attempts"] == 1
    assert len([request for request in requests if request.method == "POST"]) <= 1
    assert found["fix"] == list(catalogue.get(found["id"]).fixes)


@pytest.fixture
def connected(monkeypatch):
    """Every address that anybody connects to, from here on."""
    tried, connect = [], socket.socket.connect

    def noted(self, address):
        tried.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return tried


@cases(lambda mode: not is_played(mode))
def test_what_is_seen_before_sending_is_told(mode, kind, send, connected):
    if mode is preflight_fields.TOKEN_BUDGET and not any(family.window for family in FAMILIES):
        pytest.skip("no document states a model's window, so there is nothing to be over (test_preflight.py)")
    status, found, requests = send(mode, kind)
    assert mode.id in (found["id"], *found["notes"])
    assert status == STATUS[catalogue.get(found["id"]).cls]
    if mode.id in BLOCKING:
        assert (status, found["class"], found["attempts"]) == (2, "preflight", 0)
        assert (connected, requests) == ([], [])
    else:
        assert found["attempts"] >= 1
        assert connected


@pytest.mark.parametrize(
    ("kind", "scenario", "status"),
    [("text", "http.auth-invalid", 1), ("text", "silent.label", 4), ("image", "preflight.no-key", 2)],
)
def test_a_program_of_its_own_says_the_same(kind, scenario, status, tmp_path):
    call = [sys.executable, "-m", "cometplay", "send", kind, "--scenario", scenario, "--json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*call, "--retries", "0", "--out", str(tmp_path)], env=environment, capture_output=True, check=False
    )
    found = json.loads(done.stdout)
    assert (done.returncode, found["id"]) == (status, scenario)
    assert b"Traceback" not in done.stderr
