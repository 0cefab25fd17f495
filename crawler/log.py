"""Structured log lines: one JSON object a line, times in UTC, hostile text kept inert by the encoding. On a terminal
the same in a form for people, above the bar."""

import json
import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog
from scrapy.logformatter import LogFormatter, LogFormatterResult

from crawler.errors import CrawlerError
from storage.errors import StorageError

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

# Their news is not ours; their warnings are
NOISY = ("scrapy", "asyncio", "playwright", "urllib3", "whoisit", "alembic")
LINE_CHARACTERS = 4_000  # of any one value
HANDLERS = "scrapy.core.downloader.handlers"  # warns at each start that the one we chose is experimental: it is pinned


class ErrorHandler(logging.StreamHandler[TextIO]):
    """To whatever standard error is at that time: a bar puts itself there, so that lines go above it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class QuietFormatter(LogFormatter):
    """Scrapy's lines about single pages, at DEBUG: the outcome of each target is in the report and the database."""

    def crawled(self, request: "Request", response: "Response", spider: "Spider") -> LogFormatterResult:
        return {**super().crawled(request, response, spider), "level": logging.DEBUG}

    def scraped(self, item: Any, response: Any, spider: "Spider") -> LogFormatterResult:
        url = item.get("url", "") if isinstance(item, dict) else ""  # not the item, which is long
        return {"level": logging.DEBUG, "msg": "recorded: %(url)s", "args": {"url": url}}

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: "Spider") -> LogFormatterResult:
        target = getattr(item, "target", None)
        return {"level": logging.ERROR, "msg": "recording failed: %(url)s", "args": {"url": getattr(target, "url", "")}}


def start_logging(level: str) -> None:
    """Send every log line of ours and of our libraries to standard error: as JSON, to a terminal as words."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_fault,
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            drop_objects,
            # both are inert: ASCII alone, or what cannot be printed escaped
            plain_line if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
        ],
    )
    handler = ErrorHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(level if level == "DEBUG" else logging.WARNING)
    logging.getLogger(HANDLERS).setLevel(logging.ERROR)
    logging.getLogger("scrapy.middleware").setLevel(logging.ERROR)  # «disabled» is how a component is switched off


def plain_line(_logger: Any, _name: str, event: structlog.typing.EventDict) -> str:
    """``10:59:31 warning  target failed  url="https://…"``; what cannot be printed is escaped, a place is kept."""
    time, level, what = (str(event.pop(key, "")) for key in ("timestamp", "level", "event"))
    event.pop("logger", None)
    place = event.pop("exception", "")
    values = [f"{key}={json.dumps(value, ensure_ascii=False, default=str)}" for key, value in event.items()]
    lines = "  ".join([f"{time[11:19]} {level}", what, *values]), *str(place).splitlines()
    return "\n".join(map(_printable, lines))


def _printable(line: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)


def name_fault(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A fault of the machine's is its words: where in our program it struck says nothing that would help."""
    exc_info = event.get("exc_info")
    error = sys.exc_info()[1] if exc_info is True else exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, StorageError | CrawlerError):
        event["reason"] = str(error)
        del event["exc_info"]
    return event


def drop_objects(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Leave out what Scrapy attaches for its own use, pages among it, and cut what is long."""
    for key in ("spider", "crawler", "item", "response", "request", "failure"):
        event.pop(key, None)
    for key, value in event.items():
        if isinstance(value, str) and len(value) > LINE_CHARACTERS:
            event[key] = f"{value[:LINE_CHARACTERS]}… ({len(value)} characters)"
    return event
