"""Seals the evidence of a flagged site's visits before anything is written about it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from crawler.detection.score import Level
from crawler.egress.dns import lookup_dns
from crawler.evidence.seal import SealedVisit, seal
from crawler.evidence.timestamp import Stamper
from crawler.examination import Examination
from crawler.extensions.workbench import Workbench
from crawler.visit import DnsAnswer, Visit

FLOOR = Level.WATCH


class SealPipeline:
    """Below the floor a visit leaves a row, not its content: honest people's pages are not ours to keep."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        # Without an authority the seal says «off»; with one, tokens are asked for beside the crawl (extensions).
        self._stamper = None if bench.config.timestamp_urls.strip() else Stamper.off()
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
        visits = await self._with_names(item)
        sealed = [await self._seal(visit, item, head) for visit in visits]
        self._bench.stats.inc_value("lachan/visits/sealed", len(sealed))
        return replace(item, sealed=tuple(sealed))

    async def _with_names(self, item: Examination) -> list[Visit]:
        """The visits, plain ones with the DNS answers for their host, asked once a site at sealing."""
        answers: dict[str, tuple[DnsAnswer, ...]] = {}
        visits = []
        for visit in (page.visit for page in item.pages):
            host = urlsplit(visit.final_url).hostname or ""
            if not visit.dns and host:
                if host not in answers:
                    bench = self._bench
                    answers[host] = await asyncio.to_thread(
                        lookup_dns, bench.policy, host, seconds=bench.bounds.step_seconds
                    )
                visit = replace(visit, dns=answers[host])
            visits.append(visit)
        return visits

    async def _seal(self, visit: Visit, item: Examination, head: str) -> SealedVisit:
        async with self._slots:
            return await asyncio.to_thread(
                seal,
                visit,
                store=self._bench.store,
                sealed_at=datetime.now(UTC),
                rule_set=item.score.rule_set,
                audit_head=head,
                stamper=self._stamper,
            )
