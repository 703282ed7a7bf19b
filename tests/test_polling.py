"""Protects the rhythm of polling: when a task is asked after, and when the watching ends (11, 7.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cometplay.core.polling import Look, PollAgain, PollPolicy, StopPolling, next_poll
from cometplay.core.states import TaskState

RUNNING = Look(TaskState.RUNNING)
USUAL = PollPolicy()
NOT_VISIBLE = Look(None, pending=True)


def walk(policy, look=RUNNING):
    """The seconds after the submit at which a task is asked after, and how the watching ended."""
    at, elapsed, last = [], 0.0, None
    while len(at) < 1000:
        decision = next_poll(policy, elapsed, last)
        if isinstance(decision, StopPolling):
            return at, decision
        elapsed += decision.in_s
        at.append(elapsed)
        last = look(elapsed) if callable(look) else look
    raise AssertionError(f"it never ends: {at[:20]}")


def test_a_long_task_is_asked_after_as_documented_and_last_on_the_deadline():
    at, end = walk(USUAL)
    assert at == [*range(5, 126, 10), *range(145, 900, 20), 900]
    assert end == StopPolling(settled=False)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (USUAL.until(30), [5, 15, 25, 30]),
        (USUAL.until(25), [5, 15, 25]),
        (USUAL.until(5), [5]),
        (USUAL.until(2), [2]),
        (USUAL.every(1).until(4), [1, 2, 3, 4]),
        (USUAL.every(60).until(150), [60, 120, 150]),
        (USUAL.every(7), [*range(7, 897, 7), 900]),
        (USUAL.every(0.5).until(1.25), [0.5, 1, 1.25]),
    ],
    ids=[
        "30 s",
        "on a poll",
        "first only",
        "before the first",
        "every 1",
        "every 60",
        "every 7",
        "every 0.5",
    ],
)
def test_a_person_may_choose_the_rhythm_and_the_end(policy, expected):
    at, end = walk(policy)
    assert at == expected
    assert end == StopPolling(settled=False)


@pytest.mark.parametrize("speed", [2, 10, 64])
def test_a_lab_that_runs_faster_is_asked_at_the_same_moments_of_its_own_time(speed):
    at, _ = walk(USUAL.faster(speed))
    slow, _ = walk(USUAL)
    assert [moment * speed for moment in at] == pytest.approx(slow)


def test_faster_brings_every_mark_in_time_nearer_and_no_count():
    fast = USUAL.faster(10)
    marks = (fast.queued_warning_s, fast.deadline_s, fast.not_visible_for_s, fast.late_after_s, fast.first_s)
    assert marks == (60, 90, 6, 12, 0.5)
    assert (fast.not_visible_polls, fast.permanent_failures) == (6, 3)


def test_a_chosen_pause_leaves_the_other_marks_alone():
    chosen = USUAL.every(3)
    assert (chosen.deadline_s, chosen.queued_warning_s, chosen.not_visible_for_s) == (900, 600, 60)


@pytest.mark.parametrize(
    ("policy", "pause"), [(USUAL, 5), (USUAL.every(3), 3), (USUAL.faster(10), 0.5)], ids=["5", "3", "0.5"]
)
def test_a_task_that_is_not_visible_yet_is_asked_after_soon(policy, pause):
    assert next_poll(policy, pause, NOT_VISIBLE) == PollAgain(pause)


@pytest.mark.parametrize(
    ("elapsed", "pause"),
    [(0, 10), (5, 10), (119, 10), (119.999, 10), (120, 20), (500, 20), (880, 20), (885, 15), (899, 1)],
)
def test_a_task_that_goes_on_is_asked_after_later_as_it_grows_old(elapsed, pause):
    assert next_poll(USUAL, elapsed, RUNNING) == PollAgain(pause)


@pytest.mark.parametrize("elapsed", [900, 900.5, 4000])
def test_at_the_deadline_the_watching_ends_and_not_the_task(elapsed):
    assert next_poll(USUAL, elapsed, RUNNING) == StopPolling(settled=False)


@pytest.mark.parametrize(
    ("asked", "elapsed", "pause"),
    [
        (0, 5, 1),
        (1, 5, 1),
        (33, 5, 33),
        (120, 5, 120),
        (121, 5, 120),
        (1e300, 5, 120),
        (45, 880, 20),
        (60, 130, 60),
    ],
    ids=[
        "at once",
        "sooner",
        "later",
        "at the cap",
        "over the cap",
        "absurd",
        "over the deadline",
        "an old task",
    ],
)
def test_a_server_that_names_a_time_is_heard_up_to_two_minutes(asked, elapsed, pause):
    look = Look(None, pending=False, retry_after_s=asked)
    assert next_poll(USUAL, elapsed, look) == PollAgain(pause)


@pytest.mark.parametrize(("permanent", "stops"), [(0, False), (1, False), (2, False), (3, True), (4, True)])
def test_three_errors_in_a_row_that_nothing_mends_end_it(permanent, stops):
    decision = next_poll(USUAL, 5, Look(None, pending=False, permanent=permanent))
    assert decision == (StopPolling(settled=True) if stops else PollAgain(10))


def test_an_error_that_may_pass_never_ends_a_task_before_the_deadline():
    at, end = walk(USUAL, Look(None, pending=False))
    assert (at[-1], end) == (900, StopPolling(settled=False))


def test_what_no_poll_can_change_ends_it_at_once():
    assert next_poll(USUAL, 5, Look(None, settled=True)) == StopPolling(settled=True)


TERMINAL = {
    TaskState.SUCCEEDED,
    TaskState.FAILED,
    TaskState.CANCELLED,
    TaskState.EXPIRED,
    TaskState.NEEDS_ACTION,
}


@pytest.mark.parametrize("elapsed", [5, 900, 1000])
@pytest.mark.parametrize("state", TaskState, ids=lambda state: state.name)
def test_only_a_state_that_is_final_ends_a_task(state, elapsed):
    decision = next_poll(USUAL, elapsed, Look(state))
    over = StopPolling(settled=True)
    going_on = PollAgain(10) if elapsed == 5 else StopPolling(settled=False)
    assert decision == (over if state in TERMINAL else going_on)


def test_a_task_whose_word_is_unknown_is_watched_to_the_deadline():
    at, end = walk(USUAL, Look(TaskState.UNKNOWN))
    assert (at[-1], end) == (900, StopPolling(settled=False))


def test_a_task_is_left_as_soon_as_it_is_done():
    at, end = walk(USUAL, lambda now: Look(TaskState.SUCCEEDED if now >= 100 else TaskState.RUNNING))
    assert (at[-1], end) == (105, StopPolling(settled=True))


@given(
    st.floats(0, 2000),
    st.sampled_from([*TaskState, None]),
    st.booleans(),
    st.none() | st.floats(0, 1e6),
)
def test_no_pause_is_negative_or_leads_behind_the_deadline(elapsed, state, pending, asked):
    decision = next_poll(USUAL, elapsed, Look(state, pending, retry_after_s=asked))
    if isinstance(decision, PollAgain):
        assert decision.in_s >= 0
        assert elapsed + decision.in_s <= 900
