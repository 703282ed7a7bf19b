"""`snippet`: the request of `send` as code, by the same encoder."""

import argparse
from enum import StrEnum
from typing import TypeVar

from cometplay.cli.compose import compose
from cometplay.cli.explain import mode_of
from cometplay.cli.output import UsageError, out_code, tell
from cometplay.cli.target import aim, snippet_connection
from cometplay.core import wire
from cometplay.snippets import CannotRenderError, Language, Style, render

_Word = TypeVar("_Word", bound=StrEnum)


def snippet(options: argparse.Namespace) -> int:
    """Prints the code to standard output. Raises UsageError for what cannot be rendered."""
    language, style = _word(Language, "--lang", options.lang), _word(Style, "--style", options.style)
    mark = _marked(options.mark, style)
    composed = compose(options)
    chosen = aim(options, composed.scenario)
    connection = snippet_connection(chosen)
    try:
        request = wire.encode(composed.draft, connection.base_url)
        code = render(request, connection, language, style, mark)
    except (ValueError, CannotRenderError) as error:
        raise UsageError(f"this request cannot be shown as {language.value}: {error}") from None
    out_code(code.text)
    if mark and not code.marked:
        tell(f"# No line of this code handles {mark}.")
    if chosen.connection is None:
        tell("# It needs the lab: run `cometplay lab` in another terminal.")
    return 0


def _marked(mode_id: str | None, style: Style) -> str:
    """The id of the mode that is marked, "" where none is asked for. Raises UsageError."""
    if mode_id is None:
        return ""
    if style is Style.MINIMAL:
        raise UsageError("--mark needs --style production: minimal code handles no failure")
    return mode_of(mode_id).id


def _word(kind: type[_Word], option: str, text: str) -> _Word:
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise UsageError(f"{option} {text!r} is not known: it is {known}") from None
