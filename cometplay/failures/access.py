"""Who may ask: the modes of a key that is absent, unknown, past its end or withdrawn."""

from cometplay.core.findings import ModeClass, Reproduction, Retryable
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import numbered, one_of, unless
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OTHER_GATEWAY
from cometplay.failures.tables import Row

_EITHER = (
    r"invalid or expired|expired or invalid|invalid, expired|missing or invalid|invalid or missing|无效或"
)
"""Words that leave it open which of two it is: the more general one then."""

_PAID_FOR = r"balance|billing|credits|quota|arrear|overdue|余额|额度|欠费|套餐"
"""Words of money: what is closed over a bill opens again when the bill is paid."""

_OF_WHOM = r"(?:key|token|account|user|organization|consumer)"
_SWITCHED_OFF = r"(?:disabled|deactivated|revoked|suspended|banned|deleted|terminated)"

AUTH_MISSING = FailureMode(
    id="http.auth-missing",
    cls=ModeClass.HARD,
    title="No key in the request",
    meaning="The request came without a key, so nobody knows whose it is.",
    cause="COMETAPI_KEY is not set where the program runs, or a proxy took the Authorization header off.",
    fixes=(
        "Set COMETAPI_KEY in the environment of the process that sends, not only in your own shell.",
        "Print the names of the headers just before they go out, and look for Authorization.",
        "In a container or a CI job, hand the variable in; neither inherits it.",
    ),
    not_when=NotWhen(
        "A key did arrive and nobody knows it: look at its characters instead.",
        "http.auth-invalid",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "401"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        _EITHER,
        one_of(
            numbered(kling=("1001",), zhipu=("1001",)),
            signs.error(
                codes=(
                    *("api_key_required", "missing_api_key", "no_api_key", "api_key_missing"),
                    *(
                        "credentials_missing",
                        "missing_authorization",
                        "missing_token",
                        "authorization_required",
                    ),
                    *("missingauthenticationtoken", "missingauthenticationtokenexception"),
                ),
                phrases=(
                    *("no api key", "no api-key", "missing api key", "api key is missing", "api key missing"),
                    *("no auth credentials", "no cookie auth", "no token provided", "no access token"),
                    *("token not provided", "no authorization", "missing authorization", "missing bearer"),
                    *("missing authentication", "missing subscription key", "missing x-api-key"),
                    *("access token is missing", "unregistered callers", "please carry the api secret"),
                    *("not authenticated", "did not pass an authentication token", "authorization is empty"),
                    *("未提供令牌", "未提供api", "未提供 api", "缺少令牌", "缺少认证", "缺少api", "缺少 api"),
                    *(
                        "缺少authorization",
                        "缺少 authorization",
                        "未携带",
                        "未收到auth",
                        "令牌为空",
                        "令牌不能为空",
                    ),
                ),
                patterns=(
                    r"(?:did ?n[o']t|not|must|need to) (?:provide|include|supply|pass) an? (?:api )?key",
                    r"(?:api[- _]?key|authorization|authentication|access token)[^.]{0,18} is required",
                    r"(?:authorization header|credentials?) (?:is |was )?(?:missing|not found)",
                    r"missing (?:a |the |your )?(?:required )?(?:auth|api[- _]?key|token)",
                    r"(?:请求头|header)[^。]{0,12}(?:缺少|没有|未包含|未收到)",
                ),
                needs=" is required|credential|header|include|missing |pass|provide|supply|请求头",
            ),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(401, "No token provided")),
    ),
)

AUTH_EXPIRED = FailureMode(
    id="http.auth-expired",
    cls=ModeClass.HARD,
    title="Expired API key",
    meaning="The gateway knows the key, and its time is over.",
    cause="Keys can be given an end when they are made, and this one has passed it.",
    fixes=(
        "Create a new key in the console, and choose no end or a later one.",
        "Put it wherever the old one stood: environment, secret store, CI.",
        "Note the next end in a calendar, so that the change comes before it.",
    ),
    not_when=NotWhen(
        "Somebody switched the key off before its time.",
        "http.auth-revoked",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.ERROR_CODES, "expired_api_key"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        _EITHER,
        one_of(
            numbered(kling=("1004",), zhipu=("1003",)),
            signs.error(
                codes=(
                    *("expired_api_key", "api_key_expired", "expired_key", "key_expired"),
                    *("token_expired", "expired_token", "access_token_expired", "authorization_expired"),
                    *("expiredtoken", "expiredtokenexception", "tokenexpired", "apikeyexpired"),
                ),
                phrases=("security token included in the request is expired",),
                patterns=(
                    r"\b(?:key|token|jwt|credentials?) (?:has |have |is |was )?(?:already )?expired",
                    r"expired (?:api[- _]?key|access token|token|jwt|credentials?)\b",
                    r"(?:令牌|密钥|秘钥|凭证|token|api[- _]?key|key)\s*(?:已经|已)?(?:过期|到期)",
                ),
                needs="expired|到期|过期",
            ),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(401, "This token has expired", code="expired_api_key")),
    ),
)

