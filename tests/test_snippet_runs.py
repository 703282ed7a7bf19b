"""Protects every snippet: run as its user runs it, it sends what Send sends, and its language is content."""

import asyncio
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Explored
from hypothesis import strategies as st
from playing import FakeClock, converse
from snippet_kit import (
    CASES,
    ELSEWHERE,
    NODES,
    PYTHONS,
    connection,
    install,
    served,
    told,
)

from cometplay.core import wire
from cometplay.core.drafts import Attachment, Message, TextDraft, with_prompt
from cometplay.core.jsons import compact
from cometplay.core.wire import Phase
from cometplay.snippets import CannotRenderError, Language, Style, render

pytestmark = pytest.mark.slow

DRAFTS = CASES | ELSEWHERE
BREAKS = 'It\'s "one"\nline\r\nand `another`, ${here} {there} \\ é 漢字 👍🏽 \u2028 \x1b[31m'


@pytest.fixture(scope="session")
def tools(pytestconfig):
    return install(Path(pytestconfig.cache.mkdir("snippets")))


@pytest.fixture(scope="module")
def lab():
    with served() as running:
        yield running


def code_of(request, base_url, language, style=Style.MINIMAL):
    """The snippet's text, or None where the language says that it cannot."""
    try:
        return render(request, connection(base_url), language, style).text
    except CannotRenderError:
        return None


def sent_by_send(lab, draft, folder):
    """What arrives when Send sends: the create, and the first of what follows it."""
    before = len(lab.requests())
    asyncio.run(converse(draft, connection(lab.base_url), clock=FakeClock(), folder=folder))
    return lab.requests()[before:]


def sent_by_snippet(lab, tools, folder, language, text, name):
    before = len(lab.requests())
    done = tools.run(language, tools.written(name, language, text), folder)
    assert done.returncode == 0, done.stderr
    (came,) = lab.requests()[before:]
    return came, done


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("language", Language)
def test_minimal_code_sends_exactly_what_send_sends(lab, tools, tmp_path, language, name):
    draft = with_prompt(DRAFTS[name], BREAKS if name in CASES else "it's")
    draft = replace(draft, headers=(("x-trace", 'it\'s "1"'),))
    text = code_of(wire.encode(draft, lab.base_url), lab.base_url, language)
    if text is None:
        assert name in ELSEWHERE or language is Language.COMETAPI_PYTHON
        return
    came, done = sent_by_snippet(lab, tools, tmp_path, language, text, f"minimal-{name}")
    assert told(came) == told(sent_by_send(lab, draft, tmp_path)[0])
    assert (came.status, came.headers["x-trace"]) == (200, 'it\'s "1"')
    assert done.stdout.strip()


@pytest.mark.parametrize("name", ["video", *(name for name in ELSEWHERE)])
@pytest.mark.parametrize("language", Language)
def test_minimal_code_polls_and_downloads_as_send_does(lab, tools, tmp_path, language, name):
    sends = sent_by_send(lab, DRAFTS[name], tmp_path)
    poll, file = sends[1], sends[-1]
    created = wire.encode(DRAFTS[name], lab.base_url)
    task = poll.path.rpartition("/")[2] if poll.method == "GET" else ""
    request = wire.poll(created, lab.base_url, task)
    if text := code_of(request, lab.base_url, language):
        came, _ = sent_by_snippet(lab, tools, tmp_path, language, text, f"poll-{name}")
        assert told(came) == told(poll)
    else:
        assert name in ELSEWHERE or language is Language.COMETAPI_PYTHON
    assert file.key == "none"


