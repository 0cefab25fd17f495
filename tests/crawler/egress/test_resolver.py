"""What is resolved is judged, and what is judged is dialled: nobody looks a name up twice."""

import asyncio
import logging
import socket
from typing import Any

import pytest

from crawler.egress.connector import checked_connector
from crawler.egress.dial import connect, open_stream
from crawler.egress.policy import EgressPolicy
from crawler.egress.refusals import on_behalf_of
from crawler.egress.resolver import Endpoint, NameNotFoundError, Resolver
from crawler.errors import EgressRefusedError
from tests.crawler.egress.loopback import Canary, Server, page


class Names:
    """Stands in for the system's look-up; each call gives the next answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        if not self.answers:
            raise socket.gaierror(-2, "Name or service not known")
        found: list[tuple[Any, ...]] = []
        for ip in self.answers.pop(0):
            bare, _, scope = ip.partition("%")
            address = (bare, port, 0, int(scope or 0)) if ":" in bare else (bare, port)
            family = socket.AF_INET6 if ":" in bare else socket.AF_INET
            found.append((family, socket.SOCK_STREAM, 6, "", address))
        return found


def test_each_endpoint_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, ["10.0.0.1", "8.8.8.8", "::1", "2606:4700::1", "fe80::1%2", "8.8.8.8"])
    policy = EgressPolicy()
    found = Resolver(policy).resolve_now("Mixed.Example.", 443)
    assert found == (Endpoint("8.8.8.8", 443), Endpoint("2606:4700::1", 443))
    assert names.asked == ["mixed.example"]
    assert policy.refusals.counts() == {"private": 1, "loopback": 1, "zone id": 1}


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["::ffff:8.8.8.8"], ["169.254.169.254", "10.0.0.1"]])
def test_a_name_of_forbidden_addresses_is_refused(monkeypatch: pytest.MonkeyPatch, answer: list[str]) -> None:
    Names(monkeypatch, answer, answer)
    resolver = Resolver(EgressPolicy())
    with pytest.raises(EgressRefusedError, match="inner"):
        resolver.resolve_now("inner.example", 80)
    with pytest.raises(EgressRefusedError, match="inner"):
        asyncio.run(resolver.resolve("inner.example", 80))


def test_a_name_without_an_address_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, [])
    with pytest.raises(NameNotFoundError):
        Resolver(EgressPolicy()).resolve_now("empty.example", 80)
    with pytest.raises(NameNotFoundError, match="not known"):
        asyncio.run(Resolver(EgressPolicy()).resolve("missing.example", 80))


def test_names_of_the_map_are_judged_and_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch)
    policy = EgressPolicy.parse("127.0.0.1:8000", "a.example:80=127.0.0.1:8000,b.example=127.0.0.1:8001")
    assert Resolver(policy).resolve_now("a.example", 80) == (Endpoint("127.0.0.1", 8000),)
    with pytest.raises(EgressRefusedError, match="loopback"):
        Resolver(policy).resolve_now("b.example", 80)
    assert names.asked == []


def test_a_rebinding_name_server_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer, for whoever would look again, is the canary's address: nobody does."""
    with Canary() as canary, Server({"/": page("x")}) as server:
        names = Names(monkeypatch, ["127.0.0.1"], ["127.0.0.1"])
        policy = EgressPolicy.parse(server.address)
        with connect(policy, "twice.example", server.port, 5) as connection:
            assert connection.getpeername() == ("127.0.0.1", server.port)
        assert names.asked == ["twice.example"]
        with pytest.raises(EgressRefusedError):
            connect(policy, "twice.example", canary.port, 5)
        assert canary.touched == 0


def test_a_refusal_is_logged_with_its_page(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), on_behalf_of("http://bad.example/"), pytest.raises(EgressRefusedError):
        Resolver(EgressPolicy()).resolve_now("0x7f.1", 80)
    (record,) = caplog.records
    said = record.__dict__
    assert (said["host"], said["ip"], said["port"]) == ("0x7f.1", "127.0.0.1", 80)
    assert (said["reason"], said["page"]) == ("loopback", "http://bad.example/")


def test_streams_and_sockets_talk_to_what_was_judged() -> None:
    with Server({"/": page("hello")}) as server:
        policy = EgressPolicy.parse(server.address, f"*.example={server.address}")

        async def read() -> bytes:
            dialled = await open_stream(policy, "any.example", 43, seconds=5)
            assert str(dialled.endpoint) == server.address
            dialled.writer.write(b"GET / HTTP/1.1\r\n\r\n")
            answer = await dialled.reader.read()
            dialled.writer.close()
            await dialled.writer.wait_closed()
            return answer

        assert asyncio.run(read()).endswith(b"hello")
        with connect(policy, "other.example", 43, 5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_the_connector_judges_literals_that_skip_the_resolver() -> None:
    async def run(address: str) -> None:
        import aiohttp

        connector = checked_connector(EgressPolicy())
        async with aiohttp.ClientSession(connector=connector) as session, session.get(f"http://{address}/"):
            raise AssertionError("it was reached")

    with Canary() as canary:
        with pytest.raises(EgressRefusedError):
            asyncio.run(run(canary.address))
        assert canary.touched == 0
