"""Who may do what: an answer of 401 or 403 that says no more, and rights that a key does not have."""

from cometplay.core.findings import ModeClass, Reproduction, Retryable
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import numbered, one_of
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE, RETRY_GUIDE
from cometplay.failures.tables import Row

UNAUTHORIZED = FailureMode(
    id="http.unauthorized",
    cls=ModeClass.HARD,
    title="Not authorized",
    meaning="The gateway did not accept who you are, and gives no reason.",
    cause="Mostly the key, or a base URL that belongs to another vendor than the key does.",
    fixes=(
        "Load the key anew from where it is kept, and start the program again.",
        "Try the same key with the list of models: if that works, the key is good and the route is not.",
        "Rotate the key, and send again only with the new one.",
    ),
    not_when=NotWhen(
        "You were recognised, and may not do this one thing.",
        "http.forbidden",
    ),
    source=GUIDE,
    row=Row(tables.RETRY_RULES, "401"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(zhipu=("1000", "1004", "1111")),
        signs.error(
            phrases=(
                *("authentication failed", "authentication failure", "authorization failed", "login fail"),
                *("failed to authenticate", "could not authenticate", "unable to authenticate"),
                *(
                    "身份验证失败",
                    "身份认证失败",
                    "认证失败",
                    "鉴权失败",
                    "验证失败，请重新",
                    "未授权",
                    "未登录",
                ),
            ),
            generic=("unauthorized", "unauthenticated", "authfailure", "unauthorizedexception"),
            statuses=(401,),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(401, "Unauthorized")),
    ),
)

FORBIDDEN = FailureMode(
    id="http.forbidden",
    cls=ModeClass.HARD,
    title="Forbidden",
    meaning="The key is known, and this request is not among the things it may do.",
    cause="A token limited to some models or addresses, a field that this account may not use, or a policy.",
    fixes=(
        "Send the smallest request of the endpoint; if that passes, a field was not allowed.",
        "Check in the console which models the token may use, and from which addresses.",
        "Give support the request id if the smallest request is refused as well.",
    ),
    not_when=NotWhen(
        "It is not settled who you are: the status says 401.",
        "http.unauthorized",
    ),
    source=RETRY_GUIDE,
    row=Row(tables.RETRY_RULES, "403"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(kling=("1100", "1103", "1304"), zhipu=("1220",)),
        signs.error(
            codes=("ip_not_allowed", "ip_not_authorized", "insufficient_permissions", "missing_scope"),
            phrases=(
                *("token has no access", "token is not allowed", "insufficient permission", "missing scopes"),
                *("not authorized to perform", "organization must be verified", "ip address is not allowed"),
                *(
                    "该令牌无权",
                    "令牌没有权限",
                    "只能在指定网段",
                    "ip 不在",
                    "ip不在",
                    "不在白名单",
                    "没有权限",
                    "权限不足",
                ),
            ),
            generic=(
                *(
                    "permission_error",
                    "permission_denied",
                    "permissiondenied",
                    "forbidden",
                    "forbidden_error",
                ),
                *(
                    "access_denied",
                    "accessdenied",
                    "accessdeniedexception",
                    "not_authorized",
                    "no_permission",
                ),
            ),
            statuses=(403,),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(403, "This token may not do this", code="access_denied")),
    ),
)

MODES = (UNAUTHORIZED, FORBIDDEN)
