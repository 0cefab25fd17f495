"""The ministry of trade's badge is shown, but leads to no record on online.gov.vn."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "identity.badge-without-record",
    Family.IDENTITY,
    1.4,
    categories=(Category.FAKE_SHOP,),
    vi="Gắn huy hiệu Bộ Công Thương nhưng không dẫn tới hồ sơ nào trên online.gov.vn.",
    en="Shows the Ministry of Industry and Trade's badge without a record on online.gov.vn.",
)
def badge_without_record(page: PageReading) -> Finding | None:
    badges = page.facts.badges
    if not badges or any(badge.links_to_record for badge in badges):
        return None
    return Finding(badges[0].link or "(hình không có liên kết)")
