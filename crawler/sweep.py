"""One run over what is due: checks the machine, feeds the frontier, runs the spider, sums up."""

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from sqlmodel import Session

from crawler.bounds import DEFAULT_BOUNDS
from crawler.brand_emblems import load_learnt
from crawler.config import Config
from crawler.errors import BrowserUnavailableError, CrawlerError, TimestampError, words_of
from crawler.evidence.authority_http import stamper_of
from crawler.evidence.timestamp import Stamper, StampReport, count_pending, stamp_pending
from crawler.extensions.interruption import Interruption
from crawler.extensions.workbench import wanted_target
from crawler.frontier import add_targets, release_dead
from crawler.frontier_counts import count_targets
from crawler.heaps import keep_heaps_small
from crawler.lock import AlreadyRunningError, SweepLock
from crawler.log import start_logging
from crawler.patience import wait_out
from crawler.rendering.browser import find_browser
from crawler.room import check_room
from crawler.settings import operator_settings
from crawler.spiders.sites import SitesSpider
from crawler.stop_signals import AT_ONCE, WHEN_PRESSED_AGAIN, StopSignals
from crawler.sweep_summary import NO_BROWSER, SweepExit, SweepSummary, sum_up, was_cut_off
from seeds import Seed, SeedProblem, load_seeds, parse_target
from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine, read_session, write_session
from storage.errors import StorageError
from storage.models.target import SWEEP

__all__ = ["SweepExit", "SweepRequest", "SweepSummary", "run_sweep"]

logger = logging.getLogger("lachan.sweep")

STOPPED = "the sweep was stopped"
START_SECONDS = 10.0  # a database that is away before anything began is waited for so long


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What to sweep: named targets and seed files, or with ``due`` whatever the frontier says is due."""

    targets: tuple[str, ...] = ()
    seed_files: tuple[Path, ...] = ()
    due: bool = False
    again: bool = False
    limit: int | None = None
    report: Path | None = None
    max_seconds: float | None = None
    progress: bool = True
    purpose: str = SWEEP  # or VERIFY: what the desk left to be checked


def run_sweep(config: Config, request: SweepRequest, stops: StopSignals | None = None) -> SweepSummary:
    """Sweep, and say how it went; every expected fault becomes an exit code with its reason, never an exception.

    ``stops``: the caller's, already entered, where it has more to do before its process ends.
    """
    start_logging(config.log_level)
    keep_heaps_small()
    with StopSignals() if stops is None else nullcontext(stops) as heard:
        summary = sweep_once(config, request, heard)
    if summary.exit_code == SweepExit.ALREADY_RUNNING:  # what cron meets whenever a sweep takes long
        logger.warning("not swept: another sweep is at work", extra={"reason": summary.broken})
    elif summary.broken:
        logger.error("the sweep broke off", extra={"reason": summary.broken})
    return summary


def sweep_once(config: Config, request: SweepRequest, stops: StopSignals) -> SweepSummary:
    """One sweep under its lock. Before its first target a stop leaves whatever is under way, which is undone."""
    started = time.monotonic()
    try:
        make_data_folder(config.data_dir)
        with SweepLock(config.data_dir / "sweep.lock") as lock:
            with stops.leaving(AT_ONCE):
                browser = wait_out(partial(check_machine, config), seconds=START_SECONDS)
                batch, named, problems = wait_out(partial(feed_frontier, config, request), seconds=START_SECONDS)
            if not (named or request.due):
                code = SweepExit.SOME_FAILED if problems else SweepExit.ALL_SWEPT
                return SweepSummary(code, browser=browser[0], browser_vi=browser[1], problems=problems)
            crawler = crawl(config, request, batch, stops)
            if was_cut_off(crawler):
                lock.keep()
            stamping = stamp_the_rest(config, stops)
            summary = sum_up(crawler, browser, named, problems, time.monotonic() - started)
            summary = replace(summary, stamps_pending=counted(config, count_pending, "visits without a time-stamp"))
            if stamping.reason == STOPPED and summary.exit_code != SweepExit.BROKEN:
                summary = replace(summary, exit_code=SweepExit.STOPPED)
            ended_early = summary.out_of_time or summary.broken or summary.exit_code == SweepExit.STOPPED
            if ended_early:
                due = counted(config, partial(count_due, batch=batch), "what is still due")
                summary = replace(summary, still_due=due)
            return summary
    except AlreadyRunningError as error:
        return broken_off(SweepExit.ALREADY_RUNNING, error)
    except (CrawlerError, StorageError, OSError) as error:
        return broken_off(SweepExit.BROKEN, error)
    except KeyboardInterrupt:
        seconds = round(time.monotonic() - started, 1)
        return SweepSummary(SweepExit.STOPPED, cut_off=True, still_due=None, seconds=seconds)


def broken_off(code: SweepExit, error: Exception) -> SweepSummary:
    """The summary of a sweep that did not come to count anything."""
    said, said_vi = words_of(error)
    return SweepSummary(code, broken=said, broken_vi=said_vi, still_due=None, stamps_pending=None)


def counted(config: Config, count: Callable[[Session], int], what: str) -> int | None:
    """A number for the summary; None where the database cannot be asked. ``what``: for the log."""
    try:
        engine = open_engine(config.database, config.witness_file)
        with read_session(engine) as session:
            number = count(session)
        engine.dispose()
    except StorageError as error:
        logger.warning("%s could not be counted: %s", what, error)
        return None
    return number


def count_due(session: Session, batch: str) -> int:
    """How many targets of a batch, or of all, are due now, those among them that were left under way."""
    counts = count_targets(session, batch or None, datetime.now(UTC))
    return counts.due + counts.leased


def make_data_folder(folder: Path) -> None:
    """Raises CrawlerError where the folder of database, evidence and lock cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CrawlerError(
            f"the folder {folder} cannot be made ({error.strerror}); set LACHAN_DATA_DIR to one that can",
            f"không tạo được thư mục {folder} ({error.strerror}); đặt LACHAN_DATA_DIR là nơi tạo được",
        ) from error


