"""How a chat can end without what was wanted."""

from cometplay.core.answers import ChatAnswer
from cometplay.core.drafts import Draft, Kind, Message, Role, TextDraft
from cometplay.core.findings import (
    Below,
    Evidence,
    Finding,
    ModeClass,
    Reproduction,
    Retryable,
    Rule,
    Say,
    Script,
    Sighting,
)
from cometplay.core.models import DEFAULT_MODEL, starting_draft
from cometplay.core.said import Finish
from cometplay.core.transcript import Transcript
from cometplay.core.wire import Phase
from cometplay.failures import plays, signs, tables
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OBSERVED
from cometplay.failures.tables import Row
from cometplay.failures.text import CAPS, TEXT, chat_of, ends, seen, with_cap


def _asking(prompt: str, extra: str = "", cap: int | None = None) -> TextDraft:
    said = (Message(Role.USER, prompt),)
    return TextDraft(model=DEFAULT_MODEL[Kind.TEXT], messages=said, extra=extra, token_cap=cap)


def _is_spent(answer: ChatAnswer) -> bool:
    said_nothing = answer.empty and not answer.tools and not answer.refusal
    return answer.finish_reason is Finish.LENGTH and said_nothing


ENOUGH = 1024
"""Tokens under which the lab's model only thinks; the repair never stays below."""


def _make_room_to_think(draft: Draft, _: Finding) -> Draft | None:
    return with_cap(draft, ENOUGH)


BUDGET_SPENT = FailureMode(
    id="text.budget-spent",
    cls=ModeClass.SOFT,
    title="Every token went into thinking",
    meaning="A 200 that reached its token cap before a single word of the answer was written.",
    cause="A reasoning model thinks first, and its thoughts are counted against the same cap as the text.",
    fixes=(
        "Set the cap well above usage.completion_tokens_details.reasoning_tokens: thousands, not hundreds.",
        "Lower the effort: reasoning_effort low or minimal, where the model takes it.",
        "Use a model that does not reason, if the task is a plain one.",
    ),
    not_when=NotWhen(
        "There is some visible text before the cap struck; then only the rest of it is missing.",
        "text.truncated",
    ),
    source=OBSERVED,
    row=Row(tables.FINISH_REASON, "length"),
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=ends(_is_spent),
    repair=_make_room_to_think,
    reproduce=Reproduction(
        drafts=(_asking("How many primes are there below one thousand?", cap=200),),
        script=Script(rules=(Rule(Say(None, "length"), when=Below(CAPS, ENOUGH)),)),
    ),
)


def _calls_a_tool(answer: ChatAnswer) -> bool:
    stopped = answer.finish_reason is Finish.STOP and bool(answer.tools)
    return stopped or answer.finish_reason is Finish.TOOL_CALLS


_TOOLS = (
    '{"tools":[{"type":"function","function":{"name":"get_weather","description":"The weather in a town",'
    '"parameters":{"type":"object","properties":{"town":{"type":"string","enum":["Faro","Lisbon","Porto"]}},'
    '"required":["town"]}}}]}'
)

TOOL_CALLS = FailureMode(
    id="text.tool-calls",
    cls=ModeClass.OK,
    title="The model asks for a tool",
    meaning="It wants one of your functions to be run, and goes on once it has the result.",
    cause="You offered tools, and the model chose one; that its content is null is by design.",
    fixes=(
        "Run the named function with the arguments given, after checking that they are valid JSON.",
        "Send the result back as a message of role tool, with the tool_call_id of the call.",
        "Leave tools out, or set tool_choice to none, when you want text.",
    ),
    not_when=NotWhen(
        "No tool is called and the content is empty all the same: then something is missing.",
        "text.empty",
    ),
    source=GUIDE,
    row=Row(tables.FINISH_REASON, "tool_calls"),
    retryable=Retryable.NOTHING,
    kinds=TEXT,
    detect=ends(_calls_a_tool),
    reproduce=Reproduction(
        drafts=(_asking("What is the weather in Lisbon?", extra=_TOOLS),),
        script=Script(rules=(Rule(Say(None, "tool_calls", tool="get_weather")),)),
    ),
)


def _refuses(answer: ChatAnswer) -> bool:
    cut = answer.finish_reason is Finish.NONE and answer.streamed
    beaten = answer.finish_reason in (Finish.CONTENT_FILTER, Finish.ERROR) or cut
    return answer.finish_reason is Finish.REFUSAL or (bool(answer.refusal) and not beaten)


