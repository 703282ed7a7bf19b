"""Case: a play and the runs that it was seen in, with the questions that several rules ask of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from cometplay.core.findings import Listen
from cometplay.core.wire import Phase
from cometplay.drill.observation import Observation, Same, Seen
from cometplay.drill.play import Play


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule judges. `runs` are the copies of the program, started together; usually one."""

    play: Play
    runs: tuple[Observation, ...]
    healthy: Observation

    @property
    def run(self) -> Observation:
        return self.runs[0]

    def struck(self, run: Observation | None = None) -> tuple[Seen, ...]:
        """The requests of the phase in which the play fails."""
        return (run or self.run).calls(self.play.kind, self.play.phase)

    @property
    def polls(self) -> tuple[Seen, ...]:
        return self.run.calls(self.play.kind, Phase.POLL)

    @property
    def downloads(self) -> tuple[Seen, ...]:
        return self.run.calls(self.play.kind, Phase.DOWNLOAD)

    def attempts(self, run: Observation | None = None) -> tuple[Seen, ...]:
        """The request of that phase that was sent the most often, each time that it was.

        Empty when a program sends it several times on a good day too: nobody could tell a repeat from it.
        """
        groups = _grouped(self.struck(run))
        usual = _grouped(self.struck(self.healthy))
        often = max(groups.values(), key=len, default=())
        return () if often and len(usual.get(often[0].same, ())) > 1 else often

    @property
    def overcome(self) -> bool:
        """Whether more requests were sent than fail, so that a good answer came."""
        bad = self.play.bad
        return bad is not None and len(self.struck()) > bad

    @property
    def reached(self) -> bool:
        """Whether the failure happened at all: a request came that it strikes, or none can come."""
        return bool(self.struck()) or self.play.script.listen is not Listen.NORMALLY


def _grouped(requests: tuple[Seen, ...]) -> Mapping[Same, tuple[Seen, ...]]:
    groups: dict[Same, tuple[Seen, ...]] = {}
    for seen in requests:
        groups[seen.same] = (*groups.get(seen.same, ()), seen)
    return groups


def gaps(requests: tuple[Seen, ...]) -> tuple[float, ...]:
    """Seconds between each request and the next."""
    return tuple(later.at_s - earlier.at_s for earlier, later in pairwise(requests))
