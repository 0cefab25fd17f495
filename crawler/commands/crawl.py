"""`scrapy crawl`, with Scrapy's own exit codes for what went wrong here: 2 where nothing can be crawled as it was
asked, 1 where this machine was the reason; both in a line, without a traceback."""

import argparse
import asyncio
import logging

from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, UsageError

from crawler.errors import CrawlerError
from crawler.extensions.workbench import Workbench
from storage.errors import StorageError

logger = logging.getLogger("lachan.crawl")


class Command(crawl.Command):
    """Checks the spider's name and its arguments before anything is opened, and says afterwards what broke."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            super().run(args, opts)  # says what is wrong
            return
        assert self.crawler_process
        self._check(args[0], opts.spargs)
        crawler = self._create_crawler(args[0])
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        assert isinstance(task, asyncio.Task)
        if said := _what_broke(crawler, task):
            logger.error("%s", said)
        if said or self.crawler_process.bootstrap_failed:
            self.exitcode = 1

    def _check(self, name: str, arguments: dict[str, str]) -> None:
        assert self.crawler_process
        known = self.crawler_process.spider_loader.list()
        if name not in known:
            raise UsageError(f"no such spider: {name[:200]}; there is: {', '.join(sorted(known))}", print_help=False)
        check = getattr(self.crawler_process.spider_loader.load(name), "check_arguments", None)
        if check is None:
            return
        try:
            check(**arguments)
        except CrawlerError as error:
            raise UsageError(str(error), print_help=False) from error


def _what_broke(crawler: Crawler, task: "asyncio.Task[None]") -> str:
    """Why this machine could not go on, or "". Raises what is a fault of the program itself."""
    if not task.done() or task.cancelled():
        return ""
    if error := task.exception():  # it never opened
        if isinstance(error, CrawlerError | StorageError):
            return str(error)
        raise error
    try:
        return Workbench.of(crawler).broken
    except NotConfigured:  # a spider that has none
        return ""
