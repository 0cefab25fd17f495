"""The certificate is days old. Honest sites renew theirs too, so this weighs little."""

from crawler.detection.facts import LookupState
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family


@site_rule(
    "name.young-certificate",
    Family.NAME,
    0.3,
    vi="Chứng chỉ mới cấp {days} ngày trước.",
    en="The certificate was issued {days} days ago.",
)
def young_certificate(site: SiteReading) -> Finding | None:
    domain = site.facts.domain_facts
    if domain is None or not domain.certificates or domain.state("tls") is not LookupState.FOUND:
        return None
    days = (site.facts.observed_at - domain.certificates[0].not_before).days
    return Finding(domain.certificates[0].issuer, words={"days": str(days)}) if 0 <= days <= 14 else None
