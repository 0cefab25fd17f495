"""Words whose letters come from two scripts that look alike: no keyboard writes them so by chance."""

import re

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

# Greek and Cyrillic letters that pass for Latin ones: a word with others besides is a word of its own language
_ALIKE = frozenset("аеосрхуіїјѕԁһԛԝкмнтвгАВЕЗКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧαορνυκιηετγω")
_STRANGE = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_MIXED = re.compile(
    r"[a-zA-Z]{1,40}[\u0370-\u03ff\u0400-\u04ff]{1,40}[a-zA-Z]|[\u0370-\u03ff\u0400-\u04ff]{1,40}[a-zA-Z]{2,40}"
)
_READ = 50_000  # characters
_AT_LEAST = 3  # distinct words: one may be a slip or a formula
_SHARE = 0.5  # of all strange letters' words: a page in Greek or Russian has many that are not mixed


@page_rule(
    "technique.mixed-letters",
    Family.TECHNIQUE,
    2.8,
    categories=(Category.PHISHING,),
    vi="Trộn chữ cái của hai bảng chữ giống nhau trong một từ để qua mặt bộ lọc: «{words}».",
    en="Letters of two scripts that look alike are mixed within words: «{words}».",
)
def mixed_letters(page: PageReading) -> Finding | None:
    text = page.words[:_READ]
    if page.is_story or _STRANGE.search(text) is None:
        return None
    strange = {word for word in re.split(r"[^\w]+", text) if len(word) < 40 and _STRANGE.search(word)}
    mixed = sorted(word for word in strange if _is_mixed(word))
    if len(mixed) < _AT_LEAST or len(mixed) < _SHARE * len(strange):
        return None
    return Finding(" ".join(mixed[:6]), min(1.0, 0.55 + len(mixed) / 10), {"words": "», «".join(mixed[:3])})


def _is_mixed(word: str) -> bool:
    if _MIXED.search(word) is None or any(one.isdigit() for one in word):
        return False
    return all(one in _ALIKE for one in word if _STRANGE.match(one))
