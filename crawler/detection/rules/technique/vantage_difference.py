"""The site shows different pages to different visitors."""

from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family

_ALIKE = 0.35
_VIETNAMESE = {"phone": "điện thoại", "desktop": "máy tính", "fetch": "tải thô"}


@site_rule(
    "technique.vantage-difference",
    Family.TECHNIQUE,
    1.5,
    vi="Hiển thị khác nhau tùy người xem ({first_vi} so với {second_vi}): giống nhau {share}.",
    en="Shows different pages to different visitors ({first} against {second}): {share} alike.",
)
def vantage_difference(site: SiteReading) -> Finding | None:
    for entry in site.facts.differences:
        both_read = entry.first_status < 400 and entry.second_status < 400
        if both_read and entry.similarity < _ALIKE and (entry.only_first or entry.only_second):
            told = entry.only_first or entry.only_second
            names = {"first": entry.first, "second": entry.second}
            names |= {f"{place}_vi": _VIETNAMESE.get(name, name) for place, name in names.items()}
            return Finding(" / ".join(told[:2]), words={**names, "share": f"{entry.similarity:.0%}"})
    return None
