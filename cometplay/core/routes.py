"""How each endpoint is spoken to: its paths, its field names, its ways to ask after a task.

One row for each route, as api-contract.md 2, 3 and 5 to 8 have it. Nothing else in the program knows what
is particular about one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote


class Route(StrEnum):
    """An endpoint family: the path of its create call, below `/v1` or, in full, below the host."""

    CHAT = "/chat/completions"
    RESPONSES = "/responses"
    IMAGES = "/images/generations"
    EDITS = "/images/edits"
    REPLICATE = "/replicate/v1/models/{model}/predictions"
    VIDEOS = "/videos"
    KLING_TEXT = "/kling/v1/videos/text2video"
    KLING_IMAGE = "/kling/v1/videos/image2video"
    KLING_OMNI = "/kling/v1/videos/omni-video"
    RUNWAY = "/runwayml/v1/image_to_video"
    RUNWAY_COMPATIBLE = "/runway/pro/generate"
    GROK = "/grok/v1/videos/generations"


@dataclass(frozen=True, slots=True)
class Poll:
    """The call that asks after a task: `{id}` in the path, or in a body's field where the call is a POST."""

    path: str
    method: str = "GET"
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One row: what is particular about a route.

    `names`: our field -> the route's, "" where it takes none, with a dot where that is in an object.
    `numbers`: fields of ours that it wants as numbers. `flat`: fields of ours whose inner object, named by
    their `type`, it wants in the open. `renames_extra`: it speaks of the same under other names, so the extra
    fields are ours as well. `system`: where it takes the system message, if that is no message to it.
    `inside`: the object that all fields stand in. `headers` go along unless the person sets them.
    A `form` sends files as they are; elsewhere a reference picture goes to `picture` as base64, with
    `data_uri` as a data URI: a path of names, a list where one ends in []. `owner`: of a model whose id
    names none, where the path wants one. `poll`: None where the answer comes at once. `content`: the path
    of the finished file.
    """

    route: Route
    below_v1: bool = True
    form: bool = False
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    numbers: frozenset[str] = frozenset()
    flat: frozenset[str] = frozenset()
    renames_extra: bool = False
    system: str = ""
    inside: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    data_uri: bool = True
    owner: str = ""
    poll: Poll | None = None
    content: str = ""


def _kling(route: Route, picture: str = "image") -> Adapter:
    """Kling asks after a task below the very path that made it (7.1)."""
    return Adapter(
        route=route,
        below_v1=False,
        names={"model": "model_name", "seconds": "duration", "size": "aspect_ratio"},
        picture=picture,
        data_uri=False,
        poll=Poll(f"{route.value}/{{id}}"),
    )


ADAPTERS: Mapping[Route, Adapter] = {
    row.route: row
    for row in (
        Adapter(route=Route.CHAT),
        Adapter(
            route=Route.RESPONSES,
            names={
                "messages": "input",
                "max_tokens": "max_output_tokens",
                "max_completion_tokens": "max_output_tokens",
                "response_format": "text.format",
                "verbosity": "text.verbosity",
                "reasoning_effort": "reasoning.effort",
            },
            flat=frozenset({"response_format", "tools", "tool_choice"}),
            renames_extra=True,
            system="instructions",
        ),
        Adapter(route=Route.IMAGES, picture="image[]"),  # Seedream's references (5.1)
        Adapter(route=Route.EDITS, form=True),
        Adapter(
            route=Route.REPLICATE,
            below_v1=False,
            names={"model": "", "n": "num_outputs", "size": "aspect_ratio"},
            inside="input",
            picture="image",
            owner="black-forest-labs",  # of every Flux
            poll=Poll("/replicate/v1/predictions/{id}"),
        ),
        Adapter(route=Route.VIDEOS, form=True, poll=Poll("/videos/{id}"), content="/videos/{id}/content"),
        _kling(Route.KLING_TEXT),
        _kling(Route.KLING_IMAGE),
        _kling(Route.KLING_OMNI, picture="image_list[].image_url"),
        Adapter(
            route=Route.RUNWAY,
            below_v1=False,
            names={"prompt": "promptText", "seconds": "duration", "size": "ratio"},
            numbers=frozenset({"seconds"}),
            headers=(("X-Runway-Version", "2024-11-06"),),
            picture="promptImage",
            poll=Poll("/runwayml/v1/tasks/{id}"),
        ),
        Adapter(
            route=Route.RUNWAY_COMPATIBLE,
            below_v1=False,
            names={"seconds": "duration", "size": "ratio"},
            numbers=frozenset({"seconds"}),
            picture="image",
            poll=Poll("/runway/feed", "POST", "task_id"),
        ),
        Adapter(
            route=Route.GROK,
            below_v1=False,
            names={"seconds": "duration", "size": "aspect_ratio"},
            numbers=frozenset({"seconds"}),
            picture="image.url",
            poll=Poll("/grok/v1/videos/{id}"),
        ),
    )
}


def address(base_url: str, adapter: Adapter, path: str, **names: str) -> str:
    """The url of one of a route's paths, `{name}`s in it filled in.

    What is put in came from a person or a server, and leads nowhere else: an id is one segment, a model
    is as many as it has slashes.
    """
    base = base_url.rstrip("/")
    if not adapter.below_v1:
        base = base.removesuffix("/v1")
    steps = {name: value.split("/") if name == "model" else [value] for name, value in names.items()}
    return base + path.format(**{name: "/".join(map(_segment, parts)) for name, parts in steps.items()})


def _segment(text: str) -> str:
    quoted = quote(text, safe="", errors="replace")  # JSON may hold half a surrogate pair
    return quoted.replace(".", "%2E") if set(text) <= {"."} else quoted
