"""A path -> the scenario it plays, the endpoint behind that, and the phases of a run it may belong to."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, unquote

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


_PHASES = frozenset(phase.value for phase in Phase)


class Endpoint(Enum):
    CHAT = "chat"
    IMAGES = "images"
    VIDEOS = "videos"
    VIDEO = "video"
    CONTENT = "content"
    MODELS = "models"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint, and the task or file that the path names."""

    endpoint: Endpoint
    name: str = ""

    @property
    def phases(self) -> frozenset[Phase]:
        """What a request here may be to its client. Nobody's run begins with the list of models."""
        match self.endpoint:
            case Endpoint.CHAT | Endpoint.IMAGES | Endpoint.VIDEOS:
                return frozenset({Phase.CREATE})
            case Endpoint.VIDEO:
                return frozenset({Phase.POLL})
            case Endpoint.CONTENT:
                return frozenset({Phase.PROBE, Phase.DOWNLOAD})
            case Endpoint.FILE:
                return frozenset({Phase.DOWNLOAD})
            case Endpoint.MODELS:
                return frozenset()


def route_of(door: Door, method: str, path: str) -> Route | None:
    """The endpoint of a method and a path without its scenario; None when there is none. HEAD is GET."""
    steps = [unquote(step) for step in path.split("/")[1:]]
    match door, "GET" if method == "HEAD" else method, steps:
        case Door.API, "POST", ["v1", "chat", "completions"]:
            route = Route(Endpoint.CHAT)
        case Door.API, "POST", ["v1", "images", "generations"]:
            route = Route(Endpoint.IMAGES)
        case Door.API, "POST", ["v1", "videos"]:
            route = Route(Endpoint.VIDEOS)
        case Door.API, "GET", ["v1", "models"]:
            route = Route(Endpoint.MODELS)
        case Door.API, "GET", ["v1", "videos", name] if name:
            route = Route(Endpoint.VIDEO, name)
        case Door.API, "GET", ["v1", "videos", name, "content"] if name:
            route = Route(Endpoint.CONTENT, name)
        case Door.FILES, "GET", ["files", name]:
            route = Route(Endpoint.FILE, name)
        case _:
            route = None
    return route
