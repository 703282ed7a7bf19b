"""The documents' own tables as data, corrected where they are wrong, for a panel to mark a row in.

The source is that of most rows; 402, 405, 408, 502 and those of more than one status come from what was
seen on the wire, the rest of a task's words from the endpoints' own pages.
"""

from dataclasses import dataclass

from cometplay.failures.source import (
    ERROR_PAGE,
    GUIDE,
    OTHER_GATEWAY,
    POLLING_GUIDE,
    RETRY_GUIDE,
    Source,
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns; the first cell names the row."""

    title: str
    source: Source
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The row of a table that a mode stands in."""

    table: Table
    key: str

    def __post_init__(self) -> None:
        if all(row[0] != self.key for row in self.table.rows):
            raise ValueError(f"{self.table.title} has no row {self.key!r}")


HTTP_STATUS = Table(
    "HTTP statuses",
    ERROR_PAGE,
    ("Status", "Meaning", "Retry", "Do"),
    (
        ("3xx", "wrong path or host", "no", "use the base URL exactly, ending in /v1"),
        ("400", "bad request", "no", "read the message; it names the field"),
        ("401", "key missing or wrong", "no", "check the key and the base URL together"),
        ("402", "no balance", "no", "top up, or raise the token's own quota"),
        ("403", "forbidden, or no balance", "no", "check access, fields and balance"),
        ("404", "no such thing or path", "no", "check the id and the path"),
        ("405", "wrong method or path", "no", "compare both with the endpoint's page"),
        ("408", "request timeout", "yes", "send again, maybe to a faster model"),
        ("413", "body too large", "no", "send a smaller file"),
        ("429", "rate limited", "yes", "back off with jitter; not if it says quota"),
        ("500", "server error", "yes", "back off; not if it says invalid_request"),
        ("502", "bad gateway", "yes", "back off"),
        ("503", "unavailable", "yes", "wait; not if the model is unknown"),
        ("504", "gateway timeout", "yes", "send again, stream, or ask for less"),
        ("522, 524", "origin too slow", "GET only", "the job may run on; look before you repeat"),
        ("529", "overloaded", "yes", "wait, or use another model"),
        ("other 5xx", "server error", "yes", "back off; keep the request id"),
        ("other", "undocumented", "no", "read the raw body"),
    ),
)

ERROR_CODES = Table(
    "Error codes",
    OTHER_GATEWAY,
    ("Code", "Meaning", "Retry", "Do"),
    (
        ("invalid_api_key", "wrong key; often no code at all", "no", "check key and base URL together"),
        ("expired_api_key", "the key is past its end", "no", "create a new key"),
        ("revoked_api_key", "the key was withdrawn", "no", "create a new key"),
        ("missing_required_field", "a field is absent", "no", "add the field"),
        ("invalid_request", "malformed, even under a 500", "no", "mend the request's structure"),
        ("invalid_value", "a value does not fit", "no", "check its form and range"),
        ("model_not_supported", "no such model here", "no", "take an id from the models list"),
        ("model_not_found", "no such model, even under a 503", "no", "take an id from the models list"),
        ("model_price_error", "a model that is not offered", "no", "take an id from the models list"),
        ("convert_request_failed", "another route's model", "no", "use the model's own route"),
        ("context_length_exceeded", "too many tokens", "no", "shorten messages, or lower max_tokens"),
        ("content_policy_violation", "refused by a safety policy", "no", "reword the prompt"),
        ("moderation_blocked", "refused by moderation", "no", "reword, or change the reference picture"),
        ("sensitive_words_detected", "the gateway's own filter", "no", "reword the prompt"),
        ("unsupported_country_region_territory", "barred by place", "no", "use another model"),
        ("access_denied", "the token may not do this", "no", "check the token's models and addresses"),
        ("rate_limit_exceeded", "too many requests", "yes", "back off with jitter; fewer at once"),
        ("concurrent_limit_exceeded", "too many at once", "yes", "limit how many run side by side"),
        ("insufficient_quota", "no quota; 403 at CometAPI", "no", "top up; waiting does not help"),
        ("insufficient_user_quota", "the account's balance is too low", "no", "top up, or ask for less"),
        ("pre_consume_token_quota_failed", "the token's own quota", "no", "raise it in the console"),
        ("task_not_exist", "no such task, or not visible yet", "if young", "wait 5 s, poll again"),
        ("get_task_failed", "the poll failed, not the task", "yes", "poll again"),
        ("get_channel_failed", "no channel could be picked", "yes", "wait, or use another model"),
        ("do_request_failed", "the provider was not reached", "yes", "back off"),
        ("bad_response_status_code", "the provider failed", "by its status", "look at the inner status"),
        ("bad_response_body", "the provider's answer is broken", "yes", "for a video look at the task first"),
        ("internal_error", "the server's own fault", "yes", "back off; keep the request id"),
        ("service_unavailable", "temporary", "yes", "wait, or use another model"),
    ),
)

RETRY_RULES = Table(
    "What may be retried",
    RETRY_GUIDE,
    ("Signal", "Retry", "Do"),
    (
        ("400", "no", "mend the body or the parameters"),
        ("401", "no", "check the key and the Authorization header"),
        ("403", "no", "drop unsupported fields; check model access and balance"),
        ("429", "yes", "exponential backoff with jitter"),
        ("429 that says quota", "no", "top up"),
        ("429, upstream saturated", "yes, slowly", "wait 5 s or more, or change the model"),
        ("500", "yes", "back off; keep the request id"),
        ("500 with invalid_request", "no", "mend the request's structure"),
        ("502, 504", "yes", "back off; ask for less, or stream"),
        ("503", "yes", "wait"),
        ("503 with model_not_found", "no", "take an id from the models list"),
        ("524", "GET only", "the job may run on and be billed; look first"),
        ("no connection", "yes", "check host, proxy and clock"),
        ("no answer in time", "GET only", "raise the limit; keep the task id"),
        ("Retry-After", "after it", "wait that long, up to 120 s"),
        ("x-should-retry: false", "no", "the server knows better"),
    ),
)

FINISH_REASON = Table(
    "finish_reason",
    GUIDE,
    ("Reason", "Meaning", "Do"),
    (
        ("stop", "the model was done", "nothing"),
        ("length", "the token cap struck", "raise the cap, or shorten the prompt"),
        ("content_filter", "a safety filter struck", "reword the prompt"),
        ("tool_calls", "the model wants a tool", "run it, send the result back"),
        ("function_call", "the same, older form", "run it, send the result back"),
        ("null", "the answer is unfinished", "treat it as failed"),
    ),
)

SILENT = Table(
    "Checks of your own",
    GUIDE,
    ("Task", "Wrong when", "Do"),
    (
        ("classify", "it is none of the labels", "list the labels, ask for the label alone"),
        ("extract JSON", "it does not parse", "response_format json_object"),
        ("summarize", "it has under 10 words", "check the input and the wording"),
        ("any", "it is empty and calls no tool", "log the whole answer"),
    ),
)

IMAGE = Table(
    "Images",
    GUIDE,
    ("Signal", "Meaning", "Do"),
    (
        ("url or b64_json", "the picture", "download it at once"),
        ("response_format", "GPT Image takes none", "use output_format"),
        ("data is empty", "no picture, cause unknown", "reword the prompt; it may be filtered"),
        ("n over 1", "some models make one a call", "n = 1, in a loop"),
        ("403 on the url", "expired, or the link is damaged", "copy it whole; else generate again"),
        ("revised_prompt", "the prompt was changed", "compare it with yours"),
    ),
)

VIDEO = Table(
    "Videos",
    POLLING_GUIDE,
    ("Signal", "Meaning", "Do"),
    (
        ("completed", "the file is there", "download it at once"),
        ("in_progress", "the job runs", "poll every 10 to 20 s"),
        ("task_not_exist", "not visible yet, if young", "wait 5 s, poll again"),
        ("task_not_exist, old", "wrong id, route or account", "check all three"),
        ("queued 10 min", "a long queue", "keep polling, keep the task id"),
        ("deadline", "the outcome is unknown", "look again later"),
        ("failed", "see its detail", "act on the detail; else ask /content"),
        ("403 on the url", "expired, or the link is damaged", "copy it whole; else generate again"),
    ),
)
