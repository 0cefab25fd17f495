"""Scrapy goes out through the policy alone, and each exchange is kept as it was on the wire."""

import gzip
from typing import Any

import pytest
from scrapy.http import Response

from crawler.errors import EgressRefusedError
from crawler.visit import Exchange
from tests.crawler.egress.crawling import crawl
from tests.crawler.egress.loopback import Canary, Server, page, redirect
from tests.site.server import LocalWeb


def test_an_exchange_is_kept_as_it_was_on_the_wire() -> None:
    squeezed = gzip.compress(b"<h1>Xin</h1>" * 50)
    raw = b"HTTP/1.1 203 Fine\r\nX-b: 2\r\nx-A: 1\r\nX-b: 3\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    with Server({"/": raw % len(squeezed) + squeezed}) as server:
        ended, _ = crawl(["http://shop.example/"], server.address, f"shop.example={server.address}")
        sent = server.heads[0]
    meta, response = ended["http://shop.example/"]
    assert isinstance(response, Response)
    exchange = meta["exchange"]
    assert isinstance(exchange, Exchange)
    assert response.body.startswith(b"<h1>Xin")
    assert exchange.body == squeezed
    assert not exchange.body_decoded
    assert (exchange.status, exchange.reason, exchange.address) == (203, "Fine", server.address)
    assert exchange.response_headers[:3] == (("X-b", "2"), ("x-A", "1"), ("X-b", "3"))
    assert b"".join(f"{name}: {value}\r\n".encode() for name, value in exchange.request_headers) in sent
    assert b"Content-Length" not in sent
    assert meta["tls"] is None


def test_a_redirect_to_an_internal_address_is_refused_and_not_retried() -> None:
    with Canary() as canary, Server() as server:
        inner = f"http://{canary.address}/"
        server.answers = {"/": redirect(inner), "/name": redirect(f"http://inner.example:{canary.port}/")}
        odd = [
            f"http://0x7f.1:{canary.port}/",
            f"http://2130706433:{canary.port}/",
            f"http://[::ffff:7f00:1]:{canary.port}/",
        ]
        urls = ["http://shop.example/", "http://shop.example/name", inner, f"https://{canary.address}/", *odd]
        names = f"shop.example={server.address},inner.example={canary.address}"
        ended, stats = crawl(urls, server.address, names)
        assert canary.touched == 0
    assert set(ended) == set(urls)
    assert all(isinstance(error, EgressRefusedError) for _, error in ended.values()), ended
    assert stats["lachan/egress/refused"] == len(urls)
    assert not any("retry" in key for key in stats)


def test_a_proxy_is_never_used() -> None:
    with Canary() as canary, Server({"/": page("x")}) as server:
        ended, _ = crawl([f"http://{server.address}/"], server.address, HTTPPROXY_ENABLED=False)
        assert isinstance(ended[f"http://{server.address}/"][1], Response)
        assert canary.touched == 0


def test_broken_certificates_are_seen_and_recorded() -> None:
    with LocalWeb.from_pages({"bank.example": b"<h1>Bank</h1>"}) as web:
        ended, _ = crawl(["https://bank.example/"], web.egress_allow, web.egress_map)
    meta, response = ended["https://bank.example/"]
    assert isinstance(response, Response)
    tls = meta["tls"]
    assert tls.chain
    assert tls.protocol.startswith("TLS")
    assert tls.verified is None
    assert "not verified" in tls.error


@pytest.mark.parametrize(
    ("answer", "settings", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000, {"DOWNLOAD_MAXSIZE": 100_000}, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000, {"DOWNLOAD_MAXSIZE": 100_000}, True),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\nx", {}, False),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\nx", {}, False),
    ],
)
def test_what_is_too_large_is_cut(answer: bytes, settings: dict[str, Any], kept: bool) -> None:
    with Server({"/": answer}) as server:
        url = f"http://{server.address}/"
        ended, _ = crawl([url], server.address, RETRY_ENABLED=False, **settings)
    meta, error = ended[url]
    assert isinstance(error, Exception)
    assert ("exchange" in meta) is kept
    if kept:
        assert meta["exchange"].truncated
        assert meta["exchange"].failure
        assert len(meta["exchange"].body) < 300_000


def test_a_bomb_is_bounded_after_unpacking() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    with Server({"/": head + bomb}) as server:
        url = f"http://{server.address}/"
        ended, _ = crawl([url], server.address, DOWNLOAD_MAXSIZE=1_000_000)
    meta, error = ended[url]
    assert isinstance(error, Exception)
    assert meta["exchange"].body == bomb


def test_a_body_that_ends_early_is_kept_and_said_so() -> None:
    with Server({"/": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"}) as server:
        url = f"http://{server.address}/"
        ended, _ = crawl([url], server.address, DOWNLOAD_FAIL_ON_DATALOSS=False)
    meta, response = ended[url]
    assert isinstance(response, Response)
    assert "dataloss" in response.flags
    assert meta["exchange"].body == b"half"
    assert meta["exchange"].truncated


def test_bytes_that_are_no_utf_8_in_the_head_are_kept_as_sent() -> None:
    head = (
        b"HTTP/1.1 200 Xin \xff\r\nX-A: \xff\r\nContent-Type: text/html; charset=\xff\r\nSet-Cookie: a=\xfe; \xff\r\n"
    )
    odd = head + b"Content-Disposition: inline; filename=\xff\r\nContent-Length: 2\r\n\r\nhi"
    there = b"HTTP/1.1 302 Found\r\nLocation: /t\xedn?q=\xe9\r\nContent-Length: 0\r\n\r\n"
    with Server({"/": odd, "/away": there, "/t%EDn": page("met")}) as server:
        urls = [f"http://{server.address}/", f"http://{server.address}/away"]
        ended, _ = crawl(urls, server.address)
    meta, response = ended[urls[0]]
    assert isinstance(response, Response), response
    assert (response.body, response.headers["X-A"]) == (b"hi", b"\xff")
    assert meta["exchange"].reason == "Xin \xff"
    assert ("X-A", "\xff") in meta["exchange"].response_headers
    followed = ended[urls[1]][1]
    assert isinstance(followed, Response), followed
    assert followed.body == b"met"
