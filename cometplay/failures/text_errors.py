"""Errors inside a chat that began well, and streams that end early."""

from cometplay.core import bodies, plain
from cometplay.core.bodies import Reading
from cometplay.core.drafts import Kind
from cometplay.core.events import SUCCESS, Fault
from cometplay.core.fields import with_field
from cometplay.core.findings import (
    REQUEST_ID,
    Always,
    Condition,
    Evidence,
    Flag,
    ModeClass,
    Rank,
    Reproduction,
    Retryable,
    Rule,
    SayThen,
    Script,
    Sighting,
    Step,
    StreamEnd,
)
from cometplay.core.jsons import JsonObject
from cometplay.core.models import starting_draft
from cometplay.core.said import Finish
from cometplay.core.transcript import Exchange, Transcript
from cometplay.failures import plays
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import OBSERVED
from cometplay.failures.text import TEXT, seen

_SAYS_NOTHING = frozenset(
    {
        "server_error",
        "internal_server_error",
        "internal_error",
        "internal",
        "api_error",
        "upstream_error",
        "provider_error",
        "unknown_error",
        "error",
        "stream_error",
        "comet_api_error",
        "new_api_error",
        "one_api_error",
        "response.failed",
    }
)
"""Codes and types that say no more than that there was an error: the row of the chat says as much, and
says where."""


def _chat(transcript: Transcript) -> Exchange | None:
    last = transcript.last
    if transcript.kind is not Kind.TEXT or last is None:
        return None
    # a kept stream is one of a 200, even where nobody wrote that down
    return last if last.status in SUCCESS or last.status == bodies.UNKNOWN_STATUS else None


def _rank(reading: Reading) -> Rank | None:
    """How an error that nothing else knows ranks; None where it names a status, which has a row."""
    if reading.status is not None:
        return None
    vague = _SAYS_NOTHING.issuperset((*reading.codes, *reading.types))
    return Rank.GENERIC if vague and (reading.codes or reading.types) else Rank.STATUS


def _in_a_choice(reading: Reading) -> bool:
    return bool(reading.layers) and reading.layers[0].place.startswith("choices")


def _provider_error(transcript: Transcript) -> Sighting | None:
    last = _chat(transcript)
    if last is None or last.fault is not None:
        return None
    if _in_a_choice(last.reading):
        rank = _rank(last.reading)
        return None if rank is None else Sighting((), rank)
    answer = last.answer
    if last.reading.layers or answer.finish_reason is not Finish.ERROR:
        return None
    return seen(transcript, answer)


def _stream_error(transcript: Transcript) -> Sighting | None:
    last = _chat(transcript)
    if last is None or last.reading.stream is None or not last.reading.layers:
        return None
    if last.fault is not None:  # the connection broke on an error that had already been told
        return Sighting(()) if last.fault is Fault.INTERRUPTED else None
    rank = None if _in_a_choice(last.reading) else _rank(last.reading)
    return None if rank is None else Sighting((), rank)


def _stream_cut(transcript: Transcript) -> Sighting | None:
    last = _chat(transcript)
    if last is None or last.reading.stream is None or last.reading.layers:
        return None
    answer, stream = last.answer, last.reading.stream
    if last.fault not in (None, Fault.INTERRUPTED) or answer.finish_reason is not Finish.NONE:
        return None
    told = (
        ("stream.finish_reason", "(none)"),
        ("stream.events", str(stream.events)),
        ("stream.content", f"{len(answer.content)} characters"),
        ("stream.tool_calls", ", ".join(answer.tools)),
        ("stream", "ends in [DONE], which gateways add themselves" if stream.done else "ends without [DONE]"),
        ("event that is no JSON", stream.unread),
        ("fault", last.fault.value if last.fault else ""),
    )
    return Sighting(tuple(Evidence(where, plain.line(value)) for where, value in told if value))


