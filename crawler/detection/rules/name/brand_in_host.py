"""A brand's name stands in a host that is not the brand's."""

from crawler.detection.hostname import find_brand_in_host
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Category, Family


@site_rule(
    "name.brand-in-host",
    Family.NAME,
    2.0,
    categories=(Category.PHISHING,),
    vi="Tên miền {host} mượn tên {brand}.",
    en="The host {host} borrows the name of {brand}.",
)
def brand_in_host(site: SiteReading) -> Finding | None:
    found = find_brand_in_host(site.host, site.index)
    if found is None:
        return None
    posed = any(mention.brand == found.brand for page in site.pages for mention in page.impersonated)
    return Finding(site.host, 1.0 if found.baited or posed else 0.6, {"host": site.host, "brand": found.brand.name})
