"""The domain has been registered for years."""

from crawler.detection.facts import LookupState
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family

_DAYS = 3 * 365


@site_rule(
    "innocent.long-history",
    Family.INNOCENT,
    -1.2,
    vi="Tên miền đã đăng ký {years} năm.",
    en="The domain has been registered for {years} years.",
)
def long_history(site: SiteReading) -> Finding | None:
    domain = site.facts.domain_facts
    if domain is None or domain.registered_at is None:
        return None
    found = any(entry.service in {"rdap", "whois"} and entry.state is LookupState.FOUND for entry in domain.lookups)
    days = (site.facts.observed_at - domain.registered_at).days
    if not found or days < _DAYS:
        return None
    return Finding(domain.registered_at.date().isoformat(), words={"years": str(days // 365)})
