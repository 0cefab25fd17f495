"""A brand's name over a form for secrets, on a host that is not the brand's."""

from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_BY_LOGO = 0.7  # a logo may also be one to sign in or to pay with
_OFFICES = {"government"}


@page_rule(
    "impersonation.brand-login",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.PHISHING,),
    vi="Tự xưng {brand} và đòi mật khẩu, mã hoặc thẻ, nhưng tên miền {host} không phải của {brand}.",
    en="Poses as {brand} and asks for secrets, but {host} is not a host of {brand}.",
)
def brand_login(page: PageReading) -> Finding | None:
    if not page.takes_credentials or page.is_at_home:
        return None
    for mention in page.impersonated:
        if mention.brand.type not in _OFFICES:
            strength = _BY_LOGO if mention in page.shown else 1.0
            return Finding(
                page.facts.title or mention.words, strength, {"brand": mention.brand.name, "host": page.host}
            )
    return None