@pytest.mark.parametrize(
    "language", [Language.OPENAI_PYTHON, Language.OPENAI_NODE, Language.HTTPX, Language.FETCH]
)
@pytest.mark.parametrize("prompt", ["A boat", BREAKS], ids=["plain", "by hand"])
def test_a_file_goes_along_as_it_is(lab, tools, tmp_path, language, prompt):
    path = tmp_path / "a 'b' é.png"
    path.write_bytes(b"\x89PNG\r\n\x00\xff" * 40)
    file = Attachment("input_reference", str(path), path.name, "image/png", path.read_bytes())
    draft = replace(with_prompt(CASES["video"], prompt), attachments=(file,))
    text = code_of(wire.encode(draft, lab.base_url), lab.base_url, language)
    assert text is not None
    came, _ = sent_by_snippet(lab, tools, tmp_path, language, text, "file")
    assert told(came) == told(sent_by_send(lab, draft, tmp_path)[0])


TYPED = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40
) | st.text(
    st.sampled_from("'\"\\`$!{}[]()#&|;<>*?~=@-/% \t\n\r\x0b\x85\u2028é漢👍\u200d\ufe0f"),
    min_size=1,
    max_size=30,
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | TYPED
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TYPED | st.just("__proto__"), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("language", Language)
@settings(
    max_examples=3,
    phases=[Explored.explicit, Explored.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(TYPED, VALUES), min_size=6, max_size=6))
def test_any_text_and_any_value_survive(lab, tools, language, asked):
    drafts = [
        replace(with_prompt(CASES[name], prompt), extra=compact({"probe": value}))
        for prompt, value in asked
        for name in CASES
    ]
    requests = [wire.encode(draft, lab.base_url) for draft in drafts]
    texts = [code_of(request, lab.base_url, language) for request in requests]
    shown = [(request, text) for request, text in zip(requests, texts, strict=True) if text]
    assert len(shown) == (len(asked) * 2 if language is Language.COMETAPI_PYTHON else len(requests))
    codes = [tools.written(f"any-{place}", language, text) for place, (_, text) in enumerate(shown)]
    before = len(lab.requests())
    with tempfile.TemporaryDirectory() as folder:
        done = tools.run(language, tools.driver(language, codes), Path(folder))
    assert done.returncode == 0, done.stderr
    came = lab.requests()[before:]
    assert len(came) == len(shown), done.stderr
    for (request, _), arrived in zip(shown, came, strict=True):
        kind, data = wire.payload(request.body)
        sent = replace(arrived, headers={"content-type": kind}, body=data.decode())
        assert told(arrived) == told(sent)


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("language", [*PYTHONS, *NODES])
def test_production_code_brings_the_result_home(lab, tools, tmp_path, language, name):
    default = "https://127.0.0.1:1/v1"  # nothing is there: the environment says where to go
    text = code_of(wire.encode(DRAFTS[name], default), default, language, Style.PRODUCTION)
    if text is None:
        assert name in ELSEWHERE or language is Language.COMETAPI_PYTHON
        return
    code = tools.written(f"production-{name}", language, text)
    done = tools.run(language, code, tmp_path, COMETAPI_BASE_URL=lab.base_url)
    assert done.returncode == 0, done.stderr
    if name in ("text", "stream"):
        assert "hi" in done.stdout.lower()
    else:
        files = [tmp_path / line for line in done.stdout.split()]
        assert files
        assert all(file.stat().st_size > 100 for file in files)
        assert sorted(tmp_path.iterdir()) == sorted([*files, tmp_path / "here"])


@pytest.mark.parametrize("key", [" ", "sk-ключ", "sk-a\nb"], ids=["missing", "not ASCII", "two lines"])
@pytest.mark.parametrize("language", [*PYTHONS, *NODES])
def test_production_code_says_in_a_line_what_is_wrong_with_the_key(tools, tmp_path, language, key):
    base = "http://127.0.0.1:1/v1"
    text = code_of(wire.encode(CASES["text"], base), base, language, Style.PRODUCTION)
    done = tools.run(language, tools.written("keyless", language, text), tmp_path, COMETAPI_KEY=key)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "COMETAPI_KEY" in done.stderr
    assert key == " " or key not in done.stderr


@pytest.fixture(scope="module")
def every_code(tools):
    """Each snippet there is, ordinary ones and ones with odd values, in a folder of its own."""
    folder = tools.node / "checked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    odd = (
        '{"a-b":[1,2.5,-3],"9":true,"words":["' + "long " * 30 + '","b"],"deep":{"é":[],"x":{}},"none":null}'
    )
    drafts = DRAFTS | {
        "odd": TextDraft(
            model="m" * 70, messages=(Message("user", BREAKS), Message("user", "'" * 70)), extra=odd
        ),
        "odd-image": replace(with_prompt(CASES["image"], BREAKS + "long " * 30), extra=odd),
        "odd-video": with_prompt(CASES["video"], "it's " * 30),
        "breaks": with_prompt(CASES["video"], BREAKS),
    }
    for base in (
        "https://api.cometapi.com/v1",
        "http://127.0.0.1:4100/s/http.server-error-invalid-request@poll/v1",
    ):
        for name, draft in drafts.items():
            headed = replace(draft, headers=(("x-trace", "1"),)) if name.startswith("odd") else draft
            for language in Language:
                for style in Style:
                    text = code_of(wire.encode(headed, base), base, language, style)
                    place = "lab" if "127" in base else "live"
                    if text:
                        (
                            folder / f"{place}_{name}_{language}_{style}{language.suffix}".replace("-", "_")
                        ).write_text(text)
    return folder


