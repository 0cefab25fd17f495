"""Instructions that lead to a malicious app."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family
from crawler.detection.wording import weigh


@page_rule(
    "wording.sideload-guide",
    Family.WORDING,
    2.0,
    categories=(Category.FAKE_APP,),
    vi="Hướng dẫn cài ứng dụng ngoài chợ, tắt bảo vệ: «{words}».",
    en="How to install an app from outside the store: «{words}».",
)
def sideload_guide(page: PageReading) -> Finding | None:
    return weigh(page.said("malware_app"))
