"""Hands a recorded site on as plain values, which is what `scrapy crawl sites -o sites.json` writes."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from crawler.examined import Examination
from crawler.extensions.report import report_line


class FeedPipeline:
    """After everything is recorded: no page, no bytes, only what was concluded, each reason with its excerpt."""

    def process_item(self, item: Examination) -> dict[str, Any]:
        """The line of a report, with the signals whole."""
        signals = [asdict(signal) for signal in item.score.signals]
        return {**report_line(item, datetime.now(UTC)), "probability": item.score.probability, "signals": signals}
