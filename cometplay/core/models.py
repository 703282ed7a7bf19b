"""What each model family takes, in one table (api-contract.md 2.1, 5 to 8, and 13)."""

from dataclasses import replace

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
from cometplay.core.families import Family, image, only, video
from cometplay.core.jsons import parse_object
from cometplay.core.options import (
    DALL_E_2,
    DALL_E_3,
    FLUX,
    GPT_IMAGE,
    QWEN,
    QWEN_EDIT,
    SEEDREAM,
    UNKNOWN,
)
from cometplay.core.routes import ADAPTERS, Adapter, Route
from cometplay.core.sizes import Sizes

_GPT_SIZES = ("1024x1024", "1536x1024", "1024x1536", "auto")
_WIDE_AND_TALL = Sizes(words=("1280x720", "720x1280"))
_KLING_RATIOS = only("16:9 9:16 1:1 4:3 3:4 3:2 2:3")
_KLING_MODES = ("std", "pro")
_SEEDANCE_S = (60.0, 180.0)
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
    image(
        "gpt-image-2",
        sizes=Sizes(words=_GPT_SIZES, step=16, longest=3840, most=3840 * 2160, steepest=3.0),
        most=10,
        options=GPT_IMAGE,
        references=16,
        models=("gpt-image-2",),
    ),
    image(
        *("gpt-image", "chatgpt-image"),
        sizes=Sizes(words=_GPT_SIZES, pixels=False),
        most=10,
        options=GPT_IMAGE,
        references=16,
        models=("gpt-image-1.5", "gpt-image-1-mini", "gpt-image-1"),
    ),
    image(
        "dall-e-2", options=DALL_E_2, sizes=only("1024x1024 512x512 256x256"), most=10, models=("dall-e-2",)
    ),
    image(
        "dall-e-3",
        options=DALL_E_3,
        sizes=only("1024x1024 1792x1024 1024x1792"),
        most=1,
        models=("dall-e-3",),
    ),
    image("qwen-image-edit", options=QWEN_EDIT),  # its own provider's rules
    image("qwen-image", options=QWEN, most=1, models=("qwen-image", "qwen-image-edit")),
    image(
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
    image("", options=UNKNOWN, references=16),
    video("veo", sizes=only("16x9 9x16"), fixed_s=8, references=2, models=("veo3-fast",)),
    video(
        "sora",
        sizes=only("1280x720 720x1280 1792x1024 1024x1792"),
        seconds=(4, 8, 12),
        models=("sora-2",),
    ),
    video(
        "doubao-seedance-2-0",
        sizes=_WIDE_AND_TALL,
        seconds=tuple(range(4, 16)),
        usual_s=_SEEDANCE_S,
        references=9,  # "1 or more"; more than its provider takes
        models=("doubao-seedance-2-0",),
    ),
    video("doubao-seedance-1-5-pro", seconds=tuple(range(4, 13)), usual_s=_SEEDANCE_S, references=0),
    video("doubao-seedance-1-0-pro", seconds=tuple(range(2, 11)), usual_s=_SEEDANCE_S, references=0),
    video(
        *("seedance-2-5", "doubao-seedance-2-5"),
        sizes=only("1280x720 854x480"),
        seconds=tuple(range(4, 31)),
        usual_s=_SEEDANCE_S,
        references=9,
    ),
    video(
        "wan2.6",
        sizes=only(f"{_WAN_SIZES} 1088x832 832x1088 1632x1248 1248x1632"),
        seconds=(5, 10, 15),
        references=0,
        models=("wan2.6",),
    ),
    video("wan2.7", sizes=only(_WAN_SIZES), seconds=tuple(range(2, 16)), references=0),
    video(
        "viduq3",
        sizes=only("1280x720 1920x1080 960x528 640x352"),
        seconds=tuple(range(1, 17)),
        references=0,
        models=("viduq3",),
    ),
    video(
        "kling-video-o1",
        route=Route.KLING_OMNI,
        sizes=_KLING_RATIOS,
        seconds=tuple(range(3, 11)),
        references=9,
        models=("kling-video-o1",),
    ),
    replace(
        video(
            "kling-",
            route=Route.KLING_TEXT,
            sizes=_KLING_RATIOS,
            seconds=(5, 10),
            modes=_KLING_MODES,
            models=("kling-v1", "kling-v2"),
        ),
        with_picture=Route.KLING_IMAGE,
    ),
    video(
        *("gen3", "gen4"),
        route=Route.RUNWAY,
        sizes=only("1280:768 768:1280 1280:720 720:1280"),
        seconds=(5, 10),
        models=("gen3a_turbo",),
    ),
    video(
        "grok-imagine-",
        route=Route.GROK,
        sizes=None,
        seconds=tuple(range(1, 16)),
        models=("grok-imagine-video",),
    ),
    video("", references=9),
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
