"""Trouble on the other side: the 5xx modes and their kin."""

from cometplay.core import bodies
from cometplay.core.findings import ModeClass, Reproduction, Retryable
from cometplay.core.wire import Phase
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import at, numbered, one_of
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OBSERVED, RETRY_GUIDE
from cometplay.failures.tables import Row

INVALID_REQUEST = FailureMode(
    id="http.server-error-invalid-request",
    cls=ModeClass.HARD,
    title="A 500 that means the request",
    meaning="The status blames the server, and the body says that the request itself is malformed.",
    cause="A required part such as messages is absent or has another form, and the gateway met it late.",
    fixes=(
        "Do not repeat it: the same body gets the same answer, whatever the status promises.",
        "Mend the field that the message names, or start over from the endpoint's smallest example.",
        "Let your retry loop read error.code before it trusts a 500.",
    ),
    not_when=NotWhen(
        "Neither code nor message says a word about the request.",
        "http.server-error",
    ),
    source=RETRY_GUIDE,
    row=Row(tables.RETRY_RULES, "500 with invalid_request"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=at(
        (500,),
        signs.error(
            codes=("invalid_request", "invalidrequest", "bad_request_body"),
            phrases=(
                *(
                    "is required",
                    "missing required",
                    "invalid request",
                    "field required",
                    "malformed request",
                ),
                *(
                    "cannot be empty",
                    "must not be empty",
                    "无效的请求",
                    "请求参数错误",
                    "参数错误",
                    "不能为空",
                ),
            ),
            generic=("invalid_request_error", "invalid_argument"),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(
                500, "invalid request: a required field has no value", code="invalid_request", param=""
            )
        ),
    ),
)

_BUSY_CODES = (
    *("get_channel_failed", "channel:no_available_key", "channel:invalid_key", "server_busy", "system_busy"),
    *("capacity_exceeded", "service_tier_capacity_exceeded", "no_capacity", "modelnotreadyexception"),
)
_BUSY = (
    *(
        "high demand",
        "high traffic",
        "service unavailable",
        "temporarily unavailable",
        "currently unavailable",
    ),
    *("is busy", "too busy", "at capacity", "out of capacity", "no capacity", "capacity exceeded"),
    *("under maintenance", "worker local total", "no healthy upstream"),
    *("系统繁忙", "服务器繁忙", "服务繁忙", "系统正忙", "服务不可用", "暂不可用", "暂时不可用"),
    *("维护中", "系统维护", "服务过载", "负载过高", "负载较高", "算力不足", "资源紧张", "使用高峰"),
)

SERVICE_UNAVAILABLE = FailureMode(
    id="http.service-unavailable",
    cls=ModeClass.HARD,
    title="Service unavailable",
    meaning="The model, its provider or the gateway is overloaded or down for the moment.",
    cause="High demand for one model, upkeep at the provider, or no free channel to it.",
    fixes=(
        "Wait some seconds, then longer each time.",
        "Use another model of the same kind until it has passed.",
        "Look at the provider's status page if it goes on for more than some minutes.",
    ),
    not_when=NotWhen(
        "It counts your own requests: then fewer of them help, and another model need not.",
        "http.rate-limited",
    ),
    source=RETRY_GUIDE,
    row=Row(tables.HTTP_STATUS, "503"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(kling=("5001",)),
        signs.error(
            codes=_BUSY_CODES,
            code_patterns=(r"(?<!disk_)(?<!cpu_)(?<!memory_)overloaded", r"service_?unavailable"),
            phrases=_BUSY,
            patterns=(r"(?<!disk )(?<!cpu )(?<!memory )overloaded",),
            generic=("unavailable", "service unavailable"),
            statuses=(503, 529),
            saturated=("负载已饱和", "负载饱和", "load is saturated"),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(503, "The service is busy, try again later", code="service_unavailable"), times=2
        ),
    ),
)

BAD_GATEWAY = FailureMode(
    id="http.bad-gateway",
    cls=ModeClass.HARD,
    title="Bad gateway",
    meaning="A server on the way got no usable answer from the one behind it.",
    cause="A restart, a crash or a broken answer at the provider; the request itself is seldom to blame.",
    fixes=(
        "Wait a moment and send again.",
        "Try another model, to see whether one provider is down or the way to all of them.",
        "Keep the request id if it stays so, and ask support what the provider said.",
    ),
    not_when=NotWhen(
        "The server behind did not break but took too long.",
        "http.gateway-timeout",
    ),
    source=OBSERVED,
    row=Row(tables.HTTP_STATUS, "502"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.error(codes=("bad_gateway", "badgateway"), phrases=("bad gateway",), statuses=(502,)),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.page(502, "502 Bad Gateway", "<hr><center>nginx</center>"), times=2),
    ),
)

_OWN_ROW = frozenset({502, 503, 504, 522, 524, 529})
_VAGUE_AT = (bodies.UNKNOWN_STATUS, *range(200, 300), 500)
"""Where a vague word may speak: any other status says more than it."""

_BROKEN = (
    *("internal server error", "internal error", "server had an error", "no space left on device"),
    *("disk is full", "disk overloaded", "服务器内部错误", "内部错误", "服务器错误", "磁盘空间"),
)

SERVER_ERROR = FailureMode(
    id="http.server-error",
    cls=ModeClass.HARD,
    title="Server error",
    meaning="Something broke behind the API, and nothing more is told.",
    cause="A fault at the gateway or the provider; now and then a request in a form nobody expected.",
    fixes=(
        "Back off and send again, twice at most.",
        "Compare the request with the endpoint's example if it fails each time.",
        "Keep the request id: support can see what is hidden from you.",
    ),
    not_when=NotWhen(
        "A proxy says that what stands behind it gave no good answer.",
        "http.bad-gateway",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "500"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(kling=("5000",), zhipu=("1230", "1234"), minimax=("1000", "1013", "1024", "1033")),
        signs.error(
            codes=(
                *("do_request_failed", "read_response_body_failed", "bad_response_body", "bad_response"),
                *("empty_response", "channel:aws_client_error"),
            ),
            code_patterns=(
                r"^internal_?(?:server|service)?_?(?:error|failure|exception)",
                r"^system_(?:disk|cpu|memory)_overloaded",
            ),
            phrases=_BROKEN,
            statuses=tuple(status for status in range(500, 600) if status not in _OWN_ROW),
        ),
        at(
            _VAGUE_AT,
            signs.error(
                generic=(
                    "server_error",
                    "api_error",
                    "internal",
                    "bad_response_status_code",
                    "unexpected_error",
                )
            ),
        ),
        at(
            (*_VAGUE_AT, 400),
            signs.error(
                generic=("get_task_failed", "fail_to_fetch_task", "convert_to_openai_video_failed"),
                phases=(Phase.POLL,),
            ),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(500, "Something went wrong on our side", code="internal_error"), times=2
        ),
    ),
)

MODES = (INVALID_REQUEST, SERVICE_UNAVAILABLE, BAD_GATEWAY, SERVER_ERROR)
"""A word of what happened beats the word that something did."""
