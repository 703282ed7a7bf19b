"""Keys, signed urls and other secrets become •••• before anything keeps or shows them."""

import json
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

MASK = "••••"

SHORTEST_KEY = 8
"""Characters. Anything shorter is no key that a gateway issues, and masking it would shred the answer."""

SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "x-goog-api-key",
        "api-key",
        "cookie",
        "set-cookie",
    }
)
"""Header names whose value is a credential, in lower case (api-contract.md 1.1)."""

_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>`]+", re.IGNORECASE)

_KEY_LIKE = re.compile(r"\b(sk-|Bearer\s+)[A-Za-z0-9_\-]{8,}", re.IGNORECASE)


class Secret:
    """A key that cannot be printed by accident: only `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        """Pickled or copied, it stays a secret but loses its value."""
        return Secret, ("",)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Masks one key in whatever a server sends back, in each way that it can be spelled there."""

    secret: Secret | None = None

    def _spellings(self) -> tuple[str, ...]:
        if not self.secret:
            return ()
        key = self.secret.reveal()
        bare = key.strip()
        # a set, because most keys are spelled the same way in a url and in JSON
        urls = {quote(bare, errors="replace"), quote(bare, safe="", errors="replace")}
        forms = {key, bare, *urls, json.dumps(bare)[1:-1], bare.removeprefix("sk-")}
        telling = (form for form in forms if len(form) >= SHORTEST_KEY)
        return tuple(sorted(telling, key=len, reverse=True))

    def text(self, text: str) -> str:
        for form in self._spellings():
            text = text.replace(form, MASK)
        return text

    def data(self, data: bytes) -> bytes:
        """A whole answer, masked. One that was cut may end in the middle of the key."""
        data = self.whole_keys(data)
        cut = self.begun_in(data)
        return data[:-cut] + MASK.encode() if cut >= SHORTEST_KEY else data

    def whole_keys(self, data: bytes) -> bytes:
        for form in self._spellings():
            data = data.replace(form.encode(), MASK.encode())
        return data

    def begun_in(self, data: bytes) -> int:
        """How many bytes at the end may be the beginning of the key."""
        forms = [form.encode() for form in self._spellings()]
        begun = (kept for form in forms for kept in range(len(form) - 1, 0, -1) if data.endswith(form[:kept]))
        return max(begun, default=0)


class PiecewiseRedactor:
    """Masks a key in what comes piece by piece, also where it is cut in two by them.

    What may be the beginning of the key is held back until the next piece shows whether it is.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held = b""

    def data(self, piece: bytes) -> bytes:
        """What can be shown now that this piece has come."""
        known = self._redactor.whole_keys(self._held + piece)
        shown = len(known) - self._redactor.begun_in(known)
        self._held = known[shown:]
        return known[:shown]

    def rest(self) -> bytes:
        """What was held back, now that nothing more comes."""
        held, self._held = self._held, b""
        return self._redactor.data(held)


def header(name: str, value: str) -> str:
    """A header's value as it may be shown."""
    return MASK if name.lower() in SECRET_HEADERS else value


def key_like(text: str) -> str:
    """Text from anywhere, with whatever looks like somebody's key masked."""
    return _KEY_LIKE.sub(lambda found: found.group(1) + MASK, text)


def url(text: str) -> str:
    """A url without its query, its fragment and its user: a signature in it is a credential."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, MASK if parts.query else "", ""))


def keepable(text: str) -> str:
    """Text as it may be written to a disk: without what looks like a key, and without signatures of urls."""
    return key_like(_WEB_ADDRESS.sub(lambda found: url(found[0]), text))
