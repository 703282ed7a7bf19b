"""The composer's fields by wire name: what each takes, and how a value gets into a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from cometplay.core import jsons
from cometplay.core.drafts import Draft, Kind
from cometplay.core.jsons import Json
from cometplay.core.routes import Route

PICTURE_FIELDS = frozenset({"input_reference", "image", "image[]"})
"""The names under which a person attaches a reference picture, whatever the route calls it."""


class Takes(StrEnum):
    """The form of a composer field, in the words an error message uses."""

    NUMBER = "a number"
    WHOLE = "a whole number"
    TEXT = "text"
    FLAG = "true or false"
    CHOICE = "one of its words"
    ANY = "text or JSON"
    LIST = "a JSON list"
    OBJECT = "a JSON object"
    FORMAT = "json_object, or a JSON object with a type"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that the composer of a kind has: its wire name leads to this attribute.

    `sets` are other attributes that follow when a person sets it. `choices` are the words that it takes, and
    what each stands for. `empty` is what it holds unset.
    """

    attribute: str
    takes: Takes
    label: str
    sets: tuple[tuple[str, int], ...] = ()
    choices: Mapping[str, Route] = field(default_factory=lambda: MappingProxyType({}))
    empty: str | None = None

    @property
    def fitting(self) -> str:
        """What it takes, in words."""
        return " or ".join(self.choices) or self.takes.value


APIS: Mapping[Kind, Mapping[str, Route]] = {
    Kind.TEXT: {"chat": Route.CHAT, "responses": Route.RESPONSES},
    Kind.IMAGE: {"images": Route.IMAGES, "edits": Route.EDITS, "replicate": Route.REPLICATE},
    Kind.VIDEO: {
        "videos": Route.VIDEOS,
        "kling-text": Route.KLING_TEXT,
        "kling-image": Route.KLING_IMAGE,
        "kling-omni": Route.KLING_OMNI,
        "runway": Route.RUNWAY,
        "runway-compatible": Route.RUNWAY_COMPATIBLE,
        "grok": Route.GROK,
    },
}
"""The words by which a person chooses a route, where the model's own is not the one that is wanted."""

_API = {kind: Field("api", Takes.CHOICE, "API", choices=words) for kind, words in APIS.items()}

FIELDS: dict[Kind, dict[str, Field]] = {
    Kind.TEXT: {
        "max_tokens": Field("token_cap", Takes.WHOLE, "Max tokens"),
        "max_completion_tokens": Field("token_cap", Takes.WHOLE, "Max tokens"),
        "temperature": Field("temperature", Takes.NUMBER, "Temperature"),
        "top_p": Field("top_p", Takes.NUMBER, "Top p"),
        "stop": Field("stop", Takes.ANY, "Stop", empty=""),
        "seed": Field("seed", Takes.WHOLE, "Seed"),
        "stream": Field("stream", Takes.FLAG, "Stream"),
        "stream_options": Field("stream_options", Takes.OBJECT, "Stream opts", empty=""),
        "response_format": Field("response_format", Takes.FORMAT, "Format", empty=""),
        "reasoning_effort": Field("reasoning_effort", Takes.TEXT, "Effort", empty=""),
        "tools": Field("tools", Takes.LIST, "Tools", empty=""),
        "api": _API[Kind.TEXT],
    },
    Kind.IMAGE: {
        "n": Field("n", Takes.WHOLE, "Count", sets=(("calls", 1),)),
        "size": Field("size", Takes.TEXT, "Size", empty=""),
        "quality": Field("quality", Takes.TEXT, "Quality", empty=""),
        "output_format": Field("output_format", Takes.TEXT, "Output format", empty=""),
        "output_compression": Field("output_compression", Takes.WHOLE, "Compression"),
        "background": Field("background", Takes.TEXT, "Background", empty=""),
        "style": Field("style", Takes.TEXT, "Style", empty=""),
        "watermark": Field("watermark", Takes.FLAG, "Watermark"),
        "max_images": Field("max_images", Takes.WHOLE, "Series of"),
        "response_format": Field("response_format", Takes.TEXT, "Response format", empty=""),
        "api": _API[Kind.IMAGE],
    },
    Kind.VIDEO: {
        "seconds": Field("seconds", Takes.TEXT, "Seconds", empty=""),
        "size": Field("size", Takes.TEXT, "Size", empty=""),
        "mode": Field("mode", Takes.TEXT, "Mode", empty=""),
        "api": _API[Kind.VIDEO],
    },
}
"""Both token caps are one field: the model decides its name. `api` is on no wire: it decides which one."""


def with_field(draft: Draft, name: str, value: Json) -> Draft:
    """The draft with composer field `name` set.

    Raises KeyError when the kind has no such field, ValueError when the value does not fit it.
    """
    known = FIELDS[draft.kind][name]
    fitting: str | float | Route
    match known.takes, value:
        case Takes.TEXT, str() | int() | float() if not isinstance(value, bool):
            fitting = str(value)
        case Takes.FLAG, bool():
            fitting = value
        case Takes.WHOLE, int() if not isinstance(value, bool):
            fitting = value
        case Takes.NUMBER, int() | float() if not isinstance(value, bool):
            fitting = value
        case Takes.CHOICE, str() if value in known.choices:
            fitting = known.choices[value]
        case Takes.ANY, _:
            fitting = value if isinstance(value, str) else jsons.compact(value)
        case Takes.LIST | Takes.OBJECT | Takes.FORMAT, str() | list() | dict():
            fitting = _json_text(known.takes, name, value)
        case _:
            raise ValueError(f"{name} takes {known.fitting}")
    return replace(draft, **{known.attribute: fitting, **dict(known.sets)})


def without_field(draft: Draft, name: str) -> Draft:
    """The draft with composer field `name` as it is when nobody sets it: then it is not sent."""
    known = FIELDS[draft.kind][name]
    return replace(draft, **{known.attribute: known.empty})


def _json_text(takes: Takes, name: str, value: Json) -> str:
    """JSON as it was typed, or as it is written; a bare word is a format's type."""
    text = value.strip() if isinstance(value, str) else jsons.compact(value)
    if takes is Takes.FORMAT and text.isidentifier():
        return text
    try:
        parsed = jsons.parse(text, strict=True)
    except ValueError as error:
        raise ValueError(f"{name} is not JSON: {error}") from None
    if not isinstance(parsed, list if takes is Takes.LIST else dict):
        raise ValueError(f"{name} takes {takes.value}")  # noqa: TRY004  what a text holds
    return text
