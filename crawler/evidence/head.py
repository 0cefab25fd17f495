"""HTTP heads as bytes for an archive: what was received, with nothing in it that could break the archive's framing."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Literal
from urllib.parse import quote, urlsplit

from crawler.visit import Exchange

MAX_VALUE = 65_536  # characters of one header's value
MAX_HEAD = 524_288  # bytes of all headers together
ORIGINAL = "X-Archive-Orig-"  # a header that no longer fits the stored body keeps its value under this prefix
INVALID = "X-Archive-Invalid-Header"  # a line whose name is no header name
CUT = "X-Archive-Cut-Header"

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}", re.ASCII)
_BREAKING = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_URL_SAFE = "".join(chr(code) for code in range(0x21, 0x7F))

Headers = Iterable[tuple[str, str]]


def response_head(exchange: Exchange) -> bytes:
    """Status line and headers, true of ``exchange.body`` as it is stored.

    Transfer coding is always undone by then, content coding only in a decoded body; the length is the stored one.
    """
    protocol = "HTTP/1.0" if exchange.protocol == "HTTP/1.0" else "HTTP/1.1"
    status = min(max(exchange.status, 0), 999)
    line = f"{protocol} {status:03d} {_reason(exchange)}"
    return _head(line, _true_headers(exchange))


def request_head(exchange: Exchange) -> bytes:
    """Request line and headers; a Host is put in where a browser's view had left it out."""
    parts = urlsplit(safe_url(exchange.url))
    method = exchange.method.upper() if _TOKEN.fullmatch(exchange.method) else "GET"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [(name, value) for name, value in exchange.request_headers if not name.startswith(":")]
    if not any(name.lower() == "host" for name, _ in headers):
        headers.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    return _head(f"{method} {target} HTTP/1.1", headers)


def safe_url(url: str) -> str:
    """The URL in visible ASCII, without its fragment: fit for one header line."""
    return quote(url.partition("#")[0].encode("utf-8", "replace"), safe=_URL_SAFE)


def safe_value(value: str) -> str:
    """One line of text: characters that could end it are percent-encoded, halves of surrogate pairs become «?»."""
    return _BREAKING.sub(lambda match: f"%{ord(match[0]):02X}", value).encode("utf-8", "replace").decode()


def mime_of(headers: Headers, default: str = "application/octet-stream") -> str:
    """The bare media type, lower case, of a Content-Type header."""
    value = next((value for name, value in headers if name.lower() == "content-type"), "")
    mime = value.partition(";")[0].strip().lower()
    kind, slash, rest = mime.partition("/")
    return mime if slash and _TOKEN.fullmatch(kind) and _TOKEN.fullmatch(rest) else default


def coding_of(exchange: Exchange) -> str:
    """The content coding that the stored body still has, or ""."""
    if exchange.body_decoded:
        return ""
    values = (value for name, value in exchange.response_headers if name.lower() == "content-encoding")
    return next(values, "").strip().lower()


def is_short(exchange: Exchange) -> bool:
    """Whether the stored body is less than what the server announced, noted by the visit or seen from its length."""
    if exchange.truncated or exchange.method == "HEAD" or exchange.status in {204, 304}:
        return exchange.truncated
    told = next((value for name, value in exchange.response_headers if name.lower() == "content-length"), "").strip()
    if not (told.isascii() and told.isdecimal() and len(told) < 16):
        return False
    undone = exchange.body_decoded and any(name.lower() == "content-encoding" for name, _ in exchange.response_headers)
    return int(told) > 0 and not exchange.body if undone else int(told) > len(exchange.body)


def _true_headers(exchange: Exchange) -> Iterator[tuple[str, str]]:
    stale = {"transfer-encoding", "content-length"} | ({"content-encoding"} if exchange.body_decoded else set())
    length = str(len(exchange.body))
    told = False
    for name, value in exchange.response_headers:
        lowered = name.strip().lower()
        if lowered == "content-length" and value.strip() == length and not told:
            told = True
        elif lowered in stale:
            name = f"{ORIGINAL}{name.strip()}"
        elif name.startswith(":"):
            continue  # the status line of HTTP/2
        yield name, value
    if not told:
        yield "Content-Length", length


def _head(line: str, headers: Headers) -> bytes:
    written, size = [_encode(line)], len(line)
    for name, value in headers:
        text = _line(name, value)
        size += len(text) + 2
        if size > MAX_HEAD:
            written.append(_encode(f"{CUT}: all after {len(written) - 1} headers"))
            break
        written.append(text)
    return b"\r\n".join(written) + b"\r\n\r\n"


def _line(name: str, value: str) -> bytes:
    if not _TOKEN.fullmatch(name):
        name, value = INVALID, f"{name}: {value}"
    if len(value) > MAX_VALUE:
        name, value = CUT, f"{name}; {len(value)} characters; {value[:MAX_VALUE]}"
    return _encode(f"{name}: {safe_value(value)}")


def _encode(text: str) -> bytes:
    """Back to the bytes that came: Latin-1 is how headers travel; a browser may have made real characters of them."""
    coding: Literal["latin-1", "utf-8"] = "latin-1" if all(ord(character) < 256 for character in text) else "utf-8"
    return text.encode(coding, "replace")


def _reason(exchange: Exchange) -> str:
    if exchange.reason:
        return safe_value(exchange.reason)[:200]
    try:
        return HTTPStatus(exchange.status).phrase
    except ValueError:
        return "Unknown"
