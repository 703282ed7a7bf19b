"""The composer's fields of a video: each stands there only for the models that take it, in their words."""

from dataclasses import replace

from cometplay.core.drafts import Draft, Kind
from cometplay.core.models import family_of, route_of
from cometplay.core.routes import ADAPTERS
from cometplay.tui.picture_fields import choice, files, known
from cometplay.tui.slots import Control, Place, typed


def _shape_name(draft: Draft) -> str:
    """Size or Ratio, as the route calls it."""
    name = ADAPTERS[route_of(draft)].names.get("size", "size")
    return "Ratio" if name.endswith("ratio") else "Size"


VIDEO = (
    choice(Kind.VIDEO, "seconds"),
    replace(typed(Kind.VIDEO, "size", control=Control.CHOICE), by_model=known("size"), called=_shape_name),
    choice(Kind.VIDEO, "mode"),
    files("input_reference", "Picture", Place.MAIN, hint="path of a file"),
)
"""What always stands there, from top to bottom."""

RARE_OF_VIDEO = (typed(Kind.VIDEO, "api", "Route", control=Control.TOGGLE, place=Place.MORE),)


def usual(draft: Draft) -> str:
    """What a job of the draft's model takes as a rule, and how long its clips are, where that is known."""
    family = family_of(draft.kind, draft.model)
    clip = f"{family.fixed_s} s clips, " if family.fixed_s else ""
    if family.usual_s is None:
        return f"{clip}time unknown"
    low, high = (round(seconds / 60) for seconds in family.usual_s)
    return f"{clip}usually {low} to {high} min"
