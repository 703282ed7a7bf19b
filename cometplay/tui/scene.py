"""What a scenario and a changed draft make of a sheet."""

from dataclasses import replace
from typing import TYPE_CHECKING

from cometplay.core.drafts import Draft
from cometplay.tui.fields import SLOTS
from cometplay.tui.sheet import Sheet

if TYPE_CHECKING:
    from cometplay.core.findings import Reproduction


def drafted(sheet: Sheet, draft: Draft) -> Sheet:
    """The sheet with another draft; of the scenario's marks those stay whose fields did."""
    slots = {slot.name: slot for slot in SLOTS[sheet.kind]}
    kept = (name for name in sheet.filled if slots[name].read(draft) == slots[name].read(sheet.draft))
    return replace(sheet, draft=draft, filled=frozenset(kept))


def reproduction(scenario: str) -> "Reproduction":
    from cometplay.failures import catalogue

    return catalogue.get(scenario).reproduce
