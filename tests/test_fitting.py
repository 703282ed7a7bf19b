"""Protects what a person composed when the model changes: what fits stays, what goes is named."""

from dataclasses import replace

import pytest

from cometplay.core.drafts import Attachment, ImageDraft, Kind, VideoDraft
from cometplay.core.fitting import fitted, values
from cometplay.core.models import family_of, known_models, starting_draft

FILE = Attachment("image", "/p/a.png", "a.png", "image/png", b"x")


def picture(model, **fields):
    return ImageDraft(model=model, prompt="A lighthouse", **fields)


DROPPED = [
    (
        picture("dall-e-3", quality="high"),
        {"quality": ""},
        "dropped quality: dall-e-3 takes standard or hd",
    ),
    (picture("gpt-image-2", style="vivid"), {"style": ""}, "dropped style: gpt-image-2 takes none"),
    (
        picture("gpt-image-1-mini", size="512x512"),
        {"size": ""},
        "dropped size: gpt-image-1-mini takes 1024x1024, 1536x1024, 1024x1536, auto",
    ),
    (
        picture("qwen-image", output_format="png"),
        {"output_format": ""},
        "dropped output_format: qwen-image takes none",
    ),
    (
        picture("doubao-seedream-4-0-250828", output_compression=50),
        {"output_compression": None},
        "dropped output_compression: doubao-seedream-4-0-250828 takes none",
    ),
    (
        picture("gpt-image-2", watermark=False),
        {"watermark": None},
        "dropped watermark: gpt-image-2 takes none",
    ),
    (picture("dall-e-3", n=3), {"n": None, "calls": 3}, "3 pictures: 3 calls, for dall-e-3 makes one a call"),
    (picture("gpt-image-2", calls=3), {"n": 3, "calls": 1}, "3 pictures: n 3"),
    (
        picture("doubao-seedream-4-0-250828", n=4),
        {"n": None, "max_images": 4},
        "4 pictures: max_images 4",
    ),
    (
        picture("qwen-image", attachments=(FILE,)),
        {"attachments": ()},
        "dropped the file: qwen-image takes none",
    ),
    (
        VideoDraft(model="sora-2", prompt="Waves", seconds="5"),
        {"seconds": ""},
        "dropped seconds: sora-2 takes 4, 8 or 12",
    ),
]


@pytest.mark.parametrize(
    ("draft", "instead", "told"), DROPPED, ids=[f"{row[0].model} {next(iter(row[1]))}" for row in DROPPED]
)
def test_what_the_model_does_not_take_goes_and_is_named(draft, instead, told):
    fit = fitted(draft)
    assert fit.draft == replace(draft, **instead)
    assert fit.changed == (told,)


KEPT = [
    picture("gpt-image-2", quality="high", n=10, size="2048x1152", background="transparent"),
    picture("dall-e-3", quality="hd", style="natural", size="1792x1024", response_format="url", calls=2),
    picture("doubao-seedream-4-0-250828", watermark=False, size="2K", max_images=3, attachments=(FILE,)),
    picture("qwen-image", quality="standard", size="1328x1328"),
    picture("a-model-of-tomorrow", quality="x", style="y", n=4, attachments=(FILE,)),
    picture("black-forest-labs/flux-schnell", n=2, size="16:9"),
    picture("gpt-image-2", extra='{"response_format": "url"}'),
]


@pytest.mark.parametrize("draft", KEPT, ids=[draft.model for draft in KEPT])
def test_what_the_model_takes_stays(draft):
    assert fitted(draft).draft is draft or fitted(draft).draft == draft
    assert not fitted(draft).changed


@pytest.mark.parametrize("model", known_models(Kind.IMAGE))
def test_every_value_that_is_offered_is_kept(model):
    draft = replace(starting_draft(Kind.IMAGE), model=model)
    for name in ("size", "quality", "style", "output_format", "background", "response_format"):
        for value in values(family_of(Kind.IMAGE, model), name) or ():
            chosen = replace(draft, **{name: value})
            assert fitted(chosen).draft == chosen


def test_a_chat_is_left_as_it_is():
    draft = starting_draft(Kind.TEXT)
    assert fitted(draft).draft is draft
