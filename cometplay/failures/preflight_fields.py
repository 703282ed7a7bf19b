"""What can be seen in a draft before it is sent: what is empty, out of range, or more than a model holds."""

from collections.abc import Callable
from dataclasses import replace

from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, Kind, Message, Role, TextDraft, with_prompt
from cometplay.core.findings import Evidence, Finding, ModeClass, Reproduction, Retryable, Sighting
from cometplay.core.jsons import Json, dig, dig_list, dig_text
from cometplay.core.models import DEFAULT_MODEL, family_of, starting_draft
from cometplay.core.tokens import prompt_tokens
from cometplay.failures import repairs, signs, tables
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen, Preflight
from cometplay.failures.source import CHAT_PAGE, GUIDE, OTHER_GATEWAY
from cometplay.failures.tables import Row

TEXT = frozenset({Kind.TEXT})


def _no_model(draft: Draft, _: Connection) -> Sighting | None:
    if "model" in draft.left_empty or dig_text(repairs.sent(draft), "model").strip() or draft.model.strip():
        return None
    return Sighting((Evidence("model", "(empty)"),), blocks=True)


def _usual_model(draft: Draft, _: Finding) -> Draft | None:
    return None if draft.model.strip() else replace(draft, model=DEFAULT_MODEL[draft.kind])


