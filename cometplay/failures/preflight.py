"""What can be seen before anything is sent. A finding warns; only what cannot be sent blocks."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from cometplay.core import jsons
from cometplay.core.connection import (
    LIVE_BASE_URL,
    Connection,
    Target,
    base_url_fault,
    is_loopback,
    mended_base_url,
)
from cometplay.core.drafts import Draft
from cometplay.core.findings import Evidence, ModeClass, Reproduction, Retryable, Sighting
from cometplay.core.redact import MASK, Secret, url
from cometplay.failures import signs, tables
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import CHAT_PAGE, ERROR_PAGE, GUIDE, OBSERVED
from cometplay.failures.tables import Row


def _live(base_url: str = "https://api.example.invalid/v1", key: str = "sk-example-of-a-key") -> Connection:
    """An example that leads nowhere: what is shown with it must not be sent by mistake."""
    return Connection(Target.LIVE, base_url, Secret(key) if key else None)


def _no_key(_: Draft, connection: Connection) -> Sighting | None:
    if connection.target is Target.LAB or connection.key:
        return None
    why = "belongs to another host, and stays here" if connection.withheld else "not set"
    return Sighting(
        (Evidence("COMETAPI_KEY", why), Evidence("target", url(connection.base_url))), blocks=True
    )


NO_KEY = FailureMode(
    id="preflight.no-key",
    cls=ModeClass.PREFLIGHT,
    title="No API key",
    meaning="The target is the real gateway, and there is no key to send.",
    cause="COMETAPI_KEY is not in the environment, nor in a .env file of this folder.",
    fixes=(
        "Set COMETAPI_KEY in the environment, or in a .env file here.",
        "Or play against the lab, which needs none: --target lab.",
        "If another host than the key's own shall have it, say so: --send-key.",
    ),
    not_when=NotWhen(
        "A key was sent and turned down.",
        "http.auth-invalid",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "401"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_no_key,
    reproduce=Reproduction(drafts=signs.drafts(), script=None, connection=_live(key="")),
)


def _key_form(_: Draft, connection: Connection) -> Sighting | None:
    if connection.target is Target.LAB or not connection.key:
        return None
    key = connection.key.reveal()
    unsendable = not key.isascii() or any(not sign.isprintable() for sign in key)
    faults = {
        "a line break or another control character": any(not sign.isprintable() for sign in key),
        "a character that is not ASCII": not key.isascii(),
        "white space": any(sign.isspace() for sign in key),
        "quotes": any(sign in "'\"`" for sign in key),
        "the word Bearer in front": key.strip().lower().startswith("bearer"),
    }
    found = [name for name, there in faults.items() if there]
    if not found:
        return None
    return Sighting((Evidence("COMETAPI_KEY", f"{MASK} holds {', '.join(found)}"),), blocks=unsendable)


_AROUND_A_KEY = re.compile(r"^(?:authorization\s*:\s*)?bearer\b[\s:]*", re.IGNORECASE)
_NOT_SEEN = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_QUOTES = "'\"`‘’“”«»"


def _bare_key(connection: Connection) -> Connection | None:
    """The connection with the key alone, freed of what was pasted along with it."""
    pasted = connection.key.reveal() if connection.key else ""
    seen = "".join(sign for sign in pasted if sign.isprintable() and sign not in _NOT_SEEN + _QUOTES)
    bare = "".join(_AROUND_A_KEY.sub("", seen.strip()).split())
    if not bare or bare == pasted or not bare.isascii():
        return None
    return replace(connection, key=Secret(bare))


KEY_FORM = FailureMode(
    id="preflight.key-form",
    cls=ModeClass.PREFLIGHT,
    title="The key looks damaged",
    meaning="The key holds something that no key of the gateway has.",
    cause="It was pasted with its quotes, with a space or line break, or with Bearer before it.",
    fixes=(
        "Set COMETAPI_KEY again: the key's own characters and nothing else.",
        "In a .env file write COMETAPI_KEY=sk-... on one line.",
    ),
    not_when=NotWhen(
        "There is no key to look at.",
        "preflight.no-key",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "401"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_key_form,
    mend=_bare_key,
    reproduce=Reproduction(drafts=signs.drafts(), script=None, connection=_live(key="sk-example\nof-a-key")),
)


def _base_url(_: Draft, connection: Connection) -> Sighting | None:
    if connection.target is Target.LAB:
        return None
    shown = connection.base_url if "@" not in connection.base_url else url(connection.base_url)
    fault = base_url_fault(connection.base_url)
    if fault:
        return Sighting((Evidence("base URL", shown), Evidence("fault", fault)), blocks=True)
    parts = urlsplit(connection.base_url)
    warnings = {
        "it does not end in /v1": not parts.path.rstrip("/").endswith("/v1"),
        "it holds a double slash": "//" in parts.path,
        "plain http carries the key readable over the network": parts.scheme == "http"
        and not is_loopback(connection.base_url),
    }
    found = tuple(Evidence("fault", name) for name, there in warnings.items() if there)
    return Sighting((Evidence("base URL", shown), *found)) if found else None


def _usual_form(connection: Connection) -> Connection | None:
    meant = mended_base_url(connection.base_url)
    return replace(connection, base_url=meant) if meant and meant != connection.base_url else None


BASE_URL = FailureMode(
    id="preflight.base-url",
    cls=ModeClass.PREFLIGHT,
    title="The base URL looks wrong",
    meaning="A request to this address would meet no API, or would carry the key unprotected.",
    cause="A missing /v1 or scheme, a slash too many, or http where https belongs.",
    fixes=(
        f"Use {LIVE_BASE_URL} exactly as it stands.",
        "Set it in COMETAPI_BASE_URL, or leave that unset: this is the default.",
    ),
    not_when=NotWhen(
        "The address is right, and nobody answers there.",
        "transport.connect",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "3xx"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_base_url,
    mend=_usual_form,
    reproduce=Reproduction(drafts=signs.drafts(), script=None, connection=_live("api.example.invalid/v1")),
)


def _body_json(draft: Draft, _: Connection) -> Sighting | None:
    if not draft.extra.strip():
        return None
    try:
        jsons.parse_object(draft.extra)
    except ValueError as fault:
        return Sighting((Evidence("extra fields", str(fault)),), blocks=True)
    return None


BODY_JSON = FailureMode(
    id="preflight.body-json",
    cls=ModeClass.PREFLIGHT,
    title="Extra fields are not JSON",
    meaning="What stands under the extra fields cannot be merged into the request.",
    cause="A comma too many, single quotes, a missing brace, or a value that is no object.",
    fixes=(
        'Write one JSON object, with double quotes: {"seed": 7}.',
        "Go to the place that the message names, and look one sign before it.",
    ),
    not_when=NotWhen(
        "The JSON is good, and the server lacks a field in it.",
        "http.missing-field",
    ),
    source=OBSERVED,
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_body_json,
    reproduce=Reproduction(
        drafts=signs.drafts(lambda draft: replace(draft, extra="{'seed': 7}")),
        script=None,
    ),
)


def _foreign_key(_: Draft, connection: Connection) -> Sighting | None:
    if not connection.foreign_key or connection.key:
        return None
    return Sighting((Evidence("COMET_API_KEY", "set, and not read"), Evidence("COMETAPI_KEY", "not set")))


FOREIGN_KEY = FailureMode(
    id="preflight.foreign-key",
    cls=ModeClass.PREFLIGHT,
    title="Another product's variable is set",
    meaning="COMET_API_KEY belongs to Comet, another product; that it is set was seen, its value never read.",
    cause="The two names differ by one underscore, and some third-party samples mix them up.",
    fixes=(
        "If a key of CometAPI's is in it, put that into COMETAPI_KEY.",
        "If it is Comet's own, leave it as it is: it never goes to CometAPI.",
    ),
    not_when=NotWhen(
        "Neither of the two names is set.",
        "preflight.no-key",
    ),
    source=CHAT_PAGE,
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_foreign_key,
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=None,
        connection=replace(_live(key=""), foreign_key=True),
    ),
)

MODES = (NO_KEY, KEY_FORM, BASE_URL, BODY_JSON, FOREIGN_KEY)
