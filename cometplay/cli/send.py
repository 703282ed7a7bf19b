"""`send`: what a tab does, headless. The timeline goes to standard error, the output to standard output."""

import argparse
import asyncio
import json
import random
import time
from pathlib import Path

import platformdirs

from cometplay.cli import report
from cometplay.cli.compose import Composed, compose
from cometplay.cli.output import (
    CANCELLED_STATUS,
    NOT_SAVED_STATUS,
    UsageError,
    out,
    out_json,
    tell,
    warn,
)
from cometplay.cli.remember import Memory, memory
from cometplay.cli.target import Aim, aim, connected, is_own_lab
from cometplay.core.connection import Connection, is_loopback
from cometplay.core.drafts import Kind
from cometplay.core.events import NotSaved
from cometplay.core.models import route_of
from cometplay.core.routes import ADAPTERS
from cometplay.downloads import NotWrittenError, Part
from cometplay.session.clock import RealClock
from cometplay.session.engine import run as run_session
from cometplay.session.farewell import farewell
from cometplay.session.plan import Plan
from cometplay.session.state import Run
from cometplay.stage import policy_of

SHORTEST_POLITE_PAUSE_S = 5.0


def send(options: argparse.Namespace) -> int:
    """Carries out `send` and gives its exit status. Raises UsageError before anything is sent."""
    with memory(time.time(), wanted=_is_kept(options)) as kept:
        return _send(options, kept)


def _is_kept(options: argparse.Namespace) -> bool:
    """Whether it is more than a play in the lab inside this program, which ends with it."""
    return not options.scenario and (bool(options.resume) or not is_own_lab(options))


def _send(options: argparse.Namespace, kept: Memory) -> int:
    composed = compose(options)
    if options.resume:
        composed = kept.resume(options, composed)
    if options.resume and not ADAPTERS[route_of(composed.draft)].poll:
        raise UsageError("--resume watches a task: say send video, or name the image model that made it")
    if options.resume and options.detach:
        raise UsageError("--resume watches a task and --detach leaves it: choose one of them")
    chosen = aim(options, composed.scenario)
    folder = _folder(options, composed.draft.kind)
    _check_log(options.log)
    if composed.draft.kind is not Kind.TEXT and not options.resume:
        kept.recall()
    sending = _Sending(options, composed, chosen, folder, kept)
    try:
        run = asyncio.run(sending.go())
    except KeyboardInterrupt:
        return _cut_off(options, sending.run)
    finally:
        if sending.run and sending.run.transcript.sent:
            kept.add(sending.run)
    return _finish(options, run)


class _Sending:
    """A run under way; `run` is how far it got, which ctrl+c has to know."""

    def __init__(
        self, options: argparse.Namespace, composed: Composed, chosen: Aim, folder: Path, kept: Memory
    ) -> None:
        self._options = options
        self._composed = composed
        self._chosen = chosen
        self._folder = folder
        self._kept = kept
        self.run: Run | None = None

    async def go(self) -> Run:
        async with connected(self._chosen) as connection:
            plan, clock = plan_of(self._options, self._composed, connection), RealClock()
            keeper = self._kept.keeper(plan)
            return await run_session(
                plan,
                clock=keeper.clock(clock) if keeper else clock,
                jitter=random.random,
                folder=self._folder,
                observe=keeper.before(self._observe) if keeper else self._observe,
            )

    def _observe(self, run: Run) -> None:
        before, self.run = self.run, run
        for line in report.timeline_lines(before, run):
            tell(line)


def plan_of(options: argparse.Namespace, composed: Composed, connection: Connection) -> Plan:
    """The plan that the options describe; a scenario's own limits hold where the person set none."""
    usual = composed.scenario.mode.reproduce if composed.scenario else None
    policy = policy_of(usual, connection)
    if options.poll_every is not None:
        policy = policy.every(options.poll_every)
        if options.poll_every < SHORTEST_POLITE_PAUSE_S and not is_loopback(connection.base_url):
            warn("polling a public host more often than every 5 s brings rate limits, not videos")
    if options.max_wait is not None:
        policy = policy.until(options.max_wait)
    return Plan(
        draft=composed.draft,
        connection=connection,
        policy=policy,
        repeats=options.retries,
        request_limit_s=options.timeout or (usual.request_limit_s if usual else None),
        resume=options.resume or "",
        detach=options.detach,
    )


def _folder(options: argparse.Namespace, kind: Kind) -> Path:
    """The folder for files; that it can be written is tried before anything is billed."""
    folder = Path(options.out) if options.out else platformdirs.user_downloads_path()
    if kind is not Kind.TEXT and not options.detach:
        try:
            with Part(folder):
                pass
        except NotWrittenError as error:
            raise UsageError(f"--out: {error}") from None
    return folder


def _check_log(path: str | None) -> None:
    if path is None:
        return
    try:
        with Path(path).open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise UsageError(f"--log {path}: {error.strerror}") from None


def _finish(options: argparse.Namespace, run: Run) -> int:
    if options.log and run.transcript.sent:
        _log(options.log, run)
    tell(report.verdict(run))
    last_word = farewell(run)
    if last_word:
        tell(last_word)
    if options.json:
        out_json(report.as_json(run))
    else:
        for line in _output(run, detached=options.detach):
            out(line)
    lost = any(isinstance(event, NotSaved) for event in run.transcript.events)
    status = report.STATUS_OF_CLASS[run.verdict.cls] if run.verdict else 1
    return NOT_SAVED_STATUS if lost and status == 0 else status


def _cut_off(options: argparse.Namespace, run: Run | None) -> int:
    """What there is to say after ctrl+c: what came until then is the person's."""
    came = run.output if run else None
    if run and options.log and run.transcript.sent:
        _log(options.log, run)
    if run and options.json:
        out_json(report.as_json(run))
    elif came:
        out(came)
    tell(farewell(run) or ("Cancelled: you cut the text off there." if came else "Cancelled."))
    return CANCELLED_STATUS


def _output(run: Run, *, detached: bool) -> list[str]:
    if run.output is not None:
        return [run.output]
    if detached and run.transcript.task:
        return [run.transcript.task.id]
    return [saved.path for saved in run.transcript.saved]


def _log(path: str, run: Run) -> None:
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(report.log_line(run)) + "\n")
    except OSError as error:
        warn(f"--log {path}: {error.strerror}; the run itself is not affected")
