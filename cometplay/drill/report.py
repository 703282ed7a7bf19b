"""The result of a drill in four forms: for a terminal, as JSON, as a Markdown table and as JUnit's XML."""

import shlex
from collections import Counter
from collections.abc import Sequence
from html import escape

from cometplay.core import plain
from cometplay.core.jsons import Json, JsonObject
from cometplay.drill.grading import Breach, Graded, Verdict
from cometplay.drill.play import Aim, Play
from cometplay.failures.source import Source

_LONGEST = 400


def counts(graded: Sequence[Graded]) -> dict[str, int]:
    """How many scenarios have which verdict, every verdict named."""
    found = Counter(each.verdict for each in graded)
    return {verdict.value: found[verdict] for verdict in Verdict}


def as_json(argv: Sequence[str], graded: Sequence[Graded]) -> JsonObject:
    """The one object of `--json`; `command` is as a shell would take it."""
    summary: dict[str, Json] = dict(counts(graded))
    return {
        "command": shlex.join(argv),
        "summary": summary,
        "scenarios": [_scenario(each) for each in graded],
    }


def _scenario(graded: Graded) -> JsonObject:
    broken: list[Json] = [
        {
            "rule": breach.rule.id,
            "message": plain.line(breach.message, _LONGEST),
            "source": breach.rule.source.url or breach.rule.source.name,
        }
        for breach in graded.breaches
    ]
    advice: list[Json] = [_said(breach) for breach in graded.advice]
    return {
        "id": graded.play.id,
        "verdict": graded.verdict.value,
        "broken": broken,
        "advice": advice,
        "requests": len(graded.run.requests),
        "exit": graded.run.exit,
        "seconds": round(graded.run.seconds, 2),
    }


def _said(breach: Breach) -> str:
    allowed = " (allowed)" if breach.allowed else ""
    return f"{breach.rule.id}{allowed}: {plain.line(breach.message, _LONGEST)}"


def expected(graded: Graded) -> str:
    """What was asked of the program: by the rules that it broke, else by the nature of the scenario."""
    rules = dict.fromkeys(breach.rule.expected for breach in graded.breaches)
    return "; ".join(rules) or _asked(graded.play)


def _asked(play: Play) -> str:
    if play.aim is Aim.HEALTH:
        return "the exit status 0"
    if play.waiting:
        return "polling goes on"
    return play.repeat.value


def seen(graded: Graded) -> str:
    """What came of it: each rule that was broken with its evidence, else the bare facts."""
    if graded.breaches:
        return "; ".join(_said(breach) for breach in graded.breaches)
    run = graded.run
    if not run.requests and graded.verdict is Verdict.NOT_JUDGED and not run.seconds:
        return "not played: a good run makes no such request"
    ended = "ended at the time limit" if run.timed_out else f"exit {run.exit}"
    number = len(run.requests)
    facts = f"{number} request{'' if number == 1 else 's'}, {ended}, {run.seconds:.1f} s"
    unseen = "; whether that is right cannot be seen from outside"
    return facts + (unseen if graded.verdict is Verdict.NOT_JUDGED else "")


def documents(graded: Graded) -> tuple[Source, ...]:
    """The documents that say so: of the rules that were broken, else of the failure."""
    broken = dict.fromkeys(breach.rule.source for breach in graded.breaches)
    return tuple(broken) or (graded.play.source,)


def row(graded: Graded) -> str:
    """A scenario in lines for a terminal: two where all is well, as many as it takes where it is not."""
    verdict = f"{graded.verdict.sign} {graded.verdict.value}"
    if graded.breaches:
        lines = [f"{verdict:14}{graded.play.id}", f"    expected  {expected(graded)}"]
        lines += [f"    seen      {_said(breach)}" for breach in graded.breaches]
        lines += [f"    document  {_named(source)}" for source in documents(graded)]
    else:
        (source,) = documents(graded)
        lines = [
            f"{verdict:14}{graded.play.id} · {seen(graded)}",
            f"{'':14}{expected(graded)} · {source.name}",
        ]
    lines += [f"    advice    {_said(breach)}" for breach in graded.advice]
    return "\n".join(plain.line(text, _LONGEST) for text in lines)


