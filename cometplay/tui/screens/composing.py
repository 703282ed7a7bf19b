"""What a person can do with the request beside typing it: choose values, edit messages, answer a tool."""

from dataclasses import replace
from typing import TYPE_CHECKING

from cometplay.core.drafts import Draft, Message, TextDraft, ToolCall, with_results
from cometplay.tui.fields import slot_named, spoken
from cometplay.tui.screens.attaching import Attaching

if TYPE_CHECKING:
    from cometplay.tui.screens.choices import Choices


class Composing(Attaching):
    """One method for each row of ACTIONS that concerns the composer."""

    def action_offer(self, name: str) -> None:
        """Opens the list of the values that are known to fit a field."""
        slot = slot_named(self.sheet.draft, name)
        if slot is None:
            return
        from cometplay.tui.screens.choices import Choices

        models = slot.name == "model"
        values = self._runner.offers.known(self.sheet.kind, self._runner.target()) if models else slot.offered
        choices = Choices(slot.label, values)
        self._program.push_screen(choices, lambda chosen: self._chosen(name, chosen))
        if models and not self._runner.offers.has(self._runner.target()):
            self.run_worker(self._fetch(choices), name="models")

    async def _fetch(self, choices: "Choices") -> None:
        target, offers = self._runner.target(), self._runner.offers
        came = await offers.fetch(target)
        if choices.is_current:
            note = "the gateway's list" if came else "the gateway gave no list"
            choices.offer(offers.known(self.sheet.kind, target), note)

    def action_models(self) -> None:
        self.action_offer("model")

    def _chosen(self, name: str, chosen: str | None) -> None:
        slot = slot_named(self.sheet.draft, name)
        if chosen is None or slot is None:
            return
        if name == "model":
            self._fit(slot.write(self.sheet.draft, chosen))
            self.query_one("#model").focus()
            return
        from cometplay.tui.widgets.rows import show

        for field in self.query(f"#{name}"):
            show(field, chosen)
            field.focus()

    async def action_more(self) -> None:
        from cometplay.tui.widgets.composer import Composer

        await self.query_one(Composer).unfold()

    def action_messages(self) -> None:
        from cometplay.tui.screens.conversation import Conversation

        self._program.push_screen(Conversation(spoken(self.sheet.draft)), self._spoken)

    def _spoken(self, messages: tuple[Message, ...] | None) -> None:
        draft = self.sheet.draft
        if messages is not None and isinstance(draft, TextDraft):
            self._take(replace(draft, messages=messages))

    def _take(self, draft: Draft) -> None:
        self._runner.edit(self.sheet.kind, draft)
        self._check()

    def action_answer_call(self) -> None:
        from cometplay.tui.screens.results import CallResults

        calls = self.sheet.calls
        if calls:
            self._program.push_screen(CallResults(calls), lambda told: self._answered(calls, told))

    def _answered(self, calls: tuple[ToolCall, ...], told: tuple[str, ...] | None) -> None:
        run, answer = self.sheet.run, self.sheet.answer
        if told is not None and run and answer and isinstance(run.draft, TextDraft):
            self._send(with_results(run.draft, answer.content, calls, told))
