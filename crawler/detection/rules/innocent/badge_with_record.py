"""The ministry's badge leads to a record on online.gov.vn. That the record names this site is for a person to check."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Family


@page_rule(
    "innocent.badge-with-record",
    Family.INNOCENT,
    -0.8,
    vi="Huy hiệu Bộ Công Thương dẫn tới hồ sơ {record} trên online.gov.vn.",
    en="The ministry's badge leads to record {record} on online.gov.vn.",
)
def badge_with_record(page: PageReading) -> Finding | None:
    badge = next((entry for entry in page.facts.badges if entry.links_to_record), None)
    return Finding(badge.link, words={"record": badge.record_id}) if badge else None
