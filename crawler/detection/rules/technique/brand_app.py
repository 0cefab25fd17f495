"""An installer that bears a protected name is offered by a host that is not that brand's."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_INSTALLERS = {"apk", "mobileconfig", "ipa"}


@page_rule(
    "technique.brand-app",
    Family.TECHNIQUE,
    2.4,
    categories=(Category.FAKE_APP, Category.IMPERSONATION),
    vi="Tệp cài đặt mang tên {brand} nhưng {host} không phải trang của {brand}.",
    en="An installer in the name of {brand}, on {host}, which is no site of {brand}.",
)
def brand_app(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_story or page.is_warning:
        return None
    for entry in page.facts.downloads:
        if entry.kind in _INSTALLERS:
            name = entry.url.rsplit("/", 1)[-1][:120].replace("_", " ").replace("-", " ").replace(".", " ")
            for mention in page.index.mentions(f"{name}\n{entry.text[:200]}"):
                if not page.index.is_honest_host(page.host, mention.brand):
                    return Finding(entry.text or entry.url, words={"brand": mention.brand.name, "host": page.host})
    return None
