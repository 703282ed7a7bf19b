"""A script and a request -> the step to play, or none. The only state is how often each rule has held."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cometplay.core.findings import (
    Always,
    Below,
    Condition,
    Flag,
    Has,
    IsNot,
    Lacks,
    Omits,
    Rule,
    Script,
    Step,
)
from cometplay.core.jsons import JsonObject, dig_text
from cometplay.core.wire import Phase
from cometplay.lab.fields import filled, number, prompt_of
from cometplay.lab.newest import Newest


@dataclass(frozen=True, slots=True)
class Cue:
    """What a rule is judged by.

    `fields` are the request's own, or those of the create request behind the task or file it names.
    `holder` is whose count it is: that of a task (`of_task`), which heals for good, else of a key.
    """

    scenario: str
    moved_to: Phase | None
    phases: frozenset[Phase]
    fields: JsonObject = field(repr=False)
    holder: str = field(repr=False)
    of_task: bool = False


class Player:
    """Plays scripts by id."""

    def __init__(self, scripts: Mapping[str, Script]) -> None:
        self._scripts = scripts
        self._held: Newest[tuple[str, str, Phase | None, int], int] = Newest()

    def reset(self) -> None:
        """Every script starts over."""
        self._held.clear()

    def step(self, cue: Cue) -> Step | None:
        """The step of the first rule that applies; None when the answer is a good one."""
        for place, rule in enumerate(self._scripts[cue.scenario].rules):
            if _concerns(rule, cue) and meets(rule.when, cue.fields) and self._holds(rule, place, cue):
                return rule.step
        return None

    def _holds(self, rule: Rule, place: int, cue: Cue) -> bool:
        if rule.times is None:
            return True
        owner = (cue.holder, cue.scenario, cue.moved_to, place)
        before = self._held.get(owner, 0)
        self._held[owner] = before + 1 if cue.of_task else (before + 1) % (rule.times + 1)
        return before < rule.times


def _concerns(rule: Rule, cue: Cue) -> bool:
    moved = rule.phase is Phase.CREATE and cue.moved_to is not None
    return (cue.moved_to if moved else rule.phase) in cue.phases


def meets(  # noqa: PLR0911  one for each condition
    condition: Condition, fields: JsonObject
) -> bool:
    """Whether a request meets a condition. A number in a form is text and counts as one."""
    match condition:
        case Always():
            return True
        case Has(name):
            return filled(fields.get(name))
        case Lacks(name):
            return not filled(fields.get(name))
        case Below(names, limit):
            found = (number(fields.get(name)) for name in names)
            return any(value is not None and value < limit for value in found)
        case IsNot(name, values):
            return filled(fields.get(name)) and dig_text(fields, name) not in values
        case Flag(name, on):
            return (fields.get(name) is True) is on
        case Omits(text):
            return text not in prompt_of(fields)
