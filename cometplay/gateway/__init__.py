"""Floor 2: the only importer of httpx. A WireRequest goes in, events come out."""

from cometplay.gateway.client import Gateway, Pool

__all__ = ["Gateway", "Pool"]
