"""A 200 that looks fine and is wrong: only what the person expected can tell."""

from cometplay.core import plain
from cometplay.core.drafts import Draft, Kind, LabelExpectation, Message, Role, TextDraft, with_prompt
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
from cometplay.failures.mode import FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row
from cometplay.failures.text import TEXT, chat_of

_INSTRUCTION = "Answer with exactly one of these labels, and nothing else:"


def _label(transcript: Transcript) -> Sighting | None:
    answer, expected = chat_of(transcript), transcript.expect
    if answer is None or answer.finish_reason != "stop" or not answer.content or not expected:
        return None
    if answer.content.strip().lower() in {label.lower() for label in expected.labels}:
        return None
    return Sighting(
        (
            Evidence("expected", " | ".join(expected.labels)),
            Evidence("choices[0].message.content", plain.line(answer.content)),
        )
    )


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
    detect=_label,
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