REFUSAL = FailureMode(
    id="text.refusal",
    cls=ModeClass.SOFT,
    title="The model declined",
    meaning="The model itself said no: its words stand in message.refusal, and the content is empty.",
    cause="It judged the request to be something that it should not help with.",
    fixes=(
        "Say what the answer is for, and ask for the harmless part alone.",
        "Read message.refusal before message.content in your program; the status is 200 either way.",
        "Try another model, whose limits may lie elsewhere.",
    ),
    not_when=NotWhen(
        "A filter beside the model cut the answer off, and finish_reason says content_filter.",
        "text.content-filter",
    ),
    source=OBSERVED,
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=ends(_refuses),
    reproduce=Reproduction(
        drafts=(_asking("Write a letter that frightens my neighbour into paying me."),),
        script=Script(rules=(Rule(Say(None, "stop", refusal="I won't help with a threat.")),)),
    ),
)


def _no_choices(transcript: Transcript) -> Sighting | None:
    last = transcript.last
    if transcript.kind is not Kind.TEXT or last is None or not last.succeeded:
        return None
    if last.phase is not Phase.CREATE or not last.reading.is_json or last.answer.choices:
        return None
    value = last.reading.value
    if not isinstance(value, dict):
        return None
    told = "empty" if "choices" in value else "missing"
    return Sighting((Evidence("choices", told), *signs.evidence_of(last, whole=True)))


NO_CHOICES = FailureMode(
    id="text.no-choices",
    cls=ModeClass.SOFT,
    title="No choices in the answer",
    meaning="A success in JSON without a single choice, so there is no message to read.",
    cause="A provider that dropped the answer without saying why, or a body of another form than a chat's.",
    fixes=(
        "Log the complete body, and send the request once more.",
        "Check that choices has an entry before you index it.",
        "Leave n at 1, and try another model if it stays so.",
    ),
    not_when=NotWhen(
        "There is a choice, and only the text inside it is missing.",
        "text.empty",
    ),
    source=GUIDE,
    retryable=Retryable.YES,
    kinds=TEXT,
    detect=_no_choices,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.TEXT),),
        script=plays.play(
            plays.answered(
                {
                    "id": "chatcmpl-lesson",
                    "object": "chat.completion",
                    "created": 1780000000,
                    "model": "gpt-5.4-mini-2026-03-17",
                    "choices": [],
                    "usage": {"prompt_tokens": 14, "completion_tokens": 0, "total_tokens": 14},
                }
            ),
            times=2,
        ),
    ),
)


def _is_empty(answer: ChatAnswer) -> bool:
    stopped = answer.finish_reason is Finish.STOP and not answer.tools
    return stopped and answer.empty and not answer.refusal


EMPTY = FailureMode(
    id="text.empty",
    cls=ModeClass.SILENT,
    title="An answer without text",
    meaning="The model says it is done, calls no tool, and left its content empty.",
    cause="An odd turn of the model, a prompt that asks for nothing, or text that stayed in the reasoning.",
    fixes=(
        "Log the whole message, its reasoning included, and try once more.",
        "Check that the last user message really asks for something.",
        "Test for empty content in your program, for neither status nor finish_reason will tell.",
    ),
    not_when=NotWhen(
        "finish_reason is length: the tokens were used up before the text began.",
        "text.budget-spent",
    ),
    source=GUIDE,
    row=Row(tables.SILENT, "any"),
    retryable=Retryable.YES,
    kinds=TEXT,
    detect=ends(_is_empty),
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.TEXT),),
        script=Script(rules=(Rule(Say("", "stop"), times=2),)),
    ),
)


def _unfinished(transcript: Transcript) -> Sighting | None:
    answer = chat_of(transcript)
    if answer is None or answer.refusal:
        return None
    untold = answer.finish_reason is Finish.NONE and not answer.streamed
    return seen(transcript, answer) if untold or answer.finish_reason is Finish.UNKNOWN else None


NO_FINISH_REASON = FailureMode(
    id="text.no-finish-reason",
    cls=ModeClass.SOFT,
    title="Nobody says whether it is finished",
    meaning="The body is whole, but its finish_reason is null or a word that no chat document has.",
    cause="A provider that broke off inside, or a gateway that passes on a word of its own making.",
    fixes=(
        "Treat the text as unfinished, and ask again.",
        "Log the reason as it came; it may name what happened.",
        "Accept only the reasons you know in your program, and count every other one as a failure.",
    ),
    not_when=NotWhen(
        "It was a stream, and it broke off before any reason could come.",
        "text.stream-cut",
    ),
    source=OBSERVED,
    row=Row(tables.FINISH_REASON, "null"),
    retryable=Retryable.YES,
    kinds=TEXT,
    detect=_unfinished,
    reproduce=Reproduction(
        drafts=(starting_draft(Kind.TEXT),),
        script=Script(rules=(Rule(Say("Hello and welc", None), times=2),)),
        # streamed, no reason at all is a stream that broke off
        variants=(("word", Script(rules=(Rule(Say("Hello and welc", "paused"), times=2),))),),
    ),
)

MODES = (BUDGET_SPENT, TOOL_CALLS, REFUSAL, NO_CHOICES, EMPTY, NO_FINISH_REASON)
