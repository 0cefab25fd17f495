"""Visits as the fetcher and the browser leave them, for the evidence tests."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.visit import DnsAnswer, Exchange, Outcome, Redirect, TlsChain, Vantage, Visit

NOW = datetime(2026, 11, 20, 8, 30, 15, 250_000, tzinfo=UTC)
URL = "https://shop-sale.example/khuyen-mai"
HTML = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Siêu thị giá rẻ</title></head>'
    "<body><h1>Giảm 90% hôm nay</h1><p>Chuyển khoản trước cho NGUYEN VAN A để giữ hàng.</p>"
    '<img src="/qr.png" alt="mã QR"></body></html>'
).encode()
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489") + b"\x00" * 40
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(range(256)) * 40 + b"\xff\xd9"

DESKTOP = Vantage("desktop", "browser", user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0")
PLAIN = Vantage("plain", "fetch", user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0")


def browser_visit() -> Visit:
    """A rendered visit: a redirect, the page, a picture, a request without an answer, every capture."""
    start = "http://shop-sale.example/"
    return Visit(
        requested_url=start,
        final_url=URL,
        vantage=DESKTOP,
        outcome=Outcome.READ,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=4),
        status=200,
        content_type="text/html; charset=utf-8",
        html=HTML,
        exchanges=(
            exchange(start, status=301, body=b"", headers=(("Location", URL), ("Content-Length", "0"))),
            exchange(
                URL,
                offset=1,
                headers=(
                    ("content-type", "text/html; charset=utf-8"),
                    ("content-encoding", "br"),
                    ("content-length", "77"),
                    ("set-cookie", "a=1"),
                    ("set-cookie", "b=2"),
                ),
                body=HTML,
                decoded=True,
                protocol="h2",
            ),
            exchange(
                "https://shop-sale.example/qr.png",
                offset=2,
                headers=(("content-type", "image/png"),),
                body=PNG,
                decoded=True,
                resource="image",
            ),
            exchange("https://track.example/p", offset=2, status=0, failure="net::ERR_NAME_NOT_RESOLVED"),
        ),
        redirects=(Redirect(start, 301, URL),),
        dns=(DnsAnswer("shop-sale.example", "A", ("203.0.113.7",), "192.0.2.53"),),
        tls=TlsChain("shop-sale.example", "TLSv1.3", "TLS_AES_128_GCM_SHA256", (certificate(),), True),
        dom=HTML.replace(b"<h1>", b'<h1 data-seen="1">'),
        mhtml=b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n\r\n" + HTML,
        screenshot=JPEG,
        robots="allowed",
        tools=(("chromium", "156.0"), ("lachan", "0.1.0")),
    )


def plain_visit(url: str = "https://b.example/", html: bytes = HTML) -> Visit:
    """A plain fetch whose body is stored as it came: gzip."""
    wire = gzip.compress(html, mtime=0)
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
    )
    return Visit(
        requested_url=url,
        final_url=url,
        vantage=PLAIN,
        outcome=Outcome.READ,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=1),
        status=200,
        content_type="text/html; charset=utf-8",
        html=html,
        exchanges=(exchange(url, headers=headers, body=wire),),
        robots="allowed",
        missing=(("tls", "the connection was reused"),),
    )


def exchange(
    url: str,
    *,
    offset: int = 0,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    decoded: bool = False,
    resource: str = "document",
    protocol: str = "HTTP/1.1",
    failure: str = "",
) -> Exchange:
    return Exchange(
        url=url,
        method="GET",
        status=status,
        started_at=NOW + timedelta(seconds=offset),
        request_headers=(("User-Agent", "Mozilla/5.0"), ("Accept", "*/*")),
        response_headers=headers,
        body=body,
        body_decoded=decoded,
        address="203.0.113.7:443" if status else "",
        resource=resource,
        protocol=protocol,
        failure=failure,
    )


def without_captures(visit: Visit) -> Visit:
    return replace(visit, dom=b"", mhtml=b"", screenshot=b"", dns=(), tls=None)


@cache
def certificate() -> bytes:
    """A self-signed certificate as DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop-sale.example")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW, NOW + timedelta(days=90))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
