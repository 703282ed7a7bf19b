"""A whole file -> the part of it that a Range header asks for (RFC 9110, 14)."""

import re
from dataclasses import replace

from cometplay.lab.answers import Answer
from cometplay.lab.http import Request

_OK, _PARTIAL, _UNSATISFIABLE = 200, 206, 416
_BYTES = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


def ranged(request: Request, whole: Answer, refusal: Answer) -> Answer:
    """206 with the part, `refusal` as a 416 where the file has no such part, else the whole file.

    Several ranges at once, or a condition (no file here has a validator), get the whole file too.
    """
    offered = replace(whole, headers=(*whole.headers, ("accept-ranges", "bytes")))
    found = _BYTES.fullmatch(request.header("range").replace(" ", ""))
    asked = request.method == "GET" and not request.header("if-range")
    if not found or not asked or whole.status != _OK or not _means_something(found[1], found[2]):
        return offered
    size = len(whole.body)
    span = _span(found[1], found[2], size)
    if span is None:
        none = ("content-range", f"bytes */{size}")
        return replace(refusal, status=_UNSATISFIABLE, headers=(*refusal.headers, none))
    part = ("content-range", f"bytes {span.start}-{span.stop - 1}/{size}")
    return replace(
        offered,
        status=_PARTIAL,
        headers=(*offered.headers, part),
        body=whole.body[span.start : span.stop],
    )


def _means_something(first: str, last: str) -> bool:
    """Whether it is a range at all; one that ends before it begins is none, and to be ignored."""
    return bool(first or last) and not (first and last and int(last) < int(first))


def _span(first: str, last: str, size: int) -> range | None:
    """The bytes meant; None when there are none of them. Without a first, the last so many."""
    if not first:
        return range(max(0, size - int(last)), size) if size and int(last) else None
    return range(int(first), min(size, int(last) + 1) if last else size) if int(first) < size else None
