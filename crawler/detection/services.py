"""Services to which honest pages hand what is typed: what reaches them never passes through the page's own hands."""

from functools import cache

from crawler.detection.facts import Form, PageFacts
from crawler.detection.hosts import host_of, is_under
from crawler.detection.lexicon import load_toml
from crawler.detection.reading import PageReading
from crawler.detection.secrets import Secret


@cache
def _named(kind: str) -> tuple[str, ...]:
    return tuple(load_toml("services")[kind])


def is_gateway(host: str) -> bool:
    """Is it a payment gateway's own host, from ``lexicons/services.toml``?"""
    return is_under(host, _named("gateways"))


def is_entrusted(host: str) -> bool:
    """Is it a payment gateway's or a sign-in service's own host?"""
    return is_gateway(host) or is_under(host, _named("sign_in"))


def in_vietnamese(facts: PageFacts) -> bool:
    """Does the page speak Vietnamese, by its words or by its own account?"""
    return "vi" in {facts.language, facts.declared_language}


def card_taker(page: PageReading) -> Form | None:
    """The form by which a page takes a card's number and code into its own hands; None where a gateway gets them.

    A page whose address is unknown may be a gateway's own: it gives None.
    """
    if not page.host or page.is_at_home or is_gateway(page.host):
        return None
    asked: dict[int, set[Secret]] = {}
    for form, _, secret in page.asked:
        together = asked.setdefault(id(form), set())
        together.add(secret)
        if {Secret.CARD, Secret.CVV} <= together and not is_gateway(host_of(form.action)):
            return form
    return None
