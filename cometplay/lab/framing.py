"""How an answer lies on the wire: after a plain request as it always does, else as h11 has it."""

from http import HTTPStatus
from typing import Protocol

import h11

from cometplay.lab.answers import Answer, Stream

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_NO_CONTENT, _NOT_MODIFIED = 204, 304
_CLOSE = ("connection", "close")


class Framing(Protocol):
    """The bytes of one answer. `open`: another request may follow when it is out."""

    @property
    def open(self) -> bool: ...
    def whole(self, answer: Answer) -> bytes: ...
    def begin(self, stream: Stream) -> bytes: ...
    def piece(self, data: bytes) -> bytes: ...
    def end(self) -> bytes: ...


def is_bodiless(status: int) -> bool:
    return status in (_NO_CONTENT, _NOT_MODIFIED)


class PlainFraming:
    """For a plain request: HTTP/1.1, a length or chunks, and the connection stays."""

    def __init__(self) -> None:
        self.open = True

    def whole(self, answer: Answer) -> bytes:
        self.open = _CLOSE not in answer.headers
        length = "" if answer.status == _NO_CONTENT else f"content-length: {len(answer.body)}\r\n"
        head = _head(answer.status, answer.headers, length)
        return head if is_bodiless(answer.status) else head + answer.body

    def begin(self, stream: Stream) -> bytes:
        self.open = False  # until its end
        return _head(stream.status, stream.headers, "transfer-encoding: chunked\r\n")

    def piece(self, data: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(data), data) if data else b""

    def end(self) -> bytes:
        self.open = True
        return b"0\r\n\r\n"


def _head(status: int, headers: tuple[tuple[str, str], ...], framing: str) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    return f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n{lines}{framing}\r\n".encode("latin-1")


class CarefulFraming:
    """For any other request: h11 knows its version, its method and whether the connection stays."""

    def __init__(self, http: h11.Connection, *, head_only: bool) -> None:
        self.http = http
        self._head_only = head_only

    @property
    def open(self) -> bool:
        return self.http.our_state is h11.DONE and self.http.their_state is h11.DONE

    def whole(self, answer: Answer) -> bytes:
        length = () if answer.status == _NO_CONTENT else (("content-length", str(len(answer.body))),)
        head = self._response(answer.status, (*answer.headers, *length))
        body = b"" if self._head_only or is_bodiless(answer.status) else answer.body
        return head + (self.piece(body) if body else b"") + self.end()

    def begin(self, stream: Stream) -> bytes:
        return self._response(stream.status, stream.headers)

    def piece(self, data: bytes) -> bytes:
        return b"" if self._head_only else self.http.send(h11.Data(data=data)) or b""

    def end(self) -> bytes:
        return self.http.send(h11.EndOfMessage()) or b""

    def _response(self, status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        response = h11.Response(status_code=status, headers=encoded, reason=_REASONS.get(status, ""))
        return self.http.send(response) or b""
