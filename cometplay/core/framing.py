"""Where the events of a stream begin and end: lines into names and data (WHATWG HTML, 9.2)."""

from collections.abc import Iterable, Iterator

from cometplay.core import jsons

BOM = "\ufeff"


def lines_of(text: str) -> list[str]:
    """Lines that end in CR, LF or both, and nothing else: JSON may hold U+2028 as it stands.

    The last one is what stands behind the last end of a line, "" for nothing.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Blocks:
    """Lines in, one at a time; a name and data out whenever an event is whole.

    Comments and other fields are passed over. What is no field at all is taken as data too where it is JSON:
    gateways write their own error into a stream as it stands. Some leave out the blank line between events,
    so JSON that is whole ends where more data begins.
    """

    def __init__(self) -> None:
        self._name = self._named = ""
        self._data: list[str] = []
        self._loose = False

    def take(self, line: str) -> tuple[str, str] | None:
        """The event that this line ends, None while there is none."""
        if line.startswith("data:"):
            return self._more(line[5:].removeprefix(" "))
        if line.startswith("event:"):
            self._name = line[6:].strip()
        elif not line.strip():
            return self.end()
        elif self._loose or line.startswith("{"):
            self._loose = True
            return self._more(line)
        return None

    def end(self) -> tuple[str, str] | None:
        """The event that the end of the stream ends."""
        event = (self._name, "\n".join(self._data)) if self._data else None
        self._name, self._data, self._loose = "", [], False
        return event

    def _more(self, data: str) -> tuple[str, str] | None:
        before, name = self._data, self._named
        self._named = self._name
        if len(before) == 1 and _is_object(before[0]):
            self._data = [data]
            return name, before[0]
        before.append(data)
        return None


def _is_object(text: str) -> bool:
    if not (text.startswith("{") and text.rstrip().endswith("}")):
        return False  # nearly always so: the rest is for streams without blank lines
    try:
        jsons.parse(text)
    except ValueError:
        return False
    return True


def payloads(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The name and the data of every event in whole lines."""
    blocks = Blocks()
    for line in lines:
        if event := blocks.take(line):
            yield event
    if event := blocks.end():
        yield event
