"""Shows how far a sweep is: a bar with counts on a terminal, a structured line every ten seconds elsewhere."""

import asyncio
import contextlib
import logging
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.detection.score import Level
from crawler.events import target_recorded
from crawler.examined import Examination
from crawler.extensions.workbench import Workbench
from crawler.frontier import FrontierCounts, count_targets
from crawler.recording import FAILED
from storage.db import read_session
from storage.errors import StorageError

logger = logging.getLogger("lachan.sweep")

LINE_SECONDS = 10.0
RECOUNT_SECONDS = 5.0
WIDE = 60  # columns from which a bar and its time have room beside the counts


class SweepProgress:
    """Counts what is recorded and says so; the total is what is recorded, under way and due."""

    def __init__(self, crawler: Crawler, bench: Workbench, bar: Progress | None) -> None:
        self._bench = bench
        self._batch: str | None = crawler.settings["LACHAN_BATCH"] or None
        self._bar = bar
        self._task: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("LACHAN_PROGRESS"):
            raise NotConfigured
        progress = cls(crawler, Workbench.of(crawler), terminal_bar() if sys.stderr.isatty() else None)
        crawler.signals.connect(progress.open, signal=signals.spider_opened)
        crawler.signals.connect(progress.count, signal=target_recorded)
        crawler.signals.connect(progress.close, signal=signals.spider_closed)
        return progress

    def open(self, spider: Spider) -> None:
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task("sweep", total=None, flagged=0, failed=0)
        self._task = asyncio.ensure_future(self._run())

    def count(self, examination: Examination, at: datetime) -> None:
        self.counts["recorded"] += 1
        self.counts["failed"] += examination.outcome in FAILED
        self.counts["flagged"] += examination.score.level.at_least(Level.SUSPICIOUS)
        if self._bar is not None:
            self._show(None)

    def _show(self, total: int | None) -> None:
        assert self._bar is not None
        counts = self.counts
        task = self._bar.task_ids[0]
        self._bar.update(
            task, completed=counts["recorded"], total=total, flagged=counts["flagged"], failed=counts["failed"]
        )

    async def _run(self) -> None:
        while True:
            try:
                waiting = await asyncio.to_thread(self._remaining)
            except StorageError:  # whoever writes says so; the count comes again
                await asyncio.sleep(RECOUNT_SECONDS)
                continue
            if self._bar is not None:
                total = self.counts["recorded"] + waiting.due + waiting.leased
                self._show(total)
            else:
                logger.info("sweeping", extra={**self.counts, "due": waiting.due, "under_way": waiting.leased})
            await asyncio.sleep(RECOUNT_SECONDS if self._bar is not None else LINE_SECONDS)

    def _remaining(self) -> FrontierCounts:
        with read_session(self._bench.engine) as session:
            return count_targets(session, self._batch, now=datetime.now(UTC))

    async def close(self, spider: Spider, reason: str) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._bar is not None:
            self._bar.stop()
        else:
            logger.info("sweep ended", extra=dict(self.counts))


def terminal_bar() -> Progress:
    """The bar on a terminal; on standard error, so that ``--json`` stays clean. A narrow one has the counts alone."""
    console = Console(stderr=True)
    counts = (MofNCompleteColumn(), TextColumn("⚑ {task.fields[flagged]}  ✗ {task.fields[failed]}"))
    if console.width < WIDE:
        return Progress(*counts, console=console)
    return Progress(TextColumn("[bold]{task.description}"), BarColumn(), *counts, TimeElapsedColumn(), console=console)
