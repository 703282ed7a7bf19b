"""Protects the key: no way of printing, keeping or echoing gives it away."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core import redact
from cometplay.core.connection import Connection, Target
from cometplay.core.redact import MASK, Redactor, Secret

KEY = "sk-Very/secret+Key==0123456789"
LIVE = Connection(Target.LIVE, "https://api.cometapi.com/v1", Secret(KEY))


@dataclass
class Holder:
    """Somebody's own value with a key in it."""

    key: Secret


def raised(secret: Secret) -> str:
    try:
        raise RuntimeError(secret)  # noqa: TRY301  the traceback of it is the case
    except RuntimeError as error:
        return "".join(traceback.format_exception(error))


def logged(secret: Secret) -> str:
    return logging.LogRecord("n", logging.INFO, "p", 1, "key %s %r", (secret, secret), None).getMessage()


SHOWN: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda secret: "{} {!r} {!s} {!a}".format(*[secret] * 4),
    "f-string": lambda secret: f"{secret} {secret!r}",
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  likewise
    "list": lambda secret: str([secret, {"a": secret}]),
    "dataclass": lambda secret: repr(Holder(secret)),
    "asdict": lambda secret: str(asdict(Holder(secret))),
    "exception": raised,
    "log": logged,
    "redactor": lambda secret: repr(Redactor(secret)),
    "connection": lambda secret: repr(Connection(Target.LIVE, "https://h/v1", secret)),
    "pickle": lambda secret: pickle.dumps(secret).decode("latin-1"),
    "pickled connection": lambda _: pickle.dumps(LIVE).decode("latin-1"),
    "copy": lambda secret: copy.copy(secret).reveal(),
    "deepcopy": lambda secret: copy.deepcopy([secret])[0].reveal(),
    "unpickled": lambda secret: pickle.loads(pickle.dumps(secret)).reveal(),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_a_secret_never_shows_its_value(show):
    shown = show(Secret(KEY))
    assert KEY not in shown
    assert KEY.removeprefix("sk-") not in shown


@pytest.mark.parametrize(
    "way", [json.dumps, vars, lambda secret: format(secret, ">40")], ids=["json", "vars", "format"]
)
def test_what_cannot_take_a_secret_says_so_without_it(way):
    with pytest.raises(TypeError) as told:
        way(Secret(KEY))
    assert KEY not in str(told.value)


def test_only_reveal_gives_the_value():
    assert Secret(KEY).reveal() == KEY
    assert str(Secret(KEY)) == f"Secret({MASK})"


def test_secrets_are_compared_by_value_and_empty_ones_are_none():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert (bool(Secret("")), bool(Secret("a"))) == (False, True)


SPELLINGS = {
    "as it is": KEY,
    "without sk-": KEY.removeprefix("sk-"),
    "in a url": quote(KEY, safe=""),
    "in the path of a url": quote(KEY),
    "bearer": f"Bearer {KEY}",
    "in JSON": json.dumps({"key": KEY}),
    "twice": f"{KEY},{KEY}",
    "inside a word": f"x{KEY}y",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_an_echoed_key_is_masked_in_text_and_in_bytes(text):
    redactor = Redactor(Secret(KEY))
    for shown in (redactor.text(text), redactor.data(text.encode()).decode()):
        assert MASK in shown
        assert "secret" not in shown
        assert "0123456789" not in shown


def test_a_key_with_quotes_is_masked_in_the_json_that_escapes_it():
    odd = 'sk-a"b\\cdefgh'
    assert Redactor(Secret(odd)).text(json.dumps({"error": odd})) == f'{{"error": "{MASK}"}}'


def test_a_key_typed_with_spaces_is_masked_without_them():
    assert Redactor(Secret(f" {KEY}\n")).text(f"bad key {KEY}!") == f"bad key {MASK}!"


def test_everything_but_the_key_stays_as_it_came():
    redactor, text = Redactor(Secret(KEY)), '{"message":"invalid token \x00 é sk-other"}'
    assert redactor.text(text) == text
    assert redactor.data(b"\xff\xfe" + text.encode()) == b"\xff\xfe" + text.encode()


@pytest.mark.parametrize("secret", [None, Secret(""), Secret("sk-")], ids=["none", "empty", "prefix only"])
def test_without_a_key_ordinary_text_is_left_alone(secret):
    assert Redactor(secret).text("an ordinary text") == "an ordinary text"


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Zs"]), min_size=9, max_size=50))
def test_no_key_survives_in_any_spelling(tail):
    key = f"sk-{tail}"
    redactor = Redactor(Secret(key))
    for spelled in (key, quote(key, safe=""), json.dumps(key), tail):
        assert redactor.text(f"<{spelled}>") in (f"<{MASK}>", f'<"{MASK}">', f"<sk-{MASK}>")


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Authorization",
        "PROXY-AUTHORIZATION",
        "X-Api-Key",
        "x-goog-api-key",
        "Api-Key",
        "Cookie",
        "Set-Cookie",
    ],
)
def test_a_header_that_is_a_credential_is_masked(name):
    assert redact.header(name, f"Bearer {KEY}") == MASK


@pytest.mark.parametrize("name", ["content-type", "x-request-id", "retry-after", "x-api-keys"])
def test_any_other_header_is_shown(name):
    assert redact.header(name, "value") == "value"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key sk-abcdefgh12345 is bad", f"key sk-{MASK} is bad"),
        ("SK-ABCDEFGH", f"SK-{MASK}"),
        ("authorization: Bearer abcdefgh.rest", f"authorization: Bearer {MASK}.rest"),
        ("sk-a sk-short7", "sk-a sk-short7"),
        ("task-abcdefghijk", "task-abcdefghijk"),
        ("bearer of bad news", "bearer of bad news"),
        ("no key", "no key"),
    ],
)
def test_what_looks_like_somebodys_key_is_masked(text, shown):
    assert redact.key_like(text) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://cdn.example/v.mp4?X-Amz-Signature=abc&x=1", f"https://cdn.example/v.mp4?{MASK}"),
        ("https://cdn.example/v.mp4#token=abc", "https://cdn.example/v.mp4"),
        ("https://cdn.example/v.mp4?sig=a#b", f"https://cdn.example/v.mp4?{MASK}"),
        ("https://user:pass@cdn.example:8443/v.mp4", "https://cdn.example:8443/v.mp4"),
        ("https://us@er:p@cdn.example/v?s", f"https://cdn.example/v?{MASK}"),
        ("https://cdn.example/v.mp4", "https://cdn.example/v.mp4"),
        ("http://[::1]:4100/v1/videos", "http://[::1]:4100/v1/videos"),
    ],
    ids=["signature", "fragment", "both", "user", "two at signs", "plain", "ipv6"],
)
def test_a_url_is_shown_without_what_opens_it(url, shown):
    assert redact.url(url) == shown
