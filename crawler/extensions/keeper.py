"""What every component needs that does something over and over while a sweep runs."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.extensions.workbench import Workbench


class Keeper(ABC):
    """Runs ``keep`` from the spider's opening to its close. ``keep`` never returns; it is cancelled."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        keeper = cls(Workbench.of(crawler))
        crawler.signals.connect(keeper.open, signal=signals.spider_opened)
        crawler.signals.connect(keeper.close, signal=signals.spider_closed)
        return keeper

    def open(self, spider: Spider) -> None:
        """Begin."""
        self._task = asyncio.ensure_future(self.keep())

    async def close(self, spider: Spider, reason: str) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @abstractmethod
    async def keep(self) -> None:
        """The work; faults that a later turn may overcome are logged, not raised."""
