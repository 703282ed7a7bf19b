"""What each model family takes, in one table (api-contract.md 2.1, 5.1, 6.1 and 13)."""

from dataclasses import dataclass
from enum import StrEnum

from cometplay.core.drafts import Draft, ImageDraft, Kind, Message, Role, TextDraft, VideoDraft


class Route(StrEnum):
    """An endpoint family: the path of its create call below the `/v1` base."""

    CHAT = "/chat/completions"
    IMAGES = "/images/generations"
    VIDEOS = "/videos"


class TokenField(StrEnum):
    """The wire name of the token cap (api-contract.md 13, row 24)."""

    OLD = "max_tokens"
    NEW = "max_completion_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One row of the table. `prefixes` are of model ids; the first row with a match wins."""

    kind: Kind
    prefixes: tuple[str, ...]
    route: Route
    token_field: TokenField = TokenField.OLD
    gpt_image: bool = False
    models: tuple[str, ...] = ()


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
    Family(
        kind=Kind.IMAGE,
        prefixes=("gpt-image",),
        route=Route.IMAGES,
        gpt_image=True,
        models=("gpt-image-2", "gpt-image-1.5", "gpt-image-1-mini"),
    ),
    Family(
        kind=Kind.IMAGE,
        prefixes=("",),
        route=Route.IMAGES,
        models=("dall-e-3", "qwen-image", "doubao-seedream-4-0-250828"),
    ),
    Family(
        kind=Kind.VIDEO,
        prefixes=("",),
        route=Route.VIDEOS,
        models=("veo3-fast", "sora-2", "doubao-seedance-2-0", "wan2.6", "viduq3"),
    ),
)

DEFAULT_MODEL = {Kind.TEXT: "gpt-5.4-mini", Kind.IMAGE: "gpt-image-2", Kind.VIDEO: "veo3-fast"}


def family_of(kind: Kind, model: str) -> Family:
    """The row that a model id falls under; every kind has a row for the ids that nothing names."""
    return next(row for row in FAMILIES if row.kind is kind and model.startswith(row.prefixes))


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
