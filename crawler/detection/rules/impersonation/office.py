"""An office's name over a form or an app, on a host that no office has."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "impersonation.office",
    Family.IMPERSONATION,
    2.8,
    categories=(Category.GOVERNMENT,),
    vi="Mạo danh {brand} để thu thông tin hoặc phát tán ứng dụng; {host} không phải trang của cơ quan này.",
    en="Poses as {brand} to collect details or spread an app; {host} is not a site of that office.",
)
def office(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story:
        return None
    packages = any(entry.kind in {"apk", "mobileconfig"} for entry in page.facts.downloads)
    asks = any(form.fields for form in page.facts.forms)
    if not (page.secrets or packages or asks):
        return None
    for mention in page.impersonated:
        if mention.brand.type == "government" and (packages or page.about("government") >= 2):
            worst = packages or page.takes_something or page.takes_money_anywhere
            strength = 1.0 if worst else 0.7 if page.secrets else 0.4
            words = {"brand": mention.brand.name, "host": page.host}
            return Finding(page.facts.title or mention.words, strength, words)
    return None
