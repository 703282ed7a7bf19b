"""What each image model takes on /v1/images, and what it is refused for (api-contract.md 5.1, 5.3)."""

import re
from dataclasses import dataclass

from cometplay.core.jsons import JsonObject, dig, dig_list, dig_text
from cometplay.lab.fields import filled, number, prompt_of
from cometplay.lab.pictures import Format

MOST = 10
"""The largest `n` of any family."""
_PIXELS = re.compile(r"(\d{2,5})x(\d{2,5})")
_GPT_SIZES = ("1024x1024", "1024x1536", "1536x1024", "auto")
_BACKGROUNDS = ("auto", "opaque", "transparent")
_WHOLE = 100
_SIDE_STEP, _STEEPEST, _LONGEST_SIDE, _LARGEST_AREA = 16, 3, 3840, 3840 * 2160
_SEEDREAM_PICTURES = 15
"""References and results together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A row: the models whose ids begin so. An empty table of words takes any.

    `gpt`: answers in base64 whatever is asked, and has a format, a background and a compression.
    `clear`: the background may be transparent.
    """

    begins: tuple[str, ...]
    most: int = MOST
    sizes: tuple[str, ...] = ()
    any_pixels: bool = False
    qualities: tuple[str, ...] = ()
    longest_prompt: int | None = None
    gpt: bool = False
    clear: bool = False
    revises: bool = False
    sequential: bool = False


def _gpt(*begins: str, any_pixels: bool = False, clear: bool = False) -> Make:
    return Make(
        begins=begins,
        sizes=_GPT_SIZES,
        any_pixels=any_pixels,
        qualities=("low", "medium", "high", "auto"),
        longest_prompt=32_000,
        gpt=True,
        clear=clear,
    )


MAKES: tuple[Make, ...] = (
    _gpt("gpt-image-2", any_pixels=True),
    _gpt("gpt-image-1.5", clear=True),
    _gpt("gpt-image"),
    Make(
        begins=("dall-e-3",),
        most=1,
        sizes=("1024x1024", "1792x1024", "1024x1792"),
        qualities=("standard", "hd"),
        longest_prompt=4000,
        revises=True,
    ),
    Make(
        begins=("dall-e-2",),
        sizes=("1024x1024", "512x512", "256x256"),
        qualities=("standard",),
        longest_prompt=1000,
    ),
    Make(begins=("qwen-image",), most=1),
    Make(begins=("doubao-seedream",), sizes=("2K", "4K"), any_pixels=True, sequential=True),
)
"""The first row that fits."""

_OTHER = Make(begins=("",))

ELSEWHERE = ("gemini-", "flux", "black-forest-labs/")
"""The beginnings of ids that have a route of their own."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What a provider says of a field."""

    field: str
    message: str


def make_of(model: str) -> Make:
    return next((make for make in MAKES if model.startswith(make.begins)), _OTHER)


def is_known(model: str) -> bool:
    return make_of(model) is not _OTHER


def count_of(make: Make, fields: JsonObject) -> int:
    """How many pictures are asked for. What Seedream makes of `n` is not documented: it counts here."""
    if make.sequential and dig_text(fields, "sequential_image_generation") == "auto":
        wanted = number(dig(fields, "sequential_image_generation_options", "max_images"))
        most = _SEEDREAM_PICTURES
    else:
        wanted, most = number(fields.get("n")), MOST
    return min(most, max(1, int(wanted or 1)))


def wrong_with(make: Make, fields: JsonObject) -> Wrong | None:
    """The first field that the provider would refuse; None when all is well."""
    return _wrong_number(make, fields) or _wrong_words(make, fields) or _wrong_look(make, fields)


def _wrong_number(make: Make, fields: JsonObject) -> Wrong | None:
    if make.most == 1 and count_of(make, fields) > 1:
        return Wrong("n", "You must provide n=1 for this model.")
    references = dig_list(fields, "image") or ([fields["image"]] if filled(fields.get("image")) else [])
    if make.sequential and len(references) + count_of(make, fields) > _SEEDREAM_PICTURES:
        return Wrong("image", f"At most {_SEEDREAM_PICTURES} pictures, those given and those made together.")
    if make.longest_prompt is not None and len(prompt_of(fields)) > make.longest_prompt:
        return Wrong("prompt", f"The prompt is too long: at most {make.longest_prompt} characters.")
    return None


def _wrong_words(make: Make, fields: JsonObject) -> Wrong | None:
    size = dig_text(fields, "size")
    pixels = _PIXELS.fullmatch(size) if make.any_pixels else None
    if pixels and make.gpt and not _fair(int(pixels[1]), int(pixels[2])):
        told = "sides divisible by 16, at most 3:1, at most 3840x2160"
        return Wrong("size", f"Invalid value: '{size}'. A size needs {told}.")
    if not pixels and (wrong := _not_among("size", size, make.sizes)):
        return wrong
    quality = _not_among("quality", dig_text(fields, "quality"), make.qualities)
    if quality or make.gpt:
        return quality
    return _not_among("response_format", dig_text(fields, "response_format"), ("url", "b64_json"))


def _fair(width: int, height: int) -> bool:
    """The free sizes of gpt-image-2."""
    short, long = sorted((width, height))
    steps = width % _SIDE_STEP == height % _SIDE_STEP == 0
    return steps and long <= min(_STEEPEST * short, _LONGEST_SIDE) and width * height <= _LARGEST_AREA


def _wrong_look(make: Make, fields: JsonObject) -> Wrong | None:
    """Format, background and compression, which GPT models alone document."""
    if not make.gpt:
        return None
    form = dig_text(fields, "output_format")
    wrong = _not_among("output_format", form, tuple(Format))
    return wrong or _wrong_background(make, fields, form) or _wrong_compression(fields, form)


def _wrong_background(make: Make, fields: JsonObject, form: str) -> Wrong | None:
    background = dig_text(fields, "background")
    if background == "transparent" and not make.clear:
        return Wrong("background", "Transparent background is not supported for this model.")
    if background == "transparent" and form == Format.JPEG:
        return Wrong("background", "Transparent background is not supported for jpeg output format.")
    return _not_among("background", background, _BACKGROUNDS)


def _wrong_compression(fields: JsonObject, form: str) -> Wrong | None:
    compression = number(fields.get("output_compression"))
    if compression is not None and not 0 <= compression <= _WHOLE:
        return Wrong("output_compression", "Invalid value: output_compression is 0 to 100.")
    if compression is not None and compression < _WHOLE and form in ("", Format.PNG):
        message = "Compression less than 100 is not supported for PNG output format."
        return Wrong("output_compression", message)
    return None


def _not_among(name: str, value: str, words: tuple[str, ...]) -> Wrong | None:
    if not value or not words or value in words:
        return None
    told = ", ".join(f"'{word}'" for word in words)
    return Wrong(name, f"Invalid value: '{value}'. Supported values are: {told}.")
