"""One play on a lab of its own: the address and the key that a run gets, and what the lab saw of it."""

import asyncio
import math
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from cometplay.core.drafts import Kind
from cometplay.core.findings import Reply, Script
from cometplay.drill import folder, process
from cometplay.drill.folder import Snapshot
from cometplay.drill.observation import Observation, Seen
from cometplay.drill.own import ELSEWHERE
from cometplay.drill.play import Play
from cometplay.drill.process import Ran
from cometplay.lab import Lab, LabRequest, Standing
from cometplay.lab.places import Door, Endpoint, place_of, route_of
from cometplay.lab.record import KeyKind

KINDS: Mapping[Endpoint, Kind] = {
    Endpoint.CHAT: Kind.TEXT,
    Endpoint.RESPONSES: Kind.TEXT,
    Endpoint.IMAGES: Kind.IMAGE,
    Endpoint.EDITS: Kind.IMAGE,
    Endpoint.FLUX: Kind.IMAGE,
    Endpoint.FLUX_TASK: Kind.IMAGE,
    Endpoint.VIDEOS: Kind.VIDEO,
    Endpoint.VIDEO: Kind.VIDEO,
    Endpoint.CONTENT: Kind.VIDEO,
    Endpoint.KLING: Kind.VIDEO,
    Endpoint.KLING_TASK: Kind.VIDEO,
    Endpoint.RUNWAY: Kind.VIDEO,
    Endpoint.RUNWAY_TASK: Kind.VIDEO,
    Endpoint.GENERATE: Kind.VIDEO,
    Endpoint.FEED: Kind.VIDEO,
    Endpoint.GROK: Kind.VIDEO,
    Endpoint.GROK_TASK: Kind.VIDEO,
}
"""Whose an endpoint is; a file and a list of models are anybody's."""

_FILES = "/files/"


@dataclass(frozen=True, slots=True)
class Errand:
    """What is run: a command, where, for how long. `{base_url}`, `{host}` and `{key}` in it are put in."""

    argv: tuple[str, ...]
    folder: Path
    limit_s: float


async def perform(play: Play, errand: Errand, before: Snapshot) -> Observation:
    """One run of the program against a lab that plays nothing but this. `before`: what its folder held."""
    secret = f"sk-cometplay-drill-{token_hex(12)}"
    async with AsyncExitStack() as stack:
        elsewhere = await stack.enter_async_context(Lab({}, speed=math.inf))
        script = _addressed(play.script, elsewhere.base_url().removesuffix("/v1"))
        endpoints = frozenset(at for at in Endpoint if KINDS.get(at) is play.kind or at is Endpoint.FILE)
        standing = Standing(play.id, endpoints)
        lab = await stack.enter_async_context(
            Lab({play.id: script}, speed=math.inf, seed=_seed(secret), standing=standing)
        )
        base_url = lab.base_url()
        ran = await process.run(
            filled(errand.argv, base_url, secret),
            environment(os.environ, base_url, secret),
            errand.folder,
            errand.limit_s,
            secret,
        )
        left = await asyncio.to_thread(folder.left, errand.folder, before)
        return replace(
            _observed(ran), requests=_seen(lab.requests), elsewhere=_seen(elsewhere.requests), files=left
        )


def filled(argv: Sequence[str], base_url: str, key: str) -> tuple[str, ...]:
    """The arguments of a run; braces of any other kind stay."""
    known = {"{base_url}": base_url, "{host}": urlsplit(base_url).netloc, "{key}": key}
    return tuple(_replaced(argument, known) for argument in argv)


def _replaced(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def environment(own: Mapping[str, str], base_url: str, key: str) -> dict[str, str]:
    """The person's environment, with their keys and addresses replaced, and no proxy before the lab."""
    return dict(own) | {
        "COMETAPI_BASE_URL": base_url,
        "OPENAI_BASE_URL": base_url,
        "COMETAPI_KEY": key,
        "OPENAI_API_KEY": key,
        "NO_PROXY": _direct(own.get("NO_PROXY") or own.get("no_proxy", "")),
        "no_proxy": _direct(own.get("no_proxy") or own.get("NO_PROXY", "")),
    }


def _direct(hosts: str) -> str:
    """The hosts that no proxy leads to, with the lab's; a lone * is all of them, and only when alone."""
    return hosts if hosts.strip() == "*" else ",".join(filter(None, (hosts, "127.0.0.1")))


def _seed(secret: str) -> int:
    return int(secret[-8:], 16)


def _addressed(script: Script, elsewhere: str) -> Script:
    """The script with the other host's address in its headers."""
    rules = tuple(
        replace(rule, step=_led(rule.step, elsewhere)) if isinstance(rule.step, Reply) else rule
        for rule in script.rules
    )
    return replace(script, rules=rules)


def _led(step: Reply, elsewhere: str) -> Reply:
    headers = tuple((name, value.replace(ELSEWHERE, elsewhere)) for name, value in step.headers)
    return replace(step, headers=headers)


def _observed(ran: Ran) -> Observation:
    return Observation(
        exit=ran.exit,
        timed_out=ran.timed_out,
        not_started=ran.not_started,
        stdout=ran.stdout,
        stderr=ran.stderr,
        leaked=ran.leaked,
        seconds=ran.seconds,
    )


def _seen(requests: Sequence[LabRequest]) -> tuple[Seen, ...]:
    return tuple(_one(request) for request in requests)


def _one(request: LabRequest) -> Seen:
    path = place_of(request.path).path
    stored = path.startswith(_FILES)
    route = route_of(Door.FILES if stored else Door.API, request.method, path)
    return Seen(
        at_s=request.ms / 1000,
        method=request.method,
        path=request.path,
        status=request.status,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        keyed=request.key is not KeyKind.NONE,
        stored=stored,
        kind=KINDS.get(route.endpoint) if route else None,
        phases=route.phases if route else frozenset(),
        task=route.name if route else "",
    )
