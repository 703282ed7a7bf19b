"""A task as one line of a list, as wide as there is room. Loaded with the first task."""

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from cometplay.core import plain
from cometplay.session.taskview import TaskView
from cometplay.tui import standing
from cometplay.tui.sheet import Sheet

STATE, PROGRESS, TIME, NEXT = 13, 6, 8, 9
"""Cells of a column, the gap behind it counted."""
MODEL, WARNINGS = 20, 22
"""Cells that a column takes where there is room for more than the model."""


def line(view: TaskView, now: float, width: int, *, chosen: bool) -> Content:
    """Mark, sign and word, progress, elapsed, next poll, warning sign, model; then warnings and prompt."""
    stand, warned = standing.standing(view), standing.warned(view)
    head = Content.assemble(
        "▸ " if chosen else "  ",
        (f"{stand.sign} {_fit(stand.word, STATE)}", stand.style),
        _fit(standing.progress(view), PROGRESS),
        _fit(standing.elapsed(view, now), TIME),
        (_fit(standing.next_poll(view, now), NEXT), "$text-accent"),
        ("! " if warned else "  ", "bold $text-warning"),
    )
    model, words = plain.line(view.task.model, 60), ", ".join(warned.words)
    prompt = plain.line(view.task.prompt.replace("\n", " "))
    room = width - head.cell_length
    told = max(0, room - MODEL)
    return Content.assemble(
        head,
        _fit(model, min(room, MODEL) if told >= WARNINGS else room),
        (_fit(words, min(told, cell_len(words) + 1)) if told >= WARNINGS and words else "", "$text-warning"),
        (prompt if told >= WARNINGS else "", "$foreground-muted"),
    ).truncate(width, ellipsis=True)


def _fit(text: str, width: int) -> str:
    """A text in so many cells, cut with … where it is longer."""
    if width <= 0:
        return ""
    cut = text if cell_len(text) < width else f"{set_cell_size(text, width - 2)}…"
    return set_cell_size(cut, width)


def summary(sheet: Sheet, wanted: str, found: int) -> str:
    """How many tasks there are, and of which kind; of a search, how many it finds."""
    if wanted:
        return f"{found} of {len(sheet.tasks)} with “{wanted}”"
    watched = sum(view.watched for view in sheet.tasks)
    left = sum(view.idle for view in sheet.tasks)
    parts = [f"{len(sheet.tasks)} task{'s' if len(sheet.tasks) > 1 else ''}"]
    parts += [f"{watched} watched"] if watched else []
    parts += [f"{left} not watched"] if left else []
    return ", ".join(parts)
