"""What a program says at the end: its exit status, its output, and that it lives to say anything."""

import re

from cometplay.core.findings import Reply
from cometplay.drill.case import Case
from cometplay.drill.observation import Observation
from cometplay.drill.play import Aim
from cometplay.drill.rule import Broken, Fine, Judgement, NotJudged, Rule
from cometplay.failures.source import GUIDE, RETRY_GUIDE, Source

OWN_LIMIT = Source("CometPlay, the drill's own time limit (--timeout)", "")
STARTING_POINT = Source("CometPlay, cometplay drill --help", "")

_NOTHING = re.compile(r"\b(none|null|undefined|nan|true|false)\b|[\W_]+", re.IGNORECASE)
_TRACEBACK = re.compile(
    r"^(?:Traceback \(most recent call last\):\n(?:.*\n)*?(?:[\w.]+\.)?"
    r"((?:IndexError|TypeError|KeyError|AttributeError|UnboundLocalError|JSONDecodeError)\b.*)"
    r"|(?:Uncaught )?((?:TypeError|RangeError|ReferenceError|SyntaxError): .*)(?:\n.*)*?\n\s+at )",
    re.MULTILINE,
)
_REQUEST_ID = re.compile(r"\b\d{14,23}[A-Za-z0-9]{8}\b")
"""The form of the gateway's own (api-contract.md 1.2)."""
_FIRST_ERROR = 400


def _healthy(case: Case) -> Judgement:
    run = case.run
    if case.play.aim is not Aim.HEALTH:
        return NotJudged()
    if run.not_started:
        return Broken(f"the command cannot be started: {run.not_started}")
    if run.timed_out:
        return Broken(f"still running after {run.seconds:.0f} s, though every answer was good")
    if run.exit:
        last = next((line for line in reversed(run.stderr.text.splitlines()) if line.strip()), "")
        said = f"; its last words: {last.strip()}" if last else ""
        return Broken(f"exit status {run.exit}, though every answer was good{said}")
    if not run.requests:
        return Broken(
            "no request came: does it read COMETAPI_BASE_URL or OPENAI_BASE_URL, or take {base_url}?"
        )
    return Fine()


def _time_limit(case: Case) -> Judgement:
    play, run = case.play, case.run
    waiting = play.silent or play.lasting or (play.aim is Aim.PATIENCE and len(case.attempts()) > 1)
    if waiting or play.aim is Aim.HEALTH:
        return NotJudged()
    if run.timed_out:
        return Broken(f"still running after {run.seconds:.0f} s and {len(run.requests)} requests")
    return Fine()


def told_nothing(run: Observation) -> bool:
    """Whether standard output holds nothing that could be taken for a result: blank, None, null, []."""
    return not _NOTHING.sub("", run.stdout.text)


def _success(case: Case) -> Judgement:
    run = case.run
    if case.play.aim is Aim.HEALTH or case.play.can_end_well or run.timed_out:
        return NotJudged()
    if run.exit or case.overcome:
        return Fine()
    if told_nothing(run) and not run.files:
        shown = run.stdout.text.strip()
        printed = f"nothing but {shown!r}" if shown else "nothing"
        return Broken(f"exit status 0, and {printed} on standard output")
    if run.stdout == case.healthy.stdout and not case.play.partial:
        return Broken("exit status 0, and the very words of a good run")
    return NotJudged()


def _crash(case: Case) -> Judgement:
    for run in case.runs:
        found = _TRACEBACK.search(run.stderr.text) or _TRACEBACK.search(run.stdout.text)
        if found and run.exit:
            return Broken(f"it crashed: {(found[1] or found[2]).strip()}")
    return Fine()


def _request_id(case: Case) -> Judgement:
    answered = isinstance(case.play.step, Reply) and case.play.step.status >= _FIRST_ERROR
    if not (answered and case.run.exit and not case.run.timed_out and case.struck()):
        return NotJudged()
    if _REQUEST_ID.search(case.run.said):
        return Fine()
    return Broken(
        "it failed without printing the request id, which the answer's header x-cometapi-request-id has"
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="healthy",
        source=STARTING_POINT,
        expected="with good answers the program ends with the exit status 0",
        judge=_healthy,
    ),
    Rule(
        id="time-limit",
        source=OWN_LIMIT,
        expected="the program comes to an end",
        judge=_time_limit,
        telling=False,
    ),
    Rule(
        id="told.success",
        source=GUIDE,
        expected="no success is told where there is no result",
        judge=_success,
    ),
    Rule(
        id="told.crash",
        source=GUIDE,
        expected="an answer of another form is told, not tripped over",
        judge=_crash,
        telling=False,
    ),
    Rule(
        id="told.request-id",
        source=RETRY_GUIDE,
        expected="the request id is kept",
        judge=_request_id,
        telling=False,
        advice=True,
    ),
)
