"""The two lists of models that a gateway gives, read as ids (api-contract.md 1.4)."""

from urllib.parse import urlsplit, urlunsplit

from cometplay.core.drafts import Kind
from cometplay.core.jsons import Json, dig_list, dig_text
from cometplay.core.models import FAMILIES, family_of, known_models


def addresses(base_url: str) -> tuple[str, str]:
    """Where the lists are: the one of what a key may use, and the public catalogue beside it."""
    parts = urlsplit(base_url)
    return f"{base_url.rstrip('/')}/models", urlunsplit((parts.scheme, parts.netloc, "/api/models", "", ""))


def listed(value: Json) -> tuple[str, ...]:
    """The ids in either list, in its order. A row's `code` may be another word, and is not used."""
    return tuple(dict.fromkeys(name for row in dig_list(value, "data") if (name := dig_text(row, "id"))))


def offered(kind: Kind, ids: tuple[str, ...]) -> tuple[str, ...]:
    """What of the listed ids to offer for a kind: not those that are known to be of another one.

    What the table knows comes first, where it is listed at all.
    """
    fitting = [name for name in ids if _may_be(kind, name)]
    known = [name for name in known_models(kind) if name in fitting]
    return tuple(dict.fromkeys([*known, *sorted(fitting)])) or known_models(kind)


def _may_be(kind: Kind, name: str) -> bool:
    if any(family_of(kind, name).prefixes):
        return True
    others = (row for row in FAMILIES if row.kind is not kind and any(row.prefixes))
    strange = any(name.startswith(row.prefixes) for row in others)
    return not strange and (kind is Kind.TEXT or not _is_text(name))


def _is_text(name: str) -> bool:
    return any(family_of(Kind.TEXT, name).prefixes)
