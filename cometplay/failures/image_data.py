"""A picture that was asked for in too great a number, is missing, is broken, or is gone."""

from cometplay.core import plain
from cometplay.core.answers import pictures as items_of
from cometplay.core.drafts import Draft, ImageDraft, Kind
from cometplay.core.findings import (
    Below,
    Evidence,
    Finding,
    Has,
    ModeClass,
    Reply,
    Reproduction,
    Retryable,
    Rule,
    Script,
    Sighting,
)
from cometplay.core.jsons import compact, dig
from cometplay.core.models import starting_draft
from cometplay.core.states import TaskState
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase
from cometplay.failures import counts, pictures, plays, repairs, results, signs, tables, tasks
from cometplay.failures.image import IMAGE, made
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OBSERVED
from cometplay.failures.tables import Row

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture of one point, for a good answer."""


def _empty(transcript: Transcript) -> Sighting | None:
    answer = pictures.answer_of(transcript)
    if answer is None or transcript.last is not answer or tasks.account(transcript):
        return None
    value = answer.reading.value
    if not isinstance(value, dict) or not pictures.has_no_data(value) or pictures.payload_of(value):
        return None
    data = compact(dig(value, "data")) if "data" in value else "(no such field)"
    reason = pictures.is_filtered(value)
    return Sighting((Evidence("data", data), *((Evidence("reason", plain.line(reason)),) if reason else ())))


def _hollow(transcript: Transcript) -> Sighting | None:
    answer = pictures.answer_of(transcript)
    if answer is None or transcript.last is not answer:
        return None
    value, look = answer.reading.value, tasks.account(transcript)
    if look:
        ended = look.state is TaskState.SUCCEEDED and not look.url and not pictures.payload_of(value)
        return Sighting(tasks.told(look)) if ended else None
    if not isinstance(value, dict) or pictures.has_no_data(value) or pictures.payload_of(value):
        return None
    return Sighting((Evidence("data", plain.line(compact(value["data"]), signs.QUOTE)),))


def _broken(transcript: Transcript) -> Sighting | None:
    answer = pictures.answer_of(transcript)
    if answer is None:
        return None
    for place, b64 in pictures.base64s(answer.reading.value):
        readable = pictures.decodes(b64)
        if not readable or not pictures.is_picture(b64):
            fault = "no picture's first bytes" if readable else "a character that is not base64"
            return Sighting((Evidence(place, plain.line(b64, 60)), Evidence("found", fault)))
    return None


def _revised(transcript: Transcript) -> Sighting | None:
    answer = pictures.answer_of(transcript)
    if answer is None or made(transcript) is None:
        return None
    for place, item in enumerate(items_of(answer.reading.value)):
        if item.revised_prompt:
            told = plain.line(item.revised_prompt, signs.QUOTE)
            return Sighting((Evidence(f"data[{place}].revised_prompt", told),))
    return None


def _one_at_a_time(draft: Draft, _: Finding) -> Draft | None:
    return repairs.one_a_call(draft)


N_LIMIT = FailureMode(
    id="image.n-limit",
    cls=ModeClass.HARD,
    title="One picture a call",
    meaning="You asked for several pictures, and this model makes one in each call.",
    cause="An n over 1, carried over from a model that takes up to ten.",
    fixes=(
        "Set n to 1, and call once for each picture that you want.",
        "Let such calls run side by side, a few at a time.",
        "Choose a GPT Image model where several in one call matter.",
    ),
    not_when=NotWhen(
        "The field that is refused is the one for the answer's format.",
        "image.response-format",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "n over 1"),
    retryable=Retryable.NO,
    kinds=IMAGE,
    detect=counts.over_one,
    repair=_one_at_a_time,
    reproduce=Reproduction(
        drafts=(ImageDraft(model="qwen-image", prompt="A lighthouse at dawn, flat colours", n=3),),
        script=Script(
            rules=(
                Rule(
                    plays.answered({"created": 1_780_000_000, "data": [{"b64_json": _PIXEL}]}),
                    when=Below(("n",), 2),
                ),
                Rule(plays.refused(400, "n must be 1 for this model", param="n"), when=Has("n")),
            )
        ),
    ),
)

EMPTY_DATA = FailureMode(
    id="image.empty-data",
    cls=ModeClass.SOFT,
    title="A 200 without a picture",
    meaning="The call succeeded by its status, and the list of pictures is empty or not there.",
    cause="Not documented; most likely a filter took the picture away.",
    fixes=(
        "Reword the prompt: fewer names, brands and delicate scenes.",
        "Do not look for revised_prompt: it would stand beside a picture, and there is none.",
        "Log the whole answer, for another field may give the reason.",
    ),
    not_when=NotWhen(
        "There is an item in the list, but nothing in the item.",
        "image.no-payload",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "data is empty"),
    retryable=Retryable.NO,
    kinds=IMAGE,
    detect=_empty,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.IMAGE),),
        script=plays.play(plays.answered({"created": 1_780_000_000, "data": []})),
    ),
)

NO_PAYLOAD = FailureMode(
    id="image.no-payload",
    cls=ModeClass.SOFT,
    title="An item without a picture",
    meaning="The answer has an item for the picture, and neither a url nor base64 is in it.",
    cause="A provider's answer that was passed on half translated.",
    fixes=(
        "Log the raw body, and look where the picture may be.",
        "Send it once more; the next channel may answer in full.",
        "Read url and b64_json both, whichever is filled.",
    ),
    not_when=NotWhen(
        "The list holds no item at all.",
        "image.empty-data",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=IMAGE,
    detect=_hollow,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.IMAGE),),
        script=plays.play(
            plays.answered({"created": 1_780_000_000, "data": [{"url": None, "b64_json": None}]}), times=2
        ),
    ),
)

BAD_BASE64 = FailureMode(
    id="image.bad-base64",
    cls=ModeClass.SOFT,
    title="Base64 that is no picture",
    meaning="There is a b64_json, but it does not decode to a picture.",
    cause="A text, a url or an error message was put where the picture belongs, or the base64 was damaged.",
    fixes=(
        "Keep the raw body before you send again.",
        "Repeat the call once; mostly the next answer is whole.",
        "Take off a data: prefix before decoding, and decode strictly.",
    ),
    not_when=NotWhen(
        "The field is there and has nothing in it.",
        "image.no-payload",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=IMAGE,
    detect=_broken,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.IMAGE),),
        script=plays.play(
            plays.answered({"created": 1_780_000_000, "data": [{"b64_json": "bm8gcGljdHVyZSBoZXJl"}]}),
            times=2,
        ),
    ),
)

URL_EXPIRED = FailureMode(
    id="image.url-expired",
    cls=ModeClass.HARD,
    title="The picture's link is dead",
    meaning="The picture was made, but its url is refused by the host that keeps it.",
    cause="Its time ran out: an hour for some models, a day for others; or it was cut in copying.",
    fixes=(
        "Fetch the url exactly as it came, every % and & of it, and send no key along.",
        "Generate the picture again, and save it in the same breath.",
        "Ask for base64 where the model offers it; that does not expire.",
    ),
    not_when=NotWhen(
        "The answer never held a url.",
        "image.no-payload",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "403 on the url"),
    retryable=Retryable.NO,
    kinds=IMAGE,
    detect=results.gone,
    reproduce=Reproduction(
        drafts=(ImageDraft(model="dall-e-3", prompt="A lighthouse at dawn, flat colours"),),
        script=plays.play(
            Reply(
                403,
                "<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>",
                (("content-type", "application/xml"),),
            ),
            phase=Phase.DOWNLOAD,
        ),
    ),
)

REVISED_PROMPT = FailureMode(
    id="image.revised-prompt",
    cls=ModeClass.NOTE,
    title="Your prompt was rewritten",
    meaning="The picture was made from revised_prompt, which the model wrote from yours.",
    cause="DALL-E 3 and some others rewrite each prompt, to add detail and to keep to their rules.",
    fixes=(
        "Compare revised_prompt with what you wrote, above all where the picture is not what you meant.",
        "Say in the prompt that it is to be used as it stands; it helps a little.",
    ),
    not_when=NotWhen(
        "There is no picture; then there is no rewritten prompt to read either.",
        "image.empty-data",
    ),
    source=GUIDE,
    row=Row(tables.IMAGE, "revised_prompt"),
    retryable=Retryable.NOTHING,
    kinds=IMAGE,
    detect=_revised,
    reproduce=Reproduction(
        drafts=(ImageDraft(model="dall-e-3", prompt="A lighthouse at dawn, flat colours"),)
    ),
)

MODES: tuple[FailureMode, ...] = (N_LIMIT, BAD_BASE64, EMPTY_DATA, NO_PAYLOAD, URL_EXPIRED, REVISED_PROMPT)
