"""The site was built from what people confirmed to be the kit of another site's fraud."""

from collections import Counter

from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Category, Family

_ONE_MARK = 0.6  # strength: one part alone may come from a template that honest people buy as well


@site_rule(
    "technique.kit-reused",
    Family.TECHNIQUE,
    2.0,
    categories=(Category.OTHER,),
    vi="Dựng từ cùng bộ khung trang với hồ sơ số {case} ({host}), trang lừa đảo đã được xác nhận; phần trùng: {parts}.",
    en="Built from the same page kit as case {case} ({host}), a confirmed fraud; parts alike: {parts}.",
)
def kit_reused(site: SiteReading) -> Finding | None:
    kits = {sign.value: sign for sign in site.facts.known if sign.kind == "kit"}
    if not kits:
        return None
    own = [page for page in site.pages if not (page.is_warning or page.is_story or page.is_at_home)]
    if not any(page.wants_something for page in own):
        return None
    shared = {mark.value for page in own for mark in page.facts.kits if mark.value in kits}
    if not shared:
        return None
    cases = Counter((kits[value].case, kits[value].host) for value in shared)
    (case, host), parts = min(cases.items(), key=lambda item: (-item[1], item[0]))
    words = {"case": str(case), "host": host, "parts": str(parts)}
    return Finding(f"#{case} {host}: {', '.join(sorted(shared))}", 1.0 if len(shared) > 1 else _ONE_MARK, words)
