"""Whether, how often and after how long a failed request is repeated: the rules about retrying."""

from itertools import pairwise
from statistics import median

from cometplay.core.events import Headers
from cometplay.core.findings import Reply
from cometplay.core.retry import retry_after
from cometplay.core.wire import Phase
from cometplay.drill.case import Case, gaps
from cometplay.drill.observation import Observation
from cometplay.drill.paces import grows, in_step, nested
from cometplay.drill.play import Aim, Repeat
from cometplay.drill.rule import Broken, Fine, Judgement, NotJudged, Rule
from cometplay.failures.source import ERROR_PAGE, RETRY_GUIDE, Source

MOST_TRIES = 6
AT_ONCE_S = 0.05
"""Shorter than this is no wait; a busy machine may make one of several longer."""
A_WAIT_S = 0.1
"""From here on the waits of several copies have a pattern of their own, and not the machine's."""
_EARLY_S = 0.05
"""A clock's own error: a wait that is shorter by no more than this was meant."""
_PERMANENT_POLLS = 3
_YOUNG_POLLS = 7

_RETRY_AFTER = Source(
    "RFC 9110, HTTP Semantics, 10.2.3 Retry-After", "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"
)
_CLIENT_RETRIES = Source("OpenAI, Python library: Retries", "https://github.com/openai/openai-python#retries")


def _hopeless(case: Case) -> Judgement:
    if case.play.repeat is not Repeat.NEVER:
        return NotJudged()
    if case.play.phase is Phase.POLL:
        return _hopeless_poll(case)
    tries = case.attempts()
    if not tries:
        return NotJudged()
    if len(tries) == 1:  # an exit status of 0 says that it saw no failure, and so had no choice
        return Fine() if case.run.exit else NotJudged()
    first, last = tries[0], tries[-1]
    return Broken(
        f"{first} was answered with {_answer(case)} and sent {_times(len(tries) - 1)} more, "
        f"unchanged, within {last.at_s - first.at_s:.1f} s"
    )


def _hopeless_poll(case: Case) -> Judgement:
    """Polls that are refused for good: a few in a row may be asked, a young task's for longer (7.4)."""
    match case.play.step:
        case Reply(status, body) if status >= _FIRST_ERROR:
            most = _YOUNG_POLLS if "task_not_exist" in body else _PERMANENT_POLLS
            polls = len(case.polls)
            return Broken(f"polled {_times(polls)} though each was refused") if polls > most else Fine()
        case _:
            return NotJudged()


_FIRST_ERROR = 400


def _gave_up(case: Case) -> Judgement:
    if case.play.repeat is not Repeat.DUE or case.play.phase is Phase.POLL or case.run.timed_out:
        return NotJudged()
    if case.play.aim is Aim.PATIENCE or not (tries := case.attempts()):
        return NotJudged()
    if len(tries) > 1:
        return Fine()
    first = case.struck()[0]
    return Broken(f"{first} was answered with {_answer(case)} and not sent again; the {_nth(case)} would do")


def _nth(case: Case) -> str:
    return {1: "second", 2: "third"}.get(case.play.bad or 0, "next")


def _no_wait(case: Case) -> Judgement:
    waits = [wait for run in case.runs for wait in _waits(case, run)]
    if len(waits) < 2:  # noqa: PLR2004  one short wait may be jitter's own
        return NotJudged()
    if median(waits) >= (A_WAIT_S if len(case.runs) > 1 else AT_ONCE_S):
        return Fine()
    return Broken(f"{_times(len(waits))} repeated within {_spelled(waits)} of the failure")


def _waits(case: Case, run: Observation | None = None) -> tuple[float, ...]:
    if case.play.repeat not in (Repeat.DUE, Repeat.FREE) or case.play.phase is Phase.POLL:
        return ()
    return gaps(case.attempts(run))


def _too_early(case: Case) -> Judgement:
    headers: Headers = case.play.step.headers if isinstance(case.play.step, Reply) else ()
    asked = retry_after(headers, 0.0)
    waits = _waits(case)
    if asked is None or not waits:
        return NotJudged()
    early = [wait for wait in waits[: case.play.bad] if wait < asked - _EARLY_S]
    return (
        Broken(f"the answer said Retry-After: {asked:g}, and it waited {_spelled(early)}")
        if early
        else Fine()
    )


