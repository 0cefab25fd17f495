"""A score in words: what the level means, and each reason with the words that gave it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from crawler.detection.score import Level, Score
from crawler.detection.signal import Category, Signal

# What each level says to the person who reads it. The thresholds are in ``engine.LEVELS``.
MEANINGS: Final[Mapping[Level, tuple[str, str]]] = {
    Level.UNKNOWN: (
        "chưa biết: không đọc được, hoặc thiếu điều cần để kết luận; không nói tốt hay xấu",
        "unknown: nothing could be read, or what a conclusion needs is not known; neither good nor bad",
    ),
    Level.CLEAN: ("không có dấu hiệu đáng kể", "nothing of weight speaks against it"),
    Level.WATCH: (
        "cần theo dõi: có dấu hiệu lẻ, chưa đủ để nghi ngờ",
        "worth watching: single signs, too few to suspect",
    ),
    Level.SUSPICIOUS: ("đáng ngờ: cần người xem xét", "suspicious: a person should look at it"),
    Level.LIKELY: (
        "nhiều khả năng lừa đảo: nhiều loại dấu hiệu cùng chỉ về một hướng",
        "likely fraud: several kinds of evidence agree",
    ),
    Level.NEAR_CERTAIN: (
        "gần như chắc chắn lừa đảo; quyết định vẫn là của người duyệt",
        "near certain fraud; the decision is still a person's",
    ),
}
CATEGORY_NAMES: Final[Mapping[Category, tuple[str, str]]] = {
    Category.FAKE_SHOP: ("cửa hàng giả", "fake shop"),
    Category.INVESTMENT: ("lừa đảo đầu tư", "investment fraud"),
    Category.PHISHING: ("lấy cắp tài khoản, thẻ, ví", "phishing"),
    Category.GOVERNMENT: ("giả danh cơ quan", "impersonated office"),
    Category.JOB_TASK: ("việc làm, nhiệm vụ giả", "job or task fraud"),
    Category.LOAN: ("lừa đảo cho vay", "loan fraud"),
    Category.PRIZE: ("trúng thưởng, quà trò chơi giả", "fake prize or game gift"),
    Category.RECOVERY: ("lấy lại tiền bị lừa", "recovery fraud"),
    Category.TRAVEL: ("du lịch, vé giả", "travel or ticket fraud"),
    Category.GAMBLING: ("cờ bạc, cá cược", "gambling"),
    Category.FAKE_APP: ("ứng dụng giả", "fake app"),
    Category.IMPERSONATION: ("giả danh thương hiệu", "brand impersonation"),
    Category.OTHER: ("loại khác", "other"),
}
_VANTAGES = {"fetch": ("tải thô", "plain fetch"), "phone": ("điện thoại", "phone"), "desktop": ("máy tính", "desktop")}
_WORDS = {
    "vi": ("Mức", "điểm", "xác suất", "Loại", "Trang quyết định", "Không có dấu hiệu nào.", "Bộ quy tắc"),
    "en": ("Level", "points", "probability", "Kind", "Deciding page", "No signals.", "Rule set"),
}


def explain_score(score: Score, language: str = "vi") -> tuple[str, ...]:
    """The score as lines of plain text in ``vi`` (default) or ``en``."""
    which = 1 if language == "en" else 0
    level, points, chance, kind, page, none, rules = _WORDS["en" if which else "vi"]
    known = score.level is not Level.UNKNOWN  # of what was not read, points and probability mean nothing
    sure = f" ({points} {score.points:+.2f}, {chance} {score.probability:.1%})" if known else ""
    lines = [f"{level}: {MEANINGS[score.level][which]}{sure}"]
    if score.categories:
        lines.append(
            f"{kind}: " + ", ".join(f"{CATEGORY_NAMES[name][which]} ({at:.1f})" for name, at in score.categories)
        )
    if score.deciding_url:
        seen_as = _VANTAGES.get(score.deciding_vantage, (score.deciding_vantage,) * 2)[which]
        lines.append(f"{page}: {score.deciding_url} ({seen_as})")
    for signal in score.signals:
        lines.extend(explain_signal(signal, language))
    if known:
        lines += [f"  {part.points:+5.2f}  ({part.message(language)})" for part in score.adjustments]
    if known and not score.signals:
        lines.append(none)
    return (*lines, f"{rules}: {score.rule_set}")


def explain_signal(signal: Signal, language: str = "vi") -> tuple[str, ...]:
    """One reason: its points, message and rule, and the excerpt on a line of its own."""
    head = f"  {signal.points:+5.2f}  {signal.message(language)}  [{signal.rule}]"
    return (head, f"         «{signal.excerpt}»") if signal.excerpt else (head,)


def score_json(score: Score) -> dict[str, object]:
    """The score as plain values for JSON, excerpts and both languages included."""
    return {
        "level": score.level.value,
        "points": score.points,
        "probability": score.probability,
        "categories": [{"category": name.value, "points": points} for name, points in score.categories],
        "deciding_url": score.deciding_url,
        "deciding_vantage": score.deciding_vantage,
        "rule_set": score.rule_set,
        "signals": [_signal_json(signal) for signal in score.signals],
        "adjustments": [asdict(part) for part in score.adjustments],
    }


def _signal_json(signal: Signal) -> dict[str, object]:
    return {
        "rule": signal.rule,
        "family": signal.family.value,
        "points": signal.points,
        "categories": [category.value for category in signal.categories],
        "message_vi": signal.message_vi,
        "message_en": signal.message_en,
        "excerpt": signal.excerpt,
        "page_url": signal.page_url,
        "vantage": signal.vantage,
    }
