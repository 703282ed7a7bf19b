"""What is said in answer to a text request, put in the form that its route and `stream` ask for."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from cometplay.core.findings import Breakage, Say, SayThen, StreamEnd
from cometplay.core.jsons import Json, JsonObject
from cometplay.lab import answers, chat, responses, sayings, streams, tools
from cometplay.lab.answers import Answer, Piece, Stream
from cometplay.lab.breakage import End
from cometplay.lab.chat import Chat
from cometplay.lab.house import Call, House
from cometplay.lab.outcomes import Broken, Outcome, Streaming, Whole, pause_for
from cometplay.lab.places import Endpoint
from cometplay.lab.responses import Response
from cometplay.lab.sayings import Turn
from cometplay.lab.streams import Parts


def good(house: House, call: Call) -> Answer | Stream:
    """The lab's own answer. A response has one choice, whatever is asked."""
    turns = sayings.turns(_asked(call), house.seed)
    return _spoken(house, call, turns[:1] if _is_response(call) else turns)


def scripted(house: House, call: Call, step: Say | SayThen) -> Outcome:
    """What a script lets the model say."""
    match step:
        case Say(content, reason, refusal, reasoning, tool):
            mark = sayings.mark_of(_asked(call), house.seed)
            called = (tools.called(tool, _asked(call), mark),) if tool else ()
            turn = Turn(content, reason, refusal, reasoning, called, reason == sayings.FUNCTION_CALL)
            match _spoken(house, call, (turn,)):
                case Stream() as stream:
                    return Streaming(stream)
                case Answer() as answer:
                    return Whole(answer, pause_for(answer))
        case SayThen() if _is_streamed(call):
            return _then(house, call, step)
        case SayThen():
            return _instead(house, call, step)


def _then(house: House, call: Call, step: SayThen) -> Streaming:
    """The beginning of a stream, and the end that the step wants."""
    said = list(_parts(call, _answer(house, call, (Turn(step.content, None),))).said)
    # of a response, what closes its items belongs to a good end
    said = said[: 1 + max(place for place, piece in enumerate(said) if piece.after_s or not place)]
    match step.ending:
        case StreamEnd.DONE_WITHOUT_REASON:
            return _streaming([*said, streams.done()])
        case StreamEnd.CUT:
            return _streaming(said, End.CLOSE)
        case StreamEnd.CUT_CLEANLY:
            return _streaming(said)
        case StreamEnd.ERROR_EVENT:
            return _streaming([*said, _error(call, step.error, len(said))])
        case StreamEnd.STALL:
            return _streaming(said, End.HOLD)


def _instead(house: House, call: Call, step: SayThen) -> Outcome:
    """What comes nearest to such an end where the answer is not streamed."""
    whole = _plain(call, _answer(house, call, (Turn(step.content, sayings.STOP),)))
    match step.ending:
        case StreamEnd.DONE_WITHOUT_REASON | StreamEnd.CUT_CLEANLY:
            whole = _plain(call, _answer(house, call, (Turn(step.content, None),)))
            return Whole(whole, pause_for(whole))
        case StreamEnd.CUT:
            return Broken(Breakage.SHORT_BODY, whole, call.request.target, pause_for(whole))
        case StreamEnd.STALL:
            return Broken(Breakage.STALL, whole, call.request.target, pause_for(whole))
        case StreamEnd.ERROR_EVENT:
            failed = answers.nested(500, step.error, call.request_id)
            return Whole(failed, pause_for(failed))


def _error(call: Call, message: str, number: int) -> Piece:
    """The form of an error in the middle of a stream is not documented: on the chat route, the usual one."""
    text = f"{message} (request id: {call.request_id})"
    if _is_response(call):
        value: JsonObject = {"type": "error", "sequence_number": number, "code": None, "message": text}
        return streams.event(value | {"param": None}, name="error")
    error: Json = {"code": "", "message": text, "type": answers.ERROR_TYPE}
    return streams.event({"error": error})


def _spoken(house: House, call: Call, turns: tuple[Turn, ...]) -> Answer | Stream:
    answer = _answer(house, call, turns)
    if not _is_streamed(call):
        return _plain(call, answer)
    parts = _parts(call, answer)
    return streams.stream(chain(parts.said, parts.closing))


def _answer(house: House, call: Call, turns: tuple[Turn, ...]) -> Chat:
    return chat.chat(_asked(call), turns, house.seed, int(house.wall()))


def _plain(call: Call, answer: Chat) -> Answer:
    if _is_response(call):
        value = responses.whole(Response(answer, call.body.fields))
    else:
        value = chat.completion(answer)
    return replace(answers.json(value), takes_s=chat.takes_s(answer.turns))


def _parts(call: Call, answer: Chat) -> Parts:
    if _is_response(call):
        return responses.parts(Response(answer, call.body.fields))
    return streams.of_chat(answer)


def _streaming(pieces: Iterable[Piece], then: End | None = None) -> Streaming:
    return Streaming(streams.stream(pieces), then)


def _asked(call: Call) -> JsonObject:
    return responses.as_chat(call.body.fields) if _is_response(call) else call.body.fields


def _is_response(call: Call) -> bool:
    return call.route.endpoint is Endpoint.RESPONSES


def _is_streamed(call: Call) -> bool:
    return call.body.fields.get("stream") is True
