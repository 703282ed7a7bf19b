"""Whether a create whose task nobody knows may have made one all the same, which is then billed."""

from cometplay.core.events import SUCCESS, Fault
from cometplay.core.transcript import Exchange

_NEVER_LEFT = frozenset({Fault.CONNECT, Fault.TLS, Fault.UNSENDABLE})
_IN_DOUBT = frozenset({408}) | frozenset(range(500, 600)) - {503}


def made_nothing(create: Exchange) -> bool:
    """Whether a create that brought no task surely made none, so that nothing is billed.

    A timeout, a cut, a broken gateway and a success without an id leave it open (api-contract.md 10.3).
    """
    if create.fault is not None:
        return create.fault in _NEVER_LEFT
    if create.status in SUCCESS:
        return bool(create.reading.layers)
    return create.status not in _IN_DOUBT