NO_MODEL = FailureMode(
    id="preflight.no-model",
    cls=ModeClass.PREFLIGHT,
    title="No model chosen",
    meaning="The model field is empty, and no route answers without one.",
    cause="The field was cleared, or the variable that should fill it is not set.",
    fixes=(
        "Choose a model from the list of the field, or pass --model.",
        "Fill it from a constant in your program rather than from something that may be empty.",
    ),
    not_when=NotWhen(
        "It went out all the same, and the gateway missed something in it.",
        "http.missing-field",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_no_model,
    repair=_usual_model,
    reproduce=Reproduction(drafts=signs.drafts(lambda draft: replace(draft, model="")), script=None),
)

_SETTING = frozenset({Role.SYSTEM.value, Role.DEVELOPER.value})
"""Roles that set the scene and ask for nothing."""


def _asks(draft: Draft) -> bool:
    """Whether there is anything to answer: a prompt, or a message that is not only there to set the scene."""
    fields = repairs.sent(draft) or repairs.sent(replace(draft, extra=""))
    if draft.kind is not Kind.TEXT:
        return bool(dig_text(fields, "prompt").strip())
    messages = dig_list(fields, "messages")
    return any(_filled(said) for said in messages if dig_text(said, "role") not in _SETTING)


def _filled(message: Json) -> bool:
    content = dig(message, "content")
    return bool(content.strip() if isinstance(content, str) else content or dig(message, "tool_calls"))


def _no_prompt(draft: Draft, _: Connection) -> Sighting | None:
    if "prompt" in draft.left_empty or _asks(draft):
        return None
    where = "messages" if isinstance(draft, TextDraft) else "prompt"
    return Sighting((Evidence(where, "(empty)"),), blocks=True)


NO_PROMPT = FailureMode(
    id="preflight.no-prompt",
    cls=ModeClass.PREFLIGHT,
    title="Nothing is asked",
    meaning="There is no prompt, nor a message that a model could answer.",
    cause="An empty field, white space alone, or a system message with nothing after it.",
    fixes=(
        "Write what you want into the prompt, or pass --prompt.",
        "Let your program refuse empty input before it builds a request.",
    ),
    not_when=NotWhen(
        "A prompt was sent, and the answer to it came back without any text.",
        "text.empty",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    preflight=_no_prompt,
    reproduce=Reproduction(drafts=signs.drafts(lambda draft: with_prompt(draft, "")), script=None),
)


def _temperature(draft: Draft, _: Connection) -> Sighting | None:
    value = repairs.sent(draft).get("temperature")
    if draft.kind is not Kind.TEXT or not isinstance(value, int | float):
        return None
    if repairs.COOLEST <= value <= repairs.HOTTEST:
        return None
    return Sighting((Evidence("temperature", f"{value:g}"), Evidence("range", "0 to 2")))


def _temperate(draft: Draft, _: Finding) -> Draft | None:
    return repairs.temperature(draft)


TEMPERATURE = FailureMode(
    id="preflight.temperature",
    cls=ModeClass.PREFLIGHT,
    title="Temperature out of range",
    meaning="Temperature runs from 0 to 2 in this form of request, and this one lies outside.",
    cause="A percentage taken for a temperature, a sign too many, or a range of another vendor's.",
    fixes=(
        "Set it between 0 and 2; 1 is what most models do by themselves.",
        "Leave it out where you do not need it, for some models stop at 1 and some take none.",
    ),
    not_when=NotWhen(
        "It lies within the range, and this model refuses to have one at all.",
        "http.unsupported-parameter",
    ),
    source=CHAT_PAGE,
    retryable=Retryable.NO,
    kinds=TEXT,
    preflight=_temperature,
    repair=_temperate,
    reproduce=Reproduction(
        drafts=(
            TextDraft(
                model=DEFAULT_MODEL[Kind.TEXT],
                messages=(Message(Role.USER, "Invent a word for the smell of rain."),),
                temperature=3.5,
            ),
        ),
        script=None,
    ),
)


def _role(draft: Draft, _: Connection) -> Sighting | None:
    if draft.kind is not Kind.TEXT:
        return None
    roles = (dig_text(said, "role") for said in dig_list(repairs.sent(draft), "messages"))
    strange = tuple(dict.fromkeys(role for role in roles if role not in set(Role)))
    if not strange:
        return None
    found = tuple(Evidence("messages[].role", role or "(empty)") for role in strange)
    return Sighting((*found, Evidence("known roles", ", ".join(Role))))


def _right_role(draft: Draft, _: Finding) -> Draft | None:
    return repairs.role(draft)


ROLE = FailureMode(
    id="preflight.role",
    cls=ModeClass.PREFLIGHT,
    title="Unknown role",
    meaning="A message is said by someone whom the chat form does not know.",
    cause="A slip, or the words of another vendor, who says human or model.",
    fixes=(
        "Use system, developer, user, assistant or tool, in lower case.",
        "Translate the roles when you move a conversation from one vendor's form to another's.",
    ),
    not_when=NotWhen(
        "Every role is known, and some other value is refused.",
        "http.invalid-value",
    ),
    source=CHAT_PAGE,
    retryable=Retryable.NO,
    kinds=TEXT,
    preflight=_role,
    repair=_right_role,
    reproduce=Reproduction(
        drafts=(
            TextDraft(
                model=DEFAULT_MODEL[Kind.TEXT],
                messages=(Message("usr", "Name three rivers that flow north."),),
            ),
        ),
        script=None,
    ),
)


def over_budget(window_of: Callable[[str], int | None]) -> Preflight:
    """Whether prompt and cap together are more than the window that `window_of` knows of a model."""

    def check(draft: Draft, _: Connection) -> Sighting | None:
        window = window_of(draft.model) if isinstance(draft, TextDraft) else None
        if not isinstance(draft, TextDraft) or window is None:
            return None
        prompt = prompt_tokens(draft)
        if prompt + (draft.token_cap or 0) <= window:
            return None
        return Sighting(
            (
                Evidence("prompt", f"about {prompt} tokens (an estimate)"),
                Evidence("token cap", f"{draft.token_cap or 0}"),
                Evidence("window", f"{window} tokens"),
            )
        )

    return check


def _window(model: str) -> int | None:
    return family_of(Kind.TEXT, model).window


TOKEN_BUDGET = FailureMode(
    id="preflight.token-budget",
    cls=ModeClass.PREFLIGHT,
    title="Probably more than the model holds",
    meaning="The prompt, as it is estimated, and the room that is kept for the answer exceed the window.",
    cause="A long history, or a cap copied from a model with a larger window.",
    fixes=(
        "Lower the token cap to what the answer really needs.",
        "Shorten the prompt, or send only the messages that matter for this turn.",
        "Trust usage.prompt_tokens of an answer more than any estimate, this one included.",
    ),
    not_when=NotWhen(
        "It was sent and the server counted the tokens itself.",
        "http.context-length",
    ),
    source=OTHER_GATEWAY,
    retryable=Retryable.NO,
    kinds=TEXT,
    preflight=over_budget(_window),
    reproduce=Reproduction(
        drafts=(replace(starting_draft(Kind.TEXT), token_cap=40_000_000),),
        script=None,
    ),
)

MODES = (NO_MODEL, NO_PROMPT, TEMPERATURE, ROLE, TOKEN_BUDGET)
