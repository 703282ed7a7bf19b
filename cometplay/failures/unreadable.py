"""A 2xx whose body is no answer: bytes that are no JSON, no file either, and errors that nobody knows."""

from cometplay.core import plain
from cometplay.core.events import SUCCESS
from cometplay.core.findings import (
    Evidence,
    ModeClass,
    Rank,
    Reply,
    Reproduction,
    Retryable,
    Sighting,
)
from cometplay.core.transcript import Exchange, Transcript
from cometplay.core.wire import Phase
from cometplay.failures import plays, signs
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE

_JSON_IS_DUE = frozenset({Phase.CREATE, Phase.POLL})


def _no_json(transcript: Transcript) -> Sighting | None:
    last = transcript.last
    if last is None or last.fault or not (_lacks_json(last) or _lacks_a_file(last)):
        return None
    reading = last.reading
    kind = next((value for name, value in last.headers if name.lower() == "content-type"), "")
    told = (
        ("status", str(last.status)),
        ("content-type", kind),
        ("body", plain.line(reading.text, signs.QUOTE).strip() or f"(empty: {len(last.body)} bytes)"),
    )
    return Sighting(tuple(Evidence(where, plain.line(value)) for where, value in told if value))


def _lacks_json(last: Exchange) -> bool:
    reading = last.reading
    other = reading.is_json or reading.stream or reading.page or reading.layers
    return last.status in SUCCESS and last.phase in _JSON_IS_DUE and not other


def _lacks_a_file(last: Exchange) -> bool:
    """Whether a text came where a picture or a video was due; what an error in it says is for others."""
    texts = last.reading.layers or last.reading.page
    return last.phase is Phase.DOWNLOAD and last.status in SUCCESS and not last.succeeded and not texts


def _unknown_error(transcript: Transcript) -> Sighting | None:
    last = transcript.last
    if last is None or last.fault or last.status not in SUCCESS:
        return None
    reading = last.reading
    if not reading.layers or reading.stream or reading.page:
        return None
    return Sighting((), Rank.STATUS)


NOT_JSON = FailureMode(
    id="body.not-json",
    cls=ModeClass.SOFT,
    title="Success without an answer",
    meaning="The status is fine and the body is not what is due: no JSON in an answer, no file at a url.",
    cause="An upstream that broke while it wrote, a proxy that cut the body, or a wrong decompression.",
    fixes=(
        "Log the raw body and the headers; a library's parse error hides both.",
        "Send again once, knowing that the first request may have been billed.",
        "Look at what stands between: a proxy that rewrites bodies is found by leaving it out.",
    ),
    not_when=NotWhen(
        "The body is a page for people: then the address is wrong and not the answer.",
        "http.wrong-path",
    ),
    source=GUIDE,
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=_no_json,
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(Reply(200, '{"id":"cut-off","created":17', plays.JSON), times=2),
    ),
)

ERROR_IN_200 = FailureMode(
    id="body.error-in-200",
    cls=ModeClass.HARD,
    title="An error behind a 200",
    meaning="The status says success, the body tells of an error, and its code is none that is known.",
    cause="A provider that answers every request with 200 and keeps the truth in the body.",
    fixes=(
        "Read the error object; all that is known of the reason stands in it.",
        "Check the body for an error before you read the result, whatever the status is.",
        "Change the request as the message asks; unchanged, it is likely to end alike.",
    ),
    not_when=NotWhen(
        "A task was made and came to a bad end later: then its own status says so.",
        "video.failed",
    ),
    source=GUIDE,
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=_unknown_error,
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.answered({"error": {"code": "-1", "message": "generation did not start"}})),
    ),
)

MODES = (NOT_JSON, ERROR_IN_200)
