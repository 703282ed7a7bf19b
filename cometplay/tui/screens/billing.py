"""What is asked before a job is made that costs money."""

from textual.content import Content

from cometplay.core import plain
from cometplay.core.drafts import Draft
from cometplay.tui.actions import key_of
from cometplay.tui.fields import SLOTS
from cometplay.tui.screens.question import Question
from cometplay.tui.sheet import Sheet
from cometplay.tui.video_fields import usual


def about_billing(draft: Draft, address: str) -> Question:
    """Whether a job is made that is billed."""
    body = Content.assemble(
        *_told(draft),
        f"\nTo {plain.line(address)}; {usual(draft)}.\nIt is billed, whether anybody watches it or not. ",
        (f"{key_of('habits')} turns this question off.", "$foreground-muted"),
    )
    return Question("A billed job", body, "make it", "leave it")


def about_second(draft: Draft, sheet: Sheet) -> Question:
    """Whether the same is made once more, on another model, while the first job still waits."""
    first = sheet.task.task.model if sheet.task else ""
    body = Content.assemble(
        *_told(draft),
        f"\nThe first job, on {plain.line(first, 60)}, stays in its queue and is billed as well: "
        "a long queue is no failure, and no call is known that would cancel it.",
    )
    return Question("A second job", body, "make it as well", "wait for the first")


def _told(draft: Draft) -> list[tuple[str, str]]:
    """A line for each field that is set."""
    told = ((slot.of(draft).label, slot.read(draft)) for slot in SLOTS[draft.kind])
    return [
        part
        for label, text in told
        if text
        for part in ((f"{label:<10} ", "$foreground-muted"), (f"{plain.line(text, 160)}\n", "bold"))
    ]
