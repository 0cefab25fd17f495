"""Asks registries and servers about a site's domain, only when the site is worth it."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from scrapy.crawler import Crawler

from crawler.detection.score import Level
from crawler.enrichment import lookup_domain
from crawler.enrichment.courtesy_rows import StoredCourtesy
from crawler.examined import Examination
from crawler.extensions.workbench import Workbench
from crawler.visit import Outcome
from storage.models.target import VERIFY

logger = logging.getLogger(__name__)

FLOOR = Level.WATCH


class EnrichPipeline:
    """Below the floor nothing is asked, which the domain facts' absence says.

    A reported page that is not there is asked about whatever its score, and anew: who switched it off stands in the
    registry's codes of today.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._courtesy = StoredCourtesy(bench.engine, interval=bench.config.lookup_interval, vault=bench.vault)
        self._anew = StoredCourtesy(bench.engine, interval=bench.config.lookup_interval, fresh=True, vault=bench.vault)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Workbench.of(crawler))

    async def process_item(self, item: Examination) -> Examination:
        bench = self._bench
        gone = item.target.purpose == VERIFY and item.outcome is not Outcome.READ
        asked = gone or item.score.level.at_least(FLOOR)
        if not (bench.config.enrich and asked) or bench.stopping.is_set():
            return item
        left = max(0.0, bench.bounds.asking_seconds - item.asked)
        found = await lookup_domain(
            item.site.host,
            config=bench.config,
            policy=bench.policy,
            now=datetime.now(UTC),
            bounds=replace(bench.bounds, lookup_seconds=min(bench.bounds.lookup_seconds, left)),
            courtesy=self._anew if gone else self._courtesy,
        )
        for lookup in found.facts.lookups:
            bench.stats.inc_value(f"lachan/lookup/{lookup.service}/{lookup.state}")
        return replace(item, site=replace(item.site, domain_facts=found.facts), enrichment=found)
