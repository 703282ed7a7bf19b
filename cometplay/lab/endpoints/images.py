"""Pictures, made and edited (api-contract.md 5)."""

from dataclasses import replace

from cometplay.core.drafts import Kind
from cometplay.core.jsons import dig_text
from cometplay.lab import answers, images, png
from cometplay.lab.answers import Answer
from cometplay.lab.endpoints.refusals import no_model, unknown_model, unreadable
from cometplay.lab.fields import Upload, prompt_of
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.image_makes import ELSEWHERE, is_known, make_of, wrong_with
from cometplay.lab.paces import picture_s
from cometplay.lab.places import Endpoint

_MOST_UPLOADS = 16
_SLOWER = 1.5
"""An edit against a generation; that it is slower is documented, by how much is not."""


def _generations(house: House, call: Call) -> Answer:
    refused = _refused(call)
    if refused:
        return refused
    made = images.generation(
        call.body.fields, house.seed, int(house.wall()), lambda name: house.url_of(call, name)
    )
    for name, made_file in made.files.items():
        house.files[name] = made_file
    return replace(answers.json(made.value), takes_s=_seconds(call))


def _edits(house: House, call: Call) -> Answer:
    refused = _refused(call) or _wrong_uploads(call)
    if refused:
        return refused
    value = images.edit(call.body.fields, call.body.uploads, house.seed, int(house.wall()))
    return replace(answers.json(value), takes_s=_seconds(call) * _SLOWER)


def _refused(call: Call) -> Answer | None:
    refused = unreadable(call) or no_model(call)
    if refused:
        return refused
    fields, request_id = call.body.fields, call.request_id
    model = dig_text(fields, "model")
    if model.startswith(ELSEWHERE):
        message = "not supported model for image generation, only imagen models are supported"
        return answers.nested(500, message, request_id, code="convert_request_failed")
    unserved = None if is_known(model) else unknown_model(call, Kind.IMAGE)
    if unserved:
        return unserved
    if not prompt_of(fields):
        return answers.nested(400, "prompt is required", request_id, code="prompt_missing")
    wrong = wrong_with(make_of(model), fields)
    return answers.refused_field(400, wrong.field, wrong.message, request_id) if wrong else None


def _wrong_uploads(call: Call) -> Answer | None:
    """An edit needs a form with a picture. How it is refused without is not documented."""
    sources = [upload for upload in call.body.uploads if upload.name in ("image", "image[]")]
    if not sources:
        return answers.nested(400, "image is required", call.request_id, code="invalid_image_request")
    if len(sources) > _MOST_UPLOADS:
        message = f"At most {_MOST_UPLOADS} images can be given."
        return answers.refused_field(400, "image", message, call.request_id)
    mask = next((upload for upload in call.body.uploads if upload.name == "mask"), None)
    if mask and not _fits(mask, sources[0]):
        message = "The mask is to be a PNG of the same dimensions as the image."
        return answers.refused_field(400, "mask", message, call.request_id)
    return None


def _fits(mask: Upload, source: Upload) -> bool:
    """Whether a mask is a PNG, and as large as the picture where that is one as well."""
    size, other = png.size_of(mask.data), png.size_of(source.data)
    return size is not None and other in (None, size)


def _seconds(call: Call) -> float:
    return picture_s(dig_text(call.body.fields, "model"), dig_text(call.body.fields, "quality"))


HANDLERS: dict[Endpoint, Handler] = {Endpoint.IMAGES: _generations, Endpoint.EDITS: _edits}
