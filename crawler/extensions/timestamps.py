"""Gets time-stamps for what was just sealed, beside the crawl, so that a slow authority delays no capture."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.evidence.timestamp import Stamper, StampReport, stamp_pending
from crawler.extensions.workbench import Workbench
from storage.db import write_session

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
AFTER_FAILURE_SECONDS = 120.0


class TimestampKeeper:
    """Stamps pending manifests every few seconds; what no authority stamped stays «pending» for a later run."""

    def __init__(self, bench: Workbench) -> None:
        if not bench.config.timestamp_urls.strip():
            raise NotConfigured("no time-stamp authority is set")
        self._bench = bench
        self._stamper = Stamper.from_config(bench.config, bench.policy, bench.bounds)
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        keeper = cls(Workbench.of(crawler))
        crawler.signals.connect(keeper.open, signal=signals.spider_opened)
        crawler.signals.connect(keeper.close, signal=signals.spider_closed)
        return keeper

    def open(self, spider: Spider) -> None:
        self._task = asyncio.ensure_future(self._run())

    async def close(self, spider: Spider, reason: str) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            report = await asyncio.to_thread(self.stamp)
            if report.failed:
                logger.warning("time-stamps are pending: %s", report.reason)
                await asyncio.sleep(AFTER_FAILURE_SECONDS)

    def stamp(self) -> StampReport:
        """One round over what is pending."""
        with write_session(self._bench.engine) as session:
            report = stamp_pending(session, self._bench.store, self._stamper, now=datetime.now(UTC))
            session.commit()
            return report
