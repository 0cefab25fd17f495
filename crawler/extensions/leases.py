"""Keeps this run's leases alive while it lives."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.extensions.workbench import LEASE_SECONDS, Workbench
from crawler.frontier import renew_leases
from storage.db import write_session
from storage.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


class LeaseKeeper:
    """Renews every tenth of a lease; a run that dies stops renewing, and its targets are due again."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
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
            await asyncio.sleep(LEASE_SECONDS / 10)
            try:
                await asyncio.to_thread(self._renew)
            except DatabaseUnavailableError as error:
                logger.warning("leases could not be renewed, trying again: %s", error)

    def _renew(self) -> None:
        with write_session(self._bench.engine) as session:
            renew_leases(session, owner=self._bench.owner, now=datetime.now(UTC), lease_seconds=LEASE_SECONDS)
            session.commit()
