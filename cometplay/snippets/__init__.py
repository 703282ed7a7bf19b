"""Floor 3: a request as code to take home. One file a language, over the same WireRequest as Send."""

from collections.abc import Callable
from enum import StrEnum

from cometplay.core.connection import Connection
from cometplay.core.wire import WireRequest
from cometplay.snippets import curl


class Language(StrEnum):
    CURL = "curl"


class Style(StrEnum):
    """MINIMAL: the shortest code that does this request."""

    MINIMAL = "minimal"


class CannotRenderError(Exception):
    """This language or style cannot do this request; the text says why."""


Renderer = Callable[[WireRequest, Connection], str]

RENDERERS: dict[tuple[Language, Style], Renderer] = {(Language.CURL, Style.MINIMAL): curl.minimal}


def render(request: WireRequest, connection: Connection, language: Language, style: Style) -> str:
    """The code, with a line break at its end. The key is only ever a reference to COMETAPI_KEY.

    Raises CannotRenderError.
    """
    try:
        return RENDERERS[language, style](request, connection)
    except KeyError:
        raise CannotRenderError(f"{language.value} has no {style.value} style") from None
    except ValueError as error:
        raise CannotRenderError(str(error)) from error
