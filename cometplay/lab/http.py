"""A request as it came, what can be wrong with one, and the plain form that nearly all of them have.

A plain head is read here, once: h11 takes as long for one request as the rest of the lab. Whatever is not
of that form in every byte is left to h11, so that this reader has nothing to be lenient about.
"""

import re
from dataclasses import dataclass, field, replace

BODY_LIMIT = 32 * 2**20
PLAIN_LIMIT = 64 * 1024
"""Bytes of a body; a longer one is not plain."""
HEAD_END = b"\r\n\r\n"

_TOKEN = rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]+"
_LINE = re.compile(rb"(%s) ([\x21-\x7e]+) HTTP/1\.1" % _TOKEN)
_FIELD = re.compile(rb"(%s):[ \t]*([\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*)[ \t]*" % _TOKEN)
_LENGTH = re.compile(r"[0-9]{1,5}")
_NOT_PLAIN = frozenset({"transfer-encoding", "expect", "upgrade"})
_ODD_METHODS = (b"CONNECT", b"HEAD")
"""Their answers are framed otherwise (RFC 9112, 6.3)."""
_ONCE = ("host", "content-length", "connection")


class UnreadableError(Exception):
    """What came is not HTTP."""


class TooLargeError(Exception):
    """The body is over the limit. `request` is what was understood of it, without the body."""

    def __init__(self, request: "Request") -> None:
        super().__init__()
        self.request = request


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came: header names in lower case, the target with its query."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        for known, value in self.headers:
            if known == name:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class PlainHead:
    """A head of the plain form: its bytes with the empty line, and how many follow as the body."""

    raw: bytes = field(repr=False)
    request: Request
    length: int

    def with_body(self, body: bytes) -> Request:
        return replace(self.request, body=body) if body else self.request


def plain_head(raw: bytes) -> PlainHead | None:
    """The head that these bytes are, its empty line included; None when it is not plain.

    Plain is HTTP/1.1 on a connection that stays, with one host, at most one length and no coding, each
    header on a line of its own and with a value in visible ASCII.
    """
    first, *rest = raw.removesuffix(HEAD_END).split(b"\r\n")
    line = _LINE.fullmatch(first)
    fields = [_FIELD.fullmatch(row) for row in rest]
    if line is None or line[1] in _ODD_METHODS:
        return None
    headers = tuple([(found[1].decode().lower(), found[2].decode()) for found in fields if found])
    known = dict(headers)
    names = [name for name, _ in headers]
    length = known.get("content-length", "0")
    plain = (
        len(headers) == len(rest)
        and "host" in known
        and known.get("connection", "keep-alive").lower() == "keep-alive"
        and all(names.count(name) <= 1 for name in _ONCE)
        and _NOT_PLAIN.isdisjoint(names)
        and _LENGTH.fullmatch(length)
        and int(length) <= PLAIN_LIMIT
    )
    if not plain:
        return None
    return PlainHead(raw, Request(line[1].decode(), line[2].decode(), headers), int(length))