def check_machine(config: Config) -> tuple[str, str]:
    """What this machine lacks for a sweep, as an exception; returns which browser will be used, or why none, in English
    and Vietnamese."""
    check_room(config)
    load_learnt(config.data_dir)  # a file that nobody can read is told now, and not in the midst of a sweep
    engine = open_engine(config.database, config.witness_file)
    migrate(engine)
    with write_session(engine) as session:
        release_dead(session, now=datetime.now(UTC), revisit_hours=config.revisit_hours)
        session.commit()
    engine.dispose()
    ArtifactStore.open(config.artifacts, config.s3_endpoint).probe()
    try:
        choice = find_browser(config.browser)
    except BrowserUnavailableError as error:
        if config.browser not in {"auto", "off"}:
            raise
        return f"{NO_BROWSER}{error}", f"{NO_BROWSER}{error.vi}"
    return (f"{choice.kind} {choice.version}",) * 2


def feed_frontier(config: Config, request: SweepRequest) -> tuple[str, int, tuple[SeedProblem, ...]]:
    """Put what was named into the frontier. Returns the batch ("" for everything due), how many, and bad seed lines."""
    if request.due and not request.targets and not request.seed_files:
        return "", 0, ()
    book = load_seeds(request.seed_files)
    named = [parse_target(text) for text in request.targets]
    problems = (*book.problems, *(entry for entry in named if isinstance(entry, SeedProblem)))
    asked = [entry for entry in named if isinstance(entry, Seed)]
    batch = secrets.token_hex(8)
    engine = open_engine(config.database, config.witness_file)
    now = datetime.now(UTC)
    with write_session(engine) as session:
        add_targets(session, map(wanted_target, book.seeds), now=now, batch=batch, due_now=request.again)
        add_targets(session, map(wanted_target, asked), now=now, batch=batch, due_now=True)
        session.commit()
    engine.dispose()
    for problem in problems:
        logger.warning("seed skipped: %s", problem)
    return ("" if request.due else batch), len(book.seeds) + len(asked), problems


def crawl(config: Config, request: SweepRequest, batch: str, stops: StopSignals) -> Crawler:
    """Run the sites spider to its end, or until it is stopped, and return its crawler."""
    settings = Settings()
    settings.setmodule(import_module("crawler.settings"), priority="project")
    overrides = {
        **operator_settings(config),
        "LACHAN_BATCH": batch,
        "LACHAN_LIMIT": request.limit or 0,
        "LACHAN_PURPOSE": request.purpose,
        "LACHAN_REPORT": str(request.report or ""),
        "LACHAN_MAX_SECONDS": request.max_seconds or 0,
        "LACHAN_PROGRESS": request.progress,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
    settings.update(overrides, priority="cmdline")
    logging.disable(logging.INFO)  # Scrapy's own set-up opens its loggers wide and tells of every version
    try:
        process = AsyncCrawlerProcess(settings)
    finally:
        logging.disable(logging.NOTSET)
    start_logging(config.log_level)
    crawler = process.create_crawler(SitesSpider)
    Interruption.listen(crawler, stops)
    task = process.crawl(crawler)
    try:
        process.start(install_signal_handlers=False)
    except RuntimeError:  # so the loop complains that it was stopped in its midst
        if not was_cut_off(crawler):
            raise
    finally:
        stops.tell(None)
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    return crawler


def stamp_the_rest(config: Config, stops: StopSignals) -> StampReport:
    """Time-stamps for what was sealed last, as long as an authority answers; the rest stays pending for a later run.

    The report's reason is STOPPED where some is left because of a stop: the first waits for the round under way, the
    second for nothing.
    """
    if not config.timestamp_urls.strip():
        return StampReport()
    if stops.presses:
        return StampReport(reason=STOPPED)
    policy = config.egress_policy()
    try:
        stamper = stamper_of(config, policy, DEFAULT_BOUNDS)
    except TimestampError as error:
        logger.warning("time-stamps are pending: %s", error)
        return StampReport(reason=str(error))
    try:
        with stops.leaving(WHEN_PRESSED_AGAIN):
            report = stamp_in_rounds(config, stamper, stops)
    except StorageError as error:  # the sweep itself is done and recorded
        report = StampReport(reason=str(error), pending=1)
    except KeyboardInterrupt:  # a round is one transaction: its tokens are asked for anew
        logger.warning("time-stamps are pending: %s", STOPPED)
        return StampReport(reason=STOPPED)
    if report.pending:
        logger.warning("time-stamps are pending", extra={"pending": report.pending, "reason": report.reason})
    return report


def stamp_in_rounds(config: Config, stamper: Stamper, stops: StopSignals) -> StampReport:
    """The last round's report; its reason is STOPPED where a stop kept the next from being begun."""
    engine = open_engine(config.database, config.witness_file)
    store = ArtifactStore.open(config.artifacts, config.s3_endpoint)
    until = time.monotonic() + DEFAULT_BOUNDS.last_stamping_seconds
    report = StampReport()
    while (left := until - time.monotonic()) > stamper.answer_seconds:
        seconds = min(left, DEFAULT_BOUNDS.stamping_seconds)
        with write_session(engine) as session:
            report = stamp_pending(session, store, stamper, datetime.now(UTC), seconds=seconds)
            session.commit()
        if not report.stamped or not report.pending:
            break
        if stops.presses:
            report = replace(report, reason=STOPPED)
            break
    engine.dispose()
    return report
