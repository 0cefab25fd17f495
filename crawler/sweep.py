"""One run over what is due: checks the machine, feeds the frontier, runs the spider, sums up."""

import logging
import secrets
import shutil
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler.bounds import DEFAULT_BOUNDS
from crawler.config import Config
from crawler.egress.policy import EgressPolicy
from crawler.errors import BrowserUnavailableError, CrawlerError, TimestampError
from crawler.evidence.timestamp import Stamper, StampReport, stamp_pending
from crawler.extensions.interruption import Interruption
from crawler.extensions.workbench import Workbench, wanted_target
from crawler.frontier import add_targets, release_dead
from crawler.lock import AlreadyRunningError, SweepLock
from crawler.log import start_logging
from crawler.rendering.browser import find_browser
from crawler.settings import operator_settings
from crawler.spiders.sites import SitesSpider
from seeds import Seed, SeedProblem, load_seeds, parse_target
from storage.artifacts import ArtifactStore
from storage.db import migrate, open_engine, write_session
from storage.errors import StorageError

logger = logging.getLogger("lachan.sweep")

FAULTS = ("lachan/report/lost", "spider_exceptions/count")  # counters that make «all swept» untrue
FREE_BYTES = 200_000_000  # below this a sweep does not begin
STAMP_SECONDS = 120.0  # at the end of a sweep


class SweepExit(IntEnum):
    """The exit codes of a sweep; the command line documents the same numbers."""

    ALL_SWEPT = 0
    SOME_FAILED = 1
    BROKEN = 3
    STOPPED = 4
    ALREADY_RUNNING = 5


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


