"""Scores the site with all that is known of it, its domain included, and notes whether it is one never to report."""

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from crawler.detection.engine import assess
from crawler.examined import Examination
from crawler.extensions.workbench import Workbench


class AssessPipeline:
    """Adds what enrichment found to the score."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Workbench.of(crawler))

    def process_item(self, item: Examination) -> Examination:
        match = self._bench.protected.match(item.site.host)
        score = assess(item.site) if item.site.domain_facts else item.score
        return replace(item, score=score, protected=match.reason if match else "")
