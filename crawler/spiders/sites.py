"""Sweeps sites: leases what is due, fetches the front page, and lets the examiner go as far as it is worth."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.python.failure import Failure

from crawler.collecting import visit_from_failure, visit_from_response
from crawler.errors import CrawlerError
from crawler.examination import Examiner
from crawler.examined import Examination, failed_examination
from crawler.extensions.workbench import Workbench
from crawler.frontier import LeasedTarget
from crawler.heaps import set_aside_what_stays
from crawler.reading.reader import EditionChangedError
from crawler.rendering.vantages import FETCH
from crawler.visit import Outcome, Visit
from seeds import SeedProblem, parse_target

logger = logging.getLogger(__name__)

_PROBLEMS_TOLD = 5
WITHOUT_TLS = frozenset({Outcome.CONNECT_FAILED, Outcome.TLS_FAILED})


class SitesSpider(Spider):
    """One target, one site: ``start`` feeds leased targets, ``examined`` yields each one's ``Examination``."""

    name = "sites"
    needs_workbench = True

    def __init__(self, url: str = "", **kwargs: Any) -> None:
        """``url`` (``scrapy crawl sites -a url=...``) is made due now; without it everything due is swept.

        It may hold several addresses, with spaces between them.
        """
        self.check_arguments(url, **kwargs)
        super().__init__()
        self._url = url
        self._vantage = FETCH
        self._examiner: Examiner | None = None
        self._further_seconds = 0.0

    @staticmethod
    def check_arguments(url: str = "", **others: str) -> None:
        """Raises CrawlerError where an argument is unknown, or no word of ``url`` is an address."""
        if others:
            raise CrawlerError(f"no such argument: {', '.join(sorted(others))[:200]}; `-a url=ADDRESS` names a site")
        read = [parse_target(word) for word in url.split()]
        problems = [seed for seed in read if isinstance(seed, SeedProblem)]
        if problems and len(problems) == len(read):
            raise CrawlerError("; ".join(map(str, problems[:_PROBLEMS_TOLD])))

    async def start(self) -> AsyncIterator[Request]:
        """A front-page request for each leased target, never more at once than the setting allows."""
        bench = Workbench.of(self.crawler)
        self._add(bench)
        self._examiner = bench.examiner()
        self._further_seconds = min(bench.config.fetch_seconds, bench.bounds.further_seconds)
        self._vantage = replace(FETCH, user_agent=bench.config.user_agent, referrer=bench.config.referrer)
        set_aside_what_stays()
        async for target in bench.feed():
            yield self._front_request(target)

    def _add(self, bench: Workbench) -> None:
        """Make what was named due. What is no address is said, and costs only itself."""
        for url in self._url.split():
            try:
                bench.add(url)
            except CrawlerError as error:
                logger.error("%s", error)

    def _front_request(self, target: LeasedTarget) -> Request:
        started_at = datetime.now(UTC)
        return Request(
            target.url,
            callback=partial(self.fetched, target=target, started_at=started_at),
            errback=partial(self.failed, target=target, started_at=started_at),
            dont_filter=True,
            headers={"Referer": self._vantage.referrer} if self._vantage.referrer else {},
            meta={"purpose": target.purpose},
        )

    async def fetched(
        self, response: Response, target: LeasedTarget, started_at: datetime
    ) -> AsyncIterator[Examination]:
        """The front page came back, whatever it is."""
        make = partial(
            visit_from_response,
            response,
            requested_url=target.url,
            vantage=self._vantage,
            started_at=started_at,
            finished_at=datetime.now(UTC),
        )
        if (examined := await self._examined(target, make, spent_on(response.request))) is not None:
            yield examined

    async def failed(self, failure: Failure, target: LeasedTarget, started_at: datetime) -> AsyncIterator[Examination]:
        """The front page did not come; the visit says why."""
        assert failure.value is not None
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        make = partial(
            visit_from_failure,
            failure.value,
            request=request,
            requested_url=target.url,
            vantage=self._vantage,
            started_at=started_at,
            finished_at=datetime.now(UTC),
        )
        if (examined := await self._examined(target, make, spent_on(request))) is not None:
            yield examined

    async def _over_plain_http(self, target: LeasedTarget, failed: Visit, spent: float) -> Visit:
        """A bare host name was taken for https; where nobody speaks it, the site may still be there without."""
        url = target.url.replace("https://", "http://", 1)
        meta = {"purpose": target.purpose, "spent": spent}  # both share the time of one chain
        visit = await self.fetch(url, meta, self._vantage.referrer)
        if not visit.status:
            return failed
        return replace(visit, notes=(*visit.notes, f"https: {failed.reason}"))

    async def _examined(self, target: LeasedTarget, make: Callable[[], Visit], spent: float) -> Examination | None:
        """The examination of a site whose front page ``make`` describes; never raises, since the feed waits for it.

        None: this run can read no more pages, and ends; the target stays due.
        """
        assert self._examiner is not None
        further = {"purpose": target.purpose, "download_timeout": self._further_seconds}
        now = datetime.now(UTC)
        front = Visit(target.url, target.url, self._vantage, Outcome.FAILED, now, now)
        try:
            front = make()
            if front.outcome in WITHOUT_TLS and target.url.startswith("https://"):
                began = time.monotonic()
                front = await self._over_plain_http(target, front, spent)
                spent += time.monotonic() - began
            return await self._examiner.examine(target, front, partial(self.fetch, meta=further), spent)
        except EditionChangedError as error:
            Workbench.of(self.crawler).give_up(target, error)
            return None
        except Exception as error:
            # A fault of our own: it is named, counted and costs only this target.
            logger.exception("examining %s failed", target.url)
            return failed_examination(target, front, error)

    async def fetch(self, url: str, meta: Mapping[str, Any], referrer: str = "") -> Visit:
        """One more page or picture, through every middleware; never raises for a fault of the site's."""
        vantage = replace(self._vantage, referrer=referrer)
        assert self.crawler.engine
        started_at = datetime.now(UTC)
        headers = {"Referer": referrer} if referrer else {}
        request = Request(url, callback=NO_CALLBACK, dont_filter=True, headers=headers, meta=dict(meta))
        try:
            response = await self.crawler.engine.download_async(request)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - each becomes a named outcome
            return visit_from_failure(
                error,
                request=request,
                requested_url=url,
                vantage=vantage,
                started_at=started_at,
                finished_at=datetime.now(UTC),
            )
        if response.request is None:
            response.request = request
        return visit_from_response(
            response, requested_url=url, vantage=vantage, started_at=started_at, finished_at=datetime.now(UTC)
        )


def spent_on(request: Request | None) -> float:
    """Seconds that the chain of fetches which ends with ``request`` took of its site's time."""
    return float(request.meta.get("spent", 0.0)) if request is not None else 0.0
