"""The host is the brand's own, an office's or a school's. What such a host says of its owner is true."""

from crawler.detection.hosts import is_official
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family


@site_rule(
    "innocent.official-domain",
    Family.INNOCENT,
    -8.0,
    vi="Tên miền chính thức của {owner}.",
    en="The official host of {owner}.",
)
def official_domain(site: SiteReading) -> Finding | None:
    brand = site.index.owner_of(site.host)
    if brand is None and not is_official(site.host):
        return None
    return Finding(
        site.host, words={"owner": brand.name if brand else "cơ quan, trường học (.gov.vn, .edu.vn, .mil.vn)"}
    )
