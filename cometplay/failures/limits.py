"""Too much, too fast: the modes of rates, quotas and crowds."""

from cometplay.core.findings import ModeClass, Reply, Reproduction, Retryable, Rule, Script
from cometplay.failures import signs, tables
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row

RATE_LIMITED = FailureMode(
    id="http.rate-limited",
    cls=ModeClass.HARD,
    title="Rate limited",
    meaning=(
        "The gateway, or the provider behind it, took no part of this request because too many came at once."
    ),
    cause="A burst of calls, many workers on one key, or an upstream that is full for the moment.",
    fixes=(
        "Wait as long as Retry-After says; without it, back off exponentially with jitter.",
        "Run fewer requests side by side.",
        "Put a queue in front of the calls, so that a burst becomes a stream.",
    ),
    not_when=NotWhen(
        "The key itself is refused: then waiting never helps, however the status looks.",
        "http.auth-invalid",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "429"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=("rate_limit_exceeded", "rate_limit_error", "ratelimitreached", "too_many_requests"),
        types=("rate_limit_error", "rate_limit_exceeded", "requests", "tokens"),
        phrases=("rate limit", "too many requests", "您已达到请求数限制", "您已达到总请求数限制"),
        statuses=(429,),
        saturated=("负载已饱和", "upstream load is saturated"),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=Script(
            rules=(
                Rule(
                    Reply(
                        429,
                        '{"error":{"message":"Too many requests, slow down (request id: {{request_id}})",'
                        '"type":"comet_api_error","param":"","code":"rate_limit_exceeded"}}',
                        (("content-type", "application/json"), ("retry-after", "2")),
                    ),
                    times=2,
                ),
            )
        ),
    ),
)

MODES = (RATE_LIMITED,)
