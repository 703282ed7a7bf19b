"""The composer's fields, one row each. A new field is a new row.

Where the fields of a kind differ by model, a row says which models have it.
"""

from dataclasses import replace

from cometplay.core.drafts import Draft, Kind, Message, Role, TextDraft, with_prompt, with_system
from cometplay.core.expectations import parse_expectation, written_expectation
from cometplay.core.models import known_models
from cometplay.tui.picture_fields import FOLDER, PICTURE, RARE_OF_PICTURE
from cometplay.tui.slots import Control, Place, Slot, short_field, typed
from cometplay.tui.video_fields import RARE_OF_VIDEO, VIDEO


def _model(kind: Kind) -> Slot:
    return Slot(
        name="model",
        label="Model",
        read=lambda draft: draft.model,
        write=lambda draft, text: replace(draft, model=text.strip()),
        control=Control.CHOICE,
        offered=known_models(kind),
        help="Type any id, or choose one: down, or a click on ▾.",
    )


PROMPT = Slot(
    name="prompt",
    label="Prompt",
    read=lambda draft: draft.prompt,
    write=with_prompt,
    control=Control.TALL,
    told_as=("messages",),
    help="What is asked; in a chat the last message of the user.",
)


def _system(draft: Draft, text: str) -> Draft:
    return with_system(draft, text) if isinstance(draft, TextDraft) else draft


SYSTEM = Slot(
    name="system",
    label="System",
    read=lambda draft: draft.system if isinstance(draft, TextDraft) else "",
    write=_system,
    hint="(none)",
    help="Sets the scene. Further messages stand below.",
)


def spoken(draft: Draft) -> tuple[Message, ...]:
    """The messages of a chat; () where there are none."""
    return draft.messages if isinstance(draft, TextDraft) else ()


def _roles(draft: Draft) -> str:
    return ", ".join(message.role or "?" for message in spoken(draft))


MESSAGES = Slot(
    name="messages",
    label="Messages",
    read=_roles,
    write=lambda draft, _: draft,  # written row by row, on a screen of its own
    control=Control.ROWS,
    told_as=("messages[].role",),
    hint="(none)",
    help="Every message with its role: add, remove, reorder.",
)


def _expect(draft: Draft, text: str) -> Draft:
    return replace(draft, expect=parse_expectation(text) if text.strip() else None)


EXPECT = Slot(
    name="expect",
    label="Expect",
    read=lambda draft: written_expectation(draft.expect),
    write=_expect,
    control=Control.CHOICE,
    offered=("label:yes,no", "json", 'schema:{"type": "object"}', "min-words:10", "pattern:^[A-Z]"),
    hint="label:yes,no",
    help="What the answer must be; where it is not, the failure is silent, and told all the same.",
)
EXTRA = Slot(
    name="extra",
    label="Extra JSON",
    read=lambda draft: draft.extra,
    write=lambda draft, text: replace(draft, extra=text),
    hint='{"user": "me"}',
    told_as=("extra fields",),
    help="Fields that stand nowhere else; merged last, over the others.",
)


ROLES = tuple(role.value for role in Role)
_TEXT_MORE = (
    typed(Kind.TEXT, "stream", control=Control.TOGGLE, offered=("true", "false"), place=Place.MORE),
    typed(Kind.TEXT, "api", "Route", control=Control.TOGGLE, place=Place.MORE),
    short_field(Kind.TEXT, "top_p", Place.MORE),
    short_field(Kind.TEXT, "seed", Place.MORE),
    typed(Kind.TEXT, "stop", hint='END or ["a", "b"]', place=Place.MORE),
    typed(
        Kind.TEXT,
        "reasoning_effort",
        control=Control.CHOICE,
        offered=("none", "minimal", "low", "medium", "high", "xhigh"),
        place=Place.MORE,
    ),
    typed(
        Kind.TEXT,
        "response_format",
        control=Control.CHOICE,
        offered=(
            "text",
            "json_object",
            '{"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}',
        ),
        place=Place.MORE,
    ),
    typed(
        Kind.TEXT,
        "stream_options",
        control=Control.CHOICE,
        offered=('{"include_usage": true}',),
        place=Place.MORE,
    ),
    replace(
        typed(Kind.TEXT, "tools", control=Control.TALL, place=Place.MORE),
        help="A JSON list of the functions that the model may ask for.",
    ),
)

SLOTS: dict[Kind, tuple[Slot, ...]] = {
    Kind.TEXT: (
        _model(Kind.TEXT),
        SYSTEM,
        PROMPT,
        MESSAGES,
        short_field(Kind.TEXT, "max_tokens"),
        short_field(Kind.TEXT, "temperature"),
        EXPECT,
        EXTRA,
        *_TEXT_MORE,
    ),
    Kind.IMAGE: (_model(Kind.IMAGE), PROMPT, *PICTURE, EXTRA, *RARE_OF_PICTURE),
    Kind.VIDEO: (
        _model(Kind.VIDEO),
        PROMPT,
        *VIDEO,
        EXTRA,
        FOLDER,
        *RARE_OF_VIDEO,
    ),
}
"""The fields of each tab, from top to bottom."""


def slots_of(draft: Draft) -> tuple[Slot, ...]:
    """The fields that a draft has, its model considered."""
    return tuple(slot.of(draft) for slot in SLOTS[draft.kind] if slot.fits(draft))


def slot_named(draft: Draft, name: str) -> Slot | None:
    return next((slot for slot in slots_of(draft) if slot.name == name), None)


def filled_by(draft: Draft, plain: Draft) -> frozenset[str]:
    """The names of the fields in which a scenario's draft differs from the tab's first one."""
    return frozenset(slot.name for slot in slots_of(draft) if slot.read(draft) != slot.read(plain))


def told_of(slot: Slot, where: str) -> bool:
    """Whether a finding that speaks of `where` speaks of this field."""
    return where == slot.name or where in slot.told_as
