"""Writes a site's outcome, assessment, visits and look-ups in one transaction: all of it or none."""

import logging
from datetime import UTC, datetime
from functools import partial
from typing import Self

from scrapy.crawler import Crawler

from crawler.events import target_recorded
from crawler.examined import Examination
from crawler.extensions.workbench import Workbench
from crawler.recording import FAILED, browser_failures, record_examination

logger = logging.getLogger("lachan.sweep")


class StorePipeline:
    """The last step; afterwards the target's place in the sweep is free."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._bench = Workbench.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Examination) -> Examination:
        now = datetime.now(UTC)
        bench = self._bench
        ours = await bench.writer.write(
            partial(record_examination, item=item, store=bench.store, vault=bench.vault, now=now, config=bench.config)
        )
        if not ours:  # somebody else has visited this target meanwhile, and their result stands
            bench.stats.inc_value("lachan/targets/lease_lost")
            bench.finished(item.target)
            return item
        bench.stats.inc_value("lachan/targets/recorded")
        bench.stats.inc_value(f"lachan/level/{item.score.level}")
        bench.stats.inc_value("lachan/visits/sealed", len(item.sealed))
        bench.stats.inc_value("lachan/visits/unsealed", len(item.pages) - len(item.sealed))
        bench.stats.inc_value("lachan/browser/failed", browser_failures(item))
        if item.outcome in FAILED:
            bench.stats.inc_value("lachan/targets/failed")
            told = {"url": item.target.url, "outcome": item.outcome.value, "reason": item.reason}
            logger.warning("target failed", extra=told)
        self._crawler.signals.send_catch_log(target_recorded, examination=item, at=now)
        bench.finished(item.target)
        return item
