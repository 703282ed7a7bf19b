"""Options -> what is to be sent, and where: the part that `send` and `snippet` share."""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from cometplay import uploads
from cometplay.cli.explain import mode_of
from cometplay.cli.output import UsageError
from cometplay.core import jsons
from cometplay.core.drafts import (
    Draft,
    Kind,
    TextDraft,
    with_prompt,
    with_system,
)
from cometplay.core.expectations import Expectation, parse_expectation, schema_expectation
from cometplay.core.fields import FIELDS, Takes, with_field
from cometplay.core.findings import scenario_id
from cometplay.core.jsons import Json, JsonObject
from cometplay.core.models import starting_draft
from cometplay.core.redact import SECRET_HEADERS
from cometplay.core.wire import Phase
from cometplay.failures.mode import FailureMode

FRAMING_HEADERS = frozenset(
    {
        "content-length",
        "content-type",
        "transfer-encoding",
        "host",
        "connection",
        "expect",
        "te",
        "trailer",
        "upgrade",
    }
)
"""Headers that say where a message ends, or what it is: wrong ones would be another request."""

MAY_BE_EMPTY = frozenset({"prompt", "model", "system"})

SCENARIO_PHASES = {phase.value: phase for phase in (Phase.CREATE, Phase.POLL, Phase.DOWNLOAD)}
REACHED = {
    Kind.TEXT: (Phase.CREATE,),
    Kind.IMAGE: (Phase.CREATE, Phase.DOWNLOAD),
    Kind.VIDEO: (Phase.CREATE, Phase.POLL, Phase.DOWNLOAD),
}
"""The calls that a run of a kind makes, in which a failure can be played."""


@dataclass(frozen=True, slots=True)
class Scenario:
    mode: FailureMode
    phase: Phase | None
    variant: str = ""

    @property
    def id(self) -> str:
        """What the lab knows it by."""
        return scenario_id(self.mode.id, self.variant)


@dataclass(frozen=True, slots=True)
class Composed:
    draft: Draft
    scenario: Scenario | None


def compose(options: argparse.Namespace) -> Composed:
    """The draft that the options describe. Raises UsageError for what cannot be understood."""
    for name, value in vars(options).items():
        _refuse_broken_text(name, value)
        if value == "" and name not in MAY_BE_EMPTY:
            raise UsageError(f"--{name.replace('_', '-')} is empty; leave it out, or give it a value")
    kind = Kind(options.kind)
    scenario = _scenario(options.scenario, kind) if options.scenario else None
    draft = scenario.mode.reproduce.draft(kind) if scenario else starting_draft(kind)
    return Composed(_apply(options, draft), scenario)


def _refuse_broken_text(name: str, value: object) -> None:
    # what is no UTF-8 on a command line arrives as lone surrogates
    texts = cast("list[object]", value) if isinstance(value, list) else [value]
    if any("\ud800" <= sign <= "\udfff" for text in texts for sign in str(text)):
        raise UsageError(f"--{name.replace('_', '-')} is not valid UTF-8 text; check the terminal's encoding")


def _scenario(text: str, kind: Kind) -> Scenario:
    named, _, word = text.partition("@")
    mode_id, colon, variant = named.partition(":")
    mode = mode_of(mode_id)
    variants = [name for name, _ in mode.reproduce.variants]
    if colon and variant not in variants:
        known = f"its variants are {', '.join(variants)}" if variants else "it has no variants"
        raise UsageError(f"--scenario {text}: there is no {variant!r} of {mode_id}; {known}")
    if kind not in mode.kinds:
        kinds = " and ".join(sorted(kind.value for kind in mode.kinds))
        raise UsageError(f"{mode_id} happens in {kinds}, not in {kind.value}: send one of those")
    if word and word not in SCENARIO_PHASES:
        raise UsageError(f"--scenario {text}: there is no phase {word!r}; it is create, poll or download")
    phase = SCENARIO_PHASES.get(word)
    if text.endswith("@") or (phase and phase not in REACHED[kind]):
        phases = ", ".join(reached.value for reached in SCENARIO_PHASES.values() if reached in REACHED[kind])
        raise UsageError(f"--scenario {text}: the phases of {kind.value} are {phases}")
    return Scenario(mode, phase, variant)


