"""A chat that came whole: what its finish reason says."""

from dataclasses import replace

from cometplay.core import plain
from cometplay.core.answers import ChatAnswer, chat_answer
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
from cometplay.core.jsons import dig_text
from cometplay.core.models import DEFAULT_MODEL, starting_draft
from cometplay.core.transcript import Transcript
from cometplay.failures import tables
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row

TEXT = frozenset({Kind.TEXT})


def chat_of(transcript: Transcript) -> ChatAnswer | None:
    """The chat answer that a transcript ends with, if it ends with one."""
    last = transcript.last
    if transcript.kind is not Kind.TEXT or last is None or not last.succeeded:
        return None
    answer = chat_answer(last.reading.value)
    return answer if answer.choices else None


def _seen(transcript: Transcript, answer: ChatAnswer) -> Sighting:
    value = transcript.last.reading.value if transcript.last else None
    told = (
        ("choices[0].finish_reason", answer.finish_reason),
        ("choices[0].message.content", f"{len(answer.content)} characters"),
        ("usage.completion_tokens", dig_text(value, "usage", "completion_tokens")),
    )
    return Sighting(tuple(Evidence(where, plain.line(value)) for where, value in told if value))


def _ok(transcript: Transcript) -> Sighting | None:
    answer = chat_of(transcript)
    if answer is None or answer.finish_reason != "stop" or not answer.content or answer.refusal:
        return None
    return _seen(transcript, answer)


def _truncated(transcript: Transcript) -> Sighting | None:
    answer = chat_of(transcript)
    if answer is None or answer.finish_reason != "length" or not answer.content:
        return None
    return _seen(transcript, answer)


def _filtered(transcript: Transcript) -> Sighting | None:
    answer = chat_of(transcript)
    if answer is None or answer.finish_reason != "content_filter":
        return None
    return _seen(transcript, answer)


ROOM = 128
"""Tokens in which the lab's lesson has room; the repair never stays below."""


def _raise_the_cap(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, TextDraft) or not draft.token_cap:
        return None
    return replace(draft, token_cap=max(draft.token_cap * 8, ROOM))


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
    detect=_ok,
    reproduce=Reproduction(drafts=(starting_draft(Kind.TEXT),)),
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
    detect=_truncated,
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
                    when=Below(("max_tokens", "max_completion_tokens"), ROOM),
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
    detect=_filtered,
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
