"""COMETAPI_KEY and COMETAPI_BASE_URL: from the environment, else from .env in the working folder."""

import os
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from cometplay.cli.output import UsageError
from cometplay.core.connection import (
    LAB_KEY,
    LIVE_BASE_URL,
    Connection,
    Target,
    base_url_fault,
    is_loopback,
    origin,
)
from cometplay.core.redact import Secret

KEY = "COMETAPI_KEY"
BASE_URL = "COMETAPI_BASE_URL"
FOREIGN_KEY = "COMET_API_KEY"
"""Another product's (api-contract.md 10.1): whether it is set is worth saying, its value is never read."""


def live(known: "Settings") -> Connection:
    """The connection to the configured base URL."""
    return Connection(Target.LIVE, known.base_url, known.key, foreign_key=known.foreign_key)


def url_connection(target: str, known: "Settings", *, send_key: bool) -> Connection:
    """The connection to a URL given as target; the key goes along only to its own host, or if asked.

    Raises UsageError when nothing can be sent there.
    """
    fault = base_url_fault(target)
    if fault:
        raise UsageError(f"--target {target!r} is neither lab nor live nor a URL: {fault}")
    if send_key or origin(target) == origin(known.base_url):
        return Connection(Target.LIVE, target, known.key, foreign_key=known.foreign_key)
    if is_loopback(target):
        return Connection(Target.LAB, target, Secret(LAB_KEY))
    withheld = known.key is not None
    return Connection(Target.LIVE, target, None, withheld=withheld, foreign_key=known.foreign_key)


@dataclass(frozen=True, slots=True)
class Settings:
    """`fault` is why the .env could not be used, in one line; "" when it could, or was not there.

    `foreign_key`: COMETAPI_KEY is not set, and another product's variable is.
    """

    key: Secret | None
    base_url: str
    fault: str = ""
    foreign_key: bool = False

    def checked(self) -> "Settings":
        """Raises UsageError when the .env is at fault: what it says is not known then."""
        if self.fault:
            raise UsageError(self.fault)
        return self


def load() -> Settings:
    """The settings as they stand. A blank value counts as none."""
    values, names, fault = _dotenv(Path(".env"))
    key = (os.environ.get(KEY, "").strip() and os.environ[KEY]) or values.get(KEY, "")
    base_url = os.environ.get(BASE_URL, "").strip() or values.get(BASE_URL, "").strip()
    own = Secret(key) if key.strip() else None
    foreign = own is None and (FOREIGN_KEY in os.environ or FOREIGN_KEY in names)
    return Settings(own, base_url or LIVE_BASE_URL, fault, foreign)


def _dotenv(path: Path) -> tuple[dict[str, str], frozenset[str], str]:
    """What .env says of the two settings, the names of all that it sets, and why it cannot be used."""
    none: tuple[dict[str, str], frozenset[str]] = {}, frozenset()
    if path.exists() and not path.is_file():
        return *none, ".env in this folder is no file: move it away"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return *none, ""
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return *none, f".env in this folder cannot be read ({why}): mend it or move it away"
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key and binding.value is None):
            line = binding.original.line
            return *none, f".env in this folder, line {line}, is not NAME=value: mend it or move it away"
    # not interpolated: ${NAME} could bring another product's key in
    values = dotenv_values(stream=StringIO(text), interpolate=False)
    kept = {name: value for name in (KEY, BASE_URL) if (value := values.get(name))}
    return kept, frozenset(values), ""