def _apply(options: argparse.Namespace, draft: Draft) -> Draft:
    if options.model is not None:
        draft = replace(draft, model=options.model)
    if options.prompt is not None:
        draft = with_prompt(draft, _prompt(options.prompt))
    if options.system is not None:
        if not isinstance(draft, TextDraft):
            raise UsageError(f"--system belongs to text; {draft.kind.value} takes one prompt")
        draft = with_system(draft, options.system)
    if options.expect is not None:
        draft = _expecting(draft, options.expect)
    draft = replace(draft, headers=(*draft.headers, *(_header(text) for text in options.header)))
    for text in options.param:
        draft = _param(draft, text)
    return draft


def _prompt(text: str) -> str:
    if text != "-":
        return text
    try:
        return sys.stdin.buffer.read().decode() if sys.stdin else ""
    except UnicodeError:
        raise UsageError("--prompt -: standard input is not UTF-8 text") from None


def _expecting(draft: Draft, text: str) -> Draft:
    if draft.kind is not Kind.TEXT:
        raise UsageError("--expect belongs to text")
    try:
        return replace(draft, expect=_expectation(text))
    except ValueError as error:
        raise UsageError(f"--expect {error}") from None


def _expectation(text: str) -> Expectation:
    """What `--expect` says; a schema stands in a file there, or in the option itself."""
    form, _, rest = text.partition(":")
    path = rest.strip()
    if form.strip() != "schema" or not path or path.startswith("{"):
        return parse_expectation(text)
    try:
        schema = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ValueError(f"schema:{path}: {error.strerror}") from None
    except UnicodeError:
        raise ValueError(f"schema:{path} is not UTF-8 text") from None
    if not schema.strip():
        raise ValueError(f"schema:{path} is empty")
    try:
        return schema_expectation(schema)
    except ValueError as error:
        raise ValueError(f"schema:{path}: {error}") from None


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    token = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    if not colon or not token or not value.isascii() or not value.isprintable():
        raise UsageError(f"--header {text!r} is not 'Name: value' in printable ASCII")
    if name.lower() in FRAMING_HEADERS:
        raise UsageError(
            f"--header {name}: this one follows from the body and the URL, and is not set by hand"
        )
    if name.lower() in SECRET_HEADERS:
        raise UsageError(f"--header {name}: a credential does not belong in a command; set COMETAPI_KEY")
    return name, value


def _param(draft: Draft, text: str) -> Draft:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--param {text!r} is not name=value")
    if value.startswith("@"):
        return _attach(draft, name, Path(value[1:]))
    if name == "model":
        return replace(draft, model=value)
    if name == "prompt":
        return with_prompt(draft, value)
    if name == "system" and isinstance(draft, TextDraft):
        return with_system(draft, value)
    if name not in FIELDS[draft.kind]:
        return _extra(draft, name, _value(value))
    try:
        # what is text on the wire stays as it was typed, whatever it looks like
        typed = FIELDS[draft.kind][name].takes in (Takes.TEXT, Takes.CHOICE)
        return with_field(draft, name, value if typed else _value(value))
    except ValueError as error:
        raise UsageError(f"--param {text}: {error}") from None


def _value(text: str) -> Json:
    try:
        return jsons.parse(text, strict=True)
    except ValueError:
        return text


def _extra(draft: Draft, name: str, value: Json) -> Draft:
    try:
        extra: JsonObject = jsons.parse_object(draft.extra) if draft.extra.strip() else {}
    except ValueError:
        return draft  # the scenario's own draft is broken there, and that is what it shows
    return replace(draft, extra=json.dumps(extra | {name: value}, ensure_ascii=False))


def _attach(draft: Draft, field: str, path: Path) -> Draft:
    if draft.kind is Kind.TEXT:
        raise UsageError(f"--param {field}=@...: text takes no file; image and video do")
    try:
        file = uploads.attachment(field, path)
    except OSError as error:
        raise UsageError(f"--param {field}=@{path}: {error.strerror}") from None
    return replace(draft, attachments=(*draft.attachments, file))
