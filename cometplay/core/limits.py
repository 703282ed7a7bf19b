"""How long (api-contract.md 11) and how large anything may be, for what sends and for what shows how."""

from collections.abc import Mapping

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
"""Seconds for one whole request."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of an answer that are kept in memory; a 30 MB picture in base64 fits twice."""
LARGEST_FILES: Mapping[Kind, int] = {Kind.IMAGE: 200_000_000, Kind.VIDEO: 2_000_000_000}
"""Bytes. No model's picture or video comes near it, and a stream without end must not fill the disk."""
