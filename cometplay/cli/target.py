"""--target, --scenario and the settings -> where a request goes and which key its host may have."""

import argparse
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cometplay.cli import settings
from cometplay.cli.compose import Scenario
from cometplay.cli.output import UsageError, warn
from cometplay.core.connection import (
    LAB_KEY,
    Connection,
    Target,
    origin,
)
from cometplay.core.findings import Listen, Script
from cometplay.core.redact import Secret
from cometplay.stage import LAB_PORT, lab_connection, own_lab


@dataclass(frozen=True, slots=True)
class Aim:
    """The own lab (`connection` is None until it runs), or a connection that stands."""

    scenario: Scenario | None
    connection: Connection | None


def aim(options: argparse.Namespace, scenario: Scenario | None) -> Aim:
    """Decides the target. Raises UsageError when the options contradict each other or cannot be used."""
    target = options.target
    if scenario and target not in (None, Target.LAB.value):
        raise UsageError("--scenario is played by the lab: leave --target out, or say --target lab")
    if scenario and scenario.mode.reproduce.connection:
        return Aim(scenario, scenario.mode.reproduce.connection)
    known = settings.load()
    if scenario or target == Target.LAB.value:
        if known.fault:
            warn(f"{known.fault} (the lab does not need it)")
        return Aim(scenario, None)
    known = known.checked()
    if target is None:
        return Aim(scenario, settings.live(known) if known.key else None)
    if target == Target.LIVE.value:
        return Aim(scenario, settings.live(known))
    connection = settings.url_connection(target, known, send_key=options.send_key)
    if connection.withheld:
        warn(f"the key stays here: it belongs to {origin(known.base_url)[1]}; --send-key sends it along")
    return Aim(scenario, connection)


def is_own_lab(options: argparse.Namespace) -> bool:
    """Whether the options lead to the lab inside this program. A .env at fault decides nothing here."""
    if options.target is None:
        return not settings.load().key
    return options.target == Target.LAB.value


@asynccontextmanager
async def connected(chosen: Aim) -> AsyncGenerator[Connection]:
    """The connection of an aim; the own lab runs as long as it is needed."""
    if chosen.connection:
        yield chosen.connection
        return
    scenario = chosen.scenario
    async with own_lab() as lab:
        yield lab_connection(lab, scenario.id if scenario else None, scenario.phase if scenario else None)


def snippet_connection(chosen: Aim) -> Connection:
    """The connection that a snippet names: for the lab that of `cometplay lab` on its usual port.

    Raises UsageError for a scenario in which no request is sent, or whose port only the lab knows.
    """
    scenario = chosen.scenario
    script = scenario.mode.reproduce.script if scenario else Script()
    if scenario and script is None:
        raise UsageError(f"{scenario.mode.id} is found before anything is sent: there is no request to show")
    if chosen.connection:
        return chosen.connection
    if script and script.listen is Listen.NOT_AT_ALL:
        raise UsageError(
            "the port of this scenario is another one each time: `cometplay lab` prints its address"
        )
    scheme = "https" if script and script.listen is Listen.IN_PLAIN else "http"
    phase = f"@{scenario.phase.value}" if scenario and scenario.phase else ""
    place = f"/s/{scenario.id}{phase}" if scenario else ""
    return Connection(Target.LAB, f"{scheme}://127.0.0.1:{LAB_PORT}{place}/v1", Secret(LAB_KEY))
