"""Too much, too fast: the modes of crowds and rates."""

from cometplay.core import bodies
from cometplay.core.findings import ModeClass, Rank, Reproduction, Retryable, Sighting
from cometplay.core.transcript import Transcript
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import like, numbered, one_of, unless
from cometplay.failures.mode import ALL_KINDS, Detect, FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OTHER_GATEWAY
from cometplay.failures.tables import Row

CONCURRENCY_LIMITED = FailureMode(
    id="http.concurrency-limited",
    cls=ModeClass.HARD,
    title="Too many at once",
    meaning="As many of your requests or tasks run as may run side by side; this one found no place.",
    cause="A pool of workers larger than the key allows, or video tasks that are still being made.",
    fixes=(
        "Limit how many run side by side, with a semaphore around the call.",
        "Wait until one of your own is done; for videos that takes minutes, not seconds.",
        "Ask for a higher limit, or buy one, if the work needs it all the time.",
    ),
    not_when=NotWhen(
        "The count is per minute and not at one moment: a pause helps, fewer workers alone do not.",
        "http.rate-limited",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.ERROR_CODES, "concurrent_limit_exceeded"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=unless(
        r"upstream|provider|worker|channel|上游|渠道",
        one_of(
            numbered(kling=("1303",), minimax=("1041",)),
            signs.error(
                code_patterns=(r"concurren", r"parallel_?\w{0,20}limit"),
                phrases=(
                    *("concurrency", "concurrent", "parallel task", "parallel request", "too many parallel"),
                    *("simultaneous", "并发", "同时进行的任务", "同时运行的任务", "正在进行的任务"),
                ),
                patterns=(
                    r"(?:requests|tasks|jobs|generations) (?:already |still )?in[- ](?:flight|progress)",
                ),
                among=(bodies.UNKNOWN_STATUS, 200, 400, 402, 403, 409, 429, 500, 503),
            ),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(429, "Too many concurrent requests", code="concurrent_limit_exceeded"), times=2
        ),
    ),
)

_FULL = ("饱和", "load is saturated", "is saturated", "saturated, please")


def _not_its_fault(sign: Detect) -> Detect:
    """Saturation told as a rate; told as a 5xx it is the server's (failure-modes.md, fine print)."""

    def detect(transcript: Transcript) -> Sighting | None:
        seen = sign(transcript)
        last = transcript.last
        busy = (
            seen
            and seen.rank is Rank.PHRASE
            and seen.saturated
            and last
            and last.told_status in range(500, 600)
        )
        return None if busy else seen

    return like(detect, sign)


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
        "The words are of balance or quota: then waiting never helps, whatever the status is.",
        "http.quota-exhausted",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "429"),
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=_not_its_fault(
        one_of(
            numbered(kling=("1302",), zhipu=("1303", "1305"), minimax=("1002", "1039", "2045")),
            signs.error(
                types=("requests", "tokens"),
                code_patterns=(
                    r"rate_?limit(?!\w{0,20}_error$)",
                    r"throttling(?!exception)|^throttled|burst",
                    r"requests?_?limit_?exceeded|^limit_requests",
                ),
                phrases=(
                    *("rate limit", "rate-limit", "ratelimit", "too many requests", "slow down", "throttl"),
                    *("too many tokens, please wait", "request rate", "quota exceeded for metric"),
                    *(
                        "请求数限制",
                        "请求过于频繁",
                        "请求频率",
                        "访问频率",
                        "调用频率",
                        "频率限制",
                        "频率过快",
                        "限流",
                    ),
                    *("请求太频繁", "操作频繁", "请求过快", "速率限制", "达到速率"),
                ),
                patterns=(r"\berror (?:code:? ?)?1015\b",),
                generic=(
                    *(
                        "rate_limit_error",
                        "rate_limit_reached_error",
                        "throttlingexception",
                        "resource_exhausted",
                    ),
                    *("resourceexhausted", "too_many_requests", "toomanyrequests"),
                ),
                statuses=(429,),
                saturated=_FULL,
            ),
            signs.error(
                patterns=(
                    r"\b(?:retry|try again) (?:in|after) [\d.]+ ?(?:m?s\b|sec)",
                    r"\b(?:[rti]pm|qp[sm])\b|per[-_ ]minute|每分钟",
                ),
                needs="minute|pm|qp|retry|try again|每分钟",
                among=(bodies.UNKNOWN_STATUS, 200, 403, 429),
            ),
        )
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(
                429,
                "Too many requests, slow down",
                code="rate_limit_exceeded",
                param="",
                headers=(("retry-after", "2"),),
            ),
            times=2,
        ),
    ),
)

MODES = (CONCURRENCY_LIMITED, RATE_LIMITED)
