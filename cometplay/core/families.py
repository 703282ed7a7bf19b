"""A row of the table of models: what one family takes, and the forms that a row is written in."""

from dataclasses import dataclass, field

from cometplay.core.drafts import Kind, TokenField
from cometplay.core.options import GPT_IMAGE, NOTHING, Options
from cometplay.core.routes import Route
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
    that are taken, () where none is sent or none is known; `fixed_s`: the length of every clip of a model
    that takes none. `modes`: the words that a video model has for its quality. `references`: how many
    pictures may go along. `usual_s`: how long a job takes as a rule, from and to; None where nobody says.
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
    fixed_s: int = 0
    modes: tuple[str, ...] = ()
    usual_s: tuple[float, float] | None = None
    options: Options = field(default_factory=lambda: NOTHING)
    references: int = 1
    models: tuple[str, ...] = ()


def image(
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


def video(
    *prefixes: str,
    route: Route = Route.VIDEOS,
    sizes: Sizes | None = ANY_VIDEO,
    seconds: tuple[int, ...] = (),
    fixed_s: int = 0,
    modes: tuple[str, ...] = (),
    usual_s: tuple[float, float] | None = None,
    references: int = 1,
    models: tuple[str, ...] = (),
) -> Family:
    return Family(
        kind=Kind.VIDEO,
        prefixes=prefixes,
        route=route,
        sizes=sizes,
        seconds=seconds,
        fixed_s=fixed_s,
        modes=modes,
        usual_s=usual_s,
        references=references,
        models=models,
    )


def only(words: str) -> Sizes:
    return Sizes(words=tuple(words.split()), pixels=False)
