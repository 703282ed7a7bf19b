"""What a person has to know when the program ends: which tasks go on, and the way back to them."""

from collections.abc import Iterable

from cometplay.session.farewell import farewell
from cometplay.session.state import Run

MOST = 3
"""Tasks that are named one by one."""


def last_word(runs: Iterable[Run]) -> str:
    """A line for each of the first few that go on, and one for the rest; "" for none."""
    lasting = (run for run in runs if run.connection.lasting)
    words = [*dict.fromkeys(word for run in lasting if (word := farewell(run)))]
    if len(words) > MOST + 1:
        more = len(words) - MOST
        words[MOST:] = [f"{more} more tasks go on; cometplay lists them at its next start."]
    return "\n".join(words)
