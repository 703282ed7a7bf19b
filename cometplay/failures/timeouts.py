"""Too slow for somebody on the way: the modes of 408, 504, 522 and 524."""

from cometplay.core.findings import ModeClass, Reproduction, Retryable
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import numbered, one_of
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OBSERVED, RETRY_GUIDE
from cometplay.failures.tables import Row

REQUEST_TIMEOUT = FailureMode(
    id="http.request-timeout",
    cls=ModeClass.HARD,
    title="Request timeout",
    meaning="The server gave up: the request took too long to arrive, or to be worked on.",
    cause="A slow upload of a large body, a connection that was left idle, or a model under load.",
    fixes=(
        "Send it once more; an idle connection is the usual reason, and a new one is made.",
        "Make the body smaller, or your uplink faster, if it happens with attachments only.",
        "Use a faster model if it happens with long prompts.",
    ),
    not_when=NotWhen(
        "No status came at all: it was your own time limit that ended first.",
        "transport.timeout",
    ),
    source=OBSERVED,
    row=Row(tables.HTTP_STATUS, "408"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=("request_timeout", "user_request_timeout", "requesttimeout"),
        statuses=(408,),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(408, "Timed out while reading the request"), times=2),
    ),
)

ORIGIN_TIMEOUT = FailureMode(
    id="http.origin-timeout",
    cls=ModeClass.HARD,
    title="Edge timeout, the job may go on",
    meaning="The edge hung up after a minute or two; behind it your job may still run, and be billed.",
    cause="One request that takes longer than the edge keeps a silent connection open.",
    fixes=(
        "Look at the usage in the console, or at the task, before you send again.",
        "Stream a chat, so that the connection is never silent for long.",
        "For a picture, lower the quality or the size.",
        "Repeat a GET without a worry; it starts nothing.",
    ),
    not_when=NotWhen(
        "The gateway itself tells of the timeout, with a 504.",
        "http.gateway-timeout",
    ),
    source=RETRY_GUIDE,
    row=Row(tables.HTTP_STATUS, "522, 524"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.error(
        phrases=(
            "524: a timeout occurred",
            "522: connection timed out",
            "error code: 524",
            "error code: 522",
        ),
        statuses=(522, 524),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.page(524, "api.cometapi.com | 524: A timeout occurred"), times=2),
    ),
)

GATEWAY_TIMEOUT = FailureMode(
    id="http.gateway-timeout",
    cls=ModeClass.HARD,
    title="Gateway timeout",
    meaning="The gateway waited for the provider, and its patience ended before the answer came.",
    cause="A long output that is not streamed, a slow model, or a large picture in high quality.",
    fixes=(
        "Stream the answer: the line then stays in use while the model writes.",
        "Ask for less in one request, or use a faster model.",
        "For a picture or a video, look at your usage first: it may have been made and billed.",
    ),
    not_when=NotWhen(
        "The edge in front of the gateway says so, with a 522 or 524.",
        "http.origin-timeout",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "504"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(kling=("5002",), minimax=("1001",)),
        signs.error(
            codes=("gateway_timeout", "upstream_timeout", "channel:response_time_exceeded"),
            phrases=("gateway timeout", "gateway time-out", "upstream request timeout"),
            generic=("timeout_error", "deadline_exceeded"),
            statuses=(504,),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.page(504, "504 Gateway Time-out", "<hr><center>nginx</center>"), times=2),
    ),
)

MODES = (REQUEST_TIMEOUT, ORIGIN_TIMEOUT, GATEWAY_TIMEOUT)
