"""The host differs from a brand's name by one slip or by letters that look alike."""

from crawler.detection.hostname import find_lookalike
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Category, Family


@site_rule(
    "name.lookalike",
    Family.NAME,
    2.0,
    categories=(Category.PHISHING,),
    vi="Tên miền {host} viết na ná «{token}» của {brand}.",
    en="The host {host} is spelt nearly like «{token}» of {brand}.",
)
def lookalike(site: SiteReading) -> Finding | None:
    found = find_lookalike(site.host, site.index)
    if found is None:
        return None
    return Finding(site.host, words={"host": site.host, "brand": found.brand.name, "token": found.token})
