"""The page that a person sees who opens the lab's address: what it plays, how to get there, what arrives.

As text for a terminal and as HTML for a browser, which needs nothing from anywhere else.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby

from cometplay.core.connection import LAB_KEY
from cometplay.lab import answers
from cometplay.lab.answers import Answer, Mime

CONSOLE = (
    b"<!doctype html>\n<html><head><title>Console</title></head>"
    b'<body><div id="root">You need to enable JavaScript to run this app.</div></body></html>\n'
)
"""What stands outside /v1: a web page with status 200, which no client asked for (api-contract.md 12)."""

CLIENTS = (
    ("openai", f"export OPENAI_BASE_URL={{}} OPENAI_API_KEY={LAB_KEY}"),
    ("cometapi", f"export COMETAPI_BASE_URL={{}} COMETAPI_KEY={LAB_KEY}"),
    ("LiteLLM", f"export COMETAPI_API_BASE={{0}} COMETAPI_BASE_URL={{0}} COMETAPI_KEY={LAB_KEY}"),
)
"""How each client is pointed at an address, which goes where the braces are."""

_ABOUT = "It answers like the CometAPI gateway and never leaves this machine."
_HOW = (
    "Every request to that address succeeds. To see one of the scenarios below, use its own address;",
    "where the fault is in the request, only a request that has it fails.",
    "/s/NAME@poll/v1 and /s/NAME@download/v1 let its failure happen in that phase of a video.",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario as it is presented: what it is called, what it teaches, and the tabs where it happens."""

    id: str
    title: str = ""
    teaches: str = ""
    tabs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """What is on: the scenes, where each is played (None: where nothing fails), and how much came yet."""

    scenes: tuple[Scene, ...]
    address: Callable[[str | None], str]
    arrived: Callable[[], int]

    def by_tabs(self) -> list[tuple[str, list[Scene]]]:
        """The scenes under the tabs that they happen in, those of most tabs first."""
        ordered = sorted(self.scenes, key=lambda scene: (-len(scene.tabs), scene.tabs))
        return [(", ".join(tabs), list(some)) for tabs, some in groupby(ordered, lambda scene: scene.tabs)]


def answer(bill: Bill, accept: str) -> Answer:
    """HTML where that is asked for, as browsers do, else text."""
    vary = ("vary", "accept")
    if "text/html" not in accept.lower():
        return Answer(200, (("content-type", Mime.TEXT.value), vary), as_text(bill).encode())
    policy = ("content-security-policy", _policy())
    whole = answers.of(Mime.HTML, as_html(bill).encode())
    return Answer(200, (*whole.headers, policy, ("x-content-type-options", "nosniff"), vary), whole.body)


def pointing(address: str) -> list[str]:
    """A line for each client, ready for a shell."""
    return [f"{how.format(address)}   # {name}" for name, how in CLIENTS]


def as_text(bill: Bill) -> str:
    listed: list[str] = []
    for tabs, scenes in bill.by_tabs():
        listed += ["", f"Scenarios of {tabs or 'any request'} ({len(scenes)})"]
        for scene in scenes:
            listed.append(f"  {scene.id}  {scene.title}".rstrip())
            listed += [f"      {line}" for line in (scene.teaches, bill.address(scene.id)) if line]
    return "\n".join(
        [
            f"The CometPlay lab. {_ABOUT}",
            "",
            "Point a client at it",
            *(f"  {line}" for line in pointing(bill.address(None))),
            "",
            *_HOW,
            "",
            "What arrived        GET    /_lab/requests",
            "Forget and restart  DELETE /_lab/requests",
            *listed,
            "",
        ]
    )


def as_html(bill: Bill) -> str:
    tabs = list(dict.fromkeys(tab for scene in bill.scenes for tab in scene.tabs))
    choices = "".join(f'<option value="{escape(how)}">{escape(name)}</option>' for name, how in CLIENTS)
    return _resource("page.html").format(
        style=_resource("page.css"),
        script=_resource("page.js"),
        about=escape(_ABOUT),
        how=escape(" ".join(_HOW)),
        address=_copied(bill.address(None)),
        clients=choices,
        tabs="".join(f"<button data-tab='{escape(tab)}'>{escape(tab)}</button>" for tab in tabs),
        count=len(bill.scenes),
        scenes="".join(_shown(scene, bill.address(scene.id)) for scene in bill.scenes),
        arrived=bill.arrived(),
    )


def _shown(scene: Scene, address: str) -> str:
    return (
        f'<li data-tabs="{escape(" ".join(scene.tabs))}"><h3>{escape(scene.title or scene.id)}</h3>'
        f"<p class=id>{escape(scene.id)} <span>{escape(', '.join(scene.tabs))}</span></p>"
        f"<p>{escape(scene.teaches)}</p>{_copied(address)}</li>"
    )


def _copied(address: str) -> str:
    shown = escape(address)
    return f'<p class=address><code>{shown}</code> <button data-copy="{shown}">Copy</button></p>'


def _policy() -> str:
    """Nothing from elsewhere, and no script or style but the page's own two."""
    return (
        f"default-src 'none'; script-src '{_hash('page.js')}'; style-src '{_hash('page.css')}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hash(name: str) -> str:
    return "sha256-" + b64encode(sha256(_resource(name).encode()).digest()).decode()


@cache
def _resource(name: str) -> str:
    return (files("cometplay.lab") / name).read_text("utf-8")


def in_order(names: Iterable[str], scenes: Iterable[Scene]) -> tuple[Scene, ...]:
    """The scenes of these scenarios; one that nobody presents has its name only."""
    known = {scene.id: scene for scene in scenes}
    return tuple(known.get(name, Scene(name)) for name in names)
