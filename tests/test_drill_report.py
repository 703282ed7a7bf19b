"""Protects how a drill is told: its JSON, its tables, and the names that people type."""

import asyncio
import json
import math
import re
from xml.etree import ElementTree as ET

import pytest

from cometplay.core.drafts import Kind
from cometplay.core.findings import Listen, Script
from cometplay.drill import choice, report
from cometplay.drill.conduct import Choose, usual_jobs
from cometplay.drill.grading import RULES, Breach, Graded, Verdict
from cometplay.drill.observation import Observation, Seen
from cometplay.drill.repertoire import healthy, plays
from cometplay.drill.stage import environment, filled
from cometplay.lab import Lab, Standing
from cometplay.lab.places import Endpoint

RULE = {rule.id: rule for rule in RULES}
PLAYS = {play.id: play for play in plays(Kind.TEXT)}
ARGV = ("python", "my app.py", "<&|\"'\x1b[31m>")
RUN = Observation(requests=(Seen(0, "POST", "/v1"),), exit=1, seconds=1.234)
GRADED = (
    Graded(healthy(Kind.TEXT), Observation(requests=RUN.requests, seconds=0.5), Verdict.PASS),
    Graded(
        PLAYS["http.auth-invalid"],
        RUN,
        Verdict.FAIL,
        (
            Breach(RULE["retry.hopeless"], "POST | <b>twice</b> \x1b[31m`now`\n"),
            Breach(RULE["key.printed"], "on standard error", allowed=True),
        ),
        (Breach(RULE["told.request-id"], "no id"),),
    ),
    Graded(PLAYS["silent.json"], RUN, Verdict.NOT_JUDGED),
)


def test_the_json_is_what_programs_were_promised():
    told = json.loads(json.dumps(report.as_json(ARGV, GRADED)))
    assert told["command"].startswith("python 'my app.py' ")
    assert told["summary"] == {"pass": 1, "fail": 1, "not judged": 1}
    scenario = told["scenarios"][1]
    assert list(scenario) == ["id", "verdict", "broken", "advice", "requests", "exit", "seconds"]
    assert [entry["rule"] for entry in scenario["broken"]] == ["retry.hopeless", "key.printed"]
    assert set(scenario["broken"][0]) == {"rule", "message", "source"}
    assert scenario["broken"][0]["source"].startswith("https://apidoc.cometapi.com/")
    assert scenario["advice"] == ["told.request-id: no id"]
    assert (scenario["requests"], scenario["exit"], scenario["seconds"]) == (1, 1, 1.23)


def test_a_row_has_the_verdict_what_was_expected_what_was_seen_and_the_document():
    row = report.row(GRADED[1])
    assert row.startswith("✗ fail        http.auth-invalid")
    assert RULE["retry.hopeless"].expected in row
    assert "key.printed (allowed)" in row
    assert "https://apidoc.cometapi.com/guides/error-codes-and-retry-strategy" in row
    assert "\x1b" not in row
    assert report.row(GRADED[2]).startswith("– not judged")
    assert "cannot be seen from outside" in report.row(GRADED[2])


def test_the_summary_counts_what_is_wrong_and_what_is_allowed():
    told = report.summary(GRADED)
    assert told.startswith("1 pass, 1 fail, 1 not judged, of 3 scenarios.")
    assert "1  retry.hopeless" in told
    assert "1  key.printed (allowed)" in told


def test_the_markdown_is_one_table_whatever_a_message_holds():
    lines = report.markdown(ARGV, GRADED).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 2 + len(GRADED)
    assert all(row.replace("\\|", "").count("|") == 6 for row in rows)
    assert "<b>" not in "".join(rows)


def test_the_junit_file_is_read_by_an_xml_parser():
    suite = ET.fromstring(report.junit(ARGV, GRADED)).find("testsuite")
    counted = {name: suite.get(name) for name in ("tests", "failures", "skipped")}
    assert counted == {"tests": "3", "failures": "1", "skipped": "1"}
    failures = [failure.get("type") for failure in suite.iter("failure")]
    assert failures == ["retry.hopeless"]
    beside = [text.text for text in suite.iter("system-out")]
    assert beside == ["key.printed (allowed): on standard error\ntold.request-id: no id"]


def names(chosen: Choose) -> set[str]:
    return {play.id for play in chosen(plays(Kind.VIDEO))}


