"""What a person has to know when a run ends before its task does: that it goes on, and the way back."""

import shlex
from dataclasses import replace

from cometplay.core import plain
from cometplay.core.connection import LIVE_BASE_URL
from cometplay.core.drafts import APIS, Draft
from cometplay.core.models import route_of, starting_draft
from cometplay.session.state import Run


def farewell(run: Run | None) -> str:
    """One line; "" when there is no task, or it is over."""
    task = run.transcript.task if run else None
    if run is None or task is None or (task.look and task.look.state.terminal):
        return ""
    if not run.connection.lasting:
        return f"Task {plain.line(task.id)} ends with the lab, which is inside this program."
    base_url = run.connection.base_url
    target = "" if base_url == LIVE_BASE_URL else f" --target {shlex.quote(base_url)}"
    command = f"cometplay send {run.draft.kind.value} --resume {shlex.quote(plain.line(task.id))}"
    return f"The task goes on and is billed. Look again: {command}{_route(run.draft)}{target}"


def _route(draft: Draft) -> str:
    """The options that lead to the task's route: it is asked after where it was made (api-contract.md 7)."""
    if draft.api:
        word = next(word for word, route in APIS[draft.kind].items() if route is draft.api)
        return f" --param api={word}"
    route = route_of(draft)
    if route is route_of(starting_draft(draft.kind)):
        return ""
    model = f" --model {shlex.quote(plain.line(draft.model))}"
    bare = replace(draft, attachments=(), extra="")
    # where a picture decides, any name of one will do: what is resumed is not sent again
    return model if route is route_of(bare) else f"{model} --param image=any"
