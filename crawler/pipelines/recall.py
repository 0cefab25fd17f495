"""Tells a site's score what cases that people confirmed say of its accounts, phones and page kits, and who was seen to
sell the same before."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Self

from scrapy.crawler import Crawler

from crawler.catalogues import FEWEST, goods_of, recall_goods
from crawler.detection.engine import assess
from crawler.detection.facts import KnownSign, SeenGoods, SiteFacts
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
        if not telling_signs(item.site) and len(goods_of(item.site)) < FEWEST:
            return item
        known, seen = await asyncio.to_thread(wait_out, partial(self._recall, item.site))
        if not known and not seen:
            return item
        if seen:
            self._bench.stats.inc_value("lachan/sites/whose_goods_stood_elsewhere")
        for by in {"kit" if sign.kind == KIT else "money" for sign in known}:
            self._bench.stats.inc_value(f"lachan/sites/known_by_their_{by}")
        site = replace(item.site, known=known, seen_goods=seen)
        return replace(item, site=site, score=assess(site))

    def _recall(self, site: SiteFacts) -> tuple[tuple[KnownSign, ...], tuple[SeenGoods, ...]]:
        with read_session(self._bench.engine) as session:
            return recall(session, site), recall_goods(session, site)
