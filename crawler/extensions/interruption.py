"""Ctrl-C and SIGTERM: the first ends the sweep in good order, the second at once with a summary (what was under way is
due again in the next run), any further one without a word."""

import asyncio
import logging
from functools import partial
from typing import Self
from weakref import WeakKeyDictionary

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.extensions.workbench import Workbench
from crawler.stop_signals import StopSignals

logger = logging.getLogger("lachan.sweep")


class Interruption:
    """``interrupted`` tells the summary that a person, not the end of the work, stopped the sweep; ``cut_off`` that it
    was left in the midst: threads and browsers are still at work, and only the end of the process ends them."""

    def __init__(self, crawler: Crawler, bench: Workbench) -> None:
        self._bench = bench
        self._seconds = crawler.settings.getfloat("LACHAN_MAX_SECONDS")
        self._stops, self._own = _HEARD.get(crawler), StopSignals()
        self.interrupted = False
        self.cut_off = False
        self.out_of_time = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        interruption = cls(crawler, Workbench.of(crawler))
        crawler.signals.connect(interruption.open, signal=signals.spider_opened)
        crawler.signals.connect(interruption.close, signal=signals.spider_closed)
        return interruption

    @staticmethod
    def listen(crawler: Crawler, stops: StopSignals) -> None:
        """Before ``crawler`` runs: what hears the signals already. Else they are heard while the spider is open."""
        _HEARD[crawler] = stops

    def open(self, spider: Spider) -> None:
        loop = asyncio.get_running_loop()
        if self._seconds:
            loop.call_later(self._seconds, self._time_is_up)
        stops = self._stops or self._own.__enter__()
        stops.tell(partial(loop.call_soon_threadsafe, self._pressed))
        if stops.presses:  # while all this was set up
            self._pressed()

    def close(self, spider: Spider, reason: str) -> None:
        if self._stops is None:  # else they are heard on while the loop is wound up
            self._own.tell(None)
            self._own.__exit__(None, None, None)

    def _time_is_up(self) -> None:
        self.out_of_time = True
        self._bench.stop()

    def _pressed(self) -> None:
        if self.interrupted:
            self.cut_off = True
            logging.disable()  # what is left would tell of it as it is cleared away
            asyncio.get_running_loop().stop()
            return
        self.interrupted = True
        logger.warning("stopping after what is under way; again to stop at once")
        self._bench.stop()


_HEARD: WeakKeyDictionary[Crawler, StopSignals] = WeakKeyDictionary()  # settings would hold a copy
