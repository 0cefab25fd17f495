"""The page was saved from another site and put up again."""

from crawler.detection.facts import TrickKind
from crawler.detection.hosts import host_of, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_WORKSHOPS = {"localhost", "127.0.0.1"}  # put together on somebody's own machine


@page_rule(
    "impersonation.copied-page",
    Family.IMPERSONATION,
    3.0,
    categories=(Category.PHISHING, Category.IMPERSONATION),
    vi="Trang bị sao chép từ nơi khác và có biểu mẫu thu thông tin: {source}.",
    en="Copied from elsewhere, with a form that collects details: {source}.",
)
def copied_page(page: PageReading) -> Finding | None:
    if not page.host or page.is_at_home or not (page.secrets or page.collects or page.impersonated or page.offers):
        return None  # of a saved page with no known address nobody can say that it was put up again
    trick = page.has_trick(TrickKind.COPIED_PAGE)
    if trick is not None and (page.takes_credentials or page.impersonated or page.offers):
        source = host_of(trick[trick.find("http") :].split(" ")[0]) if "http" in trick else ""
        telling = page.index.owner_of(source) is not None or source in _WORKSHOPS
        return Finding(trick, 1.0 if telling else 0.47, {"source": trick[:120]})
    home = host_of(page.facts.canonical)
    if home and page.takes_credentials and page.index.owner_of(home) and not same_site(home, page.host):
        return Finding(page.facts.canonical, 0.47, {"source": home})
    return None
