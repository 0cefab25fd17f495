"""Says in words why a connection failed: the libraries' own messages print objects, line numbers and codes."""

import os
import re
import socket
import ssl

import aiohttp

_LONGEST = 10
_BRACKETED = re.compile(r"\[SSL[^]]{0,60}\]|\(_ssl\.c[^)]{0,20}\)")


def causes(error: BaseException) -> list[BaseException]:
    """``error`` and what it was raised from, outermost first, at most ten."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < _LONGEST:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def of_the_network(error: BaseException) -> bool:
    """Whether a connection is what failed, so that ``describe`` knows better words than the error itself."""
    return any(isinstance(cause, aiohttp.ClientError | ssl.SSLError | socket.gaierror) for cause in causes(error))


def describe(error: BaseException) -> str:
    """The innermost cause in words, without the address that was asked."""
    chain = causes(error)
    for cause in reversed(chain):
        if words := _words(cause):
            return words
    last = chain[-1]
    if isinstance(last, aiohttp.ClientConnectionError):
        return os.strerror(last.errno) if isinstance(last, OSError) and last.errno else "the connection was closed"
    return str(last) or type(last).__name__


def _words(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        said = getattr(cause, "reason", "") or _BRACKETED.sub("", str(cause.strerror or cause))
        return f"TLS failed ({said.strip().replace('_', ' ').lower() or 'the handshake broke'})"
    if isinstance(cause, socket.gaierror):
        return f"the name does not resolve ({cause.strerror})"
    if isinstance(cause, TimeoutError) and not cause.errno:
        return "it took too long"
    if isinstance(cause, OSError) and not isinstance(cause, aiohttp.ClientError):
        return os.strerror(cause.errno) if cause.errno else str(cause.strerror or cause)
    return ""
