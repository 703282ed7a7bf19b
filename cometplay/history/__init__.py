"""Floor 3: runs and open tasks on the person's disk, where the next start finds them."""

from cometplay.history.history import History

__all__ = ["History"]
