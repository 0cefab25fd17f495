"""The browser's proxy dials what was judged, says no to the rest, and leaves nothing behind."""

import asyncio
import contextlib
import socket
import ssl
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.egress.policy import EgressPolicy
from crawler.egress.proxy import CheckingProxy
from crawler.egress.proxy_head import ProxyHeadError, parse_proxy_head
from crawler.egress.tls_hello import offers_pages
from crawler.visit import Outcome
from tests.crawler.egress.loopback import Canary, Server, drip, page


async def ask(proxy: CheckingProxy, *requests: str, credentials: bool = True, tail: bytes = b"") -> bytes:
    """Send heads one after another on one connection, reading what comes until the other side closes."""
    port = int(proxy.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    secret = b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    said = b""
    for request in requests:
        fields = f"Proxy-Authorization: Basic {secret}\r\n" if credentials else ""
        writer.write(f"{request}\r\n{fields}\r\n".encode() + tail)
        said += await reader.read(65536)
    said += await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return said


def test_plain_requests_are_rewritten_for_their_server() -> None:
    with Server({"/path": page("hello")}) as server:

        async def run() -> bytes:
            policy = EgressPolicy.parse(server.address, f"a.example={server.address}")
            async with CheckingProxy(policy) as proxy:
                head = "GET http://a.example/path?q=1 HTTP/1.1\r\nHost: a.example\r\nProxy-Connection: keep-alive"
                answer = await ask(proxy, head)
                assert proxy.dialled == {"a.example:80": server.address}
                assert proxy.received == len(answer)
                return answer

        assert asyncio.run(run()).endswith(b"hello")
        assert server.heads == [b"GET /path?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n"]


def test_a_tunnel_passes_bytes_and_its_address_is_known() -> None:
    with Server({"/": page("through")}) as server:

        async def run() -> bytes:
            policy = EgressPolicy.parse(server.address, f"a.example:443={server.address}")
            async with CheckingProxy(policy) as proxy:
                answer = await ask(proxy, "CONNECT a.example:443 HTTP/1.1", tail=b"GET / HTTP/1.1\r\n\r\n")
                assert proxy.dialled == {"a.example:443": server.address}
                return answer

        answer = asyncio.run(run())
        assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\n")
        assert answer.endswith(b"through")


def test_refusals_and_faults_are_told_apart() -> None:
    with Canary() as canary:

        async def run() -> None:
            policy = EgressPolicy.parse(egress_map=f"inner.example={canary.address}")
            async with CheckingProxy(policy) as proxy:
                for request in (
                    f"GET http://{canary.address}/ HTTP/1.1",
                    f"CONNECT localhost:{canary.port} HTTP/1.1",
                    f"CONNECT [::1]:{canary.port} HTTP/1.1",
                    f"GET http://0x7f.1:{canary.port}/ HTTP/1.1",
                    "GET http://inner.example/ HTTP/1.1",
                ):
                    assert b" 403 " in await ask(proxy, request), request
                assert proxy.refused == policy.refusals.total == 5
                assert b" 407 " in await ask(proxy, "GET http://inner.example/ HTTP/1.1", credentials=False)
                assert b" 400 " in await ask(proxy, "GET /relative HTTP/1.1")
                assert b" 502 " in await ask(proxy, "GET http://missing.invalid/ HTTP/1.1")
                outcomes = {key: fault.outcome for key, fault in proxy.faults.items()}
                assert outcomes[canary.address] is Outcome.EGRESS_REFUSED
                assert outcomes["missing.invalid:80"] is Outcome.DNS_FAILED
                assert await proxy.foresee("localhost", 80) is not None

        asyncio.run(run())
        assert canary.touched == 0


def test_a_kept_connection_cannot_be_led_elsewhere() -> None:
    """The second request of one connection is judged like the first."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    def patient(connection: object) -> None:
        connection.sendall(answer)  # type: ignore[attr-defined]
        connection.recv(10)  # type: ignore[attr-defined]

    with Canary() as canary, Server({"/": patient}) as server:

        async def run() -> bytes:
            async with CheckingProxy(EgressPolicy.parse(server.address)) as proxy:
                return await ask(
                    proxy, f"GET http://{server.address}/ HTTP/1.1", f"GET http://{canary.address}/ HTTP/1.1"
                )

        assert b" 403 " in asyncio.run(run())
        assert canary.touched == 0


def hello(*protocols: str) -> bytes:
    """How a TLS connection begins that offers ``protocols``."""
    context, out = ssl.create_default_context(), ssl.MemoryBIO()
    if protocols:
        context.set_alpn_protocols(list(protocols))
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname="a.example").do_handshake()
    return out.read()


def test_a_hello_says_whether_pages_or_a_socket_are_wanted() -> None:
    pages, socket = hello("h2", "http/1.1"), hello("http/1.1")
    assert (offers_pages(pages), offers_pages(socket), offers_pages(hello())) == (True, False, False)
    assert {offers_pages(pages[:length]) for length in range(len(pages))} == {None}
    assert offers_pages(b"GET / HTTP/1.1\r\n\r\n") is False


@given(st.binary(max_size=400))
def test_no_hello_breaks_its_reader(noise: bytes) -> None:
    assert offers_pages(noise) in {True, False, None}
    record = b"\x16\x03\x01" + len(noise).to_bytes(2) + noise
    assert offers_pages(record) in {True, False}
    begun = hello("h2")
    assert offers_pages(begun[:9] + noise[: len(begun) - 9] + begun[9 + len(noise) :]) in {True, False}


def test_behind_the_fence_no_socket_begins_and_nothing_is_sent() -> None:
    seen: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        connection.sendall(page("through"))

    with Server({"/": listen}) as server:
        a = server.address

        async def run() -> list[bytes]:
            async with CheckingProxy(EgressPolicy.parse(a, f"*.example={a}")) as proxy:
                proxy.fence()
                for line, tail in (
                    ("CONNECT a.example:443 HTTP/1.1", hello("http/1.1")),
                    ("CONNECT a.example:443 HTTP/1.1", b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
                    ("POST http://a.example/ HTTP/1.1", b""),
                    ("GET http://a.example/ HTTP/1.1\r\nUpgrade: websocket", b""),
                ):
                    with contextlib.suppress(ConnectionError):
                        seen.append(await ask(proxy, line, tail=tail))
                assert (proxy.kept_back, server.heads) == (4, [])
                return [await ask(proxy, "GET http://a.example/ HTTP/1.1")]

        (answer,) = asyncio.run(run())
    assert answer.endswith(b"through")
    assert not any(b"through" in each for each in seen)


def test_behind_the_fence_a_page_inside_tls_is_passed_on_whole() -> None:
    begun = hello("h2", "http/1.1")
    came = bytearray()

    async def run() -> None:
        ended = asyncio.Event()

        async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.extend(await reader.readexactly(len(begun) + 4))
            writer.close()
            ended.set()

        there = await asyncio.start_server(keep, "127.0.0.1", 0)
        a = f"127.0.0.1:{there.sockets[0].getsockname()[1]}"
        async with there, CheckingProxy(EgressPolicy.parse(a, f"a.example:443={a}")) as proxy:
            proxy.fence()
            await asyncio.gather(ask(proxy, "CONNECT a.example:443 HTTP/1.1", tail=begun + b"more"), ended.wait())

    asyncio.run(run())
    assert bytes(came) == begun + b"more"


def test_bytes_are_bounded_and_nothing_is_left_behind() -> None:
    flood = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 50_000, 0.0)
    with Server({"/": flood}) as server:

        async def run() -> None:
            before = asyncio.all_tasks()
            async with CheckingProxy(EgressPolicy.parse(server.address), max_bytes=1_000_000) as proxy:
                with contextlib.suppress(ConnectionError):
                    await ask(proxy, f"GET http://{server.address}/ HTTP/1.1")
                assert proxy.exhausted
                assert proxy.received < 2_000_000
                assert b" 403 " in await ask(proxy, f"GET http://{server.address}/ HTTP/1.1")
                hanging = asyncio.create_task(ask(proxy, "CONNECT 192.0.2.1:443 HTTP/1.1"))
                await asyncio.sleep(0.05)
            await asyncio.wait({hanging}, timeout=5)
            assert hanging.done()
            assert asyncio.all_tasks() == before

        asyncio.run(run())


def test_nobody_is_flooded_through_it() -> None:
    with Server({"/": drip(b"", b"", 0.0)}) as server:

        async def run() -> None:
            async with CheckingProxy(EgressPolicy.parse(server.address), max_sent=40_000) as proxy:
                _, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2]))
                with contextlib.suppress(ConnectionError):
                    for _ in range(100):
                        writer.write(b"x" * 50_000)
                        await asyncio.wait_for(writer.drain(), 5)
                        await asyncio.sleep(0.01)
                writer.transport.abort()
                assert proxy.exhausted
                assert proxy.sent < 1_000_000

        asyncio.run(run())


def test_a_closed_proxy_reaches_nothing() -> None:
    async def run() -> None:
        async with CheckingProxy(EgressPolicy(), closed=True) as proxy:
            assert b" 403 " in await ask(proxy, "CONNECT update.example:443 HTTP/1.1")
            assert proxy.refused == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET",
        b"GET http://a/ HTTP/2\r\n",
        b"GET ftp://a/ HTTP/1.1\r\n",
        b"GET https://a/ HTTP/1.1\r\n",
        b"CONNECT a HTTP/1.1\r\n",
        b"CONNECT a:99999 HTTP/1.1\r\n",
        b"CONNECT [::1 HTTP/1.1\r\n",
        b"GET http:/// HTTP/1.1\r\n",
        b"POST http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
        b"POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        b"POST http://a/ HTTP/1.1\r\nContent-Length: -1\r\n",
        "GET http://bücher/ HTTP/1.1\r\n".encode(),
    ],
)
def test_what_no_browser_sends_is_refused(head: bytes) -> None:
    with pytest.raises(ProxyHeadError):
        parse_proxy_head(head + b"\r\n")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_head_or_an_error(raw: bytes) -> None:
    try:
        head = parse_proxy_head(raw)
    except ProxyHeadError:
        return
    assert head.host
    assert 0 < head.port < 65536
