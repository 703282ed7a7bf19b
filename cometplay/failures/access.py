"""Who may ask: the modes of keys and permissions."""

from cometplay.core.findings import ModeClass, Reply, Reproduction, Retryable, Rule, Script
from cometplay.failures import signs, tables
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row

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
        "No key was set at all: there is nothing to compare, it has to be put in place first.",
        "preflight.no-key",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "401"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=("invalid_api_key",),
        types=("authentication_error",),
        phrases=("invalid token", "incorrect api key", "invalid api key", "invalid x-api-key", "无效的令牌"),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=Script(
            rules=(
                Rule(
                    Reply(
                        401,
                        '{"error":{"code":"","message":"Invalid token (request id: {{request_id}})",'
                        '"type":"comet_api_error"}}',
                    )
                ),
            )
        ),
    ),
)

MODES = (AUTH_INVALID,)
