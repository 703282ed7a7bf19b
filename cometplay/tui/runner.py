"""The sheets of the tabs and the runs behind them: what the play screen decides with, without a screen."""

import asyncio
import importlib
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cometplay.core import redact
from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Draft, Kind
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.session.clock import PatientClock, PauseEnd
from cometplay.tui.batches import Batches
from cometplay.tui.board import Board, Ended, Hearing
from cometplay.tui.fields import filled_by
from cometplay.tui.outset import Outset
from cometplay.tui.scene import drafted, reproduction
from cometplay.tui.sheet import Place, Sheet, first_sheet

if TYPE_CHECKING:
    from cometplay.core.tasks import KnownTask
    from cometplay.core.wire import Phase
    from cometplay.lab import Lab
    from cometplay.session.plan import Plan
    from cometplay.session.state import Run
    from cometplay.tui.coding import Writing
    from cometplay.tui.offers import Offers

KEPT_RUNS = 20
"""Runs of a tab that stay beside the newest; each holds its answers whole."""

NOWHERE = Connection(Target.LAB, "http://127.0.0.1:1/v1", Secret(LAB_KEY))
"""Stands for the lab until that is up: nothing is sent there."""

Changed = Callable[[Sheet], None]


class Runner:
    """Keeps the newest sheet of every tab, and tells `changed` of each one that becomes another."""

    def __init__(self, outset: Outset, changed: Changed, ended: Ended, fault: Callable[[str], None]) -> None:
        self._outset = outset
        self._changed = changed
        self._live = outset.live
        self._on_live = outset.on_live
        self._offered = outset.offered
        self._lab: Lab | None = None
        self._ready = asyncio.Event()
        self._clocks: dict[Kind, PatientClock] = {}
        self._time = outset.clock()
        self.folder = outset.folder
        """Where results and views are saved, until the program ends."""
        self._sheets = {
            kind: replace(first_sheet(kind, self._place()), folder=str(self.folder), live=self._live)
            for kind in Kind
        }
        self._offers: Offers | None = None
        self.board = Board(outset, self.folder, Hearing(self._tasks_changed, ended, fault))

    @property
    def offers(self) -> "Offers":
        """The models to choose from."""
        if self._offers is None:
            from cometplay.tui.offers import Offers

            self._offers = Offers(self._outset.cache(), self.now)
        return self._offers

    def target(self) -> Connection:
        """Where a Send without a scenario goes; of a lab that is not up yet, a stand-in."""
        return self._live if self._on_live else NOWHERE

    async def check(self, kind: Kind) -> None:
        """Looks at the draft as it stands, as the session will before it sends."""
        await asyncio.to_thread(importlib.import_module, "cometplay.failures.judge")
        from cometplay.failures import judge

        sheet = self._sheets[kind]
        connection = self._connection(sheet) if self._lab or self._on_live else NOWHERE
        found = judge.preflight(sheet.draft, connection)
        if found != sheet.found:
            self._keep(replace(sheet, found=found))

    def sheet(self, kind: Kind) -> Sheet:
        return self._sheets[kind]

    def now(self) -> float:
        """Epoch seconds."""
        return self._time.wall()

    @property
    def offered(self) -> Secret | None:
        """A key that the target's host may have only if the person agrees; asked for at a Send."""
        return self._offered if self._on_live else None

    @property
    def host(self) -> str:
        return redact.url(self._live.base_url)

    def _keep(self, sheet: Sheet) -> None:
        self._sheets[sheet.kind] = sheet
        self._changed(sheet)

    def _place(self) -> Place:
        if self._on_live:
            return Place(self._live.target, redact.url(self._live.base_url).partition("://")[2])
        if self._lab is None:
            return Place(Target.LAB, "starts with the first Send")
        return Place(Target.LAB, f"127.0.0.1:{self._lab.port}", self._lab.speed)

    def _place_all(self) -> None:
        for sheet in [*self._sheets.values()]:
            up = self._lab is not None or self._on_live
            connection = self._connection(sheet) if up else None
            self._keep(replace(sheet, place=self._place(), connection=connection, live=self._live))

    async def serve(self) -> None:
        """Brings the lab up, and keeps it until it is cancelled."""
        async with AsyncExitStack() as stack:
            lab = await asyncio.to_thread(self._outset.lab)
            self._lab = await stack.enter_async_context(lab)
            self._ready.set()
            self._place_all()
            await asyncio.Event().wait()

    async def up(self) -> None:
        """Waits until the lab is there, if that is where things go."""
        if not self._on_live:
            await self._ready.wait()

    def edit(self, kind: Kind, draft: Draft) -> None:
        """Takes a draft that a person typed; a field of the scenario's that was changed loses its mark."""
        self._keep(drafted(self._sheets[kind], draft))

    def play_scenario(self, kind: Kind, scenario: str) -> None:
        """Takes a scenario's draft into the tab, and the lab as target; "" lets everything succeed."""
        sheet = replace(self._sheets[kind], scenario=scenario, phase=None, filled=frozenset[str]())
        if scenario:
            draft = reproduction(scenario).draft(kind)
            sheet = replace(sheet, draft=draft, filled=filled_by(draft, starting_draft(kind)))
        self._sheets[kind] = sheet
        self._on_live = self._on_live and not scenario
        self._place_all()

    def paste(self, kind: Kind, text: str, status: str, phase: "Phase") -> None:
        """Takes a pasted answer as the tab's newest run. Raises NoAnswerError."""
        from cometplay.session import pasted

        sheet = self._sheets[kind]
        run = pasted.run(pasted.answer(kind, text, status, phase), sheet.draft, self.now())
        if sheet.side_by_side:
            self.board.choose("")
            sheet = self._sheets[kind]
        self._keep(replace(sheet, runs=(*sheet.runs[-KEPT_RUNS:], run), looked_at=None))

    def look_at(self, kind: Kind, place: int | None) -> None:
        """Shows the answer in this place of the run, None the newest."""
        self._keep(replace(self._sheets[kind], looked_at=place))

    def set_folder(self, folder: Path) -> None:
        """From now on results and views are saved there."""
        self.folder = self.board.folder = folder
        for sheet in [*self._sheets.values()]:
            self._keep(replace(sheet, folder=str(folder)))

    def write_as(self, writing: "Writing") -> None:
        """From now on requests are shown as code like this, in every tab."""
        for sheet in [*self._sheets.values()]:
            self._keep(replace(sheet, writing=writing))

    def switch_target(self) -> None:
        """From the lab to the other target and back; only the lab plays scenarios."""
        self._on_live = not self._on_live
        if self._on_live:
            for kind, sheet in self._sheets.items():
                self._sheets[kind] = replace(sheet, scenario="", phase=None, filled=frozenset[str]())
        self._place_all()

    def switch_automatic(self, kind: Kind) -> bool:
        """Automatic retry on or off; gives what it is now."""
        sheet = self._sheets[kind]
        self._keep(replace(sheet, automatic=not sheet.automatic))
        return not sheet.automatic

    def answer_offer(self, *, yes: bool) -> None:
        """What the person said to sending the key to a host that is not its own."""
        if yes:
            self._live = replace(self._live, key=self._offered)
        self._offered = None
        self._place_all()

    def end_pause(self, kind: Kind, how: PauseEnd) -> bool:
        if self._sheets[kind].side_by_side:
            return self.board.end_pause(self.board.chosen, how)
        clock = self._clocks.get(kind)
        return clock is not None and clock.end_pause(how)

    async def play(self, kind: Kind, draft: Draft) -> None:
        """One run of a tab to its end, a task's to its begin. Cancelled, it leaves the sheet in order."""
        if self._sheets[kind].side_by_side:
            self._keep(drafted(self._sheets[kind], draft))
            await self.up()
            await self.board.start(self._plan(self._sheets[kind], draft))
            return
        self._keep(replace(drafted(self._sheets[kind], draft), busy=True, looked_at=None))
        try:
            await self._play(kind, draft)
        finally:
            self._clocks.pop(kind, None)
            self._keep(replace(self._sheets[kind], busy=False))

    async def _play(self, kind: Kind, draft: Draft) -> None:
        await self.up()
        # the client is loaded beside the screen, so that no key has to wait for it
        await asyncio.to_thread(importlib.import_module, "cometplay.session.engine")
        from cometplay.session.engine import run

        sheet = self._sheets[kind]
        clock = self._clocks[kind] = self._outset.clock()
        before = sheet.runs

        def show(current: "Run") -> None:
            self._keep(replace(self._sheets[kind], runs=(*before[-KEPT_RUNS:], current)))

        batches = Batches(show)
        try:
            await run(
                self._plan(sheet, draft),
                clock=clock,
                jitter=random.random,
                folder=self.folder,
                observe=batches.take,
            )
        finally:
            batches.flush()

    def _plan(self, sheet: Sheet, draft: Draft) -> "Plan":
        """What a Send of the sheet does. Only called once the lab is up."""
        from cometplay.session.plan import Plan
        from cometplay.stage import policy_of

        usual = reproduction(sheet.scenario) if sheet.scenario else None
        connection = self._connection(sheet)
        return Plan(
            draft=draft,
            connection=connection,
            policy=policy_of(usual, connection),
            automatic=sheet.automatic,
            request_limit_s=usual.request_limit_s if usual else None,
        )

    def resuming(self, task: "KnownTask") -> "Plan | None":
        """How a task is watched on; None where this start has no way to its host."""
        from cometplay.session.plan import Plan
        from cometplay.stage import lab_connection, policy_of

        ways = [self._live, *([lab_connection(self._lab, None, None)] if self._lab else [])]
        way = next((way for way in ways if way.sends_key_to(task.base_url)), None)
        if way is None:
            return None
        connection = replace(way, base_url=task.base_url)
        return Plan(draft=task.draft, connection=connection, policy=policy_of(None, connection))

    async def keep_tasks(self, recalled: Callable[[int], None]) -> None:
        """Lists what earlier starts left, tells how many of it go on, and keeps the tasks until cancelled."""
        try:
            recalled(sum(task.open for task in await self.board.recall()))
            await self.board.crashed()
        finally:
            await self.board.close()

    def _tasks_changed(self) -> None:
        self._keep(self.board.shown_in(self._sheets[Kind.VIDEO]))

    def _connection(self, sheet: Sheet) -> Connection:
        """Where the sheet's Send goes. Only called once the lab is up."""
        if sheet.scenario and (own := reproduction(sheet.scenario).connection):
            return own
        if self._on_live:
            return self._live
        from cometplay.stage import lab_connection

        assert self._lab is not None, "the lab is up before anything is sent"
        return lab_connection(self._lab, sheet.scenario or None, sheet.phase)

    def last_word(self) -> str:
        """What a person has to know when the program ends: which tasks go on, and the way back."""
        from cometplay.tui.leaving import last_word

        runs = [run for sheet in self._sheets.values() for run in sheet.runs]
        return last_word((*runs, *(view.run for view in self.board.views if view.run)))