def test_scenarios_are_chosen_by_name():
    assert names(choice.choice(["http.bad-gateway"], [])) == {"http.bad-gateway"}
    assert names(choice.choice(["http.bad-gateway@poll"], [])) == {"http.bad-gateway@poll"}
    assert names(choice.choice(["http.bad-gateway@create"], [])) == {"http.bad-gateway"}
    assert names(choice.choice(["http.forbidden@download"], [])) == {"http.forbidden@download"}
    usual = names(choice.choice([], []))
    assert usual - names(choice.choice([], ["video.failed"])) == {"video.failed"}
    assert "http.forbidden@download" not in usual


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        (["--only", "http.rate-limted"], "http.rate-limited"),
        (["--only", "http.ok,http.bad-gatway@poll"], "http."),
        (["--skip", "text.emty"], "text.empty"),
        (["--allow", "retry.hopelss"], "retry.hopeless"),
    ],
)
def test_an_unknown_name_is_one_line_with_the_nearest(cli, option, nearest):
    said = cli("drill", *option, "--", "true")
    assert (said.status, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert f"the nearest is {nearest}" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--"],
        ["--jobs", "0", "--", "true"],
        ["--timeout", "-1", "--", "true"],
        ["--kind", "music", "--", "true"],
        ["--junit", "no/such/folder/x.xml", "--", "true"],
    ],
)
def test_what_is_wrong_in_the_call_is_one_line(cli, arguments):
    said = cli("drill", *arguments)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(("listen", "scheme"), [(Listen.NORMALLY, "http"), (Listen.IN_PLAIN, "https")])
def test_a_lab_with_a_standing_scenario_plays_it_at_a_plain_address(listen, scheme):
    async def address() -> str:
        standing = Standing("mine", frozenset(Endpoint))
        async with Lab({"mine": Script(listen=listen)}, standing=standing) as lab:
            return lab.base_url()

    assert re.fullmatch(rf"{scheme}://127\.0\.0\.1:\d+/v1", asyncio.run(address()))


def test_only_three_names_in_braces_are_put_in():
    argv = ("{base_url}", "-d", '{"a": {"key": 1}}', "{host}:{key}", "{}")
    assert filled(argv, "http://127.0.0.1:5/v1", "sk-x") == (
        "http://127.0.0.1:5/v1",
        "-d",
        '{"a": {"key": 1}}',
        "127.0.0.1:5:sk-x",
        "{}",
    )


def test_the_environment_keeps_all_but_keys_and_addresses():
    own = {"PATH": "/bin", "COMETAPI_KEY": "mine", "HTTP_PROXY": "http://proxy", "OPENAI_ORG_ID": "us"}
    made = environment(own, "http://127.0.0.1:5/v1", "sk-x")
    assert {name: made[name] for name in ("PATH", "HTTP_PROXY", "OPENAI_ORG_ID")} == {
        "PATH": "/bin",
        "HTTP_PROXY": "http://proxy",
        "OPENAI_ORG_ID": "us",
    }
    assert "mine" not in made.values()


@pytest.mark.parametrize(
    ("own", "upper", "lower"),
    [
        ({}, "127.0.0.1", "127.0.0.1"),
        ({"NO_PROXY": "a.example"}, "a.example,127.0.0.1", "a.example,127.0.0.1"),
        ({"no_proxy": "a.example, .b"}, "a.example, .b,127.0.0.1", "a.example, .b,127.0.0.1"),
        ({"NO_PROXY": "a", "no_proxy": "b"}, "a,127.0.0.1", "b,127.0.0.1"),
        ({"NO_PROXY": "", "no_proxy": "b"}, "b,127.0.0.1", "b,127.0.0.1"),
        ({"no_proxy": "*"}, "*", "*"),
    ],
)
def test_no_proxy_stands_between_a_program_and_its_lab(own, upper, lower):
    made = environment(own | {"https_proxy": "http://proxy"}, "http://127.0.0.1:5/v1", "sk-x")
    assert (made["NO_PROXY"], made["no_proxy"]) == (upper, lower)


def test_a_program_that_is_slow_to_start_runs_fewer_times_at_once():
    assert usual_jobs(0.1, math.inf) > usual_jobs(5.0, math.inf) >= 1


def test_no_more_runs_go_on_at_once_than_there_are_files_for(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert [usual_jobs(0.1, files) for files in (10, 256, 1024, math.inf)] == [1, 4, 16, 512]