def _failing(form: str, said: str) -> JsonObject:
    """A chat answer, or an event of one, whose choice carries an error."""
    error: JsonObject = {
        "code": "generation_stopped",
        "message": f"The model's host went away (request id: {REQUEST_ID})",
        "type": "provider_error",
    }
    spoken: JsonObject = {"role": "assistant", "content": "Hel"}
    return {
        "id": "chatcmpl-lesson",
        "object": form,
        "created": 1780000000,
        "model": "gpt-5.4-mini-2026-03-17",
        "choices": [{"index": 0, said: spoken, "finish_reason": "error", "error": error}],
    }


def _twice(step: Step, when: Condition | None = None) -> Rule:
    return Rule(step, when or Always(), times=2)


def _saying(text: str, end: StreamEnd, error: str = "") -> Script:
    """A stream that begins with this text and ends so, twice."""
    return Script(rules=(_twice(SayThen(text, end, error)),))


_STREAMED = with_field(starting_draft(Kind.TEXT), "stream", True)  # noqa: FBT003  a field's value, no flag

PROVIDER_ERROR = FailureMode(
    id="text.provider-error",
    cls=ModeClass.HARD,
    title="The provider failed in mid-answer",
    meaning="The status is 200, yet the choice carries an error, and its finish_reason says so.",
    cause="The model's host stopped after the gateway had already sent its headers.",
    fixes=(
        "Read choices[0].error: its message and metadata name the provider and the reason.",
        "Back off, then send the request again.",
        "Route to another provider or model if it comes back.",
    ),
    not_when=NotWhen(
        "The error stands at the top of a stream event, beside the choices.",
        "text.stream-error",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=TEXT,
    detect=_provider_error,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.TEXT),),
        script=Script(
            rules=(
                _twice(plays.streamed(_failing("chat.completion.chunk", "delta")), Flag("stream", on=True)),
                _twice(plays.answered(_failing("chat.completion", "message")), Flag("stream", on=False)),
            )
        ),
    ),
)

STREAM_ERROR = FailureMode(
    id="text.stream-error",
    cls=ModeClass.HARD,
    title="An error came down the stream",
    meaning="The stream opened with a 200, and one of its events is an error instead of text.",
    cause="Something failed behind the gateway once the status could no longer be changed.",
    fixes=(
        "Read the error event: code, type and message are there as in any other refusal.",
        "Wait a little, and start the stream anew; keep the text that came before.",
        "Look for a top-level error in every event that your program reads.",
    ),
    not_when=NotWhen(
        "No event told of an error; the stream simply ended too soon.",
        "text.stream-cut",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=TEXT,
    detect=_stream_error,
    reproduce=Reproduction(
        drafts=(_STREAMED,),
        script=_saying("Hello from", StreamEnd.ERROR_EVENT, "The generation was given up"),
    ),
)

STREAM_CUT = FailureMode(
    id="text.stream-cut",
    cls=ModeClass.TRANSPORT,
    title="The stream broke off",
    meaning="Events came and then ended, and none of them had a finish_reason: the text is a fragment.",
    cause="The provider or a proxy closed the line; gateways add [DONE] even then, so it proves nothing.",
    fixes=(
        "Keep the partial text, mark it as unfinished, and ask again.",
        "Call a stream complete only after a finish_reason, never because of [DONE].",
        "Ask for a shorter answer if it always ends after the same time.",
    ),
    not_when=NotWhen(
        "It was no stream: one JSON body, whole, in which the reason is null.",
        "text.no-finish-reason",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=TEXT,
    detect=_stream_cut,
    reproduce=Reproduction(
        drafts=(_STREAMED,),
        script=_saying("Hello from the", StreamEnd.DONE_WITHOUT_REASON),
        variants=(
            ("cut", _saying("Hello from the", StreamEnd.CUT)),
            ("clean", _saying("Hello from the", StreamEnd.CUT_CLEANLY)),
        ),
    ),
)

MODES = (STREAM_ERROR, STREAM_CUT, PROVIDER_ERROR)
