"""The models to choose from: the gateway's own list where a key is there, kept for a day, else the table."""

import asyncio
import importlib
import json
from collections.abc import Callable
from pathlib import Path

from cometplay.core import jsons, listing
from cometplay.core.connection import Connection, Target, base_url_fault
from cometplay.core.drafts import Kind
from cometplay.core.jsons import Json, dig, dig_list
from cometplay.core.models import known_models

KEPT_S = 86_400.0
LIMIT_S = 15.0


class Offers:
    """The lists by base URL, in memory and in a file. `now` gives epoch seconds.

    Nothing here fails: a list that cannot be had, read or kept leaves what is built in.
    """

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self._file = folder / "models.json"
        self._now = now
        self._ids: dict[str, tuple[str, ...]] = {}

    def known(self, kind: Kind, connection: Connection) -> tuple[str, ...]:
        """What can be offered at once."""
        ids = self._ids.get(connection.base_url) or self._kept(connection.base_url)
        return listing.offered(kind, ids) if ids else known_models(kind)

    def has(self, connection: Connection) -> bool:
        """Whether there is nothing to ask: the list is there, there is no key, or no address to ask at."""
        asks = connection.target is Target.LIVE and connection.key is not None
        asks = asks and not base_url_fault(connection.base_url)  # such a one may hold a password
        return not asks or connection.base_url in self._ids

    async def fetch(self, connection: Connection) -> bool:
        """Asks the gateway, beside the screen; False when neither list came."""
        await asyncio.to_thread(importlib.import_module, "cometplay.gateway")
        for url in listing.addresses(connection.base_url):
            ids = listing.listed(await _ask(connection, url))
            if ids:
                self._ids[connection.base_url] = ids
                await asyncio.to_thread(self._keep)
                return True
        return False

    def _kept(self, base_url: str) -> tuple[str, ...]:
        entry = dig(self._read(), base_url)
        at = dig(entry, "at")
        if not isinstance(at, int | float) or not 0 <= self._now() - at < KEPT_S:
            return ()
        ids = tuple(name for name in dig_list(entry, "ids") if isinstance(name, str))
        if ids:
            self._ids[base_url] = ids
        return ids

    def _read(self) -> Json:
        try:
            return jsons.parse(self._file.read_text("utf-8"))
        except (OSError, ValueError):  # none yet, or none of ours
            return None

    def _keep(self) -> None:
        before = self._read()
        kept = dict(before) if isinstance(before, dict) else {}
        kept |= {url: {"at": self._now(), "ids": [*ids]} for url, ids in self._ids.items()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(kept), "utf-8")
        except OSError:
            return  # it is asked for again at the next start


async def _ask(connection: Connection, url: str) -> Json:
    from cometplay.core import bodies
    from cometplay.core.events import SUCCESS, Replied
    from cometplay.core.wire import Phase, WireRequest
    from cometplay.gateway import Gateway

    request = WireRequest("GET", url, Kind.TEXT, Phase.PROBE, "")
    async with Gateway(connection, lambda: 0.0) as gateway:
        async for event in gateway.exchange(request, 1, LIMIT_S):
            if isinstance(event, Replied) and event.status in SUCCESS:
                return bodies.read(event.body, event.headers, status=event.status).value
    return None
