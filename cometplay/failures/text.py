"""A chat that came whole: what its finish reason says."""

from collections.abc import Callable
from dataclasses import replace

from cometplay.core import jsons, plain
from cometplay.core.answers import ChatAnswer, usage
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
from cometplay.core.jsons import JsonObject, dig_text
from cometplay.core.models import DEFAULT_MODEL, starting_draft
from cometplay.core.said import Finish
from cometplay.core.transcript import Transcript
from cometplay.failures import plays, tables
from cometplay.failures.mode import Detect, FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row

TEXT = frozenset({Kind.TEXT})

QUOTE = 200
"""How many characters of a model's text evidence quotes."""


def chat_of(transcript: Transcript) -> ChatAnswer | None:
    """The chat answer that a transcript ends with, streamed or whole, if it ends with one."""
    last = transcript.last
    if transcript.kind is not Kind.TEXT or last is None or not last.succeeded:
        return None
    answer = last.answer
    return answer if answer.choices else None


def seen(transcript: Transcript, answer: ChatAnswer) -> Sighting:
    """What a chat answer is judged by, quoted."""
    counted = usage(transcript.last.reading) if transcript.last else None
    thought = ("completion_tokens_details", "reasoning_tokens")
    told = (
        (f"{answer.place}.finish_reason", answer.reason_told or "(none)"),
        (f"{answer.place}.content", f"{len(answer.content)} characters"),
        (f"{answer.place}.refusal", answer.refusal),
        (f"{answer.place}.tool_calls", ", ".join(answer.tools)),
        ("reasoning", "present" if answer.thought else ""),
        ("usage.completion_tokens", dig_text(counted, "completion_tokens")),
        (f"usage.{'.'.join(thought)}", dig_text(counted, *thought)),
    )
    return Sighting(tuple(Evidence(where, plain.line(value, QUOTE)) for where, value in told if value))


def ends(holds: Callable[[ChatAnswer], bool]) -> Detect:
    """A mode known by the way a chat answer ends."""

    def detect(transcript: Transcript) -> Sighting | None:
        answer = chat_of(transcript)
        return seen(transcript, answer) if answer is not None and holds(answer) else None

    return detect


def is_fine(answer: ChatAnswer) -> bool:
    """Whether an answer is whole and says something, as far as its own form can tell."""
    stopped = answer.finish_reason is Finish.STOP and not answer.tools
    return stopped and not answer.empty and not answer.refusal


def _is_truncated(answer: ChatAnswer) -> bool:
    said_something = not answer.empty or bool(answer.tools)
    return answer.finish_reason is Finish.LENGTH and said_something and not answer.refusal


def _is_filtered(answer: ChatAnswer) -> bool:
    return answer.finish_reason is Finish.CONTENT_FILTER


ROOM = 128
"""Tokens in which the lab's lesson has room; the repair never stays below."""

CAPS = ("max_tokens", "max_completion_tokens", "max_output_tokens")


def with_cap(draft: Draft, least: int) -> Draft | None:
    """The draft with eight times its token cap, and no less than `least`; None where it has no cap."""
    if not isinstance(draft, TextDraft):
        return None
    cap = draft.token_cap and max(draft.token_cap * 8, least)
    extra = _raised(draft.extra, least)
    if (cap, extra) == (draft.token_cap, draft.extra):
        return None
    return replace(draft, token_cap=cap, extra=extra)


def _raised(extra: str, least: int) -> str:
    """Extra fields with the caps among them raised: these would replace the draft's own."""
    try:
        fields: JsonObject = jsons.parse_object(extra) if extra.strip() else {}
    except ValueError:
        return extra
    caps = {name: cap for name in CAPS if isinstance(cap := fields.get(name), int) and cap > 0}
    higher: JsonObject = {name: max(cap * 8, least) for name, cap in caps.items()}
    return jsons.compact(fields | higher) if higher else extra


def _raise_the_cap(draft: Draft, _: Finding) -> Draft | None:
    return with_cap(draft, ROOM)


OK = FailureMode(
    id="text.ok",
    cls=ModeClass.OK,
    title="Complete answer",
    meaning="The model said all it wanted to say, and stopped by itself.",
    cause="Nothing went wrong.",
    fixes=("Nothing to do: use the text.",),
    not_when=NotWhen(
        "The text is whole and still wrong for its task; state what you expect, and it is checked.",
        "silent.label",
    ),
    source=GUIDE,
    row=Row(tables.FINISH_REASON, "stop"),
    retryable=Retryable.NOTHING,
    kinds=TEXT,
    detect=ends(is_fine),
    reproduce=Reproduction(drafts=(starting_draft(Kind.TEXT),), variants=plays.STRANGE),
)

TRUNCATED = FailureMode(
    id="text.truncated",
    cls=ModeClass.SOFT,
    title="Cut at the token limit",
    meaning="A 200 with text in it, but the model was stopped by the token cap in mid-thought.",
    cause="The cap is lower than the answer needs; reasoning tokens count against it too.",
    fixes=(
        "Raise max_tokens (max_completion_tokens for newer models) well above usage.completion_tokens.",
        "Ask for less: a shorter answer, or one part at a time.",
        "Check finish_reason in your program; the status alone looks like success.",
    ),
    not_when=NotWhen(
        "The text ends early because a filter stopped it; more tokens bring no more text then.",
        "text.content-filter",
    ),
    source=GUIDE,
    row=Row(tables.FINISH_REASON, "length"),
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=ends(_is_truncated),
    repair=_raise_the_cap,
    reproduce=Reproduction(
        drafts=(
            TextDraft(
                model=DEFAULT_MODEL[Kind.TEXT],
                messages=(Message(Role.USER, "Explain in three sentences why the sky is blue."),),
                token_cap=16,
            ),
        ),
        script=Script(
            rules=(
                Rule(
                    Say(
                        "Sunlight looks white, yet it is made of every colour, and the air scatters", "length"
                    ),
                    when=Below(CAPS, ROOM),
                ),
            )
        ),
    ),
)

CONTENT_FILTER = FailureMode(
    id="text.content-filter",
    cls=ModeClass.SOFT,
    title="Stopped by a content filter",
    meaning="The status says success, and a safety filter took the answer away, in part or whole.",
    cause="A name, a topic or a phrase in the prompt, or what the model began to write about it.",
    fixes=(
        "Reword the prompt, and leave out the named people or the topic.",
        "Keep any partial text; it may be all that you need.",
        "Treat content_filter as a failure in your program, before you read the content.",
    ),
    not_when=NotWhen(
        "The answer stopped at the token cap: rewording is not needed, room is.",
        "text.truncated",
    ),
    source=GUIDE,
    row=Row(tables.FINISH_REASON, "content_filter"),
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=ends(_is_filtered),
    reproduce=Reproduction(
        drafts=(
            TextDraft(
                model=DEFAULT_MODEL[Kind.TEXT],
                messages=(Message(Role.USER, "Write a news story about a well-known politician's arrest."),),
            ),
        ),
        script=Script(rules=(Rule(Say(None, "content_filter")),)),
    ),
)

MODES = (CONTENT_FILTER, TRUNCATED)
"""Without OK, which stands behind every doubt about the text (catalogue.py)."""
