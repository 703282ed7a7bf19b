"""Every exception of the HTTP client -> the way in which an answer failed to come, in one table."""

import ssl

import h11
import httpx

from cometplay.core.events import Fault

FAULTS: dict[type[BaseException], Fault] = {
    # transport.connect: no connection, so nothing was sent
    httpx.ConnectError: Fault.CONNECT,
    httpx.ConnectTimeout: Fault.CONNECT,
    httpx.PoolTimeout: Fault.CONNECT,
    httpx.ProxyError: Fault.CONNECT,
    # transport.connect too, but never repeated: no request can be made of this url, header or cookie
    httpx.UnsupportedProtocol: Fault.UNSENDABLE,
    httpx.LocalProtocolError: Fault.UNSENDABLE,
    httpx.InvalidURL: Fault.UNSENDABLE,
    httpx.CookieConflict: Fault.UNSENDABLE,
    UnicodeError: Fault.UNSENDABLE,
    # a proxy variable: of a kind that needs another package, or no URL at all
    ImportError: Fault.UNSENDABLE,
    ValueError: Fault.UNSENDABLE,
    # transport.tls
    ssl.SSLError: Fault.TLS,
    # transport.timeout
    httpx.TimeoutException: Fault.TIMEOUT,
    httpx.ReadTimeout: Fault.TIMEOUT,
    httpx.WriteTimeout: Fault.TIMEOUT,
    TimeoutError: Fault.TIMEOUT,
    # transport.interrupted: it began, and did not come to its end
    httpx.NetworkError: Fault.INTERRUPTED,
    httpx.ReadError: Fault.INTERRUPTED,
    httpx.WriteError: Fault.INTERRUPTED,
    httpx.CloseError: Fault.INTERRUPTED,
    OSError: Fault.INTERRUPTED,
    # transport.interrupted: garbage where HTTP was due, too
    httpx.ProtocolError: Fault.INTERRUPTED,
    httpx.RemoteProtocolError: Fault.INTERRUPTED,
    # the client lets the parser's own exceptions through; the head of a request may be out by then
    h11.ProtocolError: Fault.INTERRUPTED,
    # transport.interrupted: compressed data that ends early (gateway/decoding.py). Data that is not
    # compressed at all although the header says so is kept as it came, and judged as a body
    httpx.DecodingError: Fault.INTERRUPTED,
    # the response was read in the wrong order or was closed under us
    httpx.StreamError: Fault.INTERRUPTED,
    httpx.StreamConsumed: Fault.INTERRUPTED,
    httpx.StreamClosed: Fault.INTERRUPTED,
    httpx.ResponseNotRead: Fault.INTERRUPTED,
    httpx.RequestNotRead: Fault.INTERRUPTED,
    # the families' heads, for a subclass that a later release may add, and for redirects, which are
    # followed one by one and shown where they do not end
    httpx.TooManyRedirects: Fault.INTERRUPTED,
    httpx.TransportError: Fault.INTERRUPTED,
    httpx.RequestError: Fault.INTERRUPTED,
    httpx.HTTPStatusError: Fault.INTERRUPTED,
    httpx.HTTPError: Fault.INTERRUPTED,
}
"""The entry of an exception's nearest class holds. The comments name the failure mode it leads to."""

CAUGHT = tuple(FAULTS)

_TLS_WAITS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""No faults: how a sound TLS connection says "not yet". One is in the chain of every timeout over https."""


_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, ssl.SSLError)


def _is_tls_fault(link: BaseException) -> bool:
    return isinstance(link, ssl.SSLError) and not isinstance(link, _TLS_WAITS)


def fault_of(error: BaseException) -> Fault:
    """The fault of an exception that is one of CAUGHT.

    A TLS fault arrives as a ConnectError with an ssl.SSLError somewhere in its chain of causes. One
    in the middle of an answer is a broken connection like any other.
    """
    if isinstance(error, _BEFORE_SENDING) and any(_is_tls_fault(link) for link in _chain(error)):
        return Fault.TLS
    return next(FAULTS[kind] for kind in type(error).__mro__ if kind in FAULTS)


def detail_of(error: BaseException) -> str:
    """What went wrong, in the words of the innermost exception that has any."""
    for link in reversed(_chain(error)):
        if str(link).strip():
            return str(link)
    return type(error).__name__


def _chain(error: BaseException) -> list[BaseException]:
    links = [error]
    while (inner := links[-1].__cause__ or links[-1].__context__) and inner not in links:
        links.append(inner)
    return links
