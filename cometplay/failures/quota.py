"""Nothing left to spend: the mode of balances, quotas and plans."""

import re

from cometplay.core.findings import ModeClass, Rank, Reproduction, Retryable, Sighting
from cometplay.core.transcript import Exchange, Transcript
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import like, numbered, one_of, unless
from cometplay.failures.mode import ALL_KINDS, Detect, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE
from cometplay.failures.tables import Row

_BY_THE_DAY = (
    r"per[-_ ]?(?:day|week|month)|\b[rt]pd\b|\b(?:daily|weekly|monthly)\b|/ ?(?:day|month)\b"
    r"|每[日天周月]|[日天周月]限额|[当今本][日天周月]"
)
_BY_THE_MINUTE = (
    r"per[-_ ]?(?:minute|second)|\b[rti]pm\b|\bqp[sm]\b|retry_?delay|googleapis\.com/|每分钟|每秒|分钟内"
    r"|(?:retry|try again) (?:in|after) [\d.]+ ?(?:s\b|ms|sec)"
)
"""Google's metrics count by the minute where they do not say that they count by the day."""


def _comes_back_soon(exchange: Exchange) -> bool:
    """Whether a quota is one by the minute, which is a rate whatever it is called."""
    told = " ".join((*exchange.reading.codes, exchange.reading.words))
    return not re.search(_BY_THE_DAY, told) and re.search(_BY_THE_MINUTE, told) is not None


def _lasting(sign: Detect) -> Detect:
    """A sign of quota that is void where only the next minute is meant; a code stands."""

    def detect(transcript: Transcript) -> Sighting | None:
        seen = sign(transcript)
        last = transcript.last
        soon = seen and seen.rank > Rank.TYPE and last and _comes_back_soon(last)
        return None if soon else seen

    return like(detect, sign)


_FAMILIES = (
    r"per_?day|overdue|arrear",
    r"^insufficient_?\w{0,20}(?:quota|balance|credit|fund)|(?:credit|balance)s?_?insufficient",
    r"(?:quota|balance|credits?)_?(?:is_)?(?:exhausted|depleted|used_up|empty)",
)
_CODES = (
    *("pre_consume_token_quota_failed", "pre_consume_quota_failed", "token_quota_exceeded"),
    *("billing_not_active", "billing_hard_limit_reached", "billing_error", "billing_limit_reached"),
    *("payment_required", "creditserror", "not_enough_credits", "credit_balance_too_low", "out_of_credits"),
    *("exceeded_current_quota_error", "usage_limit_reached", "usage_limit_exceeded", "key_limit_exceeded"),
    *("budget_exceeded", "spending_limit_reached", "subscription_expired", "plan_expired"),
    *("allocationquota.freetieronly", "commoditynotpurchased", "setlimitexceeded"),
    "servicequotaexceededexception",
)
_PHRASES = (
    *("quota is not enough", "quota not enough", "exceeded your current quota", "quota exceeded"),
    *("exceeded your quota", "exceeded the quota", "quota limit", "call volume quota", "usage limit"),
    *("credit balance", "can only afford", "exhausted balance", "negative balance", "any credits"),
    *("billing hard limit", "billing limit", "check your plan and billing", "payment required"),
    *("spending limit", "spending cap", "spend limit", "budget has been exceeded", "key limit exceeded"),
    *("free trial", "free tier of", "overdue", "in arrears", "please recharge", "free-models-per-day"),
    *("no active subscription", "account is in good standing", "tokens per day"),
    *("欠费", "预扣费", "请充值", "充值后", "请续费", "没有可用套餐", "免费额度", "无可用额度"),
)
_MONEY = r"(?:balance|credits?|quota|funds?)"
_GONE = r"(?:too low|not enough|insufficient|negative|exhausted|depleted|used up|exceeded|empty|zero)"
_PERIOD = r"(?:per[- ](?:day|week|month)|/ ?(?:day|month)|daily|weekly|monthly)"
_PATTERNS = (
    rf"insufficient (?:\w+ ){{0,3}}{_MONEY}",
    rf"{_MONEY}\b[^.]{{0,24}} (?:is|are|was|has been|have been) {_GONE}",
    rf"{_MONEY} (?:not enough|too low|insufficient|exhausted|depleted|used up)",
    rf"(?:not|n't) (?:have )?enough (?:\w+ ){{0,2}}{_MONEY}",
    r"(?:out of|more|no|used all(?: available)?) credits\b|\btop(?:ping)?[ -]up\b",
    r"(?:plan|subscription|package|membership) (?:has |is |was )?(?:expired|ended|inactive)",
    rf"{_PERIOD}\b[^.\n]{{0,40}}?(?:limit|quota|allowance|cap\b)",
    rf"(?:limit|quota)\w{{0,8}}[^.\n]{{0,60}}?{_PERIOD}\b",
    (
        r"(?:余额|餘額|额度|額度|配额|积分|点数|次数|资源包|套餐|流量包)[^，。,;；\n]{0,8}"
        r"(?:不足|不够|用尽|用完|耗尽|已尽|为零|为负|超限|超出|上限|过期|到期|失效|已用)"
    ),
    r"(?:订阅|会员|包月)[^，。,;；\n]{0,4}(?:过期|到期|失效)",
    r"(?:[每当今本][日天周月]|[日周月](?:限额|额度|用量))[^。\n]{0,12}(?:上限|限制|限额|用尽|用完)",
)

QUOTA_EXHAUSTED = FailureMode(
    id="http.quota-exhausted",
    cls=ModeClass.HARD,
    title="Quota exhausted",
    meaning="Money or allowance has run out: the balance, the token's own quota, or a plan's period.",
    cause="The gateway reserves the price of the longest answer first, and the balance is below it.",
    fixes=(
        "Top up the account.",
        "Raise the quota of the token itself in the console; it is counted apart from the balance.",
        "Ask for less: a lower max_tokens, a shorter video, a smaller picture reserves less.",
        "Wait for the period to end where a day's, a week's or a plan's allowance is used up.",
    ),
    not_when=NotWhen(
        "Only too many came within a minute; that passes by itself, and no payment speeds it up.",
        "http.rate-limited",
    ),
    source=ERROR_PAGE,
    row=Row(tables.ERROR_CODES, "insufficient_user_quota"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        r"\bin[- ]flight\b",
        _lasting(
            one_of(
                numbered(
                    kling=("1101", "1102"),
                    zhipu=("1113", "1304", "1308", "1309", "1310"),
                    minimax=("1008", "2056"),
                ),
                signs.error(
                    codes=_CODES,
                    code_patterns=_FAMILIES,
                    phrases=_PHRASES,
                    patterns=_PATTERNS,
                    needs=(
                        "allowance|balance|cap|credit|depleted|ended|enough |exhausted|expired|fund"
                        "|inactive|insufficient|limit|not enough|quota|too low|top|used up|上限|会员|余额"
                        "|包月|套餐|次数|流量包|点数|用完|用尽|积分|订阅|资源包|配额|限制|限额|額度|额度|餘額"
                    ),
                    generic=("quota_exceeded", "quotaexceeded", "quota_exceeded_error"),
                    statuses=(402,),
                ),
            )
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(403, "user quota is not enough", code="insufficient_user_quota")),
    ),
)

MODES = (QUOTA_EXHAUSTED,)
