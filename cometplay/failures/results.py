"""What the modes of results share: whether a file came, and whether its link is dead."""

import re

from cometplay.core import plain, redact
from cometplay.core.findings import Evidence, Sighting
from cometplay.core.transcript import Exchange, Transcript
from cometplay.core.wire import Phase
from cometplay.failures import signs

_DEAD = frozenset({403, 404, 410})
_REFUSED = frozenset(range(400, 500)) - {401}
_STORAGE_CODES = frozenset(
    (
        *(
            "accessdenied",
            "nosuchkey",
            "nosuchbucket",
            "signaturedoesnotmatch",
            "expiredtoken",
            "expiredrequest",
        ),
        *(
            "requestexpired",
            "requesttimetooskewed",
            "authenticationfailed",
            "blobnotfound",
            "invalidsignature",
        ),
        *("authorizationqueryparameterserror", "missingkey", "invalidaccesskeyid", "invalidobjectstate"),
    )
)
"""Object stores' codes for a signed url that leads nowhere any more (api-contract.md 9.1, shape L)."""

_EXPIRED = r"expired|no longer (?:available|exists)|has been deleted|过期|已失效|已删除"
_CHALLENGE = r"just a moment|attention required|checking your browser|are you human"


def came(exchange: Exchange, kind: str) -> bool:
    """Whether a download brought a file: what it says it is, else what is neither JSON nor a page."""
    if not exchange.succeeded or not exchange.body:
        return False
    named = {name.lower(): text.lower() for name, text in exchange.headers}
    if named.get("content-type", "").startswith(kind):
        return True
    return not exchange.reading.is_json and exchange.reading.page is None


def gone(transcript: Transcript) -> Sighting | None:
    """A result's own url that its host refuses. The gateway's refusals are no such thing."""
    fetched = transcript.lost or transcript.last
    if fetched is None or fetched.fault or fetched.phase is not Phase.DOWNLOAD or fetched.succeeded:
        return None
    request, reading = fetched.request, fetched.reading
    if request and request.keyed:
        return None
    signs_of_death = (
        (range(400, 500), not _STORAGE_CODES.isdisjoint(reading.codes)),
        # the words may also be those of a key, which a 401 is about and a signed url has not
        (_REFUSED, re.search(_EXPIRED, reading.words) is not None),
        (_DEAD, _is_bare(fetched)),
    )
    if not any(seen and fetched.status in statuses for statuses, seen in signs_of_death):
        return None
    url = redact.url(plain.line(request.url, signs.QUOTE)) if request else ""
    return Sighting((*signs.evidence_of(fetched), *((Evidence("url", url),) if url else ())))


def _is_bare(fetched: Exchange) -> bool:
    """Whether nothing in a refusal speaks of the gateway, or of a firewall before the host."""
    page, layers = fetched.reading.page, fetched.reading.layers
    if page and re.search(_CHALLENGE, page.title.lower()):
        return False
    return not any(error.place.startswith("error") and (error.type or error.code) for error in layers[:1])
