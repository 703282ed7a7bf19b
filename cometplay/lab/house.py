"""What all endpoints of one lab share: its seed and time, its tasks, its files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from cometplay.core.jsons import JsonObject, dig_text
from cometplay.core.wire import Phase
from cometplay.lab.answers import Answer, Stream
from cometplay.lab.doors import Doors
from cometplay.lab.fields import Body
from cometplay.lab.files import StoredFile
from cometplay.lab.http import Request
from cometplay.lab.jobs import Jobs
from cometplay.lab.newest import Newest
from cometplay.lab.places import Place, Route


@dataclass(frozen=True, slots=True)
class Call:
    """A request that reached an endpoint with a key that will do."""

    request: Request = field(repr=False)
    route: Route
    place: Place
    body: Body = field(repr=False)
    request_id: str

    @property
    def named(self) -> str:
        """The task or file that it is about: in its path, or in the body of a poll that is a POST."""
        in_body = not self.route.name and Phase.POLL in self.route.phases
        return dig_text(self.body.fields, "task_id") if in_body else self.route.name

    @property
    def asked(self) -> JsonObject:
        """The body's fields, with those that Replicate has below `input` and in its path (5.3)."""
        inner = self.body.fields.get("input")
        if not isinstance(inner, dict):
            return self.body.fields
        return {"model": "/".join(self.route.names)} | self.body.fields | inner


@dataclass(slots=True)
class House:
    """The lab's working half. `wall` is in seconds since 1970; `files` are by name."""

    seed: int
    wall: Callable[[], float]
    jobs: Jobs
    doors: Doors
    files: Newest[str, StoredFile] = field(default_factory=Newest[str, StoredFile], repr=False)

    def url_of(self, call: Call, name: str) -> str:
        """A file's url on the second port, below the scenario that made it."""
        return self.doors.file_url(call.place.prefix, name)


Handler: TypeAlias = Callable[[House, Call], Answer | Stream]
"""What an endpoint answers when nothing is scripted, its ordinary refusals included."""