def complaints(*command, cwd):
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def own(name):
    """A program of our own environment."""
    return Path(sys.executable).parent / name


RULES = "E,F,W,I,B,UP,C4,SIM,RUF,RET,PL,PERF,ISC,PT,A,N,ARG,TRY,BLE,S110"
LEFT_OUT = "E501,PLR2004,TRY003,TRY301,RUF001,RUF003"
"""What a long prompt does to a line, and what is a matter of taste."""


def test_python_has_no_complaint(every_code, tools):
    ruff = (own("ruff"), "--isolated")
    assert complaints(own("ruff"), "format", "--isolated", "--check", "--diff", ".", cwd=every_code) == ""
    assert (
        complaints(
            ruff[0], "check", "--isolated", "--select", RULES, "--ignore", LEFT_OUT, ".", cwd=every_code
        )
        == ""
    )
    (every_code / "pyrightconfig.json").write_text('{"typeCheckingMode": "basic"}')
    ordinary = [path for path in every_code.glob("live_*.py") if "odd" not in path.name]
    assert complaints(own("pyright"), "--pythonpath", tools.python, "-p", ".", cwd=every_code) == ""
    assert ordinary


def test_javascript_has_no_complaint(every_code, tools):
    scripts = sorted(every_code.glob("*.mjs"))
    assert scripts
    for script in scripts:
        assert complaints("node", "--check", script, cwd=every_code) == ""
    prettier = tools.node / "node_modules/.bin/prettier"
    assert complaints(prettier, "--check", *scripts, cwd=tools.node) == ""


def test_bash_has_no_complaint(every_code):
    commands = sorted(every_code.glob("*.sh"))
    assert complaints("shellcheck", "--shell=bash", "--severity=warning", *commands, cwd=every_code) == ""


def test_a_download_is_asked_for_without_the_key(lab, tools, tmp_path):
    before = len(lab.requests())
    asyncio.run(converse(CASES["video"], connection(lab.base_url), clock=FakeClock(), folder=tmp_path))
    file = lab.requests()[-1]
    created = wire.encode(CASES["video"], lab.base_url)
    url = f"http://{file.headers['host']}{file.path}"
    request = wire.download(created, url)
    assert request.phase is Phase.DOWNLOAD
    assert len(lab.requests()) > before
    for language in (Language.HTTPX, Language.FETCH):
        text = code_of(request, lab.base_url, language)
        came, _ = sent_by_snippet(lab, tools, tmp_path, language, text, "download")
        assert (came.path, came.key) == (file.path, "none")
        assert (tmp_path / "video.mp4").stat().st_size > 100
