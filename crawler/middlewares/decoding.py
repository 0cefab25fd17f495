"""Undoes the content coding of a response as browsers do: forgivingly, for a wrong label must not hide a page."""

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.bounds import DEFAULT_BOUNDS
from crawler.codings import ACCEPT, undo_codings

logger = logging.getLogger(__name__)


class DecodingMiddleware:
    """Replaces Scrapy's, which fails on bytes that are not coded as announced.

    Those stay as they are. A stream that breaks off is undone as far as it goes and flagged ``dataloss``. One that
    unpacks to more than DOWNLOAD_MAXSIZE raises IgnoreRequest, which names that setting.
    """

    def __init__(self, limit: int) -> None:
        self._limit = min(limit or DEFAULT_BOUNDS.body_bytes, DEFAULT_BOUNDS.body_bytes)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPT)

    def process_response(self, request: Request, response: Response) -> Response:
        coding = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not coding or request.method == "HEAD":
            return response
        limit = min(request.meta.get("download_maxsize") or self._limit, self._limit)
        try:
            content = undo_codings(response.body, coding, limit)
        except ValueError as error:
            logger.info("%s stays as it came: %s", response.url, error)
            return _with_body(response, response.body, whole=True)
        if content.over:
            raise IgnoreRequest(f"{response.url} unpacks to more than DOWNLOAD_MAXSIZE ({limit} bytes)")
        return _with_body(response, content.body, content.whole)


def _with_body(response: Response, body: bytes, whole: bool) -> Response:
    headers = response.headers.copy()
    del headers["Content-Encoding"]  # else the kind of response would be guessed from it
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    flags = response.flags if whole or "dataloss" in response.flags else [*response.flags, "dataloss"]
    if issubclass(kind, TextResponse):
        return response.replace(cls=kind, headers=headers, body=body, flags=flags, encoding=None)
    return response.replace(cls=kind, headers=headers, body=body, flags=flags)
