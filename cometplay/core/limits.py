"""How long anything may take, in seconds (api-contract.md 11), for what sends and for what shows how."""

from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase

CONNECT_LIMIT_S = 10.0
STALL_LIMIT_S = 60.0
"""Between two pieces of a stream."""

REQUEST_LIMITS_S: dict[tuple[Kind, Phase], float] = {
    (Kind.TEXT, Phase.CREATE): 600.0,
    (Kind.IMAGE, Phase.CREATE): 300.0,
    (Kind.VIDEO, Phase.CREATE): 60.0,
} | {
    (kind, phase): limit
    for kind in Kind
    for phase, limit in ((Phase.POLL, 30.0), (Phase.PROBE, 30.0), (Phase.DOWNLOAD, 600.0))
}
"""For one whole request."""
