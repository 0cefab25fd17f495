"""What one HTTP fetch looked like on the wire, as an ``Exchange``, and the certificates that came with it."""

import _ssl  # the chain as sent is public only from Python 3.13 on
import ssl
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from aiohttp.client_reqrep import ClientRequest, ClientResponse
from aiohttp.connector import Connection

from crawler.visit import Exchange, TlsChain

UNVERIFIED = "not verified while collecting"
CERTIFICATES = 10


class BodilessRequest(ClientRequest):
    """aiohttp's request; one without a body has no Content-Length, as with a browser: sites tell crawlers by less."""

    def update_body_from_data(self, body: Any, _stacklevel: int = 3) -> None:
        """An empty body is none."""
        super().update_body_from_data(body or None, _stacklevel=_stacklevel + 1)


class RecordedResponse(ClientResponse):
    """aiohttp's response, keeping what its connection knew and each chunk of the body as it came."""

    _peername: tuple[str, int] | None = None
    _ssl_object: ssl.SSLObject | None = None

    async def start(self, connection: Connection) -> ClientResponse:
        """Read the head; the connection may be gone when the body has come, so its facts are noted first."""
        self.chunks: list[bytes] = []
        transport = connection.transport
        if transport is not None:
            self._peername = transport.get_extra_info("peername")
            self._ssl_object = transport.get_extra_info("ssl_object")
        return await super().start(connection)

    @property
    def address(self) -> str:
        """``ip:port`` that was dialled, "" when the connection died at once."""
        if not self._peername:
            return ""
        ip, port = self._peername[:2]
        return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"

    @property
    def tls(self) -> TlsChain | None:
        """The handshake's outcome, or None over plain HTTP."""
        if self._ssl_object is None:
            return None
        cipher = self._ssl_object.cipher()
        return TlsChain(
            host=self.url.raw_host or "",
            protocol=self._ssl_object.version() or "",
            cipher=cipher[0] if cipher else "",
            chain=sent_chain(self._ssl_object),
            error=UNVERIFIED,
        )

    def exchange(self, *, body: bytes, request_body: bytes, started_at: datetime, failure: str = "") -> Exchange:
        """This request and response; ``failure`` says why the body is not whole."""
        version = self.version
        return Exchange(
            url=str(self.url),
            method=self.method,
            status=self.status,
            reason=(self.reason or "").encode("utf-8", "surrogateescape").decode("latin-1"),
            protocol=f"HTTP/{version.major}.{version.minor}" if version else "HTTP/1.1",
            started_at=started_at,
            request_headers=tuple(self.request_info.headers.items()),
            response_headers=texts(self.raw_headers),
            request_body=request_body,
            body=body,
            address=self.address,
            truncated=bool(failure),
            failure=failure,
        )


def texts(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Raw header bytes as text, byte for byte (latin-1), in the order received."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def sent_chain(connection: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates as the server sent them, DER, leaf first."""
    inner: Any = getattr(connection, "_sslobj", None)
    sent = inner.get_unverified_chain() if inner is not None else None
    return tuple(certificate.public_bytes(_ssl.ENCODING_DER) for certificate in (sent or ())[:CERTIFICATES])


def collecting_context() -> ssl.SSLContext:
    """TLS for collection: fraudulent sites have broken certificates and old servers, and must be seen all the same."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
