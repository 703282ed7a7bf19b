"""A 200 that looks fine and is wrong: only what the person expected can tell."""

from collections.abc import Callable

from cometplay.core import checks, plain
from cometplay.core.answers import ChatAnswer
from cometplay.core.drafts import Draft, Kind, Message, Role, TextDraft, with_prompt
from cometplay.core.expectations import Expectation, LabelExpectation
from cometplay.core.findings import (
    Evidence,
    Finding,
    ModeClass,
    Omits,
    Reproduction,
    Retryable,
    Rule,
    Say,
    Script,
    Sighting,
)
from cometplay.core.models import DEFAULT_MODEL
from cometplay.core.transcript import Transcript
from cometplay.failures import tables
from cometplay.failures.mode import Detect, FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row
from cometplay.failures.text import QUOTE, TEXT, chat_of, is_fine

_INSTRUCTION = "Answer with exactly one of these labels, and nothing else:"


def unmet(fault: Callable[[str, Expectation], tuple[str, str] | None]) -> Detect:
    """A mode known by what a text lacks that is fine otherwise.

    `fault` gives what was expected and what is wrong; None where that is nothing, or not its business.
    """

    def detect(transcript: Transcript) -> Sighting | None:
        if transcript.expect is None:
            return None
        answer = chat_of(transcript)
        if answer is None or not is_fine(answer) or not answer.content.strip():
            return None
        found = fault(answer.content, transcript.expect)
        return None if found is None else Sighting(_told(answer, *found))

    return detect


def _told(answer: ChatAnswer, expected: str, wrong: str) -> tuple[Evidence, ...]:
    return (
        Evidence("expected", plain.line(expected, QUOTE)),
        Evidence("found", plain.line(wrong, QUOTE)),
        Evidence(f"{answer.place}.content", plain.line(answer.content, QUOTE)),
    )


def _label(text: str, expected: Expectation) -> tuple[str, str] | None:
    if not isinstance(expected, LabelExpectation):
        return None
    wrong = checks.label_fault(text, expected.labels)
    return (" | ".join(expected.labels), wrong) if wrong else None


def _ask_for_the_label(draft: Draft, _: Finding) -> Draft | None:
    if not isinstance(draft, TextDraft) or not isinstance(draft.expect, LabelExpectation):
        return None
    if _INSTRUCTION in draft.prompt:
        return None
    return with_prompt(draft, f"{draft.prompt}\n\n{_INSTRUCTION} {', '.join(draft.expect.labels)}")


LABEL = FailureMode(
    id="silent.label",
    cls=ModeClass.SILENT,
    title="Not one of the labels",
    meaning="The model answered, but with something else than one of the labels that you expect.",
    cause="The prompt does not list the labels, or does not say that the label alone is wanted.",
    fixes=(
        "List the labels in the prompt, and ask for one of them and nothing else.",
        "Compare after trimming and in lower case.",
        "Log the whole answer when it fits no label, instead of guessing one.",
    ),
    not_when=NotWhen(
        "The answer was cut before it came to the label.",
        "text.truncated",
    ),
    source=GUIDE,
    row=Row(tables.SILENT, "classify"),
    retryable=Retryable.NO,
    kinds=TEXT,
    detect=unmet(_label),
    repair=_ask_for_the_label,
    reproduce=Reproduction(
        drafts=(
            TextDraft(
                model=DEFAULT_MODEL[Kind.TEXT],
                messages=(Message(Role.USER, "Is this review good or bad? 'Great product, works well!'"),),
                expect=LabelExpectation(("positive", "negative", "neutral")),
            ),
        ),
        script=Script(
            rules=(
                Rule(
                    Say(
                        "The review sounds quite happy: it praises the product and reports no fault.", "stop"
                    ),
                    when=Omits(_INSTRUCTION),
                ),
            )
        ),
    ),
)

MODES = (LABEL,)
