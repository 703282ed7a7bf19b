"""Protects the code to take home: pasted into a shell, it sends exactly what Send would have sent."""

import os
import shlex
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snippet_kit import served

from cometplay.core import wire
from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Attachment, ImageDraft, Message, TextDraft, VideoDraft
from cometplay.core.jsons import compact
from cometplay.core.redact import Secret
from cometplay.core.wire import FormBody, Phase
from cometplay.lab.fields import read
from cometplay.snippets import CannotRenderError, Language, Style, render

KEY = "sk-person/secret+key=="
LIVE = Connection(Target.LIVE, "https://api.cometapi.com/v1", Secret(KEY))
TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60) | st.text(
    st.sampled_from("'\"\\`$!{}[]()#&|;<>*?~=@- \t\n\r%é漢👍"), max_size=30
)
DRAFTS = {
    "text": lambda prompt: TextDraft(model="gpt-5.4-mini", messages=(Message("user", prompt),), token_cap=9),
    "image": lambda prompt: ImageDraft(model="gpt-image-2", prompt=prompt, size="1024x1024"),
    "video": lambda prompt: VideoDraft(model="veo3-fast", prompt=prompt, seconds="8", extra='{"loop":true}'),
}


def curl(request, connection=LIVE):
    return render(request, connection, Language.CURL, Style.MINIMAL).text


def created(draft, connection=LIVE):
    return wire.encode(draft, connection.base_url)


def arguments(command):
    """What a shell makes of the command: url, then the values of each option in order."""
    program, silent, url, *rest = shlex.split(command)
    assert (program, silent) == ("curl", "-sS")
    options: dict[str, list[str]] = {}
    assert set(rest[::3]) <= {"\n"}  # what shlex leaves of a line that goes on; a shell leaves nothing
    for option, value in zip(rest[1::3], rest[2::3], strict=True):
        options.setdefault(option, []).append(value)
    return url, options


HEADERS = (("x-trace", 'it\'s "1"'), ("Accept-Language", "de"))


@given(TYPED)
@pytest.mark.parametrize("kind", DRAFTS)
def test_any_prompt_comes_back_from_the_shell_as_it_was(kind, prompt):
    request = created(replace(DRAFTS[kind](prompt), headers=HEADERS))
    url, options = arguments(curl(request))
    assert url == request.url
    headers = options.pop("-H")
    assert headers[:3] == ['x-trace: it\'s "1"', "Accept-Language: de", "Authorization: Bearer $COMETAPI_KEY"]
    if isinstance(request.body, FormBody):
        assert options == {"--form-string": [f"{name}={value}" for name, value in request.body.fields]}
    else:
        assert options == {"--data-raw": [request.body.text]}
        assert headers[3:] == ["Content-Type: application/json"]


@given(TYPED)
def test_a_prompt_never_reaches_outside_its_quotes(prompt):
    command = curl(created(DRAFTS["text"](prompt)))
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    assert [token for token in lexer if token and set(token) <= set("();<>|&")] == []


@pytest.mark.parametrize("kind", DRAFTS)
@pytest.mark.parametrize("target", Target, ids=lambda target: target.value)
def test_the_key_is_only_ever_a_reference(kind, target):
    connection = replace(LIVE, target=target)
    secrets = (("Authorization", f"Bearer {KEY}"), ("X-API-Key", KEY), ("cookie", KEY))
    command = curl(created(replace(DRAFTS[kind]("p"), headers=secrets)), connection)
    assert KEY not in command
    assert command.count("COMETAPI_KEY") == 1


@pytest.mark.parametrize(
    ("phase", "keyed"),
    [(Phase.POLL, True), (Phase.PROBE, True), (Phase.DOWNLOAD, False)],
    ids=["poll", "probe", "file"],
)
def test_a_request_without_a_body_is_a_get_with_the_key_only_where_it_belongs(phase, keyed):
    first = created(DRAFTS["video"]("p"))
    request = {
        Phase.POLL: wire.poll(first, LIVE.base_url, "a/b'c"),
        Phase.PROBE: wire.content(first, LIVE.base_url, "a/b'c", Phase.PROBE),
        Phase.DOWNLOAD: wire.download(first, "https://cdn.example/v.mp4?a=1&sig=$(id)'"),
    }[phase]
    url, options = arguments(curl(request))
    assert url == request.url
    assert options == {"-X": ["GET"]} | ({"-H": ["Authorization: Bearer $COMETAPI_KEY"]} if keyed else {})


@pytest.mark.parametrize("stream", [True, False, None])
def test_a_stream_is_shown_as_it_comes(stream):
    command = curl(created(TextDraft(model="m", stream=stream)))
    assert ("-N" in shlex.split(command)) is bool(stream)


CANNOT = {
    "NUL in a chat's header": TextDraft(model="m", headers=(("x", "a\0b"),)),
    "NUL in a form": VideoDraft(model="m", prompt="a\0b"),
    "a form over 120 kB": VideoDraft(model="m", prompt="a" * (120 * 1024)),
    "JSON over 120 kB": ImageDraft(model="m", prompt="a" * (120 * 1024)),
    "over 120 kB in bytes, not in characters": ImageDraft(model="m", prompt="漢" * (41 * 1024)),
    "half a surrogate pair": VideoDraft(model="m", prompt="\ud800"),
    "an equals sign in a form field's name": VideoDraft(model="m", prompt="p", extra='{"a=b":1}'),
}


