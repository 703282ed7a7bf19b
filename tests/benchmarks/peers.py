"""The smallest Textual programs, to measure against: `python peers.py label` or `python peers.py input`."""

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Label(App[None]):
    """One widget."""

    def compose(self) -> ComposeResult:
        yield Static("READY")


class Line(App[None]):
    """One field to type in."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="READY")


if __name__ == "__main__":
    {"label": Label, "input": Line}[sys.argv[1]]().run()
