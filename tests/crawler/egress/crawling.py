"""A small crawl through the download handler, for tests of what happens on the way out and back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.config import Config

Ended = dict[str, tuple[dict[str, Any], Response | BaseException]]


def crawl(urls: list[str], allow: str, names: str = "", **settings: Any) -> tuple[Ended, dict[str, Any]]:
    """Each URL's final meta with its response or error, and the crawl's counters."""
    ended: Ended = {}

    class Tester(Spider):
        name = "tester"

        async def start(self) -> AsyncIterator[Request]:
            for url in urls:
                meta = {"asked": url}
                yield Request(url, self.took, errback=self.lost, dont_filter=True, meta=meta)

        def took(self, response: Response) -> None:
            ended[response.meta["asked"]] = (response.meta, response)

        def lost(self, failure: Failure) -> None:
            request = failure.request  # type: ignore[attr-defined]
            assert failure.value is not None
            ended[request.meta["asked"]] = (request.meta, failure.value)

    handler = "crawler.egress.download_handler.CheckedDownloadHandler"

    async def run() -> dict[str, Any]:
        runner = AsyncCrawlerRunner(
            {
                "TWISTED_REACTOR_ENABLED": False,
                "TELNETCONSOLE_ENABLED": False,
                "REMOTE_CONTROL_ENABLED": False,
                "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
                "HTTPERROR_ALLOW_ALL": True,
                "LACHAN_CONFIG": Config(egress_allow=allow, egress_map=names).model_dump_json(),
                **settings,
            }
        )
        crawler = runner.create_crawler(Tester)
        await runner.crawl(crawler)
        assert crawler.stats is not None
        return crawler.stats.get_stats()

    return ended, asyncio.run(run())
