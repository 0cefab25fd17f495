"""Reads the head of a request to a proxy, and writes it anew as the site's server should see it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_HOP = (b"proxy-authorization", b"proxy-connection")


class ProxyHeadError(ValueError):
    """This is no request that a browser sends to a proxy."""


@dataclass(frozen=True, slots=True)
class ProxyHead:
    """``tunnel``: CONNECT. ``upgrade``: what follows is no HTTP. ``origin``: the head to send on, for plain HTTP."""

    host: str
    port: int
    tunnel: bool
    upgrade: bool = False
    origin: bytes = b""
    body_bytes: int = 0
    credentials: bytes = b""
    method: bytes = b"CONNECT"

    @property
    def authority(self) -> str:
        """``host:port``, lower case, as evidence names a destination."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host.lower()}:{self.port}"


def parse_proxy_head(raw: bytes) -> ProxyHead:
    """Read CONNECT or an absolute-form request, its empty line included. Raises ProxyHeadError."""
    line, *fields = raw.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    if not version.startswith(b"HTTP/1."):
        raise ProxyHeadError("not HTTP/1.1")
    headers = [
        (name.strip().lower(), value.strip(), field) for field in fields for name, _, value in [field.partition(b":")]
    ]
    credentials = next((value for name, value, _ in headers if name == b"proxy-authorization"), b"")
    if method == b"CONNECT":
        host, port = _authority("//" + _text(target), 0)
        return ProxyHead(host, port, tunnel=True, credentials=credentials)
    if not target[:7].lower() == b"http://":
        raise ProxyHeadError("neither CONNECT nor an absolute http address")
    host, port = _authority(_text(target), 80)
    path = b"/" + target[7:].partition(b"/")[2] if b"/" in target[7:] else b"/" + _query(target)
    if any(name == b"transfer-encoding" for name, _, _ in headers):
        raise ProxyHeadError("a request body without a length")
    kept = [field for name, _, field in headers if name not in _HOP]
    origin = b"\r\n".join([b" ".join((method, path, version)), *kept]) + b"\r\n\r\n"
    upgrade = any(name == b"upgrade" for name, _, _ in headers)
    return ProxyHead(host, port, False, upgrade, origin, _length(headers), credentials, method)


def _query(target: bytes) -> bytes:
    """An address without a path may still have a query."""
    return target[target.index(b"?") :] if b"?" in target else b""


def _length(headers: list[tuple[bytes, bytes, bytes]]) -> int:
    lengths = {value for name, value, _ in headers if name == b"content-length"}
    if not lengths:
        return 0
    (length, *others) = lengths
    if others or not length.isdigit() or len(length) > 12:
        raise ProxyHeadError("an unreadable Content-Length")
    return int(length)


def _authority(url: str, default_port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or default_port
    except ValueError as error:
        raise ProxyHeadError(f"unreadable destination: {error}") from error
    if not host or not port:
        raise ProxyHeadError("a destination without host or port")
    return host, port


def _text(target: bytes) -> str:
    try:
        return target.decode("ascii")
    except UnicodeDecodeError as error:
        raise ProxyHeadError("a destination that is not ASCII") from error
