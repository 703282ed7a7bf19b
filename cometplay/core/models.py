"""What each model family takes, in one table (api-contract.md 2.1, 5 to 8, and 13)."""

from dataclasses import dataclass, field

from cometplay.core.drafts import (
    Draft,
    ImageDraft,
    Kind,
    Message,
    Role,
    TextDraft,
    TokenField,
    VideoDraft,
)
from cometplay.core.jsons import parse_object
from cometplay.core.options import (
    DALL_E_2,
    DALL_E_3,
    FLUX,
    GPT_IMAGE,
    NOTHING,
    QWEN,
    QWEN_EDIT,
    SEEDREAM,
    UNKNOWN,
    Options,
)
from cometplay.core.routes import ADAPTERS, Adapter, Route
from cometplay.core.sizes import Sizes

ANY_PICTURE = Sizes(words=("auto", "1K", "2K", "4K"))
ANY_VIDEO = Sizes()
"""Where no document lists a model's sizes: whatever has the form that its endpoint takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One row of the table. `prefixes` are of model ids; the first row with a match wins.

    `with_picture`: where a draft with a picture goes, if that is another route.
    `window` is in tokens, prompt and answer together; None where no document of ours states it, and none
    does today. `most_images`: how many one call makes, 0 where that is not known. `seconds`: the lengths
    that are taken, () where none is sent or none is known.
    """

    kind: Kind
    prefixes: tuple[str, ...]
    route: Route
    with_picture: Route | None = None
    token_field: TokenField = TokenField.OLD
    window: int | None = None
    gpt_image: bool = False
    most_images: int = 0
    sizes: Sizes | None = None
    seconds: tuple[int, ...] = ()
    options: Options = field(default_factory=lambda: NOTHING)
    references: int = 1
    models: tuple[str, ...] = ()


def _image(
    *prefixes: str,
    options: Options,
    sizes: Sizes = ANY_PICTURE,
    most: int = 0,
    references: int = 1,
    with_picture: Route | None = Route.EDITS,
    models: tuple[str, ...] = (),
) -> Family:
    return Family(
        kind=Kind.IMAGE,
        prefixes=prefixes,
        route=Route.IMAGES,
        with_picture=with_picture,
        sizes=sizes,
        most_images=most,
        gpt_image=options is GPT_IMAGE,
        options=options,
        references=references,
        models=models,
    )


def _video(
    *prefixes: str,
    route: Route = Route.VIDEOS,
    with_picture: Route | None = None,
    sizes: Sizes | None = ANY_VIDEO,
    seconds: tuple[int, ...] = (),
    models: tuple[str, ...] = (),
) -> Family:
    return Family(
        kind=Kind.VIDEO,
        prefixes=prefixes,
        route=route,
        with_picture=with_picture,
        sizes=sizes,
        seconds=seconds,
        models=models,
    )


def _only(words: str) -> Sizes:
    return Sizes(words=tuple(words.split()), pixels=False)


_GPT_SIZES = ("1024x1024", "1536x1024", "1024x1536", "auto")
_WIDE_AND_TALL = Sizes(words=("1280x720", "720x1280"))
_KLING_RATIOS = _only("16:9 9:16 1:1 4:3 3:4 3:2 2:3")
_WAN_SIZES = "1920x1080 1080x1920 1280x720 720x1280 1440x1440"

