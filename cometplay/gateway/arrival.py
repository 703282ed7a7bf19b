"""What has come of an answer so far: kept, so that a fault loses nothing, and told as it comes."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Protocol

from cometplay.core.events import BATCH_S, SUCCESS, Headers
from cometplay.core.limits import LARGEST_ANSWER
from cometplay.core.redact import PiecewiseRedactor, Redactor
from cometplay.gateway.decoding import TruncatedError

SHOWN_OF_FILE = 4096
_MOST_DIGITS = 30
"""Of a length; Python refuses to read numbers without end."""


class Sink(Protocol):
    """Where the body of a success goes. Each raises TruncatedError where the rest is not wanted."""

    def expect(self, size: int) -> None:
        """Told before the body what the server says of its length, where it says it."""
        ...

    def take(self, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """The next bytes of a stream of events, at least one."""

    at: float
    data: bytes = field(repr=False)


class Arrival:
    """An answer as it comes. `news` is set whenever more of a stream has.

    The body of a success goes to `sink` where one is given, and only its beginning is kept.
    """

    def __init__(self, sink: Sink | None = None) -> None:
        self._sink = sink
        self.status = 0
        self.headers: Headers = ()
        self.body = bytearray()
        self.streamed = False
        self.news = asyncio.Event()

    def begin(self, status: int, headers: Headers) -> None:
        """Takes the head. Only a success is told as it comes: a refusal is no answer to be read early.

        Raises TruncatedError when the sink wants nothing so large.
        """
        self.status, self.headers = status, headers
        self._sink = self._sink if status in SUCCESS else None
        types = [value.strip().lower() for name, value in headers if name == "content-type"]
        events = any(kind.startswith("text/event-stream") for kind in types)
        self.streamed = status in SUCCESS and events and self._sink is None
        length = next((value for name, value in headers if name == "content-length"), "")
        if self._sink is not None and length.isascii() and length.isdigit():
            self._sink.expect(int(length[:_MOST_DIGITS]))

    def take(self, data: bytes) -> None:
        """Takes more of the body. Raises TruncatedError when it is too large to be kept."""
        if self._sink is not None:
            self.body += data[: max(0, SHOWN_OF_FILE - len(self.body))]  # first, for the sink may refuse it
            self._sink.take(data)
        elif len(self.body) + len(data) > LARGEST_ANSWER:
            raise TruncatedError(f"the answer is larger than {LARGEST_ANSWER >> 20} MB, and was left there")
        else:
            self.body += data
        if self.streamed and data:
            self.news.set()


async def arrived(
    arrival: Arrival, receiving: asyncio.Task[None], redactor: Redactor, since: Callable[[], float]
) -> AsyncGenerator[Arrived, None]:
    """The pieces of a stream until `receiving` is over, without the key; of any other answer none.

    A piece that comes alone is told at once, of a flood one in BATCH_S seconds of `since`.
    """
    masked = PiecewiseRedactor(redactor)
    receiving.add_done_callback(lambda _: arrival.news.set())
    told, due, over = 0, since(), False
    while not over:
        await arrival.news.wait()
        if (early_s := due - since()) > 0:
            await asyncio.wait({receiving}, timeout=early_s)
        arrival.news.clear()
        if not arrival.streamed:
            return
        over = receiving.done()
        data, told = masked.data(bytes(arrival.body[told:])), len(arrival.body)
        data += masked.rest() if over else b""
        if data:
            now = since()
            due = now + BATCH_S
            yield Arrived(now, data)
