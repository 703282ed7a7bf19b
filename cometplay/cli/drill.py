"""`drill`: runs a program against every failure, and tells which of them it does not survive."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from cometplay.cli.output import OutputError, UsageError, out, out_json, tell
from cometplay.core.drafts import Kind
from cometplay.drill import choice, report
from cometplay.drill.conduct import Drill, conduct
from cometplay.drill.grading import Graded, Verdict

FAILED_STATUS = 1


def drill(options: argparse.Namespace) -> int:
    """0 when nothing is wrong, 1 when something is. Raises UsageError and OutputError."""
    told = _quiet if options.json else _progress
    planned = _planned(options, told)
    graded = _conducted(planned)
    if sys.stderr.isatty() and not options.json:
        tell("")
    if options.json:
        out_json(report.as_json(planned.argv, graded), indent=2)
    else:
        out("\n".join(report.row(each) for each in graded))
        out("\n" + report.summary(graded))
        if len(graded) == 1 and graded[0].verdict is Verdict.FAIL:
            out("Nothing else was played: it has to work while all is well.")
    _write(options.junit, lambda: report.junit(planned.argv, graded))
    _write(options.markdown, lambda: report.markdown(planned.argv, graded))
    return FAILED_STATUS if any(each.verdict is Verdict.FAIL for each in graded) else 0


def _conducted(planned: Drill) -> tuple[Graded, ...]:
    """Raises UsageError where this machine gives no port, no folder or no process more."""
    try:
        return asyncio.run(conduct(planned))
    except OSError as error:
        fault = error
    except ExceptionGroup as group:
        matched = group.subgroup(OSError)
        if matched is None:
            raise
        fault = matched.exceptions[0]
    raise UsageError(f"the drill cannot go on here: {fault}; try fewer --jobs")


def _planned(options: argparse.Namespace, told: Callable[[Graded], None]) -> Drill:
    argv = tuple(options.argv[1:] if options.argv[:1] == ["--"] else options.argv)
    if not argv or not argv[0]:
        raise UsageError("drill needs a command: cometplay drill -- python app.py")
    for path in (options.junit, options.markdown):
        if path and not Path(path).parent.is_dir():
            raise UsageError(f"there is no folder {Path(path).parent} to write {Path(path).name} into")
    try:
        chosen = choice.choice(_listed(options.only), _listed(options.skip))
        allowed = choice.rules(_listed(options.allow))
    except choice.UnknownNameError as error:
        raise UsageError(f"{error}") from None
    return Drill(
        argv,
        Path.cwd(),
        kinds=_kinds(_listed(options.kind)),
        allowed=allowed,
        limit_s=options.timeout,
        jobs=options.jobs,
        choose=chosen,
        tell=told,
    )


def _listed(values: list[str]) -> list[str]:
    """The names of an option that takes several, separated by commas, and may itself come several times."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


def _kinds(names: list[str]) -> tuple[Kind, ...]:
    known = {kind.value: kind for kind in Kind}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise UsageError(f"--kind takes {', '.join(known)}, not {unknown!r}")
    return tuple(kind for kind in Kind if kind.value in names)


def _quiet(_: Graded) -> None:
    pass


def _progress(graded: Graded) -> None:
    """A sign for each scenario as it ends, where somebody watches."""
    if sys.stderr.isatty():
        sys.stderr.write(graded.verdict.sign)
        sys.stderr.flush()


def _write(path: str | None, made: Callable[[], str]) -> None:
    if path is None:
        return
    try:
        Path(path).write_text(made(), "utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from None
