"""Protects what snippets hold: each call or a word why not, no more than it needs, each failure marked."""

import ast
import re
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snippet_kit import CASES, ELSEWHERE, PYTHONS, connection

from cometplay.core import wire
from cometplay.core.connection import Connection, Target
from cometplay.core.drafts import Attachment, Kind
from cometplay.core.limits import LARGEST_ANSWER, LARGEST_FILES
from cometplay.core.redact import Secret
from cometplay.core.states import TaskState, state_of
from cometplay.failures import catalogue
from cometplay.snippets import RENDERERS, CannotRenderError, Language, Style, knowledge, render
from cometplay.snippets.literals import javascript, python

BASE = "http://127.0.0.1:4100/v1"
DRAFTS = CASES | ELSEWHERE


def code(name, language, style, mark="", **changes):
    draft = replace(DRAFTS[name], **changes)
    return render(wire.encode(draft, BASE), connection(BASE), language, style, mark)


SDKS = {Language.OPENAI_PYTHON, Language.OPENAI_NODE}
CANNOT = {
    **{(language, name, style): "no call for" for language in SDKS for name in ELSEWHERE for style in Style},
    **{
        (Language.COMETAPI_PYTHON, name, style): "supports text"
        for name in DRAFTS
        if name not in ("text", "stream")
        for style in Style
    },
    **{(Language.CURL, name, Style.PRODUCTION): "no production style" for name in DRAFTS},
}


@pytest.mark.parametrize("name", DRAFTS)
@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("language", Language)
def test_each_call_is_shown_or_refused_in_words(language, style, name):
    why = CANNOT.get((language, name, style))
    if why:
        with pytest.raises(CannotRenderError, match=why):
            code(name, language, style)
        return
    text = code(name, language, style).text
    assert text.endswith("\n")
    if language in PYTHONS:
        ast.parse(text)


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("language", Language)
def test_no_language_holds_a_key(language, style):
    own = Connection(Target.LIVE, "https://api.cometapi.com/v1", Secret("sk-person/secret+key=="))
    secrets = (("Authorization", "Bearer sk-person/secret+key=="), ("X-API-Key", "sk-person/secret+key=="))
    draft = replace(CASES["text"], headers=secrets)
    if (language, style) == (Language.CURL, Style.PRODUCTION):
        return
    text = render(wire.encode(draft, own.base_url), own, language, style).text
    assert "sk-person" not in text
    assert "COMETAPI_KEY" in text


@pytest.mark.parametrize(
    "base",
    [
        "https://me:s3cret@api.cometapi.com/v1",
        "https://s3cret@api.cometapi.com/v1",
        "https://api.cometapi.com/v1?key=s3cret",
        "https://api.cometapi.com/v1#s3cret",
        "https://me:s3cret/x@api.cometapi.com/v1",
        "https://me:s3cret\u2100@api.cometapi.com/v1",
        "me:s3cret@api.cometapi.com/v1",
    ],
)
def test_a_secret_in_the_base_url_reaches_neither_code_nor_the_word_why_not(base):
    own = Connection(Target.LIVE, base, None)
    request = wire.encode(CASES["text"], base)
    for language, style in RENDERERS:
        with pytest.raises(CannotRenderError, match="set COMETAPI_BASE_URL to one such as") as told:
            render(request, own, language, style)
        assert "s3cret" not in str(told.value)


def test_a_host_that_may_not_have_the_key_gets_none():
    strange = replace(connection(BASE), withheld=True)
    request = wire.encode(CASES["text"], BASE)
    for language in (Language.CURL, Language.HTTPX, Language.FETCH):
        assert "Bearer" not in render(request, strange, language, Style.MINIMAL).text
    form = render(wire.encode(CASES["video"], BASE), strange, Language.FETCH, Style.PRODUCTION).text
    assert "const HEADERS = {};" in form, "as prettier leaves what is empty"
    with pytest.raises(CannotRenderError, match="always sends the key"):
        render(request, strange, Language.OPENAI_NODE, Style.MINIMAL)


@pytest.mark.parametrize("language", [Language.OPENAI_PYTHON, Language.OPENAI_NODE])
def test_an_sdk_that_would_send_nothing_is_not_shown(language):
    with pytest.raises(CannotRenderError, match="sends nothing without prompt"):
        code("image", language, Style.MINIMAL, prompt="")


def test_a_number_that_javascript_would_round_is_refused():
    with pytest.raises(CannotRenderError, match="9007199254740993"):
        code("text", Language.FETCH, Style.MINIMAL, extra='{"seed":9007199254740993}')
    assert (
        "9007199254740993"
        in code("text", Language.HTTPX, Style.MINIMAL, extra='{"seed":9007199254740993}').text
    )


def edited(filename="a.png"):
    """An edit's code with a form written by hand, and with two files of long paths."""
    folder = "/deep" * 20
    files = (
        Attachment(name, f"{folder}/{name}.png", filename, "image/png", b"a") for name in ("image", "mask")
    )
    draft = {"model": "gpt-image-2", "prompt": "one\ntwo", "attachments": tuple(files)}
    return {style: code("image", Language.FETCH, style, **draft).text for style in Style}


