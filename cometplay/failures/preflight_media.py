"""What can be seen in a picture's or a video's draft before it is sent."""

from dataclasses import replace

from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.findings import Evidence, Finding, ModeClass, Reproduction, Retryable, Sighting
from cometplay.core.jsons import dig_text
from cometplay.core.models import DEFAULT_MODEL, family_of, starting_draft
from cometplay.failures import repairs, tables
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE, IMAGE_PAGE, VIDEO_PAGE
from cometplay.failures.tables import Row

IMAGE = frozenset({Kind.IMAGE})
MEDIA = frozenset({Kind.IMAGE, Kind.VIDEO})


def _response_format(draft: Draft, _: Connection) -> Sighting | None:
    value = dig_text(repairs.sent(draft), "response_format")
    if draft.kind is not Kind.IMAGE or not value or not family_of(draft.kind, draft.model).gpt_image:
        return None
    return Sighting((Evidence("response_format", value), Evidence("model", draft.model)))


def _drop_it(draft: Draft, _: Finding) -> Draft | None:
    return repairs.use_output_format(draft)


RESPONSE_FORMAT = FailureMode(
    id="preflight.response-format",
    cls=ModeClass.PREFLIGHT,
    title="response_format for a GPT Image model",
    meaning="These models take no response_format; today it may be ignored, tomorrow it is an error.",
    cause="DALL-E wants it, and the line was kept when the model was changed.",
    fixes=(
        "Leave it out; the picture comes as base64 either way.",
        "If it was the type of file that mattered, say so with output_format.",
    ),
    not_when=NotWhen(
        "It was sent, and the server has refused it.",
        "image.response-format",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "response_format"),
    retryable=Retryable.NO,
    kinds=IMAGE,
    preflight=_response_format,
    repair=_drop_it,
    reproduce=Reproduction(
        drafts=(
            ImageDraft(
                model=DEFAULT_MODEL[Kind.IMAGE],
                prompt="A lighthouse at dusk, as a woodcut",
                response_format="url",
            ),
        ),
        script=None,
    ),
)


def _n_limit(draft: Draft, _: Connection) -> Sighting | None:
    count = repairs.sent(draft).get("n")
    if draft.kind is not Kind.IMAGE or not isinstance(count, int) or count <= 1:
        return None
    if family_of(draft.kind, draft.model).most_images != 1:
        return None
    return Sighting((Evidence("n", str(count)), Evidence("model", draft.model)))


def _just_one(draft: Draft, _: Finding) -> Draft | None:
    return repairs.one_a_call(draft)


N_LIMIT = FailureMode(
    id="preflight.n-limit",
    cls=ModeClass.PREFLIGHT,
    title="Several pictures from a model that makes one",
    meaning="This model makes a single picture a call, and n asks for more.",
    cause="A model was changed and n was not, or a loop's count went into the request.",
    fixes=(
        "Set n to 1, and call once for every picture that you want.",
        "Or choose a model that makes several at once, such as those of the GPT Image family.",
    ),
    not_when=NotWhen(
        "The count is one, and it is some other value that was turned down.",
        "http.invalid-value",
    ),
    source=IMAGE_PAGE,
    row=Row(tables.IMAGE, "n over 1"),
    retryable=Retryable.NO,
    kinds=IMAGE,
    preflight=_n_limit,
    repair=_just_one,
    reproduce=Reproduction(
        drafts=(ImageDraft(model="qwen-image", prompt="A heron in a paper boat", n=3),),
        script=None,
    ),
)


def _size(draft: Draft, _: Connection) -> Sighting | None:
    value = dig_text(repairs.sent(draft), "size")
    sizes = family_of(draft.kind, draft.model).sizes
    if not value or sizes is None or sizes.takes(value):
        return None
    return Sighting((Evidence("size", value), Evidence(f"{draft.model} takes", sizes.told)))


def _another_size(draft: Draft, _: Finding) -> Draft | None:
    return repairs.size(draft)


SIZE = FailureMode(
    id="preflight.size",
    cls=ModeClass.PREFLIGHT,
    title="A size in a form that this model does not take",
    meaning="Sizes have a form of their own for each model, and this is none of those of yours.",
    cause="16x9 is a word of Veo's alone; others want pixels, and some only a few pairs of them.",
    fixes=(
        "Take one of the sizes that the evidence lists.",
        "Leave the size out where the shape does not matter.",
        "Keep sizes beside the model in your program, since they change together.",
    ),
    not_when=NotWhen(
        "The size is right, and the server finds fault with another value.",
        "http.invalid-value",
    ),
    source=VIDEO_PAGE,
    retryable=Retryable.NO,
    kinds=MEDIA,
    preflight=_size,
    repair=_another_size,
    reproduce=Reproduction(
        drafts=(
            replace(starting_draft(Kind.IMAGE), size="16x9"),
            VideoDraft(model="sora-2", prompt="A kite over a wheat field", size="16x9"),
        ),
        script=None,
    ),
)

MODES = (RESPONSE_FORMAT, N_LIMIT, SIZE)
