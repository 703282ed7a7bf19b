"""Good answers that were given a moment ago: who asks the same again in the same second gets the same."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cometplay.lab.answers import Answer
from cometplay.lab.http import Request
from cometplay.lab.outcomes import FIRST_ERROR, Outcome, Whole
from cometplay.lab.places import Endpoint, Route

_REPEATABLE = frozenset({Endpoint.CHAT, Endpoint.RESPONSES})
"""What depends on the body, the lab's seed and the second only; nothing is made and nothing counted."""
_MOST = 256
_LONGEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Asked:
    endpoint: Endpoint
    kind: str
    body: bytes = field(repr=False)


class Prepared:
    """The answers of the current second. `wall` is in seconds since 1970."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._second = -1
        self._known: dict[_Asked, Whole] = {}

    def answer(self, request: Request, route: Route, make: Callable[[], Outcome]) -> Outcome:
        """What is known, else what is made now; kept where it may be given again."""
        if route.endpoint not in _REPEATABLE or len(request.body) > _LONGEST:
            return make()
        second = int(self._wall())
        if second != self._second or len(self._known) >= _MOST:
            self._second = second
            self._known.clear()
        asked = _Asked(route.endpoint, request.header("content-type"), request.body)
        known = self._known.get(asked)
        if known is not None:
            return known
        match made := make():
            # a refusal names the request's own id
            case Whole(Answer(status=status)) if status < FIRST_ERROR:
                self._known[asked] = made
            case _:
                pass
        return made
