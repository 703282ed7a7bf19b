"""Pictures: the modes of /v1/images."""

from dataclasses import replace

from cometplay.core import plain, redact
from cometplay.core.drafts import Draft, ImageDraft, Kind
from cometplay.core.findings import (
    Evidence,
    Finding,
    Has,
    ModeClass,
    Rank,
    Reply,
    Reproduction,
    Retryable,
    Rule,
    Script,
    Sighting,
)
from cometplay.core.jsons import dig_text
from cometplay.core.models import DEFAULT_MODEL, family_of, starting_draft
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase
from cometplay.failures import pictures, plays, results, signs, tables, tasks
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row

IMAGE = frozenset({Kind.IMAGE})


def made(transcript: Transcript) -> Sighting | None:
    """A picture that is there: in the answer, at the end of a task, or as a file that came."""
    last, answer = transcript.last, pictures.answer_of(transcript)
    if last is None or not last.succeeded or transcript.lost:
        return None
    if answer is None:
        came = last.phase is Phase.DOWNLOAD and transcript.create is None and results.came(last, "image/")
        return Sighting((Evidence("download", str(last.status)),)) if came else None
    found = pictures.payload_of(answer.reading.value)
    if found is None:
        look = tasks.account(transcript)
        url = look.url if look else ""
        return Sighting((Evidence("result", redact.url(plain.line(url, signs.QUOTE))),)) if url else None
    if found.url:
        return Sighting((Evidence(found.place, redact.url(plain.line(found.url, signs.QUOTE))),))
    if not pictures.is_picture(found.b64):
        return None
    return Sighting((Evidence(found.place, f"{len(found.b64)} characters"),))


OK = FailureMode(
    id="image.ok",
    cls=ModeClass.OK,
    title="Picture made",
    meaning="The answer holds a picture, as a url or as base64.",
    cause="All is well.",
    fixes=("Download it now: a url lives for hours or days, and how long is seldom documented.",),
    not_when=NotWhen(
        "There is no picture because the request was refused over a field.",
        "image.response-format",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "url or b64_json"),
    retryable=Retryable.NOTHING,
    kinds=IMAGE,
    detect=made,
    reproduce=Reproduction(drafts=(starting_draft(Kind.IMAGE),), variants=plays.STRANGE),
)


_REFUSED_OVER_IT = signs.error(phrases=("response_format",), among=(400, 422), rank=Rank.SPECIFIC)


def _unknown_to_gpt_image(transcript: Transcript) -> Sighting | None:
    """The refusal, unless another family's model was asked: those are told what they do not take."""
    model = dig_text(transcript.asked, "model")
    if model and not family_of(Kind.IMAGE, model).gpt_image:
        return None
    return _REFUSED_OVER_IT(transcript)


def _use_output_format(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, ImageDraft) or not draft.response_format:
        return None
    return replace(draft, response_format="", output_format=draft.output_format or "png")


RESPONSE_FORMAT = FailureMode(
    id="image.response-format",
    cls=ModeClass.HARD,
    title="response_format refused",
    meaning="GPT Image models have no response_format of their own, and this one was refused over it.",
    cause="Code written for DALL-E, where response_format chose between url and base64.",
    fixes=(
        "Drop response_format, and choose the file type with output_format (png, jpeg or webp).",
        "Read data[0].b64_json; a url is not promised by these models.",
        "Keep response_format for DALL-E and Seedream, which document it.",
    ),
    not_when=NotWhen(
        "A field is absent from the body instead of one too many.",
        "http.missing-field",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "response_format"),
    retryable=Retryable.NO,
    kinds=IMAGE,
    detect=_unknown_to_gpt_image,
    repair=_use_output_format,
    reproduce=Reproduction(
        drafts=(
            ImageDraft(
                model=DEFAULT_MODEL[Kind.IMAGE],
                prompt="A lighthouse at dawn, flat colours",
                response_format="b64_json",
            ),
        ),
        script=Script(
            rules=(
                Rule(
                    Reply(
                        400,
                        '{"error":{"message":"Unknown parameter: \'response_format\'. '
                        '(request id: {{request_id}})","type":"invalid_request_error",'
                        '"param":"response_format","code":"unknown_parameter"}}',
                    ),
                    when=Has("response_format"),
                ),
            )
        ),
    ),
)

MODES = (RESPONSE_FORMAT, OK)
