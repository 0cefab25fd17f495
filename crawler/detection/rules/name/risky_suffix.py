"""The name ends in a suffix that fraud prefers: cheap, and sold without questions."""

from crawler.detection.lexicon import load_hosting
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family


@site_rule(
    "name.risky-suffix",
    Family.NAME,
    0.5,
    vi="Đuôi tên miền .{suffix} hay bị lợi dụng.",
    en="The suffix .{suffix} is often abused.",
)
def risky_suffix(site: SiteReading) -> Finding | None:
    suffix = site.host.rsplit(".", 1)[-1]
    return Finding(site.host, words={"suffix": suffix}) if suffix in load_hosting().risky_suffixes else None
