"""The request as code, coloured the way its language is."""

from textual.content import Content
from textual.widgets import Static

LONGEST_COLOURED = 8_000


class Snippet(Static):
    """Code; plain where colouring would keep a key waiting."""

    def __init__(self) -> None:
        super().__init__("", id="snippet", markup=False)

    def show_code(self, code: str) -> None:
        if not code:
            self.update(Content("There is no request to show as code yet."))
        elif len(code) > LONGEST_COLOURED:
            self.update(Content(code))
        else:
            from textual.highlight import highlight

            self.update(highlight(code, language="bash"))
