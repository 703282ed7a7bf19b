"""Floor 3: a request as code to take home. One file a language, over the same WireRequest as Send."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cometplay.core.connection import LIVE_BASE_URL, Connection, base_url_fault
from cometplay.core.wire import WireRequest
from cometplay.snippets import curl, marking, node_fetch, node_openai, python_httpx, python_openai
from cometplay.snippets.call import Call, CannotRenderError
from cometplay.snippets.templates import Line


class Language(StrEnum):
    CURL = "curl"
    HTTPX = "httpx"
    OPENAI_PYTHON = "openai-python"
    COMETAPI_PYTHON = "cometapi-python"
    OPENAI_NODE = "openai-node"
    FETCH = "fetch"

    @property
    def suffix(self) -> str:
        """How the name of a file with this code ends."""
        return _FORMS[self].suffix

    @property
    def lexer(self) -> str:
        """The name by which highlighters know the language."""
        return _FORMS[self].lexer

    @property
    def comment(self) -> str:
        """What begins a comment."""
        return _FORMS[self].comment


@dataclass(frozen=True, slots=True)
class _Form:
    suffix: str
    lexer: str
    comment: str


_BASH = _Form(".sh", "bash", "#")
_PYTHON = _Form(".py", "python", "#")
_JAVASCRIPT = _Form(".mjs", "javascript", "//")
_FORMS = {
    Language.CURL: _BASH,
    Language.HTTPX: _PYTHON,
    Language.OPENAI_PYTHON: _PYTHON,
    Language.COMETAPI_PYTHON: _PYTHON,
    Language.OPENAI_NODE: _JAVASCRIPT,
    Language.FETCH: _JAVASCRIPT,
}


class Style(StrEnum):
    """MINIMAL: the shortest code that does this request. PRODUCTION: what a careful engineer would commit."""

    MINIMAL = "minimal"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Code:
    """A snippet, with a line break at its end. `marked`: where it handles a failure, in lines from 0."""

    text: str
    marked: tuple[range, ...] = ()


Renderer = Callable[[Call], list[Line]]

RENDERERS: dict[tuple[Language, Style], Renderer] = {
    (Language.CURL, Style.MINIMAL): curl.minimal,
    (Language.HTTPX, Style.MINIMAL): python_httpx.minimal,
    (Language.HTTPX, Style.PRODUCTION): python_httpx.production,
    (Language.OPENAI_PYTHON, Style.MINIMAL): python_openai.minimal,
    (Language.OPENAI_PYTHON, Style.PRODUCTION): python_openai.production,
    (Language.COMETAPI_PYTHON, Style.MINIMAL): python_openai.cometapi_minimal,
    (Language.COMETAPI_PYTHON, Style.PRODUCTION): python_openai.cometapi_production,
    (Language.OPENAI_NODE, Style.MINIMAL): node_openai.minimal,
    (Language.OPENAI_NODE, Style.PRODUCTION): node_openai.production,
    (Language.FETCH, Style.MINIMAL): node_fetch.minimal,
    (Language.FETCH, Style.PRODUCTION): node_fetch.production,
}


def render(
    request: WireRequest, connection: Connection, language: Language, style: Style, mark: str = ""
) -> Code:
    """The request as code. The key is only ever a reference to COMETAPI_KEY.

    `mark` is the id of a failure mode: comments are put around what handles it. Raises CannotRenderError,
    also for a base URL with a fault, which may be a password in it.
    """
    renderer = RENDERERS.get((language, style))
    if renderer is None:
        raise CannotRenderError(f"{language.value} has no {style.value} style")
    if fault := base_url_fault(connection.base_url):
        raise CannotRenderError(
            f"the base URL is at fault: {fault}; set COMETAPI_BASE_URL to one such as {LIVE_BASE_URL}"
        )
    try:
        lines = renderer(Call(request, connection))
    except ValueError as error:
        raise CannotRenderError(str(error)) from error
    lines, places = marking.marked(lines, mark, language.comment) if mark else (lines, ())
    return Code("".join(f"{line.text}\n" for line in lines), places)
