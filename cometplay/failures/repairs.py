"""Draft -> mended draft: what several modes' repairs have in common. None where there is nothing to mend."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from cometplay.core.drafts import (
    Draft,
    ImageDraft,
    Kind,
    Role,
    TextDraft,
    TokenField,
    VideoDraft,
)
from cometplay.core.fields import FIELDS, without_field
from cometplay.core.findings import Finding
from cometplay.core.jsons import JsonObject, parse_object
from cometplay.core.models import family_of, known_models
from cometplay.core.sizes import Sizes
from cometplay.core.wire import body_of

COOLEST, HOTTEST = 0.0, 2.0
"""The range of a temperature in the OpenAI form (api-contract.md 2.1); some models take less."""
_HALF_AS_HOT = 1.0
"""Where the range of those models ends."""
_ALIKE = 0.6
"""How much of a model id has to agree, of 1, before another one is proposed for it."""

_ESSENTIAL = frozenset({"model", "prompt", "messages"})
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SIZE = re.compile(r"\b\d{1,4}[x:]\d{1,4}\b")

Mend: TypeAlias = Callable[[Draft, str], Draft | None]
"""A draft and what the server said -> the draft with one field in order."""


def sent(draft: Draft) -> JsonObject:
    """The fields of the body; none where the extra fields are no JSON."""
    try:
        return body_of(draft)
    except ValueError:
        return {}


def said(finding: Finding, *names: str) -> str:
    """What the evidence quotes from the server, lower case; of these fields only, where any are given."""
    quoted = (piece for piece in finding.evidence if not names or piece.where.rpartition(".")[2] in names)
    return "\n".join(piece.value for piece in quoted).lower()


def named(draft: Draft, finding: Finding) -> tuple[str, ...]:
    """The fields of the request that the finding names: those in `param`, then those in the message."""
    told = [*_WORD.findall(said(finding, "param")), *_WORD.findall(said(finding, "message", "body"))]
    fields = sent(draft).keys() | {file.field for file in draft.attachments}
    return tuple(dict.fromkeys(word for word in told if word in fields))


def without(draft: Draft, name: str) -> Draft | None:
    """The draft without a field: a composer's, one of the extra JSON, or a file."""
    mended = draft
    if name in FIELDS[draft.kind] and name in sent(replace(draft, extra="")):
        mended = without_field(mended, name)
    mended = replace(
        mended,
        extra=_extra_without(draft.extra, name),
        attachments=tuple(file for file in draft.attachments if file.field != name),
    )
    return None if mended == draft else mended


def _extra_without(extra: str, name: str) -> str:
    try:
        fields = parse_object(extra)
    except ValueError:
        return extra
    if name not in fields:
        return extra
    del fields[name]
    return json.dumps(fields, ensure_ascii=False) if fields else ""


def drop_or_rename(draft: Draft, finding: Finding) -> Draft | None:
    """The draft without the parameter that the model does not take, or with what it takes instead."""
    for name in named(draft, finding):
        if name in _ESSENTIAL:
            continue
        return _other_cap(draft, name, finding) or _file_type(draft, name) or without(draft, name)
    return None


def _other_cap(draft: Draft, name: str, finding: Finding) -> Draft | None:
    """The token cap under its other name, once, if the server speaks of that."""
    if not isinstance(draft, TextDraft) or name not in set(TokenField) or draft.token_field:
        return None
    other = TokenField.NEW if name == TokenField.OLD else TokenField.OLD
    if draft.token_cap is None or other not in said(finding) or name not in sent(replace(draft, extra="")):
        return None
    return replace(draft, token_field=other, extra=_extra_without(draft.extra, name))


def _file_type(draft: Draft, name: str) -> Draft | None:
    """GPT Image chooses the file's type where others choose between url and base64 (5.1)."""
    if not isinstance(draft, ImageDraft) or name != "response_format":
        return None
    bare = without(draft, name)
    gpt_image = family_of(draft.kind, draft.model).gpt_image
    if bare is None or not isinstance(bare, ImageDraft) or not gpt_image:
        return bare
    return replace(bare, output_format=bare.output_format or "png")


def use_output_format(draft: Draft) -> Draft | None:
    """The draft without response_format."""
    return _file_type(draft, "response_format")


