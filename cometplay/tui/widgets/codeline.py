"""The line above the code: in which language and style it is, and at which address."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from cometplay.tui.actions import key_of
from cometplay.tui.widgets.press import Press

if TYPE_CHECKING:
    from cometplay.tui.coding import Writing


class CodeLine(Horizontal):
    """What the code is written in; a click changes it."""

    DEFAULT_CSS = """
    CodeLine {
        height: 1;
        padding: 0 0 0 1;
        #code-gap { width: 1fr; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="code-line")

    def compose(self) -> ComposeResult:
        yield Press("", "language", id="language")
        yield Static("", id="code-gap")
        yield Press("", "address", id="address-in-code")

    def tell(self, writing: "Writing", *, chosen: bool) -> None:
        """How the code is written; `chosen`: there are two addresses to choose from."""
        self.query_one("#language", Press).update(f"{writing.form} ▾ {key_of('language')}")
        address = "real address" if writing.real else "lab's address"
        self.query_one("#address-in-code", Press).update(f"{address} {key_of('address')}" if chosen else "")
