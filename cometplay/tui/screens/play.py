"""The play screen: three tabs over one layout. It owns the runs; the widgets show them and ask."""

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.events import Resize
from textual.worker import Worker

from cometplay.core.drafts import Draft, Kind
from cometplay.session.clock import PauseEnd
from cometplay.tui.actions import ACTIONS, POSSIBLE
from cometplay.tui.habits import Habit
from cometplay.tui.messages import Asked, DraftEdited, Refused
from cometplay.tui.outset import Outset
from cometplay.tui.screens.coding import Coding
from cometplay.tui.screens.composing import Composing
from cometplay.tui.screens.keeping import Keeping
from cometplay.tui.screens.tasking import Tasking
from cometplay.tui.sheet import Sheet
from cometplay.tui.widgets.keybar import KeyBar
from cometplay.tui.widgets.strip import Strip
from cometplay.tui.widgets.toosmall import TooSmall, fits
from cometplay.tui.widgets.topbar import TopBar

BREADTHS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]


class PlayScreen(Composing, Keeping, Coding, Tasking):
    """The layout, the runs, and what belongs to all three tabs."""

    DEFAULT_CSS = """
    PlayScreen {
        layers: base drawer;
        background: $background;
        &.-narrow #address { display: none; }
        &.-small TopBar, &.-small Panels, &.-small KeyBar { display: none; }
        &.-small TooSmall { display: block; }
    }
    """
    AUTO_FOCUS = "#prompt"
    BINDINGS = tuple(action.binding for action in ACTIONS)
    HORIZONTAL_BREAKPOINTS = BREADTHS

    def __init__(self, outset: Outset) -> None:
        super().__init__(outset, self._changed)
        self._workers: dict[Kind, Worker[None]] = {}
        self._refused: dict[str, str] = {}
        self.furnished = asyncio.Event()

    def compose(self) -> ComposeResult:
        width = self._program.size.width
        breadth = max(entry for entry in BREADTHS if entry[0] <= width)[1]
        self.add_class(breadth, update=False)  # before anything is drawn, so that nothing jumps
        yield TopBar(id="topbar").data_bind(sheet=PlayScreen.sheet)
        yield TooSmall()
        yield KeyBar()

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, self._keys_changed)  # pyright: ignore[reportUnknownMemberType]  textual leaves it open

    def on_screen_resume(self) -> None:
        if not self.furnished.is_set():
            self.call_next(self._furnish)

    async def _furnish(self) -> None:
        """The panels, once the first and the last line stand: those can be drawn in half the time."""
        from cometplay.tui.widgets.panels import Panels

        try:
            with self._program.batch_update():
                panels = Panels(self.sheet, self._runner.now).data_bind(sheet=PlayScreen.sheet)
                await self.mount(panels, after="#topbar")
                self.set_focus(self.query_one("#prompt"))
        finally:
            self.furnished.set()
        self.call_after_refresh(self._remember)

    def _keys_changed(self, _: object) -> None:
        self.query_one(KeyBar).refresh()

    def on_resize(self, event: Resize) -> None:
        self.set_class(not fits(event.size), "-small")
        self.refresh_bindings()
        if not fits(event.size):
            self.query_one(TooSmall).tell(event.size)

    def _changed(self, sheet: Sheet) -> None:
        """A tab's sheet is another one; the widgets see it if the tab is open."""
        if sheet.kind is not self.sheet.kind or not self.is_mounted:
            return
        before, self.sheet = self.sheet, sheet
        if before.moment != sheet.moment:
            self.refresh_bindings()
        if before.busy and not sheet.busy and sheet.failed and before.chosen == sheet.chosen:
            self.add_class("-drawer")

    def last_word(self) -> str:
        return self._runner.last_word()

    # What the widgets tell

    def on_draft_edited(self, event: DraftEdited) -> None:
        self._take(event.draft)

    def on_refused(self, event: Refused) -> None:
        self._refused[event.field] = event.why

    def on_strip_chosen(self, event: Strip.Chosen) -> None:
        self._open(Kind(event.name.lower()))

    async def on_asked(self, event: Asked) -> None:
        if self.check_action(event.action, ()):
            await self.run_action(event.action)

    # What a person can do: one method for each row of ACTIONS

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hides from the last line what cannot be done just now."""
        if action == "cancel" and self.has_class("-narrow") and self.has_class("-drawer"):
            return True
        possible = POSSIBLE.get(action)
        return possible(self.sheet) if possible else super().check_action(action, parameters)

    def action_send(self) -> None:
        why = next(((field, why) for field, why in self._refused.items() if why), None)
        if why:
            self._say(f"Not sent: {why[1]}.", severity="error")
            self.query_one(f"#{why[0]}").focus()
        else:
            self._compose_and_send()

    def _send(self, draft: Draft, *, agreed: bool = False) -> None:
        """Asks what has to be asked, and sends. `agreed`: the person said yes to this very request."""
        if self._runner.offered:
            from cometplay.tui.screens.question import about_key

            question = about_key(self._runner.host)
            self._ask(question, lambda yes: self._offer_answered(draft, yes=yes, agreed=agreed))
        elif Habit.CONFIRM in self._habits and self.sheet.billed and not agreed:
            from cometplay.tui.screens.billing import about_billing

            question = about_billing(draft, self.sheet.place.address)
            self._ask(question, lambda yes: self._begin(draft) if yes else None)
        else:
            self._begin(draft)

    def _begin(self, draft: Draft) -> None:
        kind, before = self.sheet.kind, self._workers.get(self.sheet.kind)
        if before and not before.is_finished and not self.sheet.side_by_side:
            return  # two keys at once are one Send: the second would be billed too
        self._bring_up_lab()
        self.remove_class("-drawer")
        self._workers[kind] = self.run_worker(self._runner.play(kind, draft), name=f"run {kind.value}")

    def _offer_answered(self, draft: Draft, *, yes: bool, agreed: bool) -> None:
        self._runner.answer_offer(yes=yes)
        self._send(draft, agreed=agreed)

    def action_cancel(self) -> None:
        worker = self._workers.get(self.sheet.kind)
        if self.sheet.busy and self.sheet.side_by_side:
            self.action_stop_watching()
        elif self.sheet.busy and worker:
            worker.cancel()
        else:
            self.remove_class("-drawer")
            self.refresh_bindings()

    def action_again(self) -> None:
        kind, run = self.sheet.kind, self.sheet.sent
        if not self._runner.end_pause(kind, PauseEnd.SKIPPED) and not self.sheet.busy and run:
            self._send(run.draft)

    def action_stop_repeating(self) -> None:
        self._runner.end_pause(self.sheet.kind, PauseEnd.GIVEN_UP)

    def action_apply_fix(self) -> None:
        from cometplay.tui.screens.question import about_fix

        fix = self.sheet.fix
        if fix is not None:
            question = about_fix(fix, billed=self.sheet.billed)
            self._ask(question, lambda yes: self._send(fix.draft, agreed=True) if yes else None)

    def action_scenario(self) -> None:
        from cometplay.tui.screens.scenarios import ScenarioPicker

        kind = self.sheet.kind
        self._program.push_screen(ScenarioPicker(kind), lambda chosen: self._scenario_chosen(kind, chosen))

    def _scenario_chosen(self, kind: Kind, chosen: str | None) -> None:
        if chosen is not None:
            self._bring_up_lab()
            self._runner.play_scenario(kind, chosen)
            self._check()

    def action_paste(self) -> None:
        from cometplay.tui.screens.paste import PasteScreen

        kind = self.sheet.kind
        self._program.push_screen(PasteScreen(kind, partial(self._runner.paste, kind)), self._pasted)

    def _pasted(self, taken: bool | None) -> None:  # noqa: FBT001  what the screen gives
        self.set_class(bool(taken) or self.has_class("-drawer"), "-drawer")
        self.refresh_bindings()

    def action_target(self) -> None:
        self._runner.switch_target()
        self._check()
        self._say(f"Send goes to {self.sheet.place.name} {self.sheet.place.address}")

    def action_automatic(self) -> None:
        on = self._runner.switch_automatic(self.sheet.kind)
        self._say(f"Automatic retry is {'on' if on else 'off'} in this tab")

    def action_text(self) -> None:
        self._open(Kind.TEXT)

    def action_image(self) -> None:
        self._open(Kind.IMAGE)

    def action_video(self) -> None:
        self._open(Kind.VIDEO)

    def _open(self, kind: Kind) -> None:
        for named in self._composer().unread:
            self.on_files_named(named)  # its field is gone before it could be left
        self._refused = {}
        if kind is not self.sheet.kind:
            self.remove_class("-drawer")  # what it tells of is in the tab that is left
        self.sheet = self._runner.sheet(kind)
        self.refresh_bindings()

    def action_diagnosis(self) -> None:
        panel = self.query_one("#diagnosis")
        narrow = self.has_class("-narrow")
        self.set_class(narrow and not self.has_class("-drawer"), "-drawer")
        self.refresh_bindings()
        if not narrow or self.has_class("-drawer"):
            panel.focus()

    def action_help(self) -> None:
        from cometplay.tui.screens.help import Help

        self._program.push_screen(Help())
