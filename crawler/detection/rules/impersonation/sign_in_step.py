"""A brand's sign-in page that asks for the user's name first, on a host that is not the brand's."""

from crawler.detection.hosts import host_of, is_under
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.signal import Category, Family

_HARDLY_MORE = 600  # characters of a page that is little else than this form


@page_rule(
    "impersonation.sign-in-step",
    Family.IMPERSONATION,
    4.6,
    categories=(Category.PHISHING,),
    vi="Mang danh {brand} và đòi tên đăng nhập; {host} không phải tên miền của {brand}.",
    en="Poses as {brand} and asks who signs in, on {host}, which is not a host of {brand}.",
)
def sign_in_step(page: PageReading) -> Finding | None:
    if page.is_at_home or page.is_warning or page.is_story or not page.signs_in:
        return None
    for mention in page.impersonated:
        if all(is_under(host_of(form.action), mention.brand.domains) for form in page.facts.forms if form.fields):
            continue  # the step after this one is the brand's own
        places = page.claims.places(mention.brand)
        if places > 1 or len(page.facts.text) < _HARDLY_MORE:
            strength = 1.0 if places > 1 else 0.8
            return Finding(
                page.facts.title or mention.words, strength, {"brand": mention.brand.name, "host": page.host}
            )
    return None
