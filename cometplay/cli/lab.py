"""`lab`: the lab for any client, until ctrl+c."""

import argparse
import asyncio
import math

from cometplay.cli.output import CANCELLED_STATUS, UsageError, out, tell, warn
from cometplay.core.connection import is_loopback
from cometplay.failures.catalogue import CATALOGUE
from cometplay.lab import Lab
from cometplay.lab.page import pointing
from cometplay.stage import scenes, scripts


def serve(options: argparse.Namespace) -> int:
    """Serves until ctrl+c. Raises UsageError when the port or the address cannot be had."""
    try:
        asyncio.run(_serve(options))
    except KeyboardInterrupt:
        tell("The lab is closed.")
        return CANCELLED_STATUS
    return 0


async def _serve(options: argparse.Namespace) -> None:
    lab = Lab(
        scripts(),
        host=options.host,
        port=options.port,
        speed=options.speed,
        seed=options.seed,
        scenes=scenes(),
        log=tell,
    )
    try:
        async with lab:
            if not is_loopback(lab.base_url()):
                warn("this address is not of this machine alone: others can use the lab and read its record")
            out(_welcome(lab, options.speed))
            await asyncio.Event().wait()
    except (OSError, UnicodeError) as error:
        where = f"{options.host}:{options.port}"
        why = getattr(error, "strerror", None) or error  # no host's name: only UnicodeError says so
        raise UsageError(f"cannot serve on {where}: {why}; try --port 0 for a free one") from None


def _welcome(lab: Lab, speed: float) -> str:
    pace = "as fast as it can" if math.isinf(speed) else f"{speed:g} times as fast as life"
    width = max(len(mode.id) for mode in CATALOGUE)
    rows = [
        f"  {mode.id:{width}}  {lab.base_url(mode.id)}"
        for mode in CATALOGUE
        if mode.reproduce.script is not None
    ]
    return "\n".join(
        [
            f"The lab answers at {lab.base_url()}, {pace}. ctrl+c closes it.",
            "",
            "Point a client at it:",
            *(f"  {line}" for line in pointing(lab.base_url())),
            "",
            f"See what it plays and what arrives: {lab.base_url().removesuffix('v1')}",
            "",
            "Each failure has an address of its own:",
            *rows,
        ]
    )
