"""An Android package or a device profile is offered outside the app stores."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "technique.app-download",
    Family.TECHNIQUE,
    1.5,
    categories=(Category.FAKE_APP,),
    vi="Mời tải ứng dụng ngoài chợ chính thức: {file}.",
    en="Offers an app from outside the official stores: {file}.",
)
def app_download(page: PageReading) -> Finding | None:
    packages = [entry for entry in page.facts.downloads if entry.kind in {"apk", "mobileconfig"}]
    if not packages or page.is_at_home or page.is_story or page.is_warning:
        return None
    if page.facts.is_article:
        return None  # a newspaper's own app beside its news
    serious = page.claimed or page.about("invest") >= 2 or page.about("loan") >= 2 or page.about("government") >= 2
    return Finding(
        packages[0].text or packages[0].url, 1.0 if serious else 0.5, {"file": packages[0].url.rsplit("/", 1)[-1][:80]}
    )
