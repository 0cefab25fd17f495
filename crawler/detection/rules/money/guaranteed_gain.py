"""Gain without risk is guaranteed, which nobody who invests money can do and the law forbids to promise."""

import re
from collections.abc import Iterator

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_READ = 60_000  # characters
_SURE = re.compile(
    r"\b(?:(?:cam ket|dam bao|bao dam|chac chan)(?: [a-z]{1,8}){0,2} (?:loi nhuan|sinh loi|loi tuc|khong lo|hoan von"
    r"|von 100 ?%|thang)|bao (?:lo|von|loi nhuan)|bao (?:hiem|toan) (?:von )?100 ?%|khong (?:co )?rui ro"
    r"|an toan tuyet doi|mua lai 1\d\d ?%|(?:loi nhuan|lai suat|lai) co dinh \d{1,4}|goc dam bao|ty le thang 9\d ?%"
    r"|guaranteed (?:daily |weekly |monthly )?(?:returns?|profits?|income|roi)|(?:no|zero|without) risk"
    r"|risk free (?:profits?|returns?))\b"
)
_REFUSED = re.compile(r"\b(?:khong|chua|cam|tranh|nghiem cam|never|not|no)(?: [a-z]{1,8}){0,2} $")
_TOPIC = 2  # distinct words of investing


@page_rule(
    "money.guaranteed-gain",
    Family.MONEY,
    1.6,
    categories=(Category.INVESTMENT,),
    vi="Cam kết có lời, không rủi ro: «{words}».",
    en="Guarantees gain without risk: «{words}».",
)
def guaranteed_gain(page: PageReading) -> Finding | None:
    if page.is_warning or page.is_story or page.is_at_home or page.about("invest") < _TOPIC:
        return None
    found = list(dict.fromkeys(_promises(fold_plain(page.facts.text[:_READ]))))
    if not found:
        return None
    return Finding("; ".join(found[:4]), min(1.0, 0.7 + 0.3 * (len(found) - 1)), {"words": found[0]})


def _promises(folded: str) -> Iterator[str]:
    """What is promised, but for what the page says it does not promise."""
    for match in _SURE.finditer(folded):
        if _REFUSED.search(folded, max(0, match.start() - 30), match.start()) is None:
            yield match[0]
