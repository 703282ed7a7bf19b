"""A path -> the scenario it plays, the endpoint behind that, and the phases of a run it may belong to."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, quote, unquote

from cometplay.core.wire import Phase


class Door(Enum):
    """The lab's two ports."""

    API = "api"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Place:
    """A request's path. `phase` is where the script's create rules apply instead, None as written."""

    scenario: str | None
    phase: Phase | None
    path: str

    @property
    def prefix(self) -> str:
        return prefix(self.scenario, self.phase)


def prefix(scenario: str | None, phase: Phase | None) -> str:
    """What stands before `/v1` in a scenario's addresses; "" without one."""
    if scenario is None:
        return ""
    return f"/s/{quote(scenario, safe='')}" + (f"@{phase.value}" if phase else "")


def place_of(target: str) -> Place:
    """Reads a request target, absolute ones too. An unknown phase stays part of the scenario's name."""
    path = target.partition("?")[0]
    scheme, absolute, rest = path.partition("://")
    if absolute and scheme in ("http", "https"):
        path = "/" + rest.partition("/")[2]
    match path.split("/", 3):
        case ["", "s", name, *rest] if name:
            named, _, word = unquote(name).rpartition("@")
            after = "/" + "".join(rest)
            if named and word in _PHASES:
                return Place(named, Phase(word), after)
            return Place(unquote(name), None, after)
        case _:
            return Place(None, None, path)


def number_in(target: str, name: str) -> int:
    """A whole number of the query; 0 where there is none, or anything else."""
    text = parse_qs(target.partition("?")[2]).get(name, [""])[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else 0


_DIGITS = 10
_PHASES = frozenset(phase.value for phase in Phase)


class Endpoint(Enum):
    CHAT = "chat"
    RESPONSES = "responses"
    IMAGES = "images"
    VIDEOS = "videos"
    VIDEO = "video"
    CONTENT = "content"
    EDITS = "edits"
    FLUX = "flux"
    FLUX_TASK = "flux task"
    KLING = "kling"
    KLING_TASK = "kling task"
    RUNWAY = "runway"
    RUNWAY_TASK = "runway task"
    GENERATE = "runway generate"
    FEED = "runway feed"
    GROK = "grok"
    GROK_TASK = "grok task"
    MODELS = "models"
    CATALOGUE = "catalogue"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Standing:
    """What addresses without `/s/<id>` play: this scenario, at these endpoints."""

    scenario: str
    endpoints: frozenset[Endpoint]


_CREATE = frozenset({Phase.CREATE})
_POLL = frozenset({Phase.POLL})
_FETCH = frozenset({Phase.PROBE, Phase.DOWNLOAD})
_NONE: frozenset[Phase] = frozenset()

_NAME = "*"
_KLING_ACTIONS = "text2video|image2video|omni-video"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of the table of endpoints: `*` in its path stands for a name, of a task or a file.

    `:word` is any other name, and `a|b` one of those words.
    `phases` are what a request there may be to its client; nobody's run begins with the list of models.
    `keyed`: without a key it answers nobody.
    """

    door: Door
    method: str
    path: str
    endpoint: Endpoint
    phases: frozenset[Phase]
    keyed: bool = True


PATTERNS: tuple[Pattern, ...] = (
    Pattern(Door.API, "POST", "/v1/chat/completions", Endpoint.CHAT, _CREATE),
    Pattern(Door.API, "POST", "/v1/responses", Endpoint.RESPONSES, _CREATE),
    Pattern(Door.API, "POST", "/v1/images/generations", Endpoint.IMAGES, _CREATE),
    Pattern(Door.API, "POST", "/v1/images/edits", Endpoint.EDITS, _CREATE),
    Pattern(Door.API, "POST", "/replicate/v1/models/:owner/:model/predictions", Endpoint.FLUX, _CREATE),
    Pattern(Door.API, "GET", "/replicate/v1/predictions/*", Endpoint.FLUX_TASK, _POLL),
    Pattern(Door.API, "POST", "/v1/videos", Endpoint.VIDEOS, _CREATE),
    Pattern(Door.API, "GET", "/v1/videos/*", Endpoint.VIDEO, _POLL),
    Pattern(Door.API, "GET", "/v1/videos/*/content", Endpoint.CONTENT, _FETCH),
    Pattern(Door.API, "POST", f"/kling/v1/videos/{_KLING_ACTIONS}", Endpoint.KLING, _CREATE),
    Pattern(Door.API, "GET", f"/kling/v1/videos/{_KLING_ACTIONS}/*", Endpoint.KLING_TASK, _POLL),
    Pattern(Door.API, "POST", "/runwayml/v1/image_to_video", Endpoint.RUNWAY, _CREATE),
    Pattern(Door.API, "GET", "/runwayml/v1/tasks/*", Endpoint.RUNWAY_TASK, _POLL),
    Pattern(Door.API, "POST", "/runway/pro/generate", Endpoint.GENERATE, _CREATE),
    Pattern(Door.API, "POST", "/runway/feed", Endpoint.FEED, _POLL),
    Pattern(Door.API, "POST", "/grok/v1/videos/generations", Endpoint.GROK, _CREATE),
    Pattern(Door.API, "GET", "/grok/v1/videos/*", Endpoint.GROK_TASK, _POLL),
    Pattern(Door.API, "GET", "/v1/models", Endpoint.MODELS, _NONE),
    Pattern(Door.API, "GET", "/api/models", Endpoint.CATALOGUE, _NONE, keyed=False),
    Pattern(Door.FILES, "GET", "/files/*", Endpoint.FILE, frozenset({Phase.DOWNLOAD})),
)


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and what a request there may be.

    `name` is the task or file that the path names, `names` every name in it, in order.
    """

    endpoint: Endpoint
    phases: frozenset[Phase]
    name: str = ""
    names: tuple[str, ...] = ()
    keyed: bool = True


def route_of(door: Door, method: str, path: str) -> Route | None:
    """The endpoint of a method and a path without its scenario; None when there is none. HEAD is GET."""
    asked = "GET" if method == "HEAD" else method
    steps = [unquote(step) for step in path.split("/")[1:]]
    for pattern in PATTERNS:
        wanted = pattern.path.split("/")[1:]
        if (pattern.door, pattern.method) == (door, asked) and _fits(wanted, steps):
            pairs = list(zip(wanted, steps, strict=True))
            name = next((step for want, step in pairs if want == _NAME), "")
            names = tuple(step for want, step in pairs if _is_name(want))
            return Route(pattern.endpoint, pattern.phases, name, names, pattern.keyed)
    return None


def _fits(wanted: list[str], steps: list[str]) -> bool:
    return len(wanted) == len(steps) and all(map(_stands_for, wanted, steps))


def _stands_for(want: str, step: str) -> bool:
    """Whether a step of a path is the one wanted. A name is never empty."""
    return bool(step) if want == _NAME or want.startswith(":") else step in want.split("|")


def _is_name(want: str) -> bool:
    return want == _NAME or want.startswith(":") or "|" in want
