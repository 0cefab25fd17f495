"""What all components of one sweep share: settings, database, evidence store, brands, browser, feed of targets."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from typing import Self
from weakref import WeakKeyDictionary

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from sqlalchemy import Engine
from twisted.python.failure import Failure

from crawler.bounds import DEFAULT_BOUNDS
from crawler.brand_emblems import known_brands
from crawler.config import Config
from crawler.egress.name_servers import NameServersSilentError, check_name_servers
from crawler.errors import CrawlerError, NoRoomError, words_of
from crawler.examination import Examiner
from crawler.examined import Examination
from crawler.frontier import (
    LeasedTarget,
    WantedTarget,
    add_targets,
    lease_due,
    new_owner,
    plan_next,
    record_outcome,
    release_leases,
)
from crawler.ocr import find_recogniser
from crawler.patience import wait_out
from crawler.reading.reader import Reader
from crawler.rendering.standby import StandbyBrowser
from crawler.rendering.vantages import DESKTOP, PHONE
from crawler.room import check_room
from crawler.writer import Writer
from seeds import Seed, SeedProblem, load_protected, parse_target
from storage.artifacts import ArtifactStore
from storage.audit import audit_head
from storage.db import migrate, open_engine, read_session, write_session
from storage.errors import ArtifactStoreUnavailableError, DatabaseUnavailableError, StorageError
from storage.models.target import SWEEP
from storage.vault import Vault

logger = logging.getLogger(__name__)

LEASE_SECONDS = 600.0
LEASES_AT_ONCE = 32
REASON_CHARACTERS = 300


class Workbench:
    """Opened with the crawler, closed with its spider. ``stop()`` ends the feed; what is under way finishes."""

    def __init__(self, crawler: Crawler, config: Config) -> None:
        self.config = config
        self.bounds = DEFAULT_BOUNDS
        self.engine = wait_out(partial(open_tables, config))
        self.store = ArtifactStore.open(config.artifacts, config.s3_endpoint)
        self.vault = Vault.load_if_set(config.records_key_file)
        self.policy = config.egress_policy()
        self.protected = load_protected()
        self.owner = new_owner()
        self.writer = Writer(self.engine)
        self.browser = StandbyBrowser(config.browser, self.policy, self.bounds, pages=config.browser_pages)
        self.reader = Reader()
        self.stopping = asyncio.Event()
        self.broken = self.broken_vi = ""  # why this machine cannot go on, once it cannot
        self.stats = crawler.stats
        self._batch: str | None = crawler.settings["LACHAN_BATCH"] or None
        self._purpose = str(crawler.settings.get("LACHAN_PURPOSE") or SWEEP)
        self._limit = crawler.settings.getint("LACHAN_LIMIT") or None
        self._room = asyncio.Semaphore(config.concurrent_sites)
        self._freed = asyncio.Event()
        self._leased: deque[LeasedTarget] = deque()
        self._attending: dict[int, LeasedTarget] = {}
        self._fed = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not getattr(crawler.spidercls, "needs_workbench", False):
            raise NotConfigured  # scrapy shell, scrapy fetch; with words Scrapy would warn
        bench = cls(crawler, Config.model_validate_json(crawler.settings["LACHAN_CONFIG"]))
        _OPEN[crawler] = bench
        crawler.signals.connect(bench.item_failed, signal=signals.item_error)
        crawler.signals.connect(bench.close, signal=signals.spider_closed)
        return bench

    @classmethod
    def of(cls, crawler: Crawler) -> "Workbench":
        """The workbench of ``crawler``, for its other components."""
        bench = _OPEN.get(crawler)
        if bench is None:
            raise NotConfigured
        return bench

    def examiner(self) -> Examiner:
        """An examiner with this sweep's brands, bounds and browser."""
        available = self.browser.unavailable == ""
        recogniser, no_recogniser = find_recogniser(self.config.ocr, self.bounds)
        return Examiner(
            brands=known_brands(self.config.data_dir),
            bounds=self.bounds,
            pages_per_site=self.config.pages_per_site,
            browser=self.browser if available else None,
            no_browser=self.browser.unavailable,
            vantages=(PHONE, DESKTOP),
            stopping=self.stopping.is_set,
            recogniser=recogniser,
            no_recogniser=no_recogniser,
            reader=self.reader,
            learned=self.config.learned,
            presses=self.config.press,
        )

    async def feed(self) -> AsyncIterator[LeasedTarget]:
        """Leased targets as there is room for them, until nothing is due and nothing under way could change that."""
        while not self.stopping.is_set() and (self._limit is None or self._fed < self._limit):
            await self._room.acquire()
            target = await self._next()
            if target is None:
                self._room.release()
                return
            self._attending[target.id] = target
            self._fed += 1
            yield target

    async def _next(self) -> LeasedTarget | None:
        while not self.stopping.is_set():
            try:
                if self.policy.name_servers.suspect:
                    await asyncio.to_thread(check_name_servers, self.policy.name_servers, self.config.rdap_bootstrap)
                if self._leased:
                    return self._leased.popleft()
                self._leased.extend(await asyncio.to_thread(wait_out, self._lease))
            except (StorageError, NoRoomError, NameServersSilentError) as error:
                self.broken, self.broken_vi = words_of(error)
                self.stop()
                return None
            if self._leased:
                continue
            if not self._attending:
                return None
            # A domain under way holds its other targets back, so the end of one visit can make room for the next.
            self._freed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), timeout=1.0)
        return None

    def _lease(self) -> list[LeasedTarget]:
        check_room(self.config)
        wanted = LEASES_AT_ONCE if self._limit is None else min(LEASES_AT_ONCE, self._limit - self._fed)
        with write_session(self.engine) as session:
            leased = lease_due(
                session,
                owner=self.owner,
                now=datetime.now(UTC),
                limit=wanted,
                lease_seconds=LEASE_SECONDS,
                batch=self._batch,
                purpose=self._purpose,
            )
            session.commit()
            return leased

    def finished(self, target: LeasedTarget) -> None:
        """``target`` is recorded, or given up by this run: its place is free."""
        if self._attending.pop(target.id, None) is not None:
            self._room.release()
        self._freed.set()

    def give_up(self, target: LeasedTarget, error: CrawlerError) -> None:
        """This machine cannot go on, through no fault of ``target``, whose lease goes back with the others'."""
        self.broken, self.broken_vi = words_of(error)
        self.stop()
        self.finished(target)

    def item_failed(self, item: object, response: Response | None, spider: Spider, failure: Failure) -> None:
        """A pipeline step raised: the target is given back as failed, and its place is free whatever happens here."""
        self.stats.inc_value("lachan/targets/unrecorded")
        if isinstance(failure.value, DatabaseUnavailableError | ArtifactStoreUnavailableError):
            self.broken, self.broken_vi = words_of(failure.value)
            self.stop()
        if not isinstance(item, Examination):
            return
        try:
            if not self.broken:
                self._settle(item.target, failure.value)
        except StorageError as error:
            self.broken, self.broken_vi = words_of(error)
            self.stop()
        finally:
            self.finished(item.target)  # else the feed would wait for this target for ever

    def _settle(self, target: LeasedTarget, error: BaseException | None) -> None:
        """Give a target's lease back as failed, so that others of its domain are not held up until it runs out."""
        now = datetime.now(UTC)
        due = plan_next("", True, target.attempts, now, self.config.revisit_hours, self.config.max_attempts)
        reason = f"our fault: {type(error).__name__}: {error}"[:REASON_CHARACTERS]
        with write_session(self.engine) as session:
            record_outcome(
                session, target, outcome="failed", reason=reason, level="", now=now, next_due=due, failed=True
            )
            session.commit()

    def add(self, url: str) -> None:
        """Make ``url`` due now. Raises CrawlerError when it is no target."""
        seed = parse_target(url)
        if isinstance(seed, SeedProblem):
            raise CrawlerError(str(seed))
        with write_session(self.engine) as session:
            add_targets(session, (wanted_target(seed),), now=datetime.now(UTC), batch=self.owner[:64], due_now=True)
            session.commit()
        self._batch = self.owner[:64]

    def audit_head(self) -> str:
        """The newest digest of the audit chain, which each seal carries along."""
        return wait_out(self._head)

    def _head(self) -> str:
        with read_session(self.engine) as session:
            return audit_head(session).digest

    def stop(self) -> None:
        """Lease nothing more; what is under way is finished or cut short at its next step."""
        self.stopping.set()

    async def close(self, spider: Spider, reason: str) -> None:
        """Free what is left: leases of targets not visited, the browser, the database."""
        self.stopping.set()
        await self.writer.close()
        await self.browser.close()
        await self.reader.close()
        try:
            await asyncio.to_thread(self._release)
        except DatabaseUnavailableError as error:  # the next run frees what a process that ended still holds
            logger.warning("leases could not be given back: %s", error)
        self.engine.dispose()

    def _release(self) -> None:
        with write_session(self.engine) as session:
            release_leases(session, owner=self.owner, now=datetime.now(UTC))
            session.commit()


# Extensions are built one by one and cannot see each other through the crawler until all are there.
_OPEN: WeakKeyDictionary[Crawler, "Workbench"] = WeakKeyDictionary()


def open_tables(config: Config) -> Engine:
    """The database with its tables in order."""
    engine = open_engine(config.database, config.witness_file)
    migrate(engine)
    return engine


def wanted_target(seed: Seed, purpose: str = SWEEP) -> WantedTarget:
    """A seed as the frontier takes it."""
    return WantedTarget(
        url=seed.url, host=seed.host, domain=seed.domain, purpose=purpose, source=seed.source, priority=seed.priority
    )