@dataclass(frozen=True, slots=True)
class SweepSummary:
    """How a sweep ended. ``problems`` are seed lines that cost only themselves; ``broken`` says what stopped us."""

    exit_code: int
    named: int = 0
    recorded: int = 0
    failed: int = 0
    flagged: int = 0
    unrecorded: int = 0
    browser_failed: int = 0
    report_lines_lost: int = 0
    visits_sealed: int = 0
    visits_unsealed: int = 0
    levels: dict[str, int] = field(default_factory=dict)
    robots: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    seconds: float = 0.0
    browser: str = ""
    broken: str = ""
    problems: tuple[SeedProblem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One JSON object."""
        return {**asdict(self), "problems": [str(problem) for problem in self.problems]}

    def lines(self, language: str) -> list[str]:
        """The summary for a person, in ``vi`` or ``en``."""
        words = WORDS["en" if language == "en" else "vi"]
        if self.broken and not self.recorded:
            return [words["broken"].format(self.broken)]
        return [
            *([words["cut"].format(self.broken)] if self.broken else []),
            words["counts"].format(self.recorded, self.flagged, self.failed, self.seconds),
            words["evidence"].format(self.visits_sealed, self.visits_unsealed),
            words["browser"].format(self.browser),
            *([words["died"].format(self.browser_failed)] if self.browser_failed else []),
            *([words["lost"].format(self.report_lines_lost)] if self.report_lines_lost else []),
            *(words["problem"].format(problem) for problem in self.problems),
        ]


WORDS = {
    "vi": {
        "broken": "Không quét được: {}",
        "cut": "Phải dừng giữa chừng: {}",
        "counts": "Đã quét {} mục tiêu: {} đáng ngờ, {} lỗi, {:.0f} giây.",
        "evidence": "Chứng cứ: {} lượt xem được niêm phong, {} lượt chỉ ghi mã băm.",
        "browser": "Trình duyệt: {}",
        "died": "Trình duyệt hỏng ở {} lượt xem; xem `lachan doctor`, các trang đó sẽ được quét lại.",
        "lost": "{} dòng của báo cáo không ghi được.",
        "problem": "Dòng hạt giống bị bỏ qua: {}",
    },
    "en": {
        "broken": "Nothing could be swept: {}",
        "cut": "Had to stop half-way: {}",
        "counts": "{} targets swept: {} suspicious, {} failed, {:.0f} s.",
        "evidence": "Evidence: {} visits sealed, {} left only their digest.",
        "browser": "Browser: {}",
        "died": "The browser failed on {} visits; see `lachan doctor`. Those sites are swept again soon.",
        "lost": "{} lines of the report could not be written.",
        "problem": "Seed line skipped: {}",
    },
}


def run_sweep(config: Config, request: SweepRequest) -> SweepSummary:
    """Sweep, and say how it went; every expected fault becomes an exit code with its reason, never an exception."""
    started = time.monotonic()
    try:
        with SweepLock(config.data_dir / "sweep.lock"):
            check_report(request.report)
            browser = check_machine(config)
            batch, named, problems = feed_frontier(config, request)
            crawler = crawl(config, request, batch)
            if not was_interrupted(crawler):
                stamp_the_rest(config)
    except AlreadyRunningError as error:
        return SweepSummary(SweepExit.ALREADY_RUNNING, broken=str(error))
    except (CrawlerError, StorageError, OSError) as error:
        return SweepSummary(SweepExit.BROKEN, broken=str(error))
    return sum_up(crawler, browser, named, problems, time.monotonic() - started)


def check_report(path: Path | None) -> None:
    """Raises CrawlerError where the report could not be written, before anything is fetched for it."""
    try:
        if path is not None:
            with path.open("a", encoding="utf-8"):
                pass
    except OSError as error:
        raise CrawlerError(f"--report {path}: {error.strerror}; name a file that can be written") from error


def check_machine(config: Config) -> str:
    """What this machine lacks for a sweep, as an exception; returns which browser will be used, or why none."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(config.data_dir).free
    if free < FREE_BYTES:
        raise CrawlerError(
            f"only {free // 1_000_000} MB are free in {config.data_dir}; make room or set LACHAN_DATA_DIR"
        )
    engine = open_engine(config.database)
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
        return f"none ({error}); plain fetches only, nothing is rendered or photographed"
    return f"{choice.kind} {choice.version}"


def feed_frontier(config: Config, request: SweepRequest) -> tuple[str, int, tuple[SeedProblem, ...]]:
    """Put what was named into the frontier. Returns the batch ("" for everything due), how many, and bad seed lines."""
    if request.due and not request.targets and not request.seed_files:
        return "", 0, ()
    book = load_seeds(request.seed_files)
    named = [parse_target(text) for text in request.targets]
    problems = (*book.problems, *(entry for entry in named if isinstance(entry, SeedProblem)))
    asked = [entry for entry in named if isinstance(entry, Seed)]
    batch = secrets.token_hex(8)
    engine = open_engine(config.database)
    now = datetime.now(UTC)
    with write_session(engine) as session:
        add_targets(session, map(wanted_target, book.seeds), now=now, batch=batch, due_now=request.again)
        add_targets(session, map(wanted_target, asked), now=now, batch=batch, due_now=True)
        session.commit()
    engine.dispose()
    for problem in problems:
        logger.warning("seed skipped: %s", problem)
    return ("" if request.due else batch), len(book.seeds) + len(asked), problems


def crawl(config: Config, request: SweepRequest, batch: str) -> Crawler:
    """Run the sites spider to its end and return its crawler."""
    settings = Settings()
    settings.setmodule(import_module("crawler.settings"), priority="project")
    overrides = {
        **operator_settings(config),
        "LACHAN_BATCH": batch,
        "LACHAN_LIMIT": request.limit or 0,
        "LACHAN_REPORT": str(request.report or ""),
        "LACHAN_MAX_SECONDS": request.max_seconds or 0,
        "LACHAN_PROGRESS": request.progress,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
    settings.update(overrides, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    start_logging(config.log_level)  # after Scrapy's own set-up, which would open its loggers wide
    crawler = process.create_crawler(SitesSpider)
    task = process.crawl(crawler)
    process.start(install_signal_handlers=False)
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
    return crawler


def stamp_the_rest(config: Config) -> None:
    """Time-stamps for what was sealed last, as long as an authority answers; the rest stays pending for a later run."""
    if not config.timestamp_urls.strip():
        return
    policy = EgressPolicy.parse(config.egress_allow, config.egress_map, config.egress_ports)
    try:
        stamper = Stamper.from_config(config, policy, DEFAULT_BOUNDS)
    except TimestampError as error:
        logger.warning("time-stamps are pending: %s", error)
        return
    engine = open_engine(config.database)
    store = ArtifactStore.open(config.artifacts, config.s3_endpoint)
    until = time.monotonic() + STAMP_SECONDS
    report = StampReport()
    try:
        while time.monotonic() < until:
            with write_session(engine) as session:
                report = stamp_pending(session, store, stamper, datetime.now(UTC))
                session.commit()
            if not report.stamped or not report.pending:
                break
    except StorageError as error:  # the sweep itself is done and recorded
        report = StampReport(reason=str(error), pending=1)
    if report.pending:
        logger.warning("time-stamps are pending", extra={"pending": report.pending, "reason": report.reason})
    engine.dispose()


def was_interrupted(crawler: Crawler) -> bool:
    """Whether a person stopped the crawl."""
    interruption = crawler.get_extension(Interruption)
    return bool(interruption and interruption.interrupted)


def sum_up(
    crawler: Crawler, browser: str, named: int, problems: tuple[SeedProblem, ...], seconds: float
) -> SweepSummary:
    """The summary of a finished crawl, from its counters."""
    bench = Workbench.of(crawler)
    stats: dict[str, Any] = crawler.stats.get_stats() if crawler.stats else {}
    recorded = int(stats.get("lachan/targets/recorded", 0))
    failed = int(stats.get("lachan/targets/failed", 0))
    unrecorded = int(stats.get("lachan/targets/unrecorded", 0))
    levels = counters(stats, "lachan/level/")
    return SweepSummary(
        exit_code=judge_exit(
            interrupted=was_interrupted(crawler),
            broken=bench.broken,
            recorded=recorded,
            trouble=failed + unrecorded + len(problems) + sum(int(stats.get(name, 0)) for name in FAULTS),
        ),
        named=named,
        recorded=recorded,
        failed=failed,
        flagged=sum(levels.get(level, 0) for level in ("suspicious", "likely", "near_certain")),
        unrecorded=unrecorded,
        browser_failed=int(stats.get("lachan/browser/failed", 0)),
        report_lines_lost=int(stats.get("lachan/report/lost", 0)),
        visits_sealed=int(stats.get("lachan/visits/sealed", 0)),
        visits_unsealed=int(stats.get("lachan/visits/unsealed", 0)),
        levels=levels,
        robots=counters(stats, "lachan/robots/"),
        refused=int(stats.get("lachan/egress/refused", 0)) + bench.policy.refusals.total,
        seconds=round(seconds, 1),
        browser=browser,
        broken=bench.broken,
        problems=problems,
    )


def judge_exit(*, interrupted: bool, broken: str, recorded: int, trouble: int) -> SweepExit:
    """The exit code: broken only when nothing came of it; otherwise the user's stop, then faults, then all well."""
    if broken and not recorded:
        return SweepExit.BROKEN
    if interrupted:
        return SweepExit.STOPPED
    return SweepExit.SOME_FAILED if trouble or broken else SweepExit.ALL_SWEPT


def counters(stats: dict[str, Any], prefix: str) -> dict[str, int]:
    """The counters under ``prefix``, by their last word."""
    return {key.removeprefix(prefix): int(value) for key, value in stats.items() if key.startswith(prefix)}
