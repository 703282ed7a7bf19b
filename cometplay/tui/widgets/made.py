"""What is to be said of the pictures of a run, below them: where they are, and what became of the prompt."""

from textual.content import Content
from textual.widgets import Static

from cometplay.core import plain
from cometplay.core.answers import pictures
from cometplay.core.drafts import Kind
from cometplay.core.events import Expires
from cometplay.core.rewritten import passages
from cometplay.session.state import Run
from cometplay.session.timeline import amount, link_life
from cometplay.tui.actions import POSSIBLE, key_of
from cometplay.tui.sheet import Sheet
from cometplay.tui.views import sizes


class Made(Static):
    """The facts of one picture of a run."""

    DEFAULT_CSS = "Made { height: auto; width: 1fr; }"

    def tell(self, sheet: Sheet, chosen: int) -> None:
        """Tells of the file in this place."""
        self.update(Content("\n").join(facts(sheet, chosen)))


KEYS = {
    "look": "closer",
    "open_file": "open",
    "copy_path": "copy path",
    "save_as": "save as",
    "copy_task": "copy task id",
}
"""What can be done with a file, in a word or two."""


def facts(sheet: Sheet, chosen: int) -> list[Content]:
    """A line each: the file, the keys, what it is, the revised prompt, the life of its link."""
    told = "  ".join(f"{key_of(name)} {what}" for name, what in KEYS.items() if POSSIBLE[name](sheet))
    return [
        Content.styled(plain.line(sheet.files[min(chosen, len(sheet.files) - 1)], 400), "bold"),
        *(Content(text) for text in (_clip(sheet),) if text),
        Content.styled(told, "$foreground-muted"),
        *(_of_run(sheet.run, chosen, video=sheet.kind is Kind.VIDEO) if sheet.run else ()),
    ]


def _clip(sheet: Sheet) -> str:
    """How large a video is, and how long."""
    if sheet.reel is None:
        return ""
    if sheet.reel.size is None:
        return "The file is not there any more."
    seconds = sheet.reel.seconds
    length = "a length that its header does not tell" if seconds is None else f"{seconds:.1f} s long"
    return f"{amount(sheet.reel.size)}, {length}"


def _of_run(run: Run, chosen: int, *, video: bool) -> list[Content]:
    lives = [link_life(event) for event in run.transcript.events if isinstance(event, Expires)]
    untold = ["how long its link lives is not told"] if video and not lives else []
    return [
        *_revised(run, chosen),
        *(Content(text) for text in (sizes(run),) if text),
        *map(Content, lives or untold),
    ]


def _revised(run: Run, chosen: int) -> list[Content]:
    """The prompt that the model made of the person's, its new words marked."""
    create = run.transcript.create
    made = pictures(create.reading.value) if create else ()
    revised = made[min(chosen, len(made) - 1)].revised_prompt if made else ""
    if not revised:
        return []
    marked = (
        (plain.line(part.text, 4_000), "bold underline $text-warning" if part.new else "")
        for part in passages(run.draft.prompt, revised)
    )
    return [Content.assemble(("Revised prompt  ", "$foreground-muted"), *marked)]
