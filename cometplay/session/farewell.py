"""What a person has to know when a run ends before its task does: that it goes on, and the way back."""

import shlex

from cometplay.core import plain
from cometplay.core.connection import LIVE_BASE_URL
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
    task_id = shlex.quote(plain.line(task.id))
    return f"The task goes on and is billed. Look again: cometplay send video --resume {task_id}{target}"
