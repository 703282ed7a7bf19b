"""The request as code: made when it is looked at or taken along, for it may hold a picture of 30 MB."""

from dataclasses import dataclass, replace

from cometplay.core import plain, wire
from cometplay.core.connection import Connection, Target
from cometplay.snippets import RENDERERS, CannotRenderError, Language, Style, render
from cometplay.tui.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Writing:
    """How the code is to be written.

    `real`: to the gateway's own address, though the target is the lab. `marks`: with comments around what
    handles the newest failure.
    """

    language: Language = Language.CURL
    style: Style = Style.MINIMAL
    real: bool = False
    marks: bool = False

    @property
    def form(self) -> str:
        """Language and style, as FORMS has them."""
        return form_name(self.language, self.style)


def form_name(language: Language, style: Style) -> str:
    return f"{language.value}, {style.value}"


FORMS = {form_name(*form): form for form in RENDERERS}
"""What there is to choose from."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A request as code. `text` is empty where there is none, and then `why` says why.

    `marked`: the lines that handle the failure `mark`, from 0.
    """

    writing: Writing
    text: str = ""
    why: str = ""
    mark: str = ""
    marked: tuple[range, ...] = ()


def marking(writing: Writing) -> Writing:
    """The same with marks: in a style that handles failures, and in a language that has it."""
    forms = RENDERERS.keys()
    able = [language for language, style in forms if style is Style.PRODUCTION]
    language = writing.language if writing.language in able else able[0]
    return replace(writing, language=language, style=Style.PRODUCTION, marks=True)


def writing_of(sheet: Sheet) -> Writing:
    return sheet.writing or Writing()


def coded(sheet: Sheet) -> Coded:
    """The sheet's request as code."""
    writing, connection = writing_of(sheet), _connection(sheet)
    if connection is None:
        return Coded(writing, why="The lab starts: the code will name its address.")
    verdict = sheet.run.verdict if sheet.run and sheet.failed else None
    mark = verdict.mode if verdict and writing.marks else ""
    try:
        request = wire.encode(sheet.draft, connection.base_url)
        code = render(request, connection, writing.language, writing.style, mark)
    except (ValueError, CannotRenderError) as error:
        return Coded(writing, why=f"No {writing.form} code for this request: {plain.line(str(error))}.")
    return Coded(writing, code.text, "", mark, code.marked)


def _connection(sheet: Sheet) -> Connection | None:
    real = writing_of(sheet).real and sheet.place.target is Target.LAB
    return sheet.live if real else sheet.connection