def test_files_with_long_paths_have_names_of_their_own_in_javascript():
    for text in edited().values():
        assert "readFileSync(\n" in text
        names = re.findall(r"^(?:const|let|class|(?:async )?function\*?) (\w+)", text, re.MULTILINE)
        assert sorted(names) == sorted(set(names))


def test_a_files_name_with_quotes_and_breaks_is_written_as_send_writes_it():
    for text in edited('a "b"\r\nc.png').values():
        assert text.count('filename="a %22b%22%0D%0Ac.png"') == 2


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSONS = st.recursive(
    st.none() | st.booleans() | TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


@given(JSONS)
def test_python_reads_its_literal_as_the_same_value(value):
    assert ast.literal_eval(python(value)) == value


@given(TEXTS)
def test_a_text_in_javascript_stays_on_its_line_and_in_its_quotes(text):
    written = javascript(text)
    inner = written[1:-1].replace("\\\\", "")
    assert written[0] == written[-1]
    assert f"\\{written[0]}" in inner or written[0] not in inner
    assert written.isprintable()


ENDS = {
    "text": {"poll", "download(", "b64_json"},
    "image": {"finish_reason", "DEADLINE"},
    "kling": {"/content", "finish_reason"},
}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("language", [Language.HTTPX, Language.FETCH])
def test_production_code_holds_nothing_that_its_request_does_not_need(language, name):
    text = code(name, language, Style.PRODUCTION).text
    assert [word for word in ENDS[name] if word in text] == []


@pytest.mark.parametrize("language", [Language.HTTPX, Language.FETCH])
@pytest.mark.parametrize("name", CASES)
def test_production_code_takes_a_file_as_large_as_this_program_does(language, name):
    text = code(name, language, Style.PRODUCTION).text
    found = {limit: int(size) for limit, size in re.findall(r"(MOST_\w+) = ([\d_]+)", text)}
    kind = CASES[name].kind
    file = {"MOST_OF_FILE": LARGEST_FILES[kind]} if kind in LARGEST_FILES else {}
    assert found == {"MOST_BYTES": LARGEST_ANSWER} | file


KEYS = {"preflight.no-key", "preflight.key-form", "preflight.foreign-key"}


def noticed(mode):
    """Not an answer that only is not what one hoped for, nor a fault in the code's own request."""
    return mode.id in KEYS or not mode.id.startswith(("silent.", "preflight."))


@pytest.mark.slow
@pytest.mark.parametrize(
    "language", [Language.HTTPX, Language.OPENAI_PYTHON, Language.OPENAI_NODE, Language.FETCH]
)
@pytest.mark.parametrize("name", CASES)
def test_every_failure_that_code_can_meet_is_marked_in_it(language, name):
    plain = code(name, language, Style.PRODUCTION)
    assert plain.marked == ()
    kind = Kind(name if name != "stream" else "text")
    for mode in catalogue.of_kind(kind):
        shown = code(name, language, Style.PRODUCTION, mode.id)
        lines = shown.text.splitlines()
        around = [lines[place].strip() for run in shown.marked for place in (run.start, run.stop - 1)]
        assert around == [f"{language.comment} {way} handles {mode.id}" for way in (">>>", "<<<")] * len(
            shown.marked
        )
        assert "\n".join(line for line in lines if line.strip() not in around) == plain.text.rstrip("\n")
        assert bool(shown.marked) is noticed(mode), mode.id
        if language in PYTHONS:
            ast.parse(shown.text)


def test_the_marked_lines_are_those_that_handle_it():
    def marked(mark, name="text"):
        shown = code(name, Language.HTTPX, Style.PRODUCTION, mark)
        lines = shown.text.splitlines()
        return "\n".join(lines[place] for run in shown.marked for place in run)

    assert "def retry_after(" in marked("http.rate-limited")
    assert "the answer is empty" in marked("text.empty")
    assert "the answer is empty" not in marked("text.refusal")
    assert "task_not_exist" in marked("video.task-not-exist", "video")


def test_every_word_that_ends_a_task_is_known_to_end_one():
    for route, account in knowledge.ACCOUNTS.items():
        assert {state_of(word) for word in account.succeeded} == {TaskState.SUCCEEDED}, route
        assert all(state_of(word).terminal for word in account.lost), route


def test_every_mark_names_a_failure_that_there_is():
    from cometplay.snippets import templates  # noqa: PLC0415  its files are what is looked at here

    known = [mode.id for mode in catalogue.CATALOGUE]
    folder = templates.files(templates.__name__)
    texts = [part.read_text() for language in ("python", "node") for part in (folder / language).iterdir()]
    names = {
        name
        for text in texts
        for row in text.splitlines()
        if row.startswith("%% mark")
        for name in row.split()[2:]
    }
    assert len(names) > 30
    assert [name for name in names if not any(fnmatchcase(mode, name) for mode in known)] == []
