"""The name is letters thrown together, as programs make them; some honest machines bear such names too."""

from crawler.detection.hosts import registrable
from crawler.detection.names.randomness import is_random
from crawler.detection.reading import SiteReading
from crawler.detection.rule import Finding, site_rule
from crawler.detection.signal import Family


@site_rule(
    "name.random",
    Family.NAME,
    0.4,
    vi="Tên miền «{label}» là chuỗi chữ ghép bừa, như do máy sinh ra.",
    en="The name «{label}» is letters thrown together, as a program makes them.",
)
def random_letters(site: SiteReading) -> Finding | None:
    label = registrable(site.host).partition(".")[0]
    return Finding(site.host, words={"label": label}) if is_random(label) else None
