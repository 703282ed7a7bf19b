"""The documents' own tables as data, corrected where they are wrong, for a panel to mark a row in.

The source is that of most rows; 408 and 502 come from the retry guides, the rest of a task's words
from the endpoints' own pages.
"""

from dataclasses import dataclass

from cometplay.failures.source import ERROR_PAGE, GUIDE, POLLING_GUIDE, Source


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
        ("403", "forbidden, or no balance", "no", "check access, fields and balance"),
        ("404", "no such thing or path", "no", "check the id and the path"),
        ("408", "request timeout", "yes", "send again, maybe to a faster model"),
        ("413", "body too large", "no", "send a smaller file"),
        ("429", "rate limited", "yes", "back off with jitter; not if it says quota"),
        ("500", "server error", "yes", "back off; not if it says invalid_request"),
        ("502", "bad gateway", "yes", "back off"),
        ("503", "unavailable", "yes", "wait; not if the model is unknown"),
        ("504", "gateway timeout", "yes", "send again, stream, or ask for less"),
        ("524", "origin too slow", "GET only", "the job may run on; look before you repeat"),
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
