"""Bodies that are no JSON: bytes as text, pages of proxies and edges, the XML of object storage."""

import re
import zlib
from contextlib import suppress
from dataclasses import dataclass

from cometplay.core.errors import ApiError

_HEAD = 65_536
"""Characters of a page that are searched."""

_TOP = 8192
"""Characters in which a page says what it is."""

_LARGEST_UNPACKED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """A page for people where an answer was due. "" for what it does not say."""

    title: str
    ray_id: str


_GZIP = b"\x1f\x8b"
_CHARSET = re.compile(
    # those of real pages only: Python knows encodings that are slow, or turn text into something else
    r"charset\s*=\s*[\"']?((?:iso-?8859|windows-|cp|gb|big5|shift_jis|euc-|koi8-|utf-?16|utf-?32|us-ascii)[\w-]*)",
    re.IGNORECASE | re.ASCII,
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def text_of(body: bytes, content_type: str = "") -> str:
    """Any bytes as text: by its BOM, as UTF-8, as the header says, as GB18030, else as Latin-1.

    Bytes that are still packed are unpacked, whatever the headers said.
    """
    if body.startswith(_GZIP):
        body = _unpacked(body)
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body.decode(encoding, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        if error.end == len(body) and not body[: error.start].isascii():
            return body.decode("utf-8", "replace")  # cut in the middle of its last character
    named = _CHARSET.search(content_type)
    for encoding in (named.group(1) if named else "", "gb18030" if _looks_chinese(body) else ""):
        with suppress(UnicodeDecodeError, LookupError):
            return body.decode(encoding)
    # a UTF-8 text that was cut, or holds a few broken characters, is still one
    broken = body[:4096].decode("utf-8", "replace").count("�")
    return body.decode("utf-8" if broken * 10 <= min(len(body), 4096) else "latin-1", "replace")


_HIGH = re.compile(rb"[\x80-\xff]+")


def _looks_chinese(body: bytes) -> bool:
    """Whether bytes above ASCII come in pairs, as in GB18030; in Latin-1 an accent stands alone."""
    runs = [len(run) for run in _HIGH.findall(body[:4096])]
    alone = sum(1 for run in runs if run == 1)
    return bool(runs) and alone * 4 <= sum(runs) and not _CONTROL.search(body[:4096])


_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def _unpacked(body: bytes) -> bytes:
    try:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return unpacker.decompress(body, _LARGEST_UNPACKED)
    except zlib.error:
        return body


_IS_PAGE = re.compile(
    # atomic, because a row of comments could else be read as one comment in ever so many ways
    r"\s*+(?>(?><!--.{0,2000}?-->)\s*+)*+<(?:!doctype\s+html|html|head|body|center|title|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"<title[^>]{0,200}+>(.{0,500}?)</title>", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h1[^>]{0,200}+>(.{0,500}?)</h1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,500}>")
_RAY = re.compile(r"Ray ID:?\s*(?:<[^>]{0,200}>\s*)*([0-9a-f]{16}(?:-[A-Z]{3})?)", re.IGNORECASE)


def page_of(text: str) -> Page | None:
    """What a page for people says of itself; None for anything else."""
    if not _IS_PAGE.match(text[:4096]):
        return None
    top = text[:_TOP]
    told = _TITLE.search(top) or _HEADING.search(top)
    ray = _RAY.search(text[:_HEAD])
    title = " ".join(_TAG.sub(" ", told.group(1)).split()) if told else ""
    return Page(title, ray.group(1) if ray else "")


_IS_STORAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<Error\b", re.IGNORECASE)


def storage_error(text: str) -> tuple[ApiError, str] | None:
    """The error of an object storage (9.1, shape L) and its request id; None for anything else."""
    head = text[:_HEAD]
    if not _IS_STORAGE.match(head):
        return None

    def told(name: str) -> str:
        found = re.search(rf"<{name}>([^<]{{0,1000}})</{name}>", head)
        return found.group(1).strip() if found else ""

    return ApiError(told("Code"), "", told("Message"), "", "Error"), told("RequestId")
