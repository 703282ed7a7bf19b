"""What was asked: the modes of a request that the gateway cannot accept."""

from dataclasses import replace

from cometplay.core.drafts import Draft
from cometplay.core.findings import (
    Finding,
    Lacks,
    ModeClass,
    Rank,
    Reply,
    Reproduction,
    Retryable,
    Rule,
    Script,
    Sighting,
)
from cometplay.core.models import DEFAULT_MODEL
from cometplay.core.transcript import Transcript
from cometplay.failures import signs, tables
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE, OBSERVED
from cometplay.failures.tables import Row


def _name_the_model(draft: Draft, _: Finding) -> Draft | None:
    return None if draft.model.strip() else replace(draft, model=DEFAULT_MODEL[draft.kind])


MISSING_FIELD = FailureMode(
    id="http.missing-field",
    cls=ModeClass.HARD,
    title="Missing field",
    meaning="The body was read, and a field that this endpoint requires is not in it.",
    cause="An empty model, a renamed field, or a body built from a variable that was never filled.",
    fixes=(
        "Add the field that the message names; `param` is often empty, so read the sentence.",
        "Print the body just before it is sent and look for empty values.",
        "Compare with the smallest request of the endpoint's page.",
    ),
    not_when=NotWhen(
        "The field is there and the model refuses to take it: remove it instead.",
        "image.response-format",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=("missing_required_field", "missing_required_parameter", "prompt_missing"),
        types=("missing",),
        phrases=("is required", "missing required", "field required", "missing parameter"),
        among=(400, 422),
    ),
    repair=_name_the_model,
    reproduce=Reproduction(
        drafts=signs.drafts(lambda draft: replace(draft, model="")),
        script=Script(
            rules=(
                Rule(
                    Reply(
                        400,
                        '{"error":{"code":"","message":"model name is required (request id: {{request_id}})",'
                        '"type":"comet_api_error"}}',
                    ),
                    when=Lacks("model"),
                ),
            )
        ),
    ),
)


def _whatever_came(transcript: Transcript) -> Sighting | None:
    last = transcript.lost or transcript.last
    return Sighting(signs.evidence_of(last, whole=True) if last else (), Rank.NOTHING)


UNDOCUMENTED = FailureMode(
    id="undocumented",
    cls=ModeClass.HARD,
    title="Nothing we know",
    meaning="The answer matches no documented failure. This is the raw evidence and not a verdict.",
    cause="A new error of a provider, a gateway that changed, or a mode this version does not know.",
    fixes=(
        "Read what came back; the server's own words are all there is.",
        "Send the smallest request that you know to be good, and add your fields one by one.",
        "Give the request id to the gateway's support.",
    ),
    not_when=NotWhen(
        "The server names what is absent from the body: that is known, and quickly mended.",
        "http.missing-field",
    ),
    source=OBSERVED,
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=_whatever_came,
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=Script(
            rules=(Rule(Reply(418, "short and stout", (("content-type", "text/plain; charset=utf-8"),))),)
        ),
    ),
)

MODES = (MISSING_FIELD,)
