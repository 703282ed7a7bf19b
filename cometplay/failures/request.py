"""What was asked: the modes of a request that the gateway cannot accept, the most telling first."""

from dataclasses import replace

from cometplay.core.drafts import Draft, ImageDraft, TextDraft, VideoDraft
from cometplay.core.findings import (
    Below,
    Finding,
    Lacks,
    ModeClass,
    Rank,
    Reproduction,
    Retryable,
    Rule,
    Script,
    Sighting,
)
from cometplay.core.models import DEFAULT_MODEL
from cometplay.core.transcript import Transcript
from cometplay.failures import plays, repairs, signs, tables
from cometplay.failures.combine import at, like, numbered, one_of
from cometplay.failures.mode import ALL_KINDS, Detect, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE, OBSERVED, OTHER_GATEWAY
from cometplay.failures.tables import Row
from cometplay.failures.wording import INVALID_JSON_WORDS, INVALID_VALUE_WORDS, MISSING_WORDS

REFUSED = (0, 200, 400, 422)
"""Statuses at which words about fields are about the request; 0 where nobody wrote one down."""


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
        "http.unsupported-parameter",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=at(
        REFUSED,
        signs.error(
            codes=("prompt_missing", "value_error.missing", "missing_argument"),
            types=("missing", "required"),
            code_patterns=(
                r"^missing_?(?:required_?)?(?:field|param|parameter|property|model|prompt|messages)s?\b",
            ),
            phrases=MISSING_WORDS.phrases,
            patterns=MISSING_WORDS.patterns,
            needs=(
                "contain|content|image|include|input|messages|missing |model|prompt|provide|required"
                "|specify|supply|为空|传入|填写|提供|未填|输入"
            ),
        ),
    ),
    repair=_name_the_model,
    reproduce=Reproduction(
        drafts=signs.drafts(lambda draft: replace(draft, model="", left_empty=frozenset({"model"}))),
        script=Script(
            rules=(
                Rule(plays.refused(400, "model name is required"), Lacks("model")),
                Rule(plays.refused(400, "prompt is required", param="prompt"), Lacks("prompt")),
            )
        ),
    ),
)

