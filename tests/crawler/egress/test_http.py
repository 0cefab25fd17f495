"""The small client follows, judges and bounds."""

import asyncio
import gzip
from pathlib import Path

import pytest

from crawler.egress.http import FetchError, HttpAnswer, HttpClient, fetch_now, strict_context
from crawler.egress.policy import EgressPolicy
from crawler.errors import CrawlerError, EgressRefusedError
from tests.crawler.egress.loopback import Canary, Server, drip, page, redirect
from tests.site.server import LocalWeb


def test_redirects_are_followed_and_each_is_judged() -> None:
    with Canary() as canary, Server() as server:
        server.answers = {
            "/": redirect("/next"),
            "/next": page("there"),
            "/in": redirect(f"http://{canary.address}/"),
            "/odd": redirect(f"http://0x7f.1:{canary.port}/"),
            "/loop": redirect("/loop"),
            "/file": redirect("file:///etc/passwd"),
        }
        policy = EgressPolicy.parse(server.address, f"rdap.example={server.address}")
        answer = fetch_now(policy, "GET", "http://rdap.example/")
        assert (answer.status, answer.body, answer.url) == (200, b"there", "http://rdap.example/next")
        assert answer.address == server.address
        for path in ("/in", "/odd"):
            with pytest.raises(EgressRefusedError):
                fetch_now(policy, "GET", f"http://rdap.example{path}")
        with pytest.raises(FetchError, match="more than 3 redirects"):
            fetch_now(policy, "GET", "http://rdap.example/loop", max_redirects=3)
        with pytest.raises(FetchError, match="no http address"):
            fetch_now(policy, "GET", "http://rdap.example/file")
        assert canary.touched == 0


def test_a_key_does_not_follow_a_redirect_to_another_origin() -> None:
    with Server() as server:
        server.answers = {
            "/": redirect("/next"),
            "/next": redirect("http://other.example/there"),
            "/there": page("there"),
        }
        policy = EgressPolicy.parse(server.address, f"api.example={server.address},other.example={server.address}")
        headers = {"X-API-Key": "secret", "Accept": "application/json"}
        assert fetch_now(policy, "GET", "http://api.example/", headers=headers).body == b"there"
        assert [b"secret" in head for head in server.heads] == [True, True, False]
        assert b"application/json" in server.heads[-1]


def test_bytes_and_seconds_are_bounded() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    answers = {
        "/large": page("x" * 5000),
        "/bomb": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb,
        "/slow": drip(b"HTTP/1.1 200 OK\r\n\r\n"),
    }
    with Server(answers) as server:
        policy = EgressPolicy.parse(server.address)
        for path in ("/large", "/bomb"):
            answer = fetch_now(policy, "GET", f"http://{server.address}{path}", max_bytes=1000)
            assert answer.truncated, path
            assert len(answer.body) <= 1000
        with pytest.raises(FetchError, match="longer than 0"):
            fetch_now(policy, "GET", f"http://{server.address}/slow", seconds=0.5)


def test_certificates_are_verified_unless_told_otherwise() -> None:
    with LocalWeb.from_pages({"bank.example": b"<h1>Bank</h1>"}) as web:
        policy = EgressPolicy.parse(web.egress_allow, web.egress_map)
        with pytest.raises(CrawlerError, match="certificate"):
            fetch_now(policy, "GET", "https://bank.example/")
        assert fetch_now(policy, "GET", "https://bank.example/", verify=False).body == b"<h1>Bank</h1>"


def test_a_body_is_posted_with_its_headers() -> None:
    with Server({"/tsr": page("token", Content_Type="application/timestamp-reply")}) as server:

        async def post() -> HttpAnswer:
            async with HttpClient(EgressPolicy.parse(server.address)) as client:
                url = f"http://{server.address}/tsr"
                return await client.fetch("POST", url, body=b"query", headers={"Content-Type": "application/x"})

        answer = asyncio.run(post())
        assert answer.headers["content-type"] == "application/timestamp-reply"
        assert b"application/x" in server.heads[0]
        assert server.heads[0].startswith(b"POST")


def test_roots_are_read_once_and_anew_when_their_file_has_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with LocalWeb.from_pages({"bank.example": b"<h1>Bank</h1>"}) as web:
        policy = EgressPolicy.parse(web.egress_allow, web.egress_map)
        roots = tmp_path / "roots.pem"
        roots.write_bytes(b"")
        monkeypatch.setenv("SSL_CERT_FILE", str(roots))
        first = strict_context()
        assert strict_context() is first
        with pytest.raises(CrawlerError, match="certificate"):
            fetch_now(policy, "GET", "https://bank.example/")
        roots.write_bytes(web.authority_file.read_bytes())
        assert strict_context() is not first
        assert fetch_now(policy, "GET", "https://bank.example/").body == b"<h1>Bank</h1>"