AUTH_REVOKED = FailureMode(
    id="http.auth-revoked",
    cls=ModeClass.HARD,
    title="Key or account switched off",
    meaning="The key was good once; it, or the account behind it, has been disabled, deleted or blocked.",
    cause="A rotation, a leak that somebody noticed, a colleague's tidying, or a block by the operator.",
    fixes=(
        "Look the key up in the console: is it still there, and is it on?",
        "Create a new one, and remove the dead key from every place that holds it.",
        "Where the account itself is blocked, write to support; no new key opens it.",
    ),
    not_when=NotWhen(
        "It simply reached the end that it was given.",
        "http.auth-expired",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.ERROR_CODES, "revoked_api_key"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        _PAID_FOR,
        one_of(
            numbered(zhipu=("1110", "1112")),
            signs.error(
                codes=(
                    *("revoked_api_key", "api_key_revoked", "key_revoked", "token_revoked"),
                    *(
                        "token_invalidated",
                        "api_key_disabled",
                        "disabled_api_key",
                        "key_disabled",
                        "token_disabled",
                    ),
                    *(
                        "account_deactivated",
                        "account_disabled",
                        "account_suspended",
                        "user_disabled",
                        "user_banned",
                    ),
                    *("consumer_suspended", "organization_disabled"),
                ),
                phrases=(
                    *("reported as leaked", "token status is", "key has been compromised"),
                    *(
                        "令牌状态不可用",
                        "封禁",
                        "封停",
                        "令牌已失效",
                        "密钥已失效",
                        "key 已失效",
                        "账号异常",
                        "账户异常",
                    ),
                ),
                patterns=(
                    rf"\b{_OF_WHOM}\b[^.]{{0,60}}?\b(?:is|was|has been) (?:currently |now )?{_SWITCHED_OFF}",
                    rf"\b{_SWITCHED_OFF} (?:api[- _]?)?{_OF_WHOM}\b",
                    r"authentication token has been invalidated",
                    r"(?:令牌|密钥|秘钥|账号|账户|用户|key)\s*(?:已经|已)?被?(?:禁用|停用|吊销|撤销|删除|冻结|注销)",
                ),
                needs=(
                    "authentication token has been invalidated|banned|deactivated|deleted|disabled|key"
                    "|revoked|suspended|terminated|令牌|密钥|用户|秘钥|账号|账户"
                ),
            ),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(401, "This token has been disabled", code="revoked_api_key")),
    ),
)

_NO_GOOD = r"(?:invalid|incorrect|wrong|malformed|format is|(?:does ?n[o']t|not) (?:exist|match))"

AUTH_INVALID = FailureMode(
    id="http.auth-invalid",
    cls=ModeClass.HARD,
    title="Invalid API key",
    meaning="A key arrived, and the gateway does not know it.",
    cause="A typo, a key of another vendor, quotes or spaces pasted along, or the word Bearer twice.",
    fixes=(
        "Compare the first and last four characters of COMETAPI_KEY with the console.",
        "Send it as `Authorization: Bearer <key>`, with nothing around the key.",
        "Check that the base URL belongs to the vendor that issued the key.",
        "Create a new key if this one cannot be found in the console.",
    ),
    not_when=NotWhen(
        "No key was sent at all: there is nothing to compare, it has to be put in place first.",
        "http.auth-missing",
    ),
    source=GUIDE,
    row=Row(tables.ERROR_CODES, "invalid_api_key"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(kling=("1000", "1002", "1003"), zhipu=("1002",), minimax=("1004", "2049")),
        signs.error(
            codes=(
                *("invalid_api_key", "invalidapikey", "incorrect_api_key", "wrong_api_key", "bad_api_key"),
                *(
                    "invalid_token",
                    "token_invalid",
                    "invalidtoken",
                    "invalid_authorization",
                    "invalid_credentials",
                ),
                *("unrecognizedclientexception", "invalidsignatureexception", "signaturedoesnotmatch"),
                *("invalidaccesskeyid", "invalidclienttokenid", "authfailure.secretidnotfound"),
                *("authfailure.signaturefailure", "invalid_authentication_error", "auth_invalid"),
            ),
            phrases=(
                *("api key not valid", "api key not found", "api key is not valid", "valid api key"),
                *("invalid subscription key", "invalid access token", "invalid authorization"),
                *(
                    "invalid username or password",
                    "invalid authentication",
                    "invalid credential",
                    "bad credentials",
                ),
                *("security token included in the request is invalid", "invalid bearer", "invalid jwt"),
                *("valid authentication token", "signature does not match", "missing or invalid"),
                *("invalid or expired", "expired or invalid", "token seems invalid", "badly formatted"),
                *(
                    "无效的令牌",
                    "无效令牌",
                    "令牌无效",
                    "令牌不存在",
                    "令牌验证失败",
                    "令牌错误",
                    "令牌不正确",
                ),
                *(
                    "无效的密钥",
                    "密钥无效",
                    "密钥错误",
                    "密钥不正确",
                ),
                *("無效的令牌",),
            ),
            patterns=(
                r"(?:invalid|incorrect|wrong|malformed|unknown) (?:\w+ ){0,2}(?:x-)?api[- _]?key",
                rf"(?:api|secret|access)[- _]?key\b[^.]{{0,40}}? (?:is |was )?{_NO_GOOD}",
                r"(?:^|[^\w ]) ?invalid token(?! (?:count|limit|type|number|at|in|near|for)\b)",
                rf"\b(?:auth\w*|access|bearer|api|provided|your) token (?:is )?{_NO_GOOD}",
                r"(?:api[- _]?key|token)\s*(?:无效|错误|不正确|不存在|非法|不合法|校验失败)",
                r"无效的?\s*(?:api[- _]?key|token|key)\b",
            ),
            needs="api|exist|format is|incorrect|invalid|key|malformed|match|token|unknown|wrong",
            generic=("api_key_invalid", "authentication_error", "authenticationerror"),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(401, "Invalid token")),
    ),
)

MODES = (AUTH_MISSING, AUTH_EXPIRED, AUTH_REVOKED, AUTH_INVALID)
"""A word that says what became of the key beats the one that says it is not accepted."""
