"""An evaluation as tables for a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from takedown.cli.shown import Column, complain, in_language, say, say_table, shown_word
from takedown.inert import inert

if TYPE_CHECKING:
    from crawler.evaluation.figures import ContrastFigures, Share
    from crawler.evaluation.report import EvaluationReport, WrongOne
    from crawler.evaluation.rule_hits import RuleHits

_BAD_LINES_SHOWN = 20


def say_report(report: "EvaluationReport", language: str) -> None:
    """All of it: figures, strata, the curve, rules, errors."""
    words = in_language(
        language,
        "{} mẫu, {} tính vào số liệu (bỏ mẫu mập mờ, quá ngắn, {} không nhãn). Kết cục: {}",
        "{} samples, {} counted (grey, thin and {} unlabelled ones left out). Outcomes: {}",
    )
    fates = ", ".join(f"{name} {count}" for name, count in report.fates)
    say(words.format(report.samples, report.counted, report.unlabelled, fates))
    say_contrasts(report.contrasts, language)
    say_strata(report.strata, language)
    say_curves(report, language)
    say_rules(report.rules, language)
    say_errors(in_language(language, "Báo nhầm nặng nhất", "Worst false alarms"), report.false_alarms, language)
    say_errors(in_language(language, "Bỏ sót nặng nhất", "Worst misses"), report.misses, language)
    for bad in report.bad_lines[:_BAD_LINES_SHOWN]:
        complain(f"{bad.place}: {bad.reason}")
    if (more := len(report.bad_lines) - _BAD_LINES_SHOWN) > 0:
        complain(in_language(language, f"và {more} dòng hỏng nữa", f"and {more} more bad lines"))


def say_contrasts(rows: "Sequence[ContrastFigures]", language: str) -> None:
    """Recall, false positives and precision."""
    titles = in_language(
        language,
        "Tầng|Nhóm lừa đảo|Bắt được|95%|Nhóm ngay thẳng|Báo nhầm|95%|Chuẩn xác ở 1%|ở 0,1%|AUC",
        "Stratum|Fraud groups|Recall|95%|Honest groups|False +|95%|Precision at 1%|at 0.1%|AUC",
    ).split("|")
    say("")
    say_table(
        [Column(title, place > 0) for place, title in enumerate(titles)],
        [
            (
                row.name if language == "en" else row.name_vi,
                *_share(row.recall),
                *_share(row.false_positives),
                *(f"{entry.measured:.0%} (≥{entry.at_least:.0%})" for entry in row.precision or ()),
                *([""] * (2 - len(row.precision))),
                f"{row.ranking:.3f}" if row.ranking is not None else "",
            )
            for row in rows
        ],
    )


def _share(share: "Share | None") -> tuple[str, str, str]:
    if share is None:
        return "", "", ""
    return str(share.groups), f"{share.by_group:.1%}", f"{share.low:.1%}–{share.high:.1%}"


def say_strata(rows: "Sequence[ContrastFigures]", language: str) -> None:
    """The share flagged of every category and corpus."""
    titles = in_language(
        language, "Loại, nguồn|Mẫu|Nhóm|Bị nghi|95%|Theo mẫu", "Category, corpus|Samples|Groups|Flagged|95%|By sample"
    ).split("|")
    lines = []
    for row in rows:
        share = row.recall or row.false_positives
        if share is not None:
            lines.append((row.name, share.samples, *_share(share), f"{share.by_sample:.1%}"))
    say("")
    say_table([Column(title, place > 0) for place, title in enumerate(titles)], lines)


def say_curves(report: "EvaluationReport", language: str) -> None:
    """The calibration curve in numbers."""
    titles = in_language(
        language,
        "Loại mẫu|Xác suất nêu ra|Quan sát được|95%|Nhóm lừa đảo|Nhóm ngay thẳng",
        "Samples|Stated probability|Observed|95%|Fraud groups|Honest groups",
    ).split("|")
    lines = [
        (kind, f"{b.stated:.2%}", f"{b.observed:.2%}", f"{b.low:.1%}–{b.high:.1%}", b.scam_groups, b.benign_groups)
        for kind, bins in report.curves
        for b in bins
    ]
    say("")
    say_table([Column(title, place > 0) for place, title in enumerate(titles)], lines)


def say_rules(rules: "Sequence[RuleHits]", language: str) -> None:
    """Hits of every rule; those that rest on one kit, and those that mostly hit honest pages, are marked."""
    titles = in_language(
        language,
        "Loại mẫu|Quy tắc|Nhóm lừa đảo|Nguồn|Nhóm ngay thẳng|",
        "Samples|Rule|Fraud groups|Corpora|Honest groups|",
    ).split("|")
    one, honest = in_language(language, "chỉ một nhóm|phần lớn ngay thẳng", "one group only|mostly honest").split("|")
    lines = [
        (
            *(hit.kind, hit.rule, hit.scam_groups, hit.scam_corpora, hit.benign_groups),
            honest if hit.mostly_honest and not hit.rule.startswith("innocent.") else one if hit.one_kit else "",
        )
        for hit in rules
    ]
    say("")
    say_table([Column(title, 2 <= place <= 4) for place, title in enumerate(titles)], lines)


def say_errors(title: str, rows: "Sequence[WrongOne]", language: str) -> None:
    """Each error with its signals and excerpts."""
    if not rows:
        return
    say("", title)
    for row in rows:
        level = shown_word("level", row.level, language)
        say(f"  {row.score:+.2f} {level}  {row.id}  {row.corpus}/{row.category}  {row.group}  ({row.outcome})")
        for signal in row.signals[:6]:
            excerpt = inert(signal.excerpt, 90)
            say(f"      {signal.points:+.2f} {signal.rule}" + (f" «{excerpt}»" if excerpt else ""))
