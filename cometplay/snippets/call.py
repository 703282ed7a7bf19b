"""Call: a request as code needs it, the same for every language."""

from dataclasses import dataclass
from urllib.parse import unquote

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Attachment, Kind
from cometplay.core.jsons import Json, JsonObject, parse_object
from cometplay.core.limits import REQUEST_LIMITS_S
from cometplay.core.redact import SECRET_HEADERS
from cometplay.core.routes import ADAPTERS, Adapter, Route
from cometplay.core.wire import FormBody, JsonBody, Phase, WireRequest


class CannotRenderError(Exception):
    """This language or style cannot do this request; the text says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, and where it goes."""

    request: WireRequest
    connection: Connection

    @property
    def route(self) -> Route:
        assert self.request.route is not None, "what a draft was encoded to has a route"
        return self.request.route

    @property
    def adapter(self) -> Adapter:
        return ADAPTERS[self.route]

    @property
    def phase(self) -> Phase:
        return self.request.phase

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Those of the route and of the person, without any that holds a secret."""
        return tuple(pair for pair in self.request.headers if pair[0].lower() not in SECRET_HEADERS)

    @property
    def keyed(self) -> bool:
        return self.request.keyed and not self.connection.withheld

    @property
    def usual_key(self) -> str:
        """The key that the target takes from anybody; "" where a person's own is needed."""
        return LAB_KEY if self.connection.target is Target.LAB else ""

    @property
    def json(self) -> JsonObject | None:
        match self.request.body:
            case JsonBody(text):
                return parse_object(text)
            case _:
                return None

    @property
    def form(self) -> dict[str, str] | None:
        match self.request.body:
            case FormBody(fields):
                return dict(fields)
            case _:
                return None

    @property
    def files(self) -> tuple[Attachment, ...]:
        return self.request.body.files if isinstance(self.request.body, FormBody) else ()

    @property
    def fields(self) -> dict[str, Json]:
        """Whatever is sent, by name."""
        return {**(self.json or {}), **(self.form or {})}

    @property
    def streamed(self) -> bool:
        return self.request.kind is Kind.TEXT and self.fields.get("stream") is True

    @property
    def base_url(self) -> str:
        return self.connection.base_url.rstrip("/")

    @property
    def below_base(self) -> str:
        """The path below the base URL, or below its host where the route is not below /v1."""
        base = self.base_url if self.adapter.below_v1 else self.base_url.removesuffix("/v1")
        return self.request.url.removeprefix(base)

    @property
    def task_id(self) -> str:
        """The task that a poll or a probe is about."""
        path = self.adapter.poll.path if self.adapter.poll else ""
        before, _, after = path.partition("{id}")
        held = self.below_base.removeprefix(before).removesuffix("/content")
        return unquote(held.removesuffix(after) if after else held)

    @property
    def limit_s(self) -> int:
        return int(REQUEST_LIMITS_S[self.request.kind, self.phase])
