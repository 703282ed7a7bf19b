"""Protects the scenarios of HTTP: each is known on every endpoint and in every phase where it can happen."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from playing import ok_of, stage

from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.findings import Retryable
from cometplay.core.models import FAMILIES, route_of, starting_draft
from cometplay.core.routes import ADAPTERS, Route
from cometplay.core.wire import Phase
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.mode import FailureMode
from cometplay.session.state import Run

pytestmark = pytest.mark.slow  # some thousand runs

PICTURE = Attachment("image", "/p/a.png", "a.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20)

HERE = ("http.", "body.", "transport.interrupted")
"""The others need time limits of their own, or doors (test_variants.py)."""

MODES = [mode for mode in CATALOGUE if mode.id.startswith(HERE)]
RETRYABLE = [mode for mode in MODES if mode.retryable is Retryable.YES]

ONLY_ON_CREATE = {"http.input-unreachable"}
"""A poll tells of it in its task's state, and a download has no input."""


def ways() -> dict[str, Draft]:
    """A good draft for every endpoint that a draft can reach, and for pictures that come as urls."""
    drafts = [
        replace(starting_draft(row.kind), model=model, attachments=files, **seconds)
        for row in FAMILIES
        for model in row.models
        for files in ((), (PICTURE,))[: 1 + (row.kind is not Kind.TEXT)]
        for seconds in [{"seconds": str(row.seconds[0])} if row.seconds else {}]
    ]
    reached: dict[str, Draft] = {}
    for draft in sorted(drafts, key=lambda draft: draft.model != starting_draft(draft.kind).model):
        reached.setdefault(route_of(draft).name, draft)
    # a task of Runway is made of a picture
    (runway,) = [draft for draft in drafts if draft.model == "gen3a_turbo" and draft.attachments]
    return reached | {
        "RESPONSES": replace(reached["CHAT"], api=Route.RESPONSES),
        "RUNWAY": runway,
        "RUNWAY_COMPATIBLE": replace(runway, api=Route.RUNWAY_COMPATIBLE),
        "IMAGES as url": ImageDraft(model="dall-e-3", prompt="A lighthouse"),
    }


WAYS = ways()


def phases(name: str) -> tuple[Phase, ...]:
    if ADAPTERS[route_of(WAYS[name])].poll:
        return (Phase.CREATE, Phase.POLL, Phase.DOWNLOAD)
    return (Phase.CREATE, Phase.DOWNLOAD) if name == "IMAGES as url" else (Phase.CREATE,)


PLACES = [pytest.param(name, phase, id=f"{name}-{phase}") for name in WAYS for phase in phases(name)]

FAULTS: dict[str, Callable[[Draft], Draft]] = {
    "http.model-not-found": lambda way: replace(way, model=f"{way.model}x"),
    "http.missing-field": lambda way: replace(way, **_unprompted(way), left_empty=frozenset({"prompt"})),
    "http.invalid-value": lambda way: (
        replace(way, seconds="0")
        if isinstance(way, VideoDraft)
        else replace(_of("http.invalid-value", way), model=way.model, api=way.api)
    ),
}
"""Where a mode's own draft has its fault in what the endpoint is chosen by, or in one of its fields."""


def _of(mode_id: str, way: Draft) -> Draft:
    (mode,) = [mode for mode in MODES if mode.id == mode_id]
    return replace(mode.reproduce.draft(way.kind), attachments=way.attachments)


def _unprompted(way: Draft) -> dict[str, object]:
    return {"messages": ()} if way.kind is Kind.TEXT else {"prompt": ""}


def draft_of(mode: FailureMode, way: Draft) -> Draft:
    """A mode's own draft, sent where `way` goes."""
    if mode.id in FAULTS:
        return FAULTS[mode.id](way)
    seconds = {"seconds": way.seconds} if isinstance(way, VideoDraft) else {}
    return replace(_of(mode.id, way), model=way.model, api=way.api, **seconds)


def can_happen(mode: FailureMode, phase: Phase) -> bool:
    return phase is Phase.CREATE or mode.id not in ONLY_ON_CREATE


def first_failure(run: Run) -> str:
    """The first verdict that is none of a task that goes well."""
    kind = run.draft.kind
    return next((seen for seen in run.seen if seen not in (f"{kind}.in-progress", ok_of(kind))), "none")


def test_every_endpoint_is_gone_to():
    assert {route_of(draft).name for draft in WAYS.values()} == {name.split()[0] for name in WAYS}
    assert {row.route.name for row in FAMILIES} <= set(WAYS)


@pytest.mark.parametrize(("name", "phase"), PLACES)
def test_every_http_scenario_is_known_for_what_it_is(name, phase):
    async def act() -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        async with stage() as here:
            for mode in (mode for mode in MODES if can_happen(mode, phase)):
                draft = draft_of(mode, WAYS[name])
                assert route_of(draft) is route_of(WAYS[name])
                at = None if phase is Phase.CREATE else phase
                run = await here.send(draft, here.connection(mode.id, at), automatic=False)
                found[mode.id] = (first_failure(run), run.verdict.mode)
        return found

    found = asyncio.run(act())
    assert found == {mode_id: (mode_id, mode_id) for mode_id in found}


@pytest.mark.parametrize(("name", "phase"), PLACES)
def test_every_retryable_scenario_recovers(name, phase):
    async def act() -> dict[str, list[str]]:
        async with stage() as here:
            return {mode.id: await three(here, mode) for mode in RETRYABLE}

    async def three(here, mode: FailureMode) -> list[str]:
        at, way = (None, phase)[phase is not Phase.CREATE], WAYS[name]
        draft, seen, task = draft_of(mode, way), [], ""
        for _ in range(3):
            run = await here.send(draft, here.connection(mode.id, at), automatic=False, resume=task)
            task = run.transcript.task.id if run.transcript.task else ""
            seen.append(run.verdict.mode)
        return seen

    found = asyncio.run(act())
    assert found == {mode_id: [mode_id, mode_id, ok_of(WAYS[name].kind)] for mode_id in found}