def nearest_model(draft: Draft) -> Draft | None:
    """The model of the table whose id looks most like this one; none where it stands there already."""
    known = known_models(draft.kind)
    wanted = draft.model.strip().lower()
    near = _nearest(wanted, known)
    return replace(draft, model=near[0]) if near and near[0] != draft.model else None


def temperature(draft: Draft, told: str = "") -> Draft | None:
    """The temperature in its range; in the smaller one where the server refused what is in the greater."""
    if not isinstance(draft, TextDraft) or draft.temperature is None:
        return None
    warmest = HOTTEST if draft.temperature > HOTTEST or not told else _HALF_AS_HOT
    within = min(max(draft.temperature, COOLEST), warmest)
    return None if within == draft.temperature else replace(draft, temperature=within)


def role(draft: Draft, _: str = "") -> Draft | None:
    """Every role that is none, as the one that it looks most like; a message of nobody's is the user's."""
    if not isinstance(draft, TextDraft):
        return None
    mended = tuple(replace(message, role=_nearest_role(message.role)) for message in draft.messages)
    return None if mended == draft.messages else replace(draft, messages=mended)


def _nearest(wanted: str, known: Sequence[str]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415  only a repair needs it

    return get_close_matches(wanted, known, 1, _ALIKE)


def _nearest_role(typed: str) -> str:
    if typed in set(Role):
        return typed
    bare = _ROLE_ALIASES.get(typed.strip().lower(), typed.strip().lower())
    return Role(next(iter(_nearest(bare, [*Role])), Role.USER))


_ROLE_ALIASES = {
    "human": "user",
    "model": "assistant",
    "ai": "assistant",
    "bot": "assistant",
    "function": "tool",
}
"""What other vendors' forms call the same."""


MOST_CALLS = 10
"""What a run makes at the most; the largest n of any model (5.1)."""


def one_a_call(draft: Draft) -> Draft | None:
    """As many pictures as were asked for, each by a call of its own."""
    wanted, bare = sent(draft).get("n"), without(draft, "n")
    if not isinstance(wanted, int) or wanted <= 1 or not isinstance(bare, ImageDraft):
        return None
    return replace(bare, n=1, calls=min(wanted, MOST_CALLS))


def count(draft: Draft, _: str = "") -> Draft | None:
    """At least one picture, and no more than the model makes in a call."""
    if not isinstance(draft, ImageDraft) or draft.n is None:
        return None
    most = family_of(draft.kind, draft.model).most_images
    within = max(1, min(draft.n, most or draft.n))
    if within == draft.n:
        return None
    return one_a_call(draft) if most == 1 else replace(draft, n=within)


def size(draft: Draft, told: str = "") -> Draft | None:
    """The nearest size that the model takes, of those that the server names if any; else none at all."""
    if isinstance(draft, TextDraft) or not draft.size:
        return None
    offered = tuple(word for word in dict.fromkeys(_SIZE.findall(told)) if word != draft.size.lower())
    known = family_of(draft.kind, draft.model).sizes or Sizes()
    if known.takes(draft.size) and not told:
        return None
    near = Sizes(words=offered or known.words, pixels=False).nearest(draft.size)
    return replace(draft, size="" if near == draft.size else near)


def seconds(draft: Draft, _: str = "") -> Draft | None:
    """The nearest length that the model takes; no length at all where it takes none that is known."""
    if not isinstance(draft, VideoDraft) or not draft.seconds:
        return None
    known = family_of(draft.kind, draft.model).seconds
    wanted = float(draft.seconds) if re.fullmatch(r"-?\d{1,6}(\.\d+)?", draft.seconds.strip()) else None
    if not known or wanted is None:
        return replace(draft, seconds="")
    near = str(min(known, key=lambda length: abs(length - wanted)))
    return None if near == draft.seconds else replace(draft, seconds=near)


_VALUES: dict[Kind, dict[str, Mend]] = {
    Kind.TEXT: {"temperature": temperature, "messages": role, "role": role},
    Kind.IMAGE: {"n": count, "size": size},
    Kind.VIDEO: {"seconds": seconds, "size": size},
}


def value(draft: Draft, finding: Finding) -> Draft | None:
    """The value that the finding names, put in order; without a name, whichever is known to be wrong."""
    mends = _VALUES[draft.kind]
    listed = [name for name in named(draft, finding) if name in mends]
    if listed:
        return mends[listed[0]](draft, said(finding, "param", "message", "body"))
    mended = (mend(draft, "") for mend in mends.values())
    return next((found for found in mended if found), None)
