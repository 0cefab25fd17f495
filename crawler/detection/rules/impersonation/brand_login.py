"""A brand's name over a form for secrets, on a host that is not the brand's."""

from crawler.detection.facts import TrickKind
from crawler.detection.hostname import find_brand_in_host
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_ONE_PLACE = 0.7  # a lone logo may also be one to sign in or to pay with
_HARDLY_MORE = 300  # characters of a page that is nothing but this form
_WHERE_TO = 0.85  # fields outside any form: nothing shows where they are sent
_OFFICES = {"government"}
_KNOWS_ITS_CLIENTS = {"bank", "ewallet", "consumer_finance", "broker", "insurance", "telecom", "mail", "social"}


@page_rule(
    "impersonation.brand-login",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.PHISHING,),
    vi="Tự xưng {brand} và đòi mật khẩu, mã, thẻ hoặc giấy tờ, nhưng tên miền {host} không phải của {brand}.",
    en="Poses as {brand} and asks for secrets, but {host} is not a host of {brand}.",
)
def brand_login(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning:
        return None
    papers = page.takes_identity
    for mention in page.impersonated:
        kind = mention.brand.type
        asks = page.takes_credentials or (papers and kind in _KNOWS_ITS_CLIENTS)
        protected = mention.brand in page.brands  # of these even a copy that harvests nothing yet is a matter
        if page.is_sent_to(mention.brand) and not protected and page.has_trick(TrickKind.BOT_API) is None:
            continue  # what is typed reaches the brand itself
        if kind not in _OFFICES and asks:
            in_host = find_brand_in_host(page.host, page.index)
            bare = (
                len({entry.brand.domains for entry in page.impersonated}) <= 2 and len(page.facts.text) < _HARDLY_MORE
            )
            sure = page.claims.places(mention.brand) > 1 or bare
            sure = sure or (in_host is not None and in_host.brand == mention.brand)
            words = {"brand": mention.brand.name, "host": page.host}
            loose = all(not form.action for form, _, _ in page.asked)
            strength = (1.0 if sure else _ONE_PLACE) * (
                _WHERE_TO if loose and page.claims.places(mention.brand) <= 2 else 1.0
            )
            return Finding(page.facts.title or mention.words, strength, words)
    return None
