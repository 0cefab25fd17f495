"""The crawls that are compared: bare Scrapy, Scrapy with BeautifulSoup, Scrapy as it comes, and our own sweep."""

import contextlib
import io
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from crawler.config import Config
from crawler.settings import DOWNLOAD_HANDLERS, operator_settings


class BareSpider(Spider):
    """Fetches and counts; robots.txt is read as our sweep reads it."""

    name = "bare"
    urls: tuple[str, ...] = ()
    count = 0

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        type(self).count += 1


class SoupSpider(BareSpider):
    """The same, with the text, links and forms of each page read by BeautifulSoup."""

    name = "soup"

    def parse(self, response: Response) -> None:
        soup = BeautifulSoup(response.body, "lxml")
        soup.get_text(" ", strip=True)
        [anchor.get("href") for anchor in soup.find_all("a")]
        [form.get("action") for form in soup.find_all("form")]
        super().parse(response)


def crawl_plain(spider: type[BareSpider], urls: tuple[str, ...], config: Config, *, defaults: bool = False) -> int:
    """Run a comparison spider. ``defaults``: with Scrapy's own concurrency of items and its reactor."""
    settings: dict[str, Any] = {
        "DOWNLOAD_HANDLERS": DOWNLOAD_HANDLERS,
        "LACHAN_CONFIG": config.model_dump_json(),
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
    }
    if not defaults:
        settings |= operator_settings(config)
        settings |= {
            "TWISTED_REACTOR_ENABLED": False,
            "CONCURRENT_ITEMS": 4,
            "METAREFRESH_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    spider.urls = urls
    process = AsyncCrawlerProcess(settings)
    process.crawl(spider)
    process.start()
    return spider.count


def crawl_ours(urls: tuple[str, ...], config: Config, folder: Path) -> int:
    """Our sweep over the same pages: fetch, read, detect, store."""
    from crawler.sweep import SweepRequest, run_sweep

    seeds = folder / "bench.csv"
    seeds.write_text("url,priority,category,source,note\n" + "".join(f"{url},0,,,\n" for url in urls), encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        summary = run_sweep(config, SweepRequest(seed_files=(seeds,), progress=False))
    if summary.exit_code:
        sys.exit(f"the sweep failed: {summary}")
    return summary.recorded
