"""Writes one JSON line per target, as soon as its result is durable."""

import contextlib
import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TextIO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector

from crawler.events import target_recorded
from crawler.examined import Examination
from crawler.recording import FAILED

logger = logging.getLogger(__name__)


class ReportWriter:
    """``LACHAN_REPORT`` names the file; without it there is no report."""

    def __init__(self, path: Path, stats: StatsCollector) -> None:
        self._path = path
        self._stats = stats
        self._file: TextIO | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path = crawler.settings["LACHAN_REPORT"]
        if not path:
            raise NotConfigured  # no report was asked for; with words Scrapy would warn
        writer = cls(Path(path), crawler.stats)
        crawler.signals.connect(writer.open, signal=signals.spider_opened)
        crawler.signals.connect(writer.add, signal=target_recorded)
        crawler.signals.connect(writer.close, signal=signals.spider_closed)
        return writer

    def open(self, spider: Spider) -> None:
        self._file = self._path.open("w", encoding="utf-8")

    def add(self, examination: Examination, at: datetime) -> None:
        assert self._file is not None
        try:
            self._file.write(json.dumps(report_line(examination, at)) + "\n")
            self._file.flush()
        except OSError as error:
            self._stats.inc_value("lachan/report/lost")
            logger.error("the report's line of %s is lost: %s", examination.target.url, error)

    def close(self, spider: Spider, reason: str) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # counted when the line was written
                self._file.close()


def report_line(item: Examination, at: datetime) -> dict[str, Any]:
    """What a program wants to know of one target; ASCII-only once encoded, so it is safe to print."""
    return {
        "url": item.target.url,
        "host": item.site.host,
        "state": "failed" if item.outcome in FAILED else "swept",
        "outcome": item.outcome,
        "reason": item.reason,
        "level": item.score.level,
        "points": round(item.score.points, 2),
        "categories": [category for category, _points in item.score.categories],
        "rules": [signal.rule for signal in item.score.signals],
        "deciding_url": item.score.deciding_url,
        "dropped_at": item.dropped_at,
        "visits": [
            {"url": page.visit.requested_url, "vantage": page.visit.vantage.name, "outcome": page.visit.outcome}
            for page in item.pages
        ],
        "protected": item.protected,
        "sealed": [sealed.manifest_digest for sealed in item.sealed],
        "notes": list(item.notes),
        "seconds": round(item.seconds, 1),
        "recorded_at": at.isoformat(),
    }
