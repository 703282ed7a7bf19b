"""Protects what a machine mends of a connection: used for the run, told in a line, and never the key."""

import pytest
from playing import RawServer, alone, chat_saying, dialogue, http

from cometplay.cli.report import timeline_lines, verdict
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.failures import judge
from cometplay.session.mending import mended
from cometplay.session.plan import Plan

TEXT = starting_draft(Kind.TEXT)
GOOD = http(200, chat_saying("Hello"))
BARE = "sk-a-persons-own-key"
PASTED = [
    "'sk-a-persons-own-key'",
    '"sk-a-persons-own-key"',
    "Bearer sk-a-persons-own-key",
    " sk-a-persons-own-key",
]


def plan(base_url: str = "https://gateway.example/v1", key: str = BARE) -> Plan:
    return Plan(draft=TEXT, connection=Connection(Target.LIVE, base_url, Secret(key)))


def used(given: Plan) -> tuple[Connection, int]:
    """The connection that a run of this plan uses, and how many lines it says about it."""
    after, told = mended(given, judge.preflight(given.draft, given.connection))
    return after.connection, len(told)


@pytest.mark.parametrize("key", PASTED)
def test_a_key_is_sent_bare_and_the_line_about_it_has_none_of_it(key, tmp_path):
    with RawServer(lambda _: GOOD) as server:
        run = alone(TEXT, server.connection(key), tmp_path)
    assert f"authorization: Bearer {BARE}\r\n".encode() in server.requests[0]
    assert dialogue(run) == ["mended", "sent create 1", "replied 200", "ended DONE"]
    assert [finding.mode for finding in run.warnings] == ["preflight.key-form"]
    said = "\n".join((*timeline_lines(None, run), verdict(run)))
    assert "sent without what was pasted around the key: mend COMETAPI_KEY where it is set" in said
    assert BARE not in said


@pytest.mark.parametrize("path", ["", "/", "//v1", "/v1/chat/completions"])
def test_a_base_url_gets_its_usual_end(path, tmp_path):
    with RawServer(lambda _: GOOD) as server:
        base_url = f"http://127.0.0.1:{server.port}"
        run = alone(TEXT, Connection(Target.LIVE, base_url + path, Secret(BARE)), tmp_path)
    assert server.requests[0].startswith(b"POST /v1/chat/completions HTTP")
    assert run.connection.base_url == f"{base_url}/v1"
    assert f"sent to {base_url}/v1: mend the base URL where it is set" in timeline_lines(None, run)[0]


def test_both_are_mended_at_once():
    connection, lines = used(plan("https://gateway.example", f"Bearer {BARE}"))
    assert (connection.base_url, connection.key, lines) == ("https://gateway.example/v1", Secret(BARE), 2)


@pytest.mark.parametrize(
    "given",
    [
        plan(),
        plan("http://gateway.example/v1"),
        plan("http://gateway.example"),
        plan("gateway.example/v1"),
        plan(key="sk-a\nkey"),
        plan(key="sk-schlüssel"),
        Plan(draft=TEXT, connection=Connection(Target.LAB, "http://127.0.0.1:9", Secret("'lab'"))),
    ],
    ids=["nothing", "http", "http and no end", "no scheme", "a line break", "no ASCII", "the lab"],
)
def test_where_the_key_goes_and_what_blocks_are_left_alone(given):
    assert used(given) == (given.connection, 0)


def test_what_blocks_beside_what_could_be_mended_still_blocks(tmp_path):
    with RawServer(lambda _: GOOD) as server:
        base_url = f"http://127.0.0.1:{server.port}"
        run = alone(TEXT, Connection(Target.LIVE, base_url, Secret("sk-a\nkey")), tmp_path)
    assert (dialogue(run), server.requests) == (["ended BLOCKED"], [])
    assert run.verdict.mode == "preflight.key-form"
