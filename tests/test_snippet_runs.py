"""Protects every snippet: run as its user runs it, it sends what Send sends, and its language is content."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Explored
from hypothesis import strategies as st
from playing import FakeClock, converse
from snippet_kit import (
    BREAKS,
    CASES,
    ELSEWHERE,
    NODES,
    PYTHONS,
    code_of,
    connection,
    served,
    side_by_side,
    told,
)

from cometplay.core import wire
from cometplay.core.drafts import Attachment, with_prompt
from cometplay.core.jsons import compact
from cometplay.core.wire import Phase
from cometplay.snippets import Language, Style

pytestmark = pytest.mark.slow

DRAFTS = CASES | ELSEWHERE


@pytest.fixture(scope="module")
def lab():
    with served() as running:
        yield running


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


def cannot(language, name):
    """Whether a language has no call for a request, and is known to have none."""
    return name in ELSEWHERE or language is Language.COMETAPI_PYTHON


@pytest.mark.parametrize("name", DRAFTS)
def test_minimal_code_sends_exactly_what_send_sends(lab, tools, tmp_path, name):
    draft = with_prompt(DRAFTS[name], BREAKS if name in CASES else "it's")
    before = len(lab.requests())
    sends = told(sent_by_send(lab, draft, tmp_path)[0])

    def traced(language):
        return f'it\'s "{language.value}"'

    def run(language):
        headed = replace(draft, headers=(("x-trace", traced(language)),))
        text = code_of(wire.encode(headed, lab.base_url), lab.base_url, language)
        if text is None:
            assert cannot(language, name)
            return
        done = tools.run(language, tools.written(f"minimal-{name}", language, text), tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
        (came,) = (
            each for each in lab.requests()[before:] if each.headers.get("x-trace") == traced(language)
        )
        assert (told(came), came.status) == (sends, 200), language

    side_by_side(run, Language)


@pytest.mark.parametrize("name", ["video", *(name for name in ELSEWHERE)])
def test_minimal_code_polls_and_downloads_as_send_does(lab, tools, tmp_path, name):
    sends = sent_by_send(lab, DRAFTS[name], tmp_path)
    poll, file = sends[1], sends[-1]
    created = wire.encode(DRAFTS[name], lab.base_url)
    task = poll.path.rpartition("/")[2] if poll.method == "GET" else ""
    request = wire.poll(created, lab.base_url, task)
    before = len(lab.requests())

    def run(language):
        text = code_of(request, lab.base_url, language)
        if text is None:
            assert cannot(language, name)
            return 0
        done = tools.run(language, tools.written(f"poll-{name}", language, text), tmp_path)
        assert done.returncode == 0, done.stderr
        return 1

    ran = sum(side_by_side(run, Language))
    assert [told(came) for came in lab.requests()[before:]] == [told(poll)] * ran
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


@pytest.mark.parametrize("language", NODES)
def test_two_files_with_quotes_in_their_long_names_go_along_in_a_form_written_by_hand(
    lab, tools, tmp_path, language
):
    size = (8).to_bytes(4) * 2
    png = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + size + b"\x08\x06\0\0\0" + bytes(40)
    paths = {field: tmp_path / f'a "{field}"{" long" * 20}.png' for field in ("image", "mask")}
    for path in paths.values():
        path.write_bytes(png)
    files = (
        Attachment(field, str(path), path.name, "image/png", path.read_bytes())
        for field, path in paths.items()
    )
    draft = replace(with_prompt(CASES["image"], BREAKS), attachments=tuple(files))
    text = code_of(wire.encode(draft, lab.base_url), lab.base_url, language)
    assert text is not None
    came, _ = sent_by_snippet(lab, tools, tmp_path, language, text, "files")
    assert told(came) == told(sent_by_send(lab, draft, tmp_path)[0])
    assert "%22mask%22" in came.body


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
def test_production_code_brings_the_result_home(lab, tools, tmp_path, name):
    default = "https://127.0.0.1:1/v1"  # nothing is there: the environment says where to go

    def run(language):
        text = code_of(wire.encode(DRAFTS[name], default), default, language, Style.PRODUCTION)
        if text is None:
            assert cannot(language, name)
            return
        folder = tmp_path / language.value
        folder.mkdir()
        code = tools.written(f"production-{name}", language, text)
        done = tools.run(language, code, folder, COMETAPI_BASE_URL=lab.base_url)
        assert done.returncode == 0, done.stderr
        if name in ("text", "stream"):
            assert "hi" in done.stdout.lower()
        else:
            files = [folder / line for line in done.stdout.split()]
            assert files
            assert all(file.stat().st_size > 100 for file in files)
            assert sorted(folder.iterdir()) == sorted(files)

    side_by_side(run, (*PYTHONS, *NODES))


@pytest.mark.parametrize("key", [" ", "sk-ключ", "sk-a\nb"], ids=["missing", "not ASCII", "two lines"])
def test_production_code_says_in_a_line_what_is_wrong_with_the_key(tools, tmp_path, key):
    base = "http://127.0.0.1:1/v1"

    def run(language):
        text = code_of(wire.encode(CASES["text"], base), base, language, Style.PRODUCTION)
        done = tools.run(language, tools.written("keyless", language, text), tmp_path, COMETAPI_KEY=key)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "COMETAPI_KEY" in done.stderr
        assert key == " " or key not in done.stderr

    side_by_side(run, (*PYTHONS, *NODES))


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
