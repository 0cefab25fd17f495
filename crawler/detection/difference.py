"""How two looks at one URL differ: the share of visible words in common, and lines that only one shows."""

import re
from collections import Counter

from crawler.detection.facts import PageView, VantageDifference
from crawler.detection.fold import fold_plain, printable

_WORDS_AT_MOST = 20_000
_LINES = 5
_TELLING = re.compile(
    r"mat khau|otp|cccd|dang nhap|chuyen khoan|tai khoan|dau tu|nap tien|vay|tai app|apk|password|\d{6,}|%"
)


def compare_views(first: PageView, second: PageView) -> VantageDifference:
    """The difference of two views of one URL. ``similarity`` is of visible words, 0 to 1; two empty pages are alike."""
    return VantageDifference(
        url=first.facts.url,
        first=first.vantage,
        second=second.vantage,
        similarity=round(_similarity(_words(first), _words(second)), 3),
        first_final_url=first.facts.url,
        second_final_url=second.facts.url,
        first_status=first.facts.status,
        second_status=second.facts.status,
        only_first=_lines_without(first, second),
        only_second=_lines_without(second, first),
    )


def _words(view: PageView) -> Counter[str]:
    text = f"{view.facts.title}\n{view.facts.written}"[: _WORDS_AT_MOST * 8]
    return Counter(fold_plain(text).split()[:_WORDS_AT_MOST])


def _similarity(first: Counter[str], second: Counter[str]) -> float:
    together = (first | second).total()
    return (first & second).total() / together if together else 1.0


def _lines_without(view: PageView, other: PageView) -> tuple[str, ...]:
    """Lines of ``view`` that ``other`` has not, those about money and secrets first, then the longest."""
    known = set(_folded_lines(other).values())
    only = [line for line, folded in _folded_lines(view).items() if folded and folded not in known]
    only.sort(key=lambda line: (not _TELLING.search(fold_plain(line)), -min(len(line), 120)))
    return tuple(printable(line)[:200] for line in only[:_LINES])


def _folded_lines(view: PageView) -> dict[str, str]:
    lines = (view.facts.title, *view.facts.written[: _WORDS_AT_MOST * 8].split("\n"))
    return {line: fold_plain(line[:400]) for line in lines[:4000] if line.strip()}
