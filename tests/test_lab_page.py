"""Protects the lab's page: as text, as HTML that needs nothing from elsewhere, and in a real browser."""

import math
import re

import httpx
import pytest
from browser import CHROMIUM, browsing
from test_lab_kit import CHAT, KEY, TLS

from cometplay.core.findings import Reply, Rule, Script
from cometplay.failures.catalogue import CATALOGUE
from cometplay.lab import Lab, Scene
from cometplay.stage import scenes, scripts

NASTY = "<script>alert(1)</script>\"'&"
PLAYED = {"busy": Script((Rule(Reply(503)),)), NASTY: Script()}
SHOWN = [Scene("busy", "Too busy", "Come again.", ("text", "video")), Scene(NASTY, NASTY, NASTY, ("image",))]


@pytest.fixture
def lab():
    with Lab(PLAYED, scenes=SHOWN, speed=math.inf) as lab:
        yield lab


@pytest.fixture
def ask():
    with httpx.Client(trust_env=False, verify=TLS) as client:
        yield lambda lab, path, **headers: client.get(f"http://127.0.0.1:{lab.port}{path}", headers=headers)


def test_a_terminal_gets_text_and_a_browser_html(lab, ask):
    text, html = ask(lab, "/"), ask(lab, "/", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    assert {text.headers["vary"], html.headers["vary"]} == {"accept"}


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_each_scenario_stands_there_with_what_it_teaches_and_where(lab, ask, accept):
    page = ask(lab, "/", accept=accept).text
    for said in ("Too busy", "Come again.", "text, video", lab.base_url("busy"), lab.base_url()):
        assert said in page
    for variable in ("OPENAI_BASE_URL", "COMETAPI_BASE_URL", "COMETAPI_API_BASE"):
        assert variable in page


def test_the_html_needs_nothing_from_elsewhere_and_lets_nothing_in(lab, ask):
    response = ask(lab, "/", accept="text/html")
    assert "<script>alert" not in response.text
    assert re.findall(r"""(?:src|href)=["']?+(?!/_lab|data:,)[^ >]*""", response.text) == []
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_every_scene_of_the_catalogue_is_presented():
    presented = {scene.id: scene for scene in scenes()}
    assert set(scripts()) <= set(presented)
    assert all(scene.title and scene.tabs and scene.teaches.endswith(".") for scene in presented.values())
    assert {mode.title for mode in CATALOGUE} == {scene.title for scene in presented.values()}


@pytest.mark.parametrize(
    ("after", "statuses"), [(0, [503, 200, 503]), (1, [200, 503]), (3, []), (9, [503, 200, 503])]
)
def test_the_record_can_leave_out_what_was_seen(lab, ask, after, statuses):
    for scenario in ("busy", None, "busy"):
        httpx.post(
            lab.base_url(scenario) + "/chat/completions", json=CHAT, headers=KEY, verify=TLS, trust_env=False
        )
    response = ask(lab, f"/_lab/requests?after={after}")
    assert [request["status"] for request in response.json()] == statuses
    assert response.headers["x-lab-arrived"] == "3"


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on PATH")
@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(247, 248, 250)"), ("dark", "rgb(18, 22, 29)")])
def test_a_person_opens_the_page_copies_an_address_and_sees_a_request_arrive(lab, tmp_path, scheme, ground):
    with browsing(tmp_path / "profile") as page:
        page.open(f"http://127.0.0.1:{lab.port}/", scheme=scheme)
        assert page.run("getComputedStyle(document.body).backgroundColor") == ground
        assert page.run("document.querySelectorAll('#scenes li').length") == len(PLAYED)

        page.run("document.querySelector('#scenes button').click()")
        page.see("document.querySelector('#said').textContent.startsWith('Copied')")
        assert page.run("navigator.clipboard.readText()") == lab.base_url("busy")
        page.run("document.querySelector('#as').selectedIndex = 3")
        page.run("document.querySelector('#scenes button').click()")
        page.see("document.querySelector('#said').textContent.includes('COMETAPI_API_BASE')")
        assert str(page.run("navigator.clipboard.readText()")).count(lab.base_url("busy")) == 2

        page.run("document.querySelector('[data-tab=image]').click()")
        assert page.run("[...document.querySelectorAll('#scenes li')].map(one => one.hidden)") == [
            True,
            False,
        ]

        url = lab.base_url("busy") + "/chat/completions?who=<b>me</b>"
        httpx.post(url, json=CHAT, headers=KEY, verify=TLS, trust_env=False)
        page.see("document.querySelector('#requests').textContent.includes('POST /s/busy/v1/chat')")
        assert "busy lab 503" in " ".join(
            str(page.run("document.querySelector('#requests').innerText")).split()
        )
        assert page.run("document.querySelector('#requests b')") is None
        page.run("document.querySelector('#forget').click()")
        page.see("document.querySelector('#requests').textContent.includes('Nothing yet')")
        assert page.said == []
