"""What failed on the way is said in words: no object, no code, no line of a library's source."""

import asyncio
import ssl

import aiohttp
import pytest

from crawler.egress.failures import describe
from crawler.egress.http import FetchError, HttpClient
from crawler.egress.policy import EgressPolicy
from tests.crawler.egress.loopback import Server
from tests.site.server import LocalWeb

RAW = ("SSLContext", "_ssl.c", "Errno", "CERTIFICATE_VERIFY_FAILED", " object at ")


def failing_fetch(policy: EgressPolicy, url: str) -> FetchError:
    async def fetch() -> None:
        async with HttpClient(policy) as http:
            await http.fetch("GET", url)

    with pytest.raises(FetchError) as caught:
        asyncio.run(fetch())
    return caught.value


def test_each_way_a_connection_fails_is_said_in_words() -> None:
    with Server({"/": b""}) as gone:
        closed = gone.address
    with LocalWeb.from_pages({"bank.example": b"x"}) as web, Server({"/": b""}) as plain:
        told = {
            "certificate is not trusted": failing_fetch(
                EgressPolicy.parse(web.egress_allow, web.egress_map), "https://bank.example/"
            ),
            "Connection refused": failing_fetch(EgressPolicy.parse(closed), f"http://{closed}/"),
            "closed": failing_fetch(EgressPolicy.parse(plain.address), f"http://{plain.address}/"),
        }
    for words, error in told.items():
        assert words.lower() in str(error).lower()
        assert not any(raw in str(error) for raw in RAW), str(error)


def test_a_handshake_that_broke_is_named_in_plain_letters() -> None:
    error = aiohttp.ClientConnectionError("x")
    error.__cause__ = ssl.SSLError(1, "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] (_ssl.c:1)")
    assert not any(raw in describe(error) for raw in RAW)
