"""The page that a person sees who opens the lab's address: what it plays, and how to point a client at it."""

from collections.abc import Callable, Iterable, Mapping

from cometplay.core.connection import LAB_KEY

CONSOLE = (
    b"<!doctype html>\n<html><head><title>Console</title></head>"
    b'<body><div id="root">You need to enable JavaScript to run this app.</div></body></html>\n'
)
"""What stands outside /v1: a web page with status 200, which no client asked for (api-contract.md 12)."""


def index(scenarios: Iterable[str], titles: Mapping[str, str], address: Callable[[str | None], str]) -> str:
    listed = [f"  {name}  {titles.get(name, '')}".rstrip() + f"\n      {address(name)}" for name in scenarios]
    return "\n".join(
        [
            "The CometPlay lab. It answers like the CometAPI gateway and never leaves this machine.",
            "",
            "Point a client at it",
            f"  COMETAPI_BASE_URL={address(None)}",
            f"  COMETAPI_KEY={LAB_KEY}",
            "",
            "Every request to that address succeeds. To see one of the scenarios below, use its own address;",
            "/s/NAME@poll/v1 and /s/NAME@download/v1 let its failure happen in that phase of a video.",
            "",
            "What arrived        GET    /_lab/requests",
            "Forget and restart  DELETE /_lab/requests",
            "",
            f"Scenarios ({len(listed)})",
            *listed,
            "",
        ]
    )
