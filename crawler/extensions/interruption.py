"""Ctrl-C and SIGTERM: the first ends the sweep in good order, the second at once with a summary (what was under way is
due again in the next run), any further one without a word."""

import asyncio
import logging
import os
import signal
import threading
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.extensions.workbench import Workbench

logger = logging.getLogger("lachan.sweep")

CAUGHT = (signal.SIGINT, signal.SIGTERM)
EXIT_STOPPED = 4


class Interruption:
    """``interrupted`` tells the summary that a person, not the end of the work, stopped the sweep; ``cut_off`` that it
    was left in the midst: threads and browsers are still at work, and only the end of the process ends them."""

    def __init__(self, crawler: Crawler, bench: Workbench) -> None:
        self._bench = bench
        self._seconds = crawler.settings.getfloat("LACHAN_MAX_SECONDS")
        self.interrupted = False
        self.cut_off = False
        self.out_of_time = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        interruption = cls(crawler, Workbench.of(crawler))
        crawler.signals.connect(interruption.open, signal=signals.spider_opened)
        crawler.signals.connect(interruption.close, signal=signals.spider_closed)
        return interruption

    def open(self, spider: Spider) -> None:
        loop = asyncio.get_running_loop()
        if self._seconds:
            loop.call_later(self._seconds, self._time_is_up)
        if threading.current_thread() is threading.main_thread():
            for number in CAUGHT:
                loop.add_signal_handler(number, self._caught, number)

    def close(self, spider: Spider, reason: str) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in CAUGHT:
                asyncio.get_running_loop().remove_signal_handler(number)
                if self.interrupted:  # the summary is being made: once more changes nothing
                    signal.signal(number, _hold)

    def _time_is_up(self) -> None:
        self.out_of_time = True
        self._bench.stop()

    def _caught(self, number: signal.Signals) -> None:
        if self.interrupted:
            self.cut_off = True
            for each in CAUGHT:
                signal.signal(each, _leave)
            logging.disable()  # what is left would tell of it as it is cleared away
            asyncio.get_running_loop().stop()
            return
        self.interrupted = True
        logger.warning("stopping after what is under way; again to stop at once")
        self._bench.stop()


def _hold(number: int, frame: object) -> None:
    for each in CAUGHT:
        signal.signal(each, _leave)


def _leave(number: int, frame: object) -> None:
    os._exit(EXIT_STOPPED)
