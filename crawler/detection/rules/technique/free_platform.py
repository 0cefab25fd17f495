"""Secrets are asked for, or a brand is claimed, on a platform that gives sites to anyone."""

from crawler.detection.hosts import on_free_platform
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "technique.free-platform",
    Family.TECHNIQUE,
    1.0,
    categories=(Category.PHISHING,),
    vi="Thu thông tin mật trên nền tảng đăng trang miễn phí {platform}.",
    en="Asks for secrets on {platform}, where anyone may put up a page.",
)
def free_platform(page: PageReading) -> Finding | None:
    platform = on_free_platform(page.host)
    if not platform or not (page.takes_credentials or (page.impersonated and page.secrets)):
        return None
    return Finding(page.host, words={"platform": platform})
