"""What is to be said of the pictures of a run, below them: where they are, and what became of the prompt."""

from textual.content import Content
from textual.widgets import Static

from cometplay.core import plain
from cometplay.core.answers import pictures
from cometplay.core.events import Expires
from cometplay.core.rewritten import passages
from cometplay.session.state import Run
from cometplay.session.timeline import link_life
from cometplay.tui.actions import key_of
from cometplay.tui.views import sizes


class Made(Static):
    """The facts of one picture of a run."""

    DEFAULT_CSS = "Made { height: auto; width: 1fr; }"

    def tell(self, run: Run, chosen: int) -> None:
        """Tells of the picture in this place."""
        self.update(Content("\n").join(facts(run, chosen)))


def facts(run: Run, chosen: int) -> list[Content]:
    """A line each: the file, the keys, the revised prompt, the life of its link, what else was told."""
    saved = run.transcript.saved
    file = saved[min(chosen, len(saved) - 1)]
    keys = (("look", "closer"), ("open_file", "open"), ("copy_path", "copy path"), ("save_as", "save as"))
    told = "  ".join(f"{key_of(name)} {what}" for name, what in keys)
    return [
        Content.styled(plain.line(file.path, 400), "bold"),
        Content.styled(told, "$foreground-muted"),
        *_revised(run, chosen),
        *(Content(text) for text in (sizes(run),) if text),
        *(Content(link_life(event)) for event in run.transcript.events if isinstance(event, Expires)),
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
