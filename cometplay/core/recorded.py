"""An answer that somebody kept -> the transcript of it, as if this program had just received it."""

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field

from cometplay.core import bodies, errors
from cometplay.core.bodies import Reading
from cometplay.core.drafts import Kind
from cometplay.core.events import Headers, Polled, Replied, Sent
from cometplay.core.expectations import Expectation
from cometplay.core.jsons import Json, JsonObject, dig_text
from cometplay.core.states import TaskReading, TaskState, read_task
from cometplay.core.transcript import Task, Transcript, answered, fold, read_exchange
from cometplay.core.wire import Phase, WireRequest

PHASES = {
    "create": Phase.CREATE,
    "stream": Phase.CREATE,
    "poll": Phase.POLL,
    "download": Phase.DOWNLOAD,
}
"""The words for a phase that a person may write; a stream is a create whose answer comes in events."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer. `status` is None where nobody wrote it down, `elapsed_s` is since the submit."""

    kind: Kind
    phase: Phase = Phase.CREATE
    status: int | None = None
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    asked: JsonObject = field(default_factory=dict[str, Json], repr=False)
    elapsed_s: float | None = None
    expect: Expectation | None = None


def transcript(answer: Recorded) -> Transcript:
    """The transcript of a run of which this is the last answer."""
    now = answer.elapsed_s or 0.0
    status = _likely_status(answer) if answer.status is None else answer.status
    request = _request(answer)
    replied = Replied(now, status, answer.headers, answer.body, 0.0)
    # built at once and not folded event by event, because a log has millions of answers
    after = Transcript(
        kind=answer.kind,
        expect=answer.expect,
        asked=answer.asked,
        now=now,
        events=(Sent(now, request, 1), replied),
        sent=request,
        creates=int(answer.phase is Phase.CREATE),
        task=_task(answer),
        **answered(read_exchange(answer.kind, request, replied)),
    )
    if answer.phase is not Phase.POLL or after.last is None or not after.last.succeeded:
        return after
    look = after.last.look or read_task(after.last.reading.value)
    known = look.word or look.state is not TaskState.UNKNOWN
    return fold(after, Polled(now, look, now)) if known else after


def _task(answer: Recorded) -> Task | None:
    """The task that an answer is about: one that is polled, or one whose result is fetched."""
    if answer.phase is Phase.POLL:
        return Task("", 0.0)
    if answer.phase is Phase.DOWNLOAD and answer.kind is Kind.VIDEO:
        return Task("", 0.0, look=TaskReading("", "", TaskState.SUCCEEDED, "", "", ""))
    return None


def _request(answer: Recorded) -> WireRequest:
    method = "POST" if answer.phase is Phase.CREATE else "GET"
    model = dig_text(answer.asked, "model")
    keyed = answer.phase is not Phase.DOWNLOAD
    return WireRequest(method, "", answer.kind, answer.phase, model, keyed=keyed)


_STATUS_IN_TITLE = re.compile(r"\b([45]\d\d)\b")
_STATUS_IN_TEXT = re.compile(r"(?:error code: |http |status_code=)?([45]\d\d)\b", re.IGNORECASE)
_PARTS_OF_ANSWERS = frozenset(
    ("choices", "candidates", "data", "output", "id", "task_id", "object", "status", "success")
)


def _likely_status(answer: Recorded) -> int:
    """The status of an answer where none is written down: what a page says, else success, else unknown."""
    reading = bodies.read(answer.body, answer.headers)
    if reading.layers or _is_a_lone_message(reading):
        return bodies.UNKNOWN_STATUS
    told = None
    if reading.page:
        told = _STATUS_IN_TITLE.search(reading.page.title)
    elif not reading.is_json:
        told = _STATUS_IN_TEXT.match(reading.text[:100].lstrip())
    return int(told.group(1)) if told else 200


def _is_a_lone_message(reading: Reading) -> bool:
    """Whether nothing but an error looks like this: a message, and no part of an answer."""
    value = reading.value
    if not isinstance(value, dict) or not _PARTS_OF_ANSWERS.isdisjoint(value):
        return False
    return bool(errors.layers(value, failed=True))


@dataclass(frozen=True, slots=True)
class Head:
    """What stood above a body: HTTP status and headers. None and () where nothing did."""

    status: int | None = None
    headers: Headers = ()


_HEAD = re.compile(
    rb"HTTP/[\d.]+ (\d{3})(?!\d)[^\r\n]*(?:\r?\n|\Z)"  # the status line
    rb"((?:[\w!#$%&'*+.^`|~-]+:[^\r\n]*(?:\r?\n|\Z))*)"  # its headers
    rb"(?:\r?\n)?"
)

_IN_UTF16 = (b"\xff\xfeH\x00", b"\xfe\xff\x00H")
"""The first letter of a head as PowerShell writes it to a file."""


def split_head(raw: bytes) -> tuple[Head, bytes]:
    """The head and the body of an answer as `curl -i` prints it; all of it is body where no head is.

    Where several heads stand in a row (a redirect, a proxy's CONNECT, a 100), the last one counts.
    """
    raw = raw.removeprefix(BOM_UTF8)
    if raw.startswith(_IN_UTF16):
        raw = raw.decode("utf-16", "replace").encode()
    head, end = Head(), 0
    while found := _HEAD.match(raw, end):
        end = found.end()
        lines = (line.partition(":") for line in found.group(2).decode("latin-1").splitlines())
        headers = tuple((name, value.strip()) for name, _, value in lines)
        head = Head(int(found.group(1)), headers)
    return head, raw[end:]
