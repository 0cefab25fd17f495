"""Seals the evidence of a flagged site's visits before anything is written about it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from scrapy.crawler import Crawler

from crawler.detection.score import Level
from crawler.egress.dns import ask_name_servers
from crawler.egress.hostname import parse_host
from crawler.errors import EgressRefusedError
from crawler.evidence.seal import SealedVisit, seal
from crawler.evidence.timestamp import Stamper
from crawler.examined import Examination
from crawler.extensions.workbench import Workbench
from crawler.visit import DnsAnswer, Visit, host_in
from storage.models.target import VERIFY

FLOOR = Level.WATCH
MOST_HOSTS = 4  # of one visit that name servers are asked about


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
        # That a reported page is gone is proven as that it was there.
        checked = item.target.purpose == VERIFY
        wanted = self._bench.config.seal == "all" or checked or item.score.level.at_least(FLOOR)
        if not wanted:
            return item
        head = await asyncio.to_thread(self._bench.audit_head)
        began = asyncio.get_running_loop().time()
        visits = await self._with_names(item)
        asked = asyncio.get_running_loop().time() - began
        sealed = [await self._seal(visit, item, head) for visit in visits]
        return replace(item, sealed=tuple(sealed), asked=item.asked + asked)

    async def _with_names(self, item: Examination) -> list[Visit]:
        """The visits with the DNS answers for each host on their way; what was not asked at capture is asked now, once
        a site, and each answer says when."""
        lacking = [lacking_names(page.visit) for page in item.pages]
        hosts = tuple(dict.fromkeys(host for names in lacking for host in names))
        answers = dict(zip(hosts, await asyncio.gather(*map(self._ask, hosts)), strict=True))
        return [
            replace(page.visit, dns=(*page.visit.dns, *(each for host in names for each in answers[host])))
            for page, names in zip(item.pages, lacking, strict=True)
        ]

    async def _ask(self, host: str) -> tuple[DnsAnswer, ...]:
        return await ask_name_servers(self._bench.policy, host, seconds=self._bench.bounds.step_seconds)

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


def lacking_names(visit: Visit) -> list[str]:
    """The hosts on a visit's way that no name server was asked about when it was captured."""
    known = {answer.name for answer in visit.dns}
    return [host for host in hosts_on_the_way(visit) if host not in known]


def hosts_on_the_way(visit: Visit) -> list[str]:
    """The hosts that a visit went through, the last one first, at most four, each once."""
    addresses = (visit.final_url, visit.requested_url, *(redirect.location for redirect in visit.redirects))
    hosts = dict.fromkeys(host for address in addresses if (host := host_of(address)))
    return list(hosts)[:MOST_HOSTS]


def host_of(address: str) -> str:
    """The host of an address as a name server knows it, or ""."""
    try:
        return parse_host(host_in(address)).name
    except (ValueError, EgressRefusedError):
        return ""