FAMILIES: tuple[Family, ...] = (
    Family(
        kind=Kind.TEXT,
        prefixes=("gpt-5", "gpt-6", "o1", "o3", "o4"),
        route=Route.CHAT,
        token_field=TokenField.NEW,
        models=("gpt-5.4-mini", "gpt-5.4", "gpt-5.6-sol"),
    ),
    Family(
        kind=Kind.TEXT,
        prefixes=("",),
        route=Route.CHAT,
        models=("claude-haiku-4-5-20251001", "gemini-2.5-flash", "deepseek-chat", "gpt-4o"),
    ),
    _image(
        "gpt-image-2",
        sizes=Sizes(words=_GPT_SIZES, step=16, longest=3840, most=3840 * 2160, steepest=3.0),
        most=10,
        options=GPT_IMAGE,
        references=16,
        models=("gpt-image-2",),
    ),
    _image(
        *("gpt-image", "chatgpt-image"),
        sizes=Sizes(words=_GPT_SIZES, pixels=False),
        most=10,
        options=GPT_IMAGE,
        references=16,
        models=("gpt-image-1.5", "gpt-image-1-mini", "gpt-image-1"),
    ),
    _image(
        "dall-e-2", options=DALL_E_2, sizes=_only("1024x1024 512x512 256x256"), most=10, models=("dall-e-2",)
    ),
    _image(
        "dall-e-3",
        options=DALL_E_3,
        sizes=_only("1024x1024 1792x1024 1024x1792"),
        most=1,
        models=("dall-e-3",),
    ),
    _image("qwen-image-edit", options=QWEN_EDIT),  # its own provider's rules
    _image("qwen-image", options=QWEN, most=1, models=("qwen-image", "qwen-image-edit")),
    _image(
        "doubao-seedream",
        options=SEEDREAM,
        references=14,
        sizes=Sizes(words=("2K", "4K")),
        with_picture=None,  # it takes references where it makes pictures
        models=("doubao-seedream-4-0-250828",),
    ),
    Family(
        kind=Kind.IMAGE,
        prefixes=("flux", "black-forest-labs/"),
        route=Route.REPLICATE,
        options=FLUX,
        models=("black-forest-labs/flux-schnell",),
    ),
    _image("", options=UNKNOWN, references=16),
    _video("veo", sizes=_only("16x9 9x16"), models=("veo3-fast",)),
    _video(
        "sora",
        sizes=_only("1280x720 720x1280 1792x1024 1024x1792"),
        seconds=(4, 8, 12),
        models=("sora-2",),
    ),
    _video(
        "doubao-seedance-2-0",
        sizes=_WIDE_AND_TALL,
        seconds=tuple(range(4, 16)),
        models=("doubao-seedance-2-0",),
    ),
    _video("doubao-seedance-1-5-pro", seconds=tuple(range(4, 13))),
    _video("doubao-seedance-1-0-pro", seconds=tuple(range(2, 11))),
    _video(
        *("seedance-2-5", "doubao-seedance-2-5"), sizes=_only("1280x720 854x480"), seconds=tuple(range(4, 31))
    ),
    _video(
        "wan2.6",
        sizes=_only(f"{_WAN_SIZES} 1088x832 832x1088 1632x1248 1248x1632"),
        seconds=(5, 10, 15),
        models=("wan2.6",),
    ),
    _video("wan2.7", sizes=_only(_WAN_SIZES), seconds=tuple(range(2, 16))),
    _video(
        "viduq3",
        sizes=_only("1280x720 1920x1080 960x528 640x352"),
        seconds=tuple(range(1, 17)),
        models=("viduq3",),
    ),
    _video(
        "kling-video-o1",
        route=Route.KLING_OMNI,
        sizes=_KLING_RATIOS,
        seconds=tuple(range(3, 11)),
        models=("kling-video-o1",),
    ),
    _video(
        "kling-",
        route=Route.KLING_TEXT,
        with_picture=Route.KLING_IMAGE,
        sizes=_KLING_RATIOS,
        seconds=(5, 10),
        models=("kling-v1", "kling-v2"),
    ),
    _video(
        *("gen3", "gen4"),
        route=Route.RUNWAY,
        sizes=_only("1280:768 768:1280 1280:720 720:1280"),
        seconds=(5, 10),
        models=("gen3a_turbo",),
    ),
    _video(
        "grok-imagine-",
        route=Route.GROK,
        sizes=None,
        seconds=tuple(range(1, 16)),
        models=("grok-imagine-video",),
    ),
    _video(""),
)
"""The sizes, counts and seconds are those of api-contract.md 5.1, 6.1, 7 and 8. Seedance's table of sizes
is not in it: the two named here are where a repair leads, and any other is left to the server.
"""

DEFAULT_MODEL = {Kind.TEXT: "gpt-5.4-mini", Kind.IMAGE: "gpt-image-2", Kind.VIDEO: "veo3-fast"}


def family_of(kind: Kind, model: str) -> Family:
    """The row that a model id falls under; every kind has a row for the ids that nothing names."""
    return next(row for row in FAMILIES if row.kind is kind and model.startswith(row.prefixes))


def route_of(draft: Draft) -> Route:
    """Where a draft goes: where the person says, else its model's route, or with a picture the one that takes
    pictures (5.2, 7.1).
    """
    if draft.api:
        return draft.api
    family = family_of(draft.kind, draft.model)
    other = family.with_picture
    return (
        other if other and (draft.attachments or _names_a_picture(draft, ADAPTERS[other])) else family.route
    )


def _names_a_picture(draft: Draft, adapter: Adapter) -> bool:
    """Whether the extra fields hold the address of the picture; a form takes files only."""
    if adapter.form or not draft.extra.strip():
        return False
    try:
        return bool(parse_object(draft.extra).get(adapter.picture))
    except ValueError:
        return False


def known_models(kind: Kind) -> tuple[str, ...]:
    """The model ids worth offering for a kind, the default first."""
    listed = [name for row in FAMILIES if row.kind is kind for name in row.models]
    return (DEFAULT_MODEL[kind], *(name for name in listed if name != DEFAULT_MODEL[kind]))


def starting_draft(kind: Kind) -> Draft:
    """What a tab opens with: it can be sent as it stands."""
    match kind:
        case Kind.TEXT:
            return TextDraft(
                model=DEFAULT_MODEL[kind],
                messages=(Message(Role.USER, "Say hello in one short sentence."),),
            )
        case Kind.IMAGE:
            return ImageDraft(model=DEFAULT_MODEL[kind], prompt="A lighthouse at dawn, flat colours")
        case Kind.VIDEO:
            return VideoDraft(model=DEFAULT_MODEL[kind], prompt="Waves roll onto a beach at dawn")
