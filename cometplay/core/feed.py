"""A stream of events as it comes: bytes in, cut wherever the network cuts them; the answer so far out."""

import codecs

from cometplay.core.framing import BOM, Blocks, lines_of
from cometplay.core.stream import Stream, StreamReader


class EventFeed:
    """Reads a stream in pieces as core/stream.py reads a whole one, in time that its length alone decides.

    A piece may end anywhere: in a character, between CR and LF, in a field's name, in JSON. The bytes are
    UTF-8, as event streams are; what is none becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = False
        self._after_cr = False
        self._line: list[str] = []
        """The pieces of the line whose end has not come."""
        self._blocks = Blocks()
        self._reader = StreamReader()

    def feed(self, data: bytes) -> None:
        """Takes the next bytes."""
        self._take(self._decoder.decode(data))

    def close(self) -> None:
        """Takes the end: what came of a last line and of a last event counts, as it does in a whole body."""
        self._take(self._decoder.decode(b"", final=True))
        self._take_line("")
        self._read(self._blocks.end())

    def answer(self) -> Stream:
        """What came so far; of an event that is not whole nothing."""
        return self._reader.answer()

    def _take(self, text: str) -> None:
        if not self._begun:
            text = text.lstrip(BOM)
        if not text:
            return
        self._begun = True
        if self._after_cr:
            text = text.removeprefix("\n")  # the CR has ended the line already
        self._after_cr = text.endswith("\r")
        *lines, rest = lines_of(text)
        for line in lines:
            self._take_line(line)
        if rest:
            self._line.append(rest)

    def _take_line(self, end: str) -> None:
        """Takes the rest of a line that is whole now."""
        self._line.append(end)
        line = "".join(self._line)
        self._line = []
        self._read(self._blocks.take(line))

    def _read(self, event: tuple[str, str] | None) -> None:
        if event:
            name, payload = event
            self._reader.feed(payload, name)
