"""A dark and a light theme of our own; colour helps, and is never the only sign."""

from textual.theme import Theme

DARK = Theme(
    name="comet-dark",
    primary="#7aa2f7",
    secondary="#5a6b99",
    accent="#e0af68",
    warning="#e0af68",
    error="#f7768e",
    success="#9ece6a",
    foreground="#d5d9e8",
    background="#12141c",
    surface="#171a24",
    panel="#222736",
    dark=True,
)
LIGHT = Theme(
    name="comet-light",
    primary="#2f5fb3",
    secondary="#7b88a8",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#b3213b",
    success="#2f7a1f",
    foreground="#1d2230",
    background="#f6f7fb",
    surface="#ffffff",
    panel="#e4e8f2",
    dark=False,
)
THEMES = (DARK, LIGHT)
