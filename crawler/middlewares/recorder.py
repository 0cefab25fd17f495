"""Keeps every exchange of a fetch, redirects included, for the evidence."""

from scrapy import Request
from scrapy.http import Response


class RecorderMiddleware:
    """Sits next to the downloader, so that bodies are as they came over the wire.

    The download handler leaves one ``Exchange`` in ``request.meta["exchange"]``; a redirected request copies its meta,
    so the list ``request.meta["exchanges"]`` grows along the whole chain.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        keep(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        keep(request)  # what came before it broke off


def keep(request: Request) -> None:
    """Move the exchange that the handler left to the list of its chain."""
    exchange = request.meta.pop("exchange", None)
    if exchange is not None:
        request.meta.setdefault("exchanges", []).append(exchange)
