"""robots.txt: read once a host, recorded always, obeyed unless the setting or an open case says otherwise."""

import asyncio
import logging
import time
from collections import OrderedDict
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.egress.download_handler import ROBOTS_SHARE
from crawler.egress.failures import describe
from storage.models.target import VERIFY

logger = logging.getLogger(__name__)

HOSTS_REMEMBERED = 500  # many times the sites that are under way at once
BYTES_REMEMBERED = 2_000_000  # of them all: rules weigh some twenty times as much as their text
ROBOTS_BYTES = 512_000  # RFC 9309 §2.5 asks parsers to read at least 500 KiB


class RobotsDisallowedError(IgnoreRequest):
    """robots.txt forbids this page to us."""


class RobotsMiddleware:
    """Leaves its judgement in ``request.meta["robots"]``: allowed, disallowed, overridden or unavailable.

    A site whose robots.txt cannot be had is read all the same, and the record says «unavailable»: RFC 9309 would have
    a crawler stay away on a 5xx, which would let a fraudulent site hide behind an error of its own making.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._obey = crawler.settings["LACHAN_ROBOTS"] != "record"
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._patience = crawler.settings.getfloat("DOWNLOAD_TIMEOUT") * ROBOTS_SHARE
        self._rules: OrderedDict[str, asyncio.Task[Protego | None]] = OrderedDict()
        self._sizes: dict[str, int] = {}  # bytes of those that were read

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots") or not request.url.startswith("http"):
            return
        started = time.monotonic()
        rules = await self._rules_of(request)
        waited = min(
            time.monotonic() - started, self._patience
        )  # each host of a chain has a robots.txt to be slow with
        request.meta["spent"] = request.meta.get("spent", 0.0) + waited
        state = "unavailable" if rules is None else "allowed"
        if rules is not None and not rules.can_fetch(request.url, self._agent):
            state = "disallowed" if self._obey and request.meta.get("purpose") != VERIFY else "overridden"
        request.meta["robots"] = state
        self._crawler.stats.inc_value(f"lachan/robots/{state}")
        if state == "disallowed":
            raise RobotsDisallowedError(f"robots.txt disallows {request.url}")

    async def _rules_of(self, request: Request) -> Protego | None:
        origin = origin_of(request.url)
        task = self._rules.get(origin)
        if task is None:
            task = self._rules[origin] = asyncio.ensure_future(self._fetch(origin))
            self._forget()
        return await asyncio.shield(task)

    def _forget(self) -> None:
        """Of the oldest what is more than is remembered; whoever waits for one still gets it."""
        while len(self._rules) > HOSTS_REMEMBERED or sum(self._sizes.values()) > BYTES_REMEMBERED:
            origin, _ = self._rules.popitem(last=False)
            self._sizes.pop(origin, None)

    async def _fetch(self, origin: str) -> Protego | None:
        request = Request(
            f"{origin}/robots.txt",
            meta={"is_robots": True, "dont_retry": True},
            callback=NO_CALLBACK,
            priority=1000,
        )
        assert self._crawler.engine
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever failed, the state is «unavailable», said and counted
            logger.info("robots.txt of %s is unavailable: %s", origin, describe(error))
            return None
        if origin in self._rules:
            self._sizes[origin] = min(len(response.body), ROBOTS_BYTES)
            self._forget()
        return parse_robots(response.status, response.body)


def parse_robots(status: int, body: bytes) -> Protego | None:
    """The rules of an answer: none at all for a 4xx, and None, «unavailable», for a 5xx."""
    if status >= 500:
        return None
    return Protego.parse(body[:ROBOTS_BYTES].decode("utf-8", "replace") if status < 400 else "")


def origin_of(url: str) -> str:
    """``scheme://host[:port]`` of an address, without any user and password: where its robots.txt is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
