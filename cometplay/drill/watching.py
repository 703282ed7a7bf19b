"""How a program watches a task: which words it stops at, how often it asks, and what it keeps."""

from itertools import pairwise

from cometplay.core.findings import Break, Reply
from cometplay.core.wire import Phase
from cometplay.drill.case import Case
from cometplay.drill.play import Aim
from cometplay.drill.rule import VIDEO, Broken, Fine, Judgement, NotJudged, Rule
from cometplay.failures.source import POLLING_GUIDE, VIDEO_PAGE, Source

SHORTEST_POLL_S = 5.0
_EARLY_S = 0.25
_LINK_DIES_S = 60.0
_USUAL_POLLS = 2
"""At a lab's highest speed the first poll finds a task half done, the second one completed."""
_GOOD = 200
_YOUNG = "task_not_exist"

_RUNWAY_PAGE = Source("CometAPI, Runway", "https://apidoc.cometapi.com/api/video/runway")


def _wrong_word(case: Case) -> Judgement:
    polls, run = len(case.polls), case.run
    if case.play.aim is Aim.HEALTH and polls:
        early = polls < _USUAL_POLLS
    elif case.play.waiting and polls:
        # who stops watching what lasts has set itself a limit, unless it was at the first word
        early = polls <= (1 if case.play.bad is None else case.play.bad)
    else:
        return NotJudged()
    if run.timed_out:
        return NotJudged()
    return Broken(f"ended at poll {polls}, while the task was still being made") if early else Fine()


def _went_on(case: Case) -> Judgement:
    play, polls = case.play, len(case.polls)
    if play.terminal:
        most = 1
    elif play.aim is Aim.HEALTH or (play.phase is Phase.POLL and play.bad is not None):
        most = (play.bad or 0) + _USUAL_POLLS
    else:
        return NotJudged()
    if not polls or polls < most:
        return NotJudged()
    return Broken(f"polled {polls - most} times more after the task was over") if polls > most else Fine()


def _fast(case: Case) -> Judgement:
    pairs = [
        (later.at_s - earlier.at_s, str(earlier))
        for earlier, later in pairwise(case.polls)
        if earlier.same == later.same and earlier.status == _GOOD
    ]
    if not pairs:
        return NotJudged()
    wait, asked = min(pairs)
    if wait >= SHORTEST_POLL_S - _EARLY_S:
        return Fine()
    return Broken(f"{asked} was asked again after {wait:.2f} s")


def _ended_on(case: Case, *, young: bool) -> Judgement:
    """Whether a program took a poll that failed for a task that did."""
    step, bad = case.play.step, case.play.bad
    failed = isinstance(step, Break) or (isinstance(step, Reply) and case.play.task is None)
    fresh = isinstance(step, Reply) and _YOUNG in step.body
    if case.play.phase is not Phase.POLL or not failed or bad is None or fresh is not young:
        return NotJudged()
    polls = case.polls
    if not polls or case.run.timed_out:
        return NotJudged()
    if len(polls) > bad:
        return Fine()
    what = _YOUNG if young else f"status {step.status}" if isinstance(step, Reply) else "a cut answer"
    return Broken(f"ended after {what} at poll {len(polls)}; at poll {bad + 1} the task was there")


def _poll_error(case: Case) -> Judgement:
    return _ended_on(case, young=False)


def _young_task(case: Case) -> Judgement:
    return _ended_on(case, young=True)


def _task_id(case: Case) -> Judgement:
    run, play = case.run, case.play
    task = next((seen.task for seen in case.polls if seen.task), "")
    open_still = play.phase is Phase.POLL and play.fails and not play.terminal and not case.overcome
    if not (task and open_still and run.exit) or run.timed_out:
        return NotJudged()
    if task in run.said:
        return Fine()
    return Broken(f"gave up and printed no task id; {task} may still be made, and is billed")


def _download(case: Case) -> Judgement:
    run, play = case.run, case.play
    told = play.made or len(case.polls) >= (play.bad or 0) + _USUAL_POLLS
    done = play.made or play.aim is Aim.HEALTH or (play.phase is Phase.POLL and case.overcome)
    if not (done and told and case.polls) or run.exit or run.timed_out:
        return NotJudged()
    fetched = next(iter(case.downloads), None)
    if fetched is None:
        return Broken("the task was completed, and nothing was fetched: its url will die")
    late = fetched.at_s - case.polls[-1].at_s
    if late > _LINK_DIES_S:
        return Broken(f"fetched the result {late:.0f} s after the task was completed")
    return Fine()


RULES: tuple[Rule, ...] = (
    Rule(
        id="video.wrong-word",
        kinds=VIDEO,
        source=VIDEO_PAGE,
        expected="polling goes on until a word that ends a task",
        judge=_wrong_word,
    ),
    Rule(
        id="video.went-on",
        kinds=VIDEO,
        source=VIDEO_PAGE,
        expected="a word that ends a task, in any spelling, ends the polling",
        judge=_went_on,
    ),
    Rule(
        id="video.polled-fast",
        kinds=VIDEO,
        source=POLLING_GUIDE,
        expected="polls are 5 s apart or more; the page says 10 to 20",
        judge=_fast,
    ),
    Rule(
        id="video.poll-error",
        kinds=VIDEO,
        source=POLLING_GUIDE,
        expected="a poll that fails for now does not end the task",
        judge=_poll_error,
    ),
    Rule(
        id="video.young-task",
        kinds=VIDEO,
        source=_RUNWAY_PAGE,
        expected="task_not_exist right after the submit is asked again",
        judge=_young_task,
    ),
    Rule(
        id="video.task-id",
        kinds=VIDEO,
        source=POLLING_GUIDE,
        expected="who stops watching keeps the task id",
        judge=_task_id,
    ),
    Rule(
        id="video.no-download",
        kinds=VIDEO,
        source=VIDEO_PAGE,
        expected="the result is fetched at once: its url dies",
        judge=_download,
    ),
)