def _no_growth(case: Case) -> Judgement:
    waits = _patient(case)
    if waits is None:
        return NotJudged()
    if grows(waits):
        return Fine()
    return Broken(f"each wait was as long as the one before: {_spelled(waits[0])}")


def _in_step(case: Case) -> Judgement:
    waits = _patient(case)
    if waits is None:
        return NotJudged()
    if not in_step(waits):
        return Fine()
    shown = "; ".join(_spelled(each) for each in waits[:2])
    return Broken(f"{len(waits)} copies started together waited alike: {shown}")


def _patient(case: Case) -> tuple[tuple[float, ...], ...] | None:
    """The waits of each copy; None where there are too few to see a pattern in, or they are no waits."""
    if case.play.aim is not Aim.PATIENCE:
        return None
    waits = tuple(gaps(case.attempts(run)) for run in case.runs)
    if min(map(len, waits)) < 2:  # noqa: PLR2004
        return None
    return waits if median(wait for each in waits for wait in each) >= A_WAIT_S else None


def _too_many(case: Case) -> Judgement:
    if case.play.phase is Phase.POLL or not (tries := case.attempts()):
        return NotJudged()
    if len(tries) > MOST_TRIES:
        return Broken(f"{tries[0]} was sent {_times(len(tries))} in {tries[-1].at_s - tries[0].at_s:.1f} s")
    return Fine() if case.play.aim is Aim.PATIENCE else NotJudged()


def _nested(case: Case) -> Judgement:
    if case.play.aim is not Aim.PATIENCE or not (tries := case.attempts()):
        return NotJudged()
    counts = [seen.headers.get("x-stainless-retry-count", "") for seen in tries]
    if counts.count("0") > 1 and ("0", "1") in pairwise(counts):
        return Broken(
            f"the client library counted its tries anew: x-stainless-retry-count {', '.join(counts)}"
        )
    waits = _patient(case)
    product = nested(waits) if waits else None
    if waits and product:
        inner, outer = product
        return Broken(
            f"{inner} x {outer} = {inner * outer} tries; the waits start over: {_spelled(waits[0])}"
        )
    return Fine()


def _billed(case: Case) -> Judgement:
    if case.play.repeat is not Repeat.BILLED or not (tries := case.attempts()):
        return NotJudged()
    if len(tries) == 1:
        return Fine()
    return Broken(
        f"{tries[0]} was sent whole, {_answer(case)} came back, and it was sent {_times(len(tries) - 1)} more"
    )


def _answer(case: Case) -> str:
    match case.play.step:
        case Reply(status, body):
            code = next((word for word in _CODES if word in body), "")
            return f"{status} {code}".strip()
        case _:
            return "no whole answer"


_CODES = ("insufficient_user_quota", "model_not_found", "invalid_request", "content_policy_violation")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _spelled(waits: tuple[float, ...] | list[float]) -> str:
    return ", ".join(f"{wait:.2f} s" if wait < 10 else f"{wait:.0f} s" for wait in waits)  # noqa: PLR2004


RULES: tuple[Rule, ...] = (
    Rule(
        id="retry.hopeless",
        source=RETRY_GUIDE,
        expected="what no retry can help is not repeated",
        judge=_hopeless,
    ),
    Rule(
        id="retry.gave-up",
        source=RETRY_GUIDE,
        expected="what a retry may mend is tried again",
        judge=_gave_up,
    ),
    Rule(
        id="retry.no-wait",
        source=RETRY_GUIDE,
        expected="there is a wait before a repeat",
        judge=_no_wait,
        by_chance=True,
    ),
    Rule(
        id="retry.too-early",
        source=_RETRY_AFTER,
        expected="the wait is at least what Retry-After asks",
        judge=_too_early,
    ),
    Rule(id="retry.no-growth", source=RETRY_GUIDE, expected="waits grow from try to try", judge=_no_growth),
    Rule(
        id="retry.in-step",
        source=RETRY_GUIDE,
        expected="waits differ by chance, so that clients do not stay in step",
        judge=_in_step,
    ),
    Rule(
        id="retry.too-many",
        source=RETRY_GUIDE,
        expected=f"a request is tried {MOST_TRIES} times at the most",
        judge=_too_many,
    ),
    Rule(
        id="retry.nested",
        source=_CLIENT_RETRIES,
        expected="one layer repeats: two multiply their tries",
        judge=_nested,
    ),
    Rule(
        id="retry.billed",
        source=ERROR_PAGE,
        expected="a create that may be billed is not repeated by itself",
        judge=_billed,
    ),
)
