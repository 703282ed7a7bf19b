"""What an image model takes beside prompt and size, a row for each family (api-contract.md 5.1, 5.2)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Options: TypeAlias = Mapping[str, tuple[str, ...]]
"""Fields by wire name, each with its values; () where any may do. What is not there is not taken.

`image` are reference pictures, or those to edit; `max_images` is how many Seedream may make of one call.
"""

_ANY: tuple[str, ...] = ()
_URL_OR_BASE64 = ("url", "b64_json")
_FLAG = ("true", "false")


def _row(**fields: tuple[str, ...]) -> Options:
    return MappingProxyType(fields)


GPT_IMAGE = _row(
    n=_ANY,
    quality=("low", "medium", "high", "auto"),
    output_format=("png", "jpeg", "webp"),
    output_compression=_ANY,
    background=("auto", "opaque", "transparent"),
    image=_ANY,
    mask=_ANY,
)
DALL_E_2 = _row(n=_ANY, quality=("standard",), response_format=_URL_OR_BASE64, image=_ANY, mask=_ANY)
DALL_E_3 = _row(
    quality=("standard", "hd"),
    style=("vivid", "natural"),
    response_format=_URL_OR_BASE64,
    image=_ANY,
    mask=_ANY,
)
QWEN = _row(quality=_ANY)
QWEN_EDIT = _row(n=_ANY, quality=_ANY, image=_ANY)
SEEDREAM = _row(max_images=_ANY, response_format=_URL_OR_BASE64, watermark=_FLAG, image=_ANY)
FLUX = _row(n=_ANY, image=_ANY)
UNKNOWN = _row(
    n=_ANY,
    quality=_ANY,
    style=_ANY,
    output_format=_ANY,
    output_compression=_ANY,
    background=_ANY,
    response_format=_ANY,
    watermark=_FLAG,
    image=_ANY,
    mask=_ANY,
)
"""Of a model that no document of ours names: whatever any other one takes."""

NOTHING: Options = _row()

_USUAL_S = {"low": (17.0, 17.0), "high": (100.0, 100.0)}
_FROM_LOW_TO_HIGH = (17.0, 100.0)


def usual_s(quality: str) -> tuple[float, float]:
    """The seconds that one picture takes as a rule, from and to, as they were measured (5.1)."""
    return _USUAL_S.get(quality, _FROM_LOW_TO_HIGH)
