"""What is done without being asked each time: set by the command line, switched by a key."""

from enum import Enum


class Habit(Enum):
    """One habit, in the words that a person switches it by."""

    CONFIRM = "ask before a job that is billed"
    BELL = "a bell or a notice when a video ends while you look elsewhere"
    WATCH_ON = "watch the tasks of earlier starts on by themselves"


USUAL = frozenset({Habit.CONFIRM, Habit.BELL})
SWITCHED = (Habit.CONFIRM, Habit.BELL)
"""Those that a person may switch while the program runs: the third is over by then."""
