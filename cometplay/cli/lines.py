"""`explain --jsonl`: kept answers, one JSON object a line; the diagnosis of each, in order."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from io import BufferedReader
from json import JSONDecodeError, dumps
from typing import BinaryIO, cast

from cometplay.cli.diagnose import judged, opened
from cometplay.cli.kept import quoted, recorded
from cometplay.cli.output import flush, out_json, warn
from cometplay.core import jsons
from cometplay.core.jsons import JsonObject

LONGEST_LINE = 64 * 1024 * 1024
CHUNK = 64 * 1024


class BadLineError(ValueError):
    """A line that cannot be diagnosed; the text says why. `case` is what it was called, if it was read."""

    def __init__(self, why: str, case: JsonObject | None = None) -> None:
        super().__init__(why)
        self.case: JsonObject = case or {}


def explain_lines(name: str) -> int:
    """Prints a diagnosis for every line of a file, or of standard input for "-". Raises UsageError."""
    count = bad = 0
    try:
        with opened(name) as source:
            for number, line in _lines(source, before_waiting=flush):
                if line is not None and not line.strip():
                    continue
                count += 1
                try:
                    said = _diagnosed(line)
                except BadLineError as error:
                    bad += 1
                    said = {**error.case, "line": number, "error": str(error)}
                out_json(said, at_once=False)
    finally:
        flush()
    if not count:
        warn(f"{name}: no line, so nothing to diagnose")
    if bad:
        warn(f"{bad} of {count} lines could not be read; each says why in its place")
    return 1 if bad else 0


def _lines(source: BinaryIO, before_waiting: Callable[[], None]) -> Iterator[tuple[int, bytes | None]]:
    """Every line with its number; None for one that is too long, which is not kept.

    What was answered is passed on before each read: whoever writes the lines may wait for it.
    """
    reader = cast("BufferedReader", source)
    number, size, held = 0, 0, list[bytes]()
    while chunk := reader.read1(CHUNK):
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            number, size = number + 1, size + len(piece)
            yield number, b"".join((*held, piece)) if size <= LONGEST_LINE else None
            size = 0
            held.clear()
        size += len(rest)
        held.append(rest)
        if size > LONGEST_LINE:
            held.clear()
        before_waiting()
    if size:
        yield number + 1, b"".join(held) if size <= LONGEST_LINE else None


def _diagnosed(line: bytes | None) -> JsonObject:
    """The answer to one line. Raises BadLineError."""
    fields = _fields(_text(line))
    case: JsonObject = {"case": fields["case"]} if "case" in fields else {}
    try:
        dumps(case, allow_nan=False)
    except ValueError:
        raise BadLineError("case: it holds a number that JSON does not have") from None
    try:
        return {**case, **judged(recorded(fields)).as_json()}
    except ValueError as error:
        raise BadLineError(str(error), case) from None


def _text(line: bytes | None) -> str:
    if line is None:
        raise BadLineError(f"the line is longer than {LONGEST_LINE >> 20} MB")
    if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise BadLineError("this is UTF-16: save the file as UTF-8")
    if b"\0" in line:
        raise BadLineError(f"byte {line.index(0) + 1} is NUL, which no text holds")
    try:
        return line.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        wrong = f"byte {error.start + 1} (0x{line[error.start]:02x})"
        raise BadLineError(f"this is not UTF-8: {wrong} does not fit") from None


def _fields(text: str) -> JsonObject:
    try:
        value = jsons.parse(text)
    except JSONDecodeError as error:
        raise BadLineError(f"this is not JSON: {error.msg}, at character {error.pos + 1}") from None
    except ValueError as error:
        raise BadLineError(f"this cannot be read as JSON: {str(error).partition(':')[0]}") from None
    if not isinstance(value, dict):
        raise BadLineError(f"this is {quoted(value)}, and no JSON object")
    return value