INVALID_JSON = FailureMode(
    id="http.invalid-json",
    cls=ModeClass.HARD,
    title="The body is not JSON",
    meaning="The server began to read the body and met something that JSON does not allow there.",
    cause="JSON glued together by hand, single quotes, a comma too many, or a form sent where JSON was due.",
    fixes=(
        "Let a library write the body: json=... in httpx, JSON.stringify in JavaScript.",
        "Parse your own body once more just before you send it.",
        "Send Content-Type: application/json, and the body in UTF-8.",
        "In a shell, put the body in a file and send it with --data @file, out of the quotes' way.",
    ),
    not_when=NotWhen(
        "The text is JSON, and one value in it has the wrong type.",
        "http.invalid-value",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=at(
        (*REFUSED, 415),
        signs.error(
            codes=(
                *("invalid_json", "json_invalid", "bad_request_body", "read_request_body_failed"),
                *("invalid_json_body", "json_parse_error", "malformed_json", "jsondecodeerror"),
                "parse_error",
                *("value_error.jsondecode", "invalid_request_body", "json_decode_error", "invalid_body"),
            ),
            phrases=INVALID_JSON_WORDS.phrases,
            patterns=INVALID_JSON_WORDS.patterns,
            needs=" be parsed|body|invalid json|malformed json",
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(
                400, "the request body ends inside a string and cannot be parsed", code="bad_request_body"
            )
        ),
    ),
)


def _below_the_range(draft: Draft) -> Draft:
    match draft:
        case TextDraft():
            return replace(draft, temperature=-1.0)
        case ImageDraft():
            return replace(draft, n=0)
        case VideoDraft():
            return replace(draft, model="sora-2", seconds="2")


def _vague(sign: Detect) -> Detect:
    """A sign that any known phrase beats: numbers that mean no more than that some parameter is wrong."""

    def detect(transcript: Transcript) -> Sighting | None:
        seen = sign(transcript)
        return seen and replace(seen, rank=Rank.GENERIC)

    return like(detect, sign)


_LOWEST = {"temperature": 0, "n": 1, "seconds": 4}

INVALID_VALUE = FailureMode(
    id="http.invalid-value",
    cls=ModeClass.HARD,
    title="A value that does not fit",
    meaning="The parameter is known here, and its value has the wrong type or lies outside of the range.",
    cause="A number sent as text, a size of another model, a misspelt word, or a count that is too high.",
    fixes=(
        "Correct the value that the message names; it often lists what is allowed.",
        'Check its type: 1 and "1" are two things, and so are null and leaving it out.',
        "Look the range up on the model's own page, for it differs from model to model.",
    ),
    not_when=NotWhen(
        "The model takes no such parameter, whatever its value.",
        "http.unsupported-parameter",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=at(
        REFUSED,
        one_of(
            _vague(
                numbered(kling=("1200", "1201"), zhipu=("1210", "1213", "1214", "1215"), minimax=("2013",))
            ),
            signs.error(
                codes=("invalid_type", "n_not_within_range", "size_not_supported", "out_of_range"),
                types=("literal_error", "enum", "multiple_of", "finite_number", "string_pattern_mismatch"),
                code_patterns=(
                    r"_(?:above_max|below_min)_(?:value|length|items)$",
                    r"^(?:type_error|value_error\.(?:number|any_str))",
                    r"^(?:string|int|float|bool|list|dict|tuple|url|decimal|datetime)_(?:type|parsing|from_float)$",
                    r"^(?:string_)?too_(?:long|short)$|^(?:greater|less)_than(?:_equal)?$|^union_tag_invalid$",
                ),
                phrases=INVALID_VALUE_WORDS.phrases,
                patterns=INVALID_VALUE_WORDS.patterns,
                needs=(
                    " be |: |allowed|expected |finite|must|non-negative|positive|range|should|supported"
                    "|unique|valid|不支持|低于|只能|大于|小于|应|必须|无效|有误|超过|错误|需"
                ),
            ),
            signs.error(
                codes=(
                    "invalid_value",
                    "invalid_params",
                    "param_error",
                    "invalid_argument_value",
                    "value_error",
                ),
                code_patterns=(r"^invalid_?(?:parameter|param|value)(?:s|_?value|_?error)?(?:\.|$)",),
                rank=Rank.GENERIC,
            ),
        ),
    ),
    repair=repairs.value,
    reproduce=Reproduction(
        drafts=signs.drafts(_below_the_range),
        script=Script(
            rules=tuple(
                Rule(
                    plays.refused(
                        400,
                        f"Invalid value: '{name}' must be at least {least}",
                        code="invalid_value",
                        kind="invalid_request_error",
                        param=name,
                    ),
                    when=Below((name,), least),
                )
                for name, least in _LOWEST.items()
            )
        ),
    ),
)

BAD_REQUEST = FailureMode(
    id="http.bad-request",
    cls=ModeClass.HARD,
    title="Bad request",
    meaning="The request was turned down for what it says, and the answer does not tell which part of it.",
    cause="A field wrong in a way of its own, an order of messages that makes no sense, or a broken form.",
    fixes=(
        "Read `error.param` and the message; one of the two mostly names a field.",
        "Go back to model and prompt alone, then add your fields one by one.",
        "Keep the request id: the provider's own log knows more than its answer says.",
    ),
    not_when=NotWhen(
        "It is the gateway that could not turn the request into the model's own form.",
        "http.wrong-endpoint",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=at(
        (0, 400, 422),
        signs.error(
            generic=(
                *("invalid_request_error", "bad_request", "badrequest", "bad_request_error", "client_error"),
                *("invalid_request", "invalid_argument", "invalid-argument", "failed_precondition"),
                *("validation_error", "validationexception", "invalidrequest", "bad_response_status_code"),
                *(
                    "unprocessable_entity",
                    "image_generation_user_error",
                    "tool_use_failed",
                    "invalidargument",
                ),
            ),
            statuses=(400, 422),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(400, "The provider turned this request down", code="bad_request")),
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
        script=plays.play(plays.answered("short and stout")),
    ),
)

MODES = (MISSING_FIELD, INVALID_JSON, INVALID_VALUE, BAD_REQUEST)
