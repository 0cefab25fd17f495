"""The page's own links lead to the brand that it imitates: it was built from the brand's page."""

from crawler.detection.hosts import registrable
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family


@page_rule(
    "impersonation.leads-to-brand",
    Family.IMPERSONATION,
    2.0,
    categories=(Category.PHISHING, Category.LOAN),
    vi="Liên kết, hình ảnh dẫn về {domain} của {brand}, còn trang thì nằm ở {host}.",
    en="Its links and pictures lead to {domain} of {brand}, while it stands on {host}.",
)
def leads_to_brand(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_story:
        return None
    counts = page.linked_hosts
    worn = page.worn
    for mention in page.impersonated:
        for domain in mention.brand.domains:
            count = counts.get(registrable(domain), 0)
            if count >= 3 and count >= 0.5 * counts.get("", 0):
                words = {"brand": mention.brand.name, "domain": domain, "host": page.host}
                return Finding(
                    f"{count} × {domain}",
                    1.0 if page.secrets or mention.brand in worn else 0.48,
                    words,
                )
    return None
