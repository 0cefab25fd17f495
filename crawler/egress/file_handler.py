"""Lets `scrapy shell`, `fetch` and `view` read a page that was saved; a sweep never reads a file."""

from scrapy import Request
from scrapy.core.downloader.handlers.file import FileDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import EgressRefusedError


class SavedPageHandler(FileDownloadHandler):
    """A person at a prompt may open a file; what a page says never makes a sweep open one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shut = bool(getattr(crawler.spidercls, "needs_workbench", False))

    async def download_request(self, request: Request) -> Response:
        """The file as a response. Raises EgressRefusedError during a sweep."""
        if self._shut:
            raise EgressRefusedError(f"{request.url[:200]}: a sweep reads no files")
        return await super().download_request(request)
