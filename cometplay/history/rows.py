"""A kept value as a row of its table, and back."""

import json
from dataclasses import fields
from typing import Any

from cometplay.core.drafts import Kind
from cometplay.core.routes import Route
from cometplay.core.states import TaskState
from cometplay.core.tasks import Held, KnownTask, PastRun, Stage

TASK = tuple(field.name for field in fields(KnownTask) if field.name != "held")
RUN = tuple(field.name for field in fields(PastRun))


def task_row(task: KnownTask) -> tuple[Any, ...]:
    """The columns TASK of a task."""
    known = {name: getattr(task, name) for name in TASK} | {"files": json.dumps(task.files)}
    return tuple(_storable(known[name]) for name in TASK)


def task_of(row: tuple[Any, ...], held: Held) -> KnownTask:
    """The task of the columns TASK. Raises ValueError for what no task has."""
    known = dict(zip(TASK, row, strict=True))
    state = known["state"]
    forms: dict[str, Any] = {
        "kind": Kind(known["kind"]),
        "route": Route(known["route"]),
        "stage": Stage(known["stage"]),
        "state": None if state is None else TaskState(state),
        "files": tuple(map(str, json.loads(known["files"]))),
    }
    return KnownTask(**(known | forms), held=held)


def run_row(run: PastRun) -> tuple[Any, ...]:
    """The columns RUN of a run."""
    return tuple(_storable(getattr(run, name)) for name in RUN)


def run_of(row: tuple[Any, ...]) -> PastRun:
    """The run of the columns RUN. Raises ValueError for what no run has."""
    known: dict[str, Any] = dict(zip(RUN, row, strict=True))
    known["kind"] = Kind(known["kind"])
    return PastRun(**known)


def _storable(value: Any) -> Any:  # noqa: ANN401  whatever a column takes
    """A value as SQLite takes it: JSON may hold half a surrogate pair, which no UTF-8 does."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
