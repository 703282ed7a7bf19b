"""A mode as Markdown and as JSON: what `explain` prints and what a side panel shows."""

from collections.abc import Iterable

from cometplay.core.drafts import Kind
from cometplay.core.findings import Retryable
from cometplay.core.jsons import JsonObject
from cometplay.failures.mode import FailureMode


def kinds_of(mode: FailureMode) -> list[str]:
    """The tabs where a mode can happen, in the order of the tabs."""
    return [kind.value for kind in Kind if kind in mode.kinds]


def try_it(mode: FailureMode) -> str:
    """The command that plays the mode in the lab."""
    return f"cometplay send {kinds_of(mode)[0]} --scenario {mode.id}"


def markdown(mode: FailureMode) -> str:
    """The whole entry, readable as it stands."""
    source = f"{mode.source.name}  \n<{mode.source.url}>" if mode.source.url else mode.source.name
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(mode.fixes, 1))
    return f"""# {mode.cls.sign} {mode.title}

`{mode.id}` · {mode.cls.value} · retry: {mode.retryable.value} · {", ".join(kinds_of(mode))}

{mode.meaning}

## Usual cause

{mode.cause}

## What to do

{steps}

## When this does not apply

{mode.not_when.text} Then it is `{mode.not_when.id}`.

## Source

{source}
{_documented(mode)}
## See it happen

    {try_it(mode)}
"""


def _documented(mode: FailureMode) -> str:
    """The table that the documents have, with the mode's own row in bold."""
    if mode.row is None:
        return ""
    table = mode.row.table
    marked = (tuple(f"**{cell}**" for cell in row) if row[0] == mode.row.key else row for row in table.rows)
    rule = tuple("---" for _ in table.columns)
    lines = "\n".join(f"| {' | '.join(row)} |" for row in (table.columns, rule, *marked))
    return f"\n### {table.title} ({table.source.name})\n\n{lines}\n"


def table(modes: Iterable[FailureMode]) -> str:
    """Modes as a Markdown table, a row each."""
    head = ("| id | class | retry | where | what it is |", "|---|---|---|---|---|")
    rows = (
        f"| `{mode.id}` | {mode.cls.sign} {mode.cls.value} | {mode.retryable.value} "
        f"| {', '.join(kinds_of(mode))} | {mode.title} |"
        for mode in modes
    )
    return "\n".join((*head, *rows)) + "\n"


def summary(mode: FailureMode) -> JsonObject:
    """One row of `modes --json`."""
    return {
        "id": mode.id,
        "class": mode.cls.value,
        "title": mode.title,
        "retryable": mode.retryable is Retryable.YES,
        "kinds": [*kinds_of(mode)],
        "source": mode.source.url or mode.source.name,
    }


def as_json(mode: FailureMode) -> JsonObject:
    """The whole entry of `explain ID --json`: the summary's keys and the prose."""
    prose: JsonObject = {
        "meaning": mode.meaning,
        "cause": mode.cause,
        "fix": [*mode.fixes],
        "not_when": {"text": mode.not_when.text, "id": mode.not_when.id},
        "source": {"name": mode.source.name, "url": mode.source.url},
        "try": try_it(mode),
    }
    return summary(mode) | prose
