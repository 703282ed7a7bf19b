"""COMETAPI_KEY and COMETAPI_BASE_URL: from the environment, else from .env in the working folder."""

import os
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from cometplay.cli.output import UsageError
from cometplay.core.connection import LIVE_BASE_URL
from cometplay.core.redact import Secret

KEY = "COMETAPI_KEY"
BASE_URL = "COMETAPI_BASE_URL"


@dataclass(frozen=True, slots=True)
class Settings:
    """`fault` is why the .env could not be used, in one line; "" when it could, or was not there."""

    key: Secret | None
    base_url: str
    fault: str = ""

    def checked(self) -> "Settings":
        """Raises UsageError when the .env is at fault: what it says is not known then."""
        if self.fault:
            raise UsageError(self.fault)
        return self


def load(folder: Path | None = None) -> Settings:
    """The settings as they stand. A blank value counts as none."""
    values, fault = _dotenv((folder or Path.cwd()) / ".env")
    key = (os.environ.get(KEY, "").strip() and os.environ[KEY]) or values.get(KEY, "")
    base_url = os.environ.get(BASE_URL, "").strip() or values.get(BASE_URL, "").strip()
    return Settings(Secret(key) if key.strip() else None, base_url or LIVE_BASE_URL, fault)


def _dotenv(path: Path) -> tuple[dict[str, str], str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return {}, f".env in {path.parent} cannot be read ({why}): mend it or move it away"
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            line = binding.original.line
            return {}, f".env in {path.parent}, line {line}, is not NAME=value: mend it or move it away"
    values = dotenv_values(stream=StringIO(text))
    return {name: value for name, value in values.items() if value}, ""
