"""What each video model takes on /v1/videos, and how its answers differ (api-contract.md 6.1, 6.2, 6.4)."""

import re
from dataclasses import dataclass

from cometplay.core.jsons import JsonObject, dig_text
from cometplay.lab.fields import Body, filled, number

REFERENCE = "input_reference"
_PIXELS = re.compile(r"(\d{3,4})x(\d{3,4})")
_HD, _FULL_HD, _ULTRA_HD = 1280 * 720, 1920 * 1088, 3840 * 2160


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A row: the models whose ids begin so. Empty `seconds` or `sizes`: whatever is sent.

    With `most_pixels` any width and height is taken, and one that is larger is changed without a word.
    `references` are how many pictures may come along, `said_as` the id that answers carry instead,
    `echoes` what is echoed, `linked` whether a poll has the result's url, `foretells` whether
    completed_at stands there before the end, and `content` whether the content route has the file.
    """

    begins: tuple[str, ...]
    seconds: frozenset[int] = frozenset()
    usual_seconds: str = ""
    sizes: tuple[str, ...] = ()
    most_pixels: int = 0
    references: int | None = None
    said_as: str = ""
    echoes: tuple[str, ...] = ()
    linked: bool = True
    foretells: bool = False
    content: bool = True


def _until(last: int, first: int = 1) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def _seedance(*begins: str, first: int, last: int, most_pixels: int, references: int | None = None) -> Make:
    # the tables of sizes are not in the contract: the largest area stands for them
    return Make(
        begins=begins,
        seconds=_until(last, first),
        usual_seconds="5",
        most_pixels=most_pixels,
        references=references,
        echoes=("size",),  # undocumented: without it nobody could see that a size was changed
        foretells=True,
        content=False,
    )


_WAN_27 = ("1280x720", "720x1280", "1920x1080", "1080x1920", "1440x1440")

MAKES: tuple[Make, ...] = (
    Make(
        begins=("sora-2",),
        seconds=frozenset({4, 8, 12}),
        usual_seconds="4",
        sizes=("720x1280", "1280x720", "1024x1792", "1792x1024"),
        references=1,
        echoes=("seconds", "size"),
        linked=False,
    ),
    Make(
        begins=("veo",),
        sizes=("16x9", "9x16"),
        references=2,
        said_as="veo_3_1-4K",
        echoes=("seconds", "size"),
    ),
    _seedance("doubao-seedance-2-0-fast", "doubao-seedance-2-0-mini", first=4, last=15, most_pixels=_HD),
    _seedance("doubao-seedance-2-0", first=4, last=15, most_pixels=_ULTRA_HD),
    _seedance("doubao-seedance-1-5", first=4, last=12, most_pixels=_FULL_HD, references=0),
    _seedance("doubao-seedance-1-0", first=2, last=10, most_pixels=_FULL_HD, references=0),
    _seedance("seedance-2-5", "doubao-seedance-2-5", first=4, last=30, most_pixels=_HD),
    Make(
        begins=("wan2.6",),
        seconds=frozenset({5, 10, 15}),
        usual_seconds="5",
        sizes=("1920x1080", *_WAN_27, "1088x832", "832x1088", "1632x1248", "1248x1632"),
    ),
    Make(begins=("wan2.7",), seconds=_until(15, 2), usual_seconds="5", sizes=_WAN_27),
    Make(
        begins=("viduq3",),
        seconds=_until(16),
        usual_seconds="5",
        sizes=("1280x720", "640x352", "960x528", "1920x1080"),
    ),
    Make(begins=("happyhorse",)),
)
"""The first row that fits; a row's first size is its default."""

_OTHER = Make(begins=("",))


def make_of(model: str) -> Make:
    return next((make for make in MAKES if model.startswith(make.begins)), _OTHER)


def is_known(model: str) -> bool:
    return make_of(model) is not _OTHER


def wrong_with(make: Make, body: Body) -> str:
    """What the provider would refuse a create for; "" when all is well."""
    return _wrong_seconds(make, body) or _wrong_size(make, body) or _wrong_references(make, body)


def _wrong_seconds(make: Make, body: Body) -> str:
    sent = body.fields.get("seconds")
    if not filled(sent) or not make.seconds or number(sent) in make.seconds:
        return ""
    allowed = sorted(make.seconds)
    steps = allowed[-1] - allowed[0] == len(allowed) - 1
    told = f"{allowed[0]} to {allowed[-1]}" if steps else ", ".join(map(str, allowed))
    return f"the parameter duration is not valid for this model: use one of {told} seconds"


def _wrong_size(make: Make, body: Body) -> str:
    size = dig_text(body.fields, "size")
    if not size or size in make.sizes or not (make.sizes or make.most_pixels):
        return ""
    if make.most_pixels:
        told = "width x height in pixels, such as 1280x720"
        return (
            "" if _PIXELS.fullmatch(size) else f"the parameter size is not valid for this model: use {told}"
        )
    return f"the parameter size is not valid for this model: use one of {', '.join(make.sizes)}"


def _wrong_references(make: Make, body: Body) -> str:
    uploaded = sum(1 for upload in body.uploads if upload.name == REFERENCE)
    sent = uploaded or int(filled(body.fields.get(REFERENCE)))
    if make.references is None or sent <= make.references:
        return ""
    told = f"takes at most {make.references}" if make.references else "does not take any"
    return f"the parameter {REFERENCE} is not valid: this model {told}"


def echoed(make: Make, asked: JsonObject) -> JsonObject:
    """Seconds and size as this model's answers have them."""
    values: JsonObject = {
        "seconds": (dig_text(asked, "seconds") or make.usual_seconds) if make.seconds else "",
        "size": _size_made(make, dig_text(asked, "size")),
    }
    return {name: values[name] for name in make.echoes}


def _size_made(make: Make, size: str) -> str:
    if make.sizes:
        return size or make.sizes[0]
    found = _PIXELS.fullmatch(size)
    width, height = (int(found[1]), int(found[2])) if found else (1280, 720)
    if width * height <= make.most_pixels:
        return f"{width}x{height}"
    return "1280x720" if width >= height else "720x1280"
