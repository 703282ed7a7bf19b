"""Where a request goes, and with which key: the half of a run that is not composed."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from cometplay.core.redact import Secret

LIVE_BASE_URL = "https://api.cometapi.com/v1"
LAB_KEY = "lab"
"""The fixed key that the lab gets, so that nobody's own key goes there."""


class Target(StrEnum):
    LAB = "lab"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Connection:
    """A target, its base URL (ending in /v1) and the key that its host may have.

    `speed` is how much faster than life the target's tasks run: 1 for anything but a lab. `withheld`:
    there is a key, and it belongs to another host. `lasting`: the target, and with it a task, goes on
    when this program ends. `foreign_key`: there is no key, but the variable of another product's is set.
    """

    target: Target
    base_url: str
    key: Secret | None = field(default=None, repr=False)
    speed: float = 1.0
    withheld: bool = False
    lasting: bool = True
    foreign_key: bool = False

    def sends_key_to(self, url: str) -> bool:
        """Whether `url` is on the host, port and scheme of the base URL."""
        return origin(url) == origin(self.base_url)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a url; its port is the scheme's own when none is written.

    What is no url is an origin of its own.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url, "", -1
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), usual if port is None else port


def base_url_fault(url: str) -> str:
    """Why nothing can be sent to this base URL, in one clause; "" when it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its text may quote a password
        return "it is not a URL: look at its host and its port"
    if parts.scheme not in ("http", "https"):
        return "it has no http:// or https:// in front"
    if not parts.hostname or port == 0 or any(sign.isspace() for sign in url):
        return "it names no host that can be reached"
    if parts.username or parts.password:
        return "it holds a user name or password; the key belongs in COMETAPI_KEY"
    if parts.query or parts.fragment:
        return "it holds a query or a fragment; it should end in /v1"
    return ""


def mended_base_url(url: str) -> str:
    """The base URL that was probably meant: with scheme, without double slashes, ending in /v1.

    It keeps the host. "" where nothing can be sent to what comes out.
    """
    bare = url.strip(" \t\r\n\"'`<>")
    if bare and "://" not in bare:
        bare = f"https://{bare.lstrip('/')}"
    if base_url_fault(bare):
        return ""
    parts = urlsplit(bare)
    scheme = parts.scheme if is_loopback(bare) else "https"
    before, marker, _ = f"{re.sub('/+', '/', parts.path).rstrip('/')}/".partition("/v1/")
    return f"{scheme}://{parts.netloc}{before if marker else before.rstrip('/')}/v1"


def is_loopback(address: str) -> bool:
    """Whether a url leads to this machine only."""
    host = origin(address)[1]
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
