"""Seals the evidence of a flagged site's visits before anything is written about it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from scrapy.crawler import Crawler

from crawler.detection.score import Level
from crawler.evidence.seal import SealedVisit, seal
from crawler.examination import Examination
from crawler.extensions.workbench import Workbench
from crawler.visit import Visit

FLOOR = Level.WATCH


class SealPipeline:
    """Below the floor a visit leaves a row, not its content: honest people's pages are not ours to keep."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._slots = asyncio.Semaphore(2)  # hashing and compressing use whole cores

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Workbench.of(crawler))

    async def process_item(self, item: Examination) -> Examination:
        wanted = self._bench.config.seal == "all" or item.score.level.at_least(FLOOR)
        if not wanted:
            self._bench.stats.inc_value("lachan/visits/unsealed", len(item.pages))
            return item
        head = await asyncio.to_thread(self._bench.audit_head)
        sealed = [await self._seal(page.visit, item, head) for page in item.pages]
        self._bench.stats.inc_value("lachan/visits/sealed", len(sealed))
        return replace(item, sealed=tuple(sealed))

    async def _seal(self, visit: Visit, item: Examination, head: str) -> SealedVisit:
        async with self._slots:
            return await asyncio.to_thread(
                seal,
                visit,
                store=self._bench.store,
                sealed_at=datetime.now(UTC),
                rule_set=item.score.rule_set,
                audit_head=head,
            )
