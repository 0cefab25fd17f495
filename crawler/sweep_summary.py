"""How a sweep ended: its counts, its words for a person, its exit code."""

from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Any

from scrapy.crawler import Crawler

from crawler.extensions.interruption import Interruption
from crawler.extensions.workbench import Workbench
from seeds import SeedProblem

FAULTS = (
    "lachan/report/lost",
    "lachan/browser/failed",
    "spider_exceptions/count",
)  # counters that make «all swept» untrue

NO_BROWSER = "none: "  # with the reason after it


class SweepExit(IntEnum):
    """The exit codes of a sweep; the command line documents the same numbers."""

    ALL_SWEPT = 0
    SOME_FAILED = 1
    BROKEN = 3
    STOPPED = 4
    ALREADY_RUNNING = 5


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
    broken_vi: str = ""
    browser_vi: str = ""
    out_of_time: bool = False  # ``--max-seconds`` ended it
    cut_off: bool = False  # stopped twice: left in its midst
    still_due: int | None = (
        0  # then, or when it was stopped or broke off: what is left to the next run; None: could not be counted
    )
    stamps_pending: int | None = 0  # sealed visits, of earlier sweeps too, that no authority has stamped yet; as above
    problems: tuple[SeedProblem, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One JSON object."""
        told = {name: value for name, value in asdict(self).items() if not name.endswith("_vi")}
        return {**told, "problems": [str(problem) for problem in self.problems]}

    def lines(self, language: str) -> list[str]:
        """The summary for a person, in ``vi`` or ``en``."""
        words = WORDS["en" if language == "en" else "vi"]
        broken, browser = (self.broken, self.browser) if language == "en" else (self.broken_vi, self.browser_vi)
        if self.broken and not self.recorded:
            return [words["broken"].format(broken)]
        left = words["uncounted"] if self.still_due is None else self.still_due
        kind = "none" if browser.startswith(NO_BROWSER) else "browser"
        return [
            *([words["cut"].format(broken)] if self.broken else []),
            words["counts"].format(self.recorded, self.flagged, self.failed, self.seconds),
            *([words["why"]] if self.failed else []),
            *([words["time"].format(left)] if self.out_of_time else []),
            *([words["stopped"].format(left)] if self.exit_code == SweepExit.STOPPED else []),
            words["evidence"].format(self.visits_sealed, self.visits_unsealed),
            *([words["stamps"].format(self.stamps_pending)] if self.stamps_pending else []),
            *([words[kind].format(browser.removeprefix(NO_BROWSER))] if browser else []),
            *([words["died"].format(self.browser_failed)] if self.browser_failed else []),
            *([words["lost"].format(self.report_lines_lost)] if self.report_lines_lost else []),
            *(words["problem"].format(problem.said(language)) for problem in self.problems),
        ]


WORDS = {
    "vi": {
        "broken": "Không quét được: {}",
        "cut": "Phải dừng giữa chừng: {}",
        "counts": "Đã quét {} mục tiêu: {} đáng ngờ, {} lỗi, {:.0f} giây.",
        "why": "Lỗi nào vì sao: các dòng «target failed» của nhật ký, hoặc --report TỆP.",
        "time": "Hết thời gian cho phép (--max-seconds): còn {} mục tiêu cho lần quét sau.",
        "stopped": "Đã bị dừng: còn {} mục tiêu cho lần quét sau.",
        "uncounted": "(chưa đếm được)",
        "evidence": "Chứng cứ: {} lượt xem được niêm phong, {} lượt chỉ ghi mã băm.",
        "stamps": "Dấu thời gian: còn {} lượt chờ đóng dấu; `lachan evidence stamp` xin lại.",
        "browser": "Trình duyệt: {}",
        "none": "Trình duyệt: không có, nên chỉ tải trang thô, không hiện và không chụp ảnh ({})",
        "died": "Trình duyệt hỏng ở {} lượt xem; xem `lachan doctor`, các trang đó sẽ được quét lại.",
        "lost": "{} dòng của báo cáo không ghi được.",
        "problem": "Dòng hạt giống có lỗi: {}",
    },
    "en": {
        "broken": "Nothing could be swept: {}",
        "cut": "Had to stop half-way: {}",
        "counts": "{} targets swept: {} suspicious, {} failed, {:.0f} s.",
        "why": "Which failed and why: the log's lines «target failed», or --report FILE.",
        "time": "Time ran out (--max-seconds): {} targets are left to the next run.",
        "stopped": "It was stopped: {} targets are left to the next run.",
        "uncounted": "(not counted)",
        "evidence": "Evidence: {} visits sealed, {} left only their digest.",
        "stamps": "Time-stamps: {} visits are pending; `lachan evidence stamp` asks again.",
        "browser": "Browser: {}",
        "none": "Browser: none, so pages were fetched plainly, and nothing was rendered or photographed ({})",
        "died": "The browser failed on {} visits; see `lachan doctor`. Those sites are swept again soon.",
        "lost": "{} lines of the report could not be written.",
        "problem": "Seed line at fault: {}",
    },
}


def was_interrupted(crawler: Crawler) -> bool:
    """Whether a person stopped the crawl."""
    interruption = crawler.get_extension(Interruption)
    return bool(interruption and interruption.interrupted)


def was_cut_off(crawler: Crawler) -> bool:
    """Whether a person stopped the crawl twice, so that it was left in its midst."""
    interruption = crawler.get_extension(Interruption)
    return bool(interruption and interruption.cut_off)


def ran_out_of_time(crawler: Crawler) -> bool:
    """Whether ``--max-seconds`` ended the crawl."""
    interruption = crawler.get_extension(Interruption)
    return bool(interruption and interruption.out_of_time)


def sum_up(
    crawler: Crawler, browser: tuple[str, str], named: int, problems: tuple[SeedProblem, ...], seconds: float
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
        cut_off=was_cut_off(crawler),
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
        browser=browser[0],
        browser_vi=browser[1],
        broken=bench.broken,
        broken_vi=bench.broken_vi,
        out_of_time=ran_out_of_time(crawler),
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
