"""What a person has to know when a run ends before its task does: that it goes on, and the way back."""

import shlex
import time
from dataclasses import replace

from cometplay.core import plain
from cometplay.core.connection import LIVE_BASE_URL
from cometplay.core.drafts import Draft
from cometplay.core.events import EndReason, Sent
from cometplay.core.fields import APIS
from cometplay.core.models import route_of, starting_draft
from cometplay.core.tasks import KnownTask
from cometplay.core.wire import Phase
from cometplay.session.state import Run

UNANSWERED = "It was sent and its answer is unknown: a task may have been made, and be billed."


def in_doubt(task: KnownTask) -> str:
    """One line about a create of an earlier run that nobody read the answer of."""
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(task.created_at))
    return f"{task.model}, {moment}, {plain.line(task.prompt, 60)!r}: {UNANSWERED[0].lower()}{UNANSWERED[1:]}"


def _unanswered(run: Run) -> bool:
    """Whether a create that makes a task was under way when the run was cut off."""
    transcript = run.transcript
    sent = transcript.sent
    under_way = len(transcript.events) > 1 and isinstance(transcript.events[-2], Sent)
    return (
        run.connection.lasting
        and transcript.ended is EndReason.CANCELLED
        and under_way
        and sent is not None
        and sent.watched
        and sent.phase is Phase.CREATE
    )


def farewell(run: Run | None) -> str:
    """One line; "" when there is no task, or it is over."""
    task = run.transcript.task if run else None
    if run and _unanswered(run):
        return f"{UNANSWERED} It is not sent again by itself."
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