def _named(source: Source) -> str:
    return f"{source.name} · {source.url}" if source.url else source.name


def summary(graded: Sequence[Graded]) -> str:
    """The last line: how many of each verdict, and which rules were broken how often."""
    numbers = ", ".join(f"{number} {word}" for word, number in counts(graded).items())
    rules = Counter(breach.rule.id for each in graded for breach in each.counted)
    allowed = Counter(breach.rule.id for each in graded for breach in each.breaches if breach.allowed)
    lines = [f"{numbers}, of {len(graded)} scenarios."]
    lines += [f"  {number:3}  {rule}" for rule, number in rules.most_common()]
    lines += [f"  {number:3}  {rule} (allowed)" for rule, number in allowed.most_common()]
    return "\n".join(lines)


def markdown(argv: Sequence[str], graded: Sequence[Graded]) -> str:
    """A table of every scenario, with its summary above."""
    head = ("| verdict | scenario | expected | seen | documents |", "|---|---|---|---|---|")
    rows = (
        f"| {each.verdict.sign} {each.verdict.value} | `{each.play.id}` | {_cell(expected(each))} "
        f"| {_cell(seen(each))} | {'; '.join(map(_linked, documents(each)))} |"
        for each in graded
    )
    numbers = ", ".join(f"{number} {word}" for word, number in counts(graded).items())
    title = f"# Drill: `{plain.line(shlex.join(argv), _LONGEST).replace('`', '')}`"
    return "\n".join((title, "", f"{numbers}.", "", *head, *rows)) + "\n"


def _cell(text: str) -> str:
    shown = plain.line(text, _LONGEST)
    return escape(shown, quote=False).replace("|", "\\|").replace("`", "\\`")


def _linked(source: Source) -> str:
    return f"[{source.name}]({source.url})" if source.url else source.name


def junit(argv: Sequence[str], graded: Sequence[Graded]) -> str:
    """JUnit's XML: a test case for each scenario; what was not judged counts as skipped."""
    found = counts(graded)
    seconds = sum(each.run.seconds for each in graded)
    head = (
        f'<testsuite name={_quoted("cometplay drill " + shlex.join(argv))} tests="{len(graded)}" '
        f'failures="{found[Verdict.FAIL]}" errors="0" skipped="{found[Verdict.NOT_JUDGED]}" '
        f'time="{seconds:.2f}">'
    )
    cases = "\n".join(_testcase(each) for each in graded)
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        head,
        cases,
        "</testsuite>",
        "</testsuites>",
    )
    return "\n".join(lines) + "\n"


def _testcase(graded: Graded) -> str:
    play = graded.play
    head = f'<testcase classname="drill.{play.kind}" name={_quoted(play.id)} time="{graded.run.seconds:.2f}"'
    if graded.verdict is Verdict.NOT_JUDGED:
        return f"{head}><skipped message={_quoted(seen(graded))}/></testcase>"
    broken = "".join(
        f"<failure type={_quoted(breach.rule.id)} message={_quoted(breach.message)}>"
        f"{_escaped(breach.rule.expected)}\n{_escaped(_named(breach.rule.source))}</failure>"
        for breach in graded.counted
    )
    beside = [*(breach for breach in graded.breaches if breach.allowed), *graded.advice]
    told = "\n".join(_escaped(_said(breach)) for breach in beside)
    inside = broken + (f"<system-out>{told}</system-out>" if told else "")
    return f"{head}>{inside}</testcase>" if inside else f"{head}/>"


def _escaped(text: str) -> str:
    return escape(plain.line(text, _LONGEST))


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
