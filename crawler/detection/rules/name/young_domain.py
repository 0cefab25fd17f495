"""The domain was registered only lately, as the registry itself says."""

from crawler.detection.facts import LookupState
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family

_FULL_DAYS, _SOME_DAYS = 45, 180


@site_rule(
    "name.young-domain",
    Family.NAME,
    1.4,
    vi="Tên miền mới đăng ký {days} ngày trước (theo {source}).",
    en="The domain was registered {days} days ago (says {source}).",
)
def young_domain(site: SiteReading) -> Finding | None:
    domain = site.facts.domain_facts
    if domain is None or domain.registered_at is None:
        return None
    source = next(
        (entry for entry in domain.lookups if entry.service in {"rdap", "whois"} and entry.state is LookupState.FOUND),
        None,
    )
    days = (site.facts.observed_at - domain.registered_at).days
    if source is None or not 0 <= days <= _SOME_DAYS:
        return None
    words = {"days": str(days), "source": source.service.upper()}
    return Finding(domain.registered_at.date().isoformat(), 1.0 if days <= _FULL_DAYS else 0.5, words)