@pytest.mark.parametrize("draft", CANNOT.values(), ids=CANNOT)
def test_what_no_command_line_can_carry_is_told(draft):
    with pytest.raises(CannotRenderError) as told:
        curl(created(draft))
    assert str(told.value)


def test_a_nul_in_json_is_spelled_and_so_can_be_carried():
    assert r"a\u0000b" in curl(created(DRAFTS["text"]("a\0b")))


@pytest.fixture(scope="module")
def lab():
    with served() as running:
        yield running


def pasted(command, **environment):
    """Runs a command as a person pastes it. A file's name in it must not be opened by mistake."""
    known = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command], env=known | environment, capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def arrived(lab, draft):
    """A draft's snippet, run: the request that Send would make, and the one that came."""
    connection = Connection(Target.LAB, lab.base_url, Secret(LAB_KEY))
    request = created(draft, connection)
    before = len(lab.requests())
    answer = pasted(curl(request, connection))
    assert '"error":{' not in answer.replace(" ", "")
    (came,) = lab.requests()[before:]
    return request, came


def check(lab, draft):
    request, came = arrived(lab, draft)
    kind, data = wire.payload(request.body)
    assert (came.method, came.status, came.key) == ("POST", 200, "lab")
    assert lab.base_url.removesuffix("/v1") + came.path == request.url
    if isinstance(request.body, FormBody):
        seen, sent = read(came.headers["content-type"], came.body.encode()), read(kind, data)
        # what was recorded is text, and a file's bytes are none
        assert (seen.fields, seen.fault) == (sent.fields, sent.fault)
        assert [file.name for file in seen.uploads] == [file.name for file in sent.uploads]
    else:
        assert (came.headers["content-type"], came.body.encode()) == (kind, data)


NASTY = {
    "everything": '@it\'s "q" `id` $(id) $HOME ${x} !! \\n %s \t{a,b} [1-3] <;&|>\nnext\r\n漢字 é 👩‍👩‍👧\\',
    "leading dash": "-X DELETE --next",
    "leading at": "@/etc/passwd",
    "form file mark": "</etc/passwd;type=text/html",
    "trailing backslash": "C:\\",
    "quotes only": "'\"'\"''",
    "breaks only": "\n\n",
    "history": "!$ !! ^a^b",
    "a boundary": "--boundary--\r\nContent-Disposition: form-data",
    "a line that ends it": "a\\\n  -d evil\nEOF\n",
    "spaces": "  two  spaces  ",
    "escape": "\x1b[31m\x07",
    "surrogate-free emoji": "🏳️‍🌈🇯🇵",
    "equals": "=a=b&c=d",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", DRAFTS)
def test_curl_sends_what_send_would_send(lab, kind):
    check(lab, DRAFTS[kind](NASTY["everything"]))


@pytest.mark.slow
@pytest.mark.parametrize("prompt", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("kind", DRAFTS)
def test_curl_sends_any_nasty_prompt(lab, kind, prompt):
    check(lab, DRAFTS[kind](prompt))


ELSEWHERE = {
    "kling": VideoDraft(model="kling-v2", prompt=NASTY["quotes only"], seconds="5"),
    "runway": VideoDraft(
        model="gen3a_turbo", prompt="it's", seconds="5", extra='{"promptImage":"https://x.example/a.png"}'
    ),
    "grok": VideoDraft(model="grok-imagine-video", prompt=NASTY["a boundary"], seconds="6"),
    "flux": ImageDraft(model="black-forest-labs/flux-schnell", prompt=NASTY["everything"], n=2),
}


@pytest.mark.slow
@pytest.mark.parametrize("draft", ELSEWHERE.values(), ids=ELSEWHERE)
def test_curl_sends_what_send_would_send_on_a_route_of_its_own(lab, draft):
    check(lab, draft)


@pytest.mark.slow
def test_curl_sends_the_persons_headers_empty_ones_too(lab):
    headers = (("x-trace", "it's $HOME"), ("x-empty", ""), ("x-unicode", "\\u00e9"))
    _, came = arrived(lab, replace(DRAFTS["image"]("p"), headers=headers))
    assert {name: came.headers.get(name) for name, _ in headers} == dict(headers)


@pytest.mark.slow
def test_curl_sends_a_file_whatever_its_path(lab, tmp_path):
    path = tmp_path / "a \"q\" 'x';type=text, é\\.png"
    path.write_bytes(b"\x89PNG\r\n")
    file = Attachment("input_reference", str(path), path.name, "image/png", path.read_bytes())
    check(lab, replace(DRAFTS["video"]("p"), attachments=(file,)))


@pytest.mark.slow
def test_curl_takes_the_key_from_the_environment_as_it_stands_there(lab):
    connection = Connection(Target.LIVE, lab.base_url, None)
    request = created(DRAFTS["text"]("p"), connection)
    pasted(curl(request, connection), COMETAPI_KEY=LAB_KEY)
    assert lab.requests()[-1].key == "lab"


@pytest.mark.slow
def test_the_largest_prompt_that_is_shown_is_one_that_the_shell_takes(lab, tmp_path):
    empty = len(compact({"model": "m", "prompt": ""}))
    draft = ImageDraft(model="m", prompt="'" * (120 * 1024 - empty))
    connection = Connection(Target.LAB, lab.base_url, Secret(LAB_KEY))
    script = tmp_path / "pasted.sh"
    script.write_text(curl(created(draft, connection)))
    before = len(lab.requests())
    subprocess.run(["bash", str(script)], check=True, capture_output=True, timeout=30)
    assert lab.requests()[before].headers["content-length"] == str(120 * 1024)
