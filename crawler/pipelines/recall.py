"""Tells a site's score what confirmed cases of other sites say of its accounts, phones and page kits."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Self

from scrapy.crawler import Crawler

from crawler.detection.engine import assess
from crawler.detection.facts import KnownSign, SiteFacts
from crawler.examined import Examination
from crawler.extensions.workbench import Workbench
from crawler.patience import wait_out
from crawler.recalling import KIT, recall, telling_signs
from storage.db import read_session


class RecallPipeline:
    """Before the evidence is sealed: what is known may raise a site over the floor from which it is kept."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Workbench.of(crawler))

    async def process_item(self, item: Examination) -> Examination:
        if not telling_signs(item.site):
            return item
        known = await asyncio.to_thread(wait_out, partial(self._recall, item.site))
        if not known:
            return item
        for by in {"kit" if sign.kind == KIT else "money" for sign in known}:
            self._bench.stats.inc_value(f"lachan/sites/known_by_their_{by}")
        site = replace(item.site, known=known)
        return replace(item, site=site, score=assess(site))

    def _recall(self, site: SiteFacts) -> tuple[KnownSign, ...]:
        with read_session(self._bench.engine) as session:
            return recall(session, site)
