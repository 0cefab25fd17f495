"""A page plays the card issuer's check of a payment, which stands on the issuer's own host only."""

import re

from crawler.detection.fold import fold_plain
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.signal import Category, Family

_CHECK = re.compile(
    r"\b(?:verified by(?: visa)?$|verified by visa|mastercard ?(?:secure ?code|id ?check)|secure ?code|3 ?d ?secur\w*"
    r"|(?:pass(?:word)?|code) ?vbv|vbv ?(?:pass\w*|code)?|xac thuc 3d)\b",
    re.MULTILINE,
)
_SECRETS = {Secret.OTP, Secret.PASSWORD, Secret.CVV, Secret.PIN, Secret.SSN}


@page_rule(
    "impersonation.card-check",
    Family.IMPERSONATION,
    3.4,
    categories=(Category.PHISHING,),
    vi="Giả bước xác thực thẻ 3-D Secure của ngân hàng («{words}») trên {host}.",
    en="Plays the card issuer's 3-D Secure check («{words}») on {host}.",
)
def card_check(page: PageReading) -> Finding | None:
    facts = page.facts
    if not page.host or page.is_at_home or page.is_story or page.is_warning or not page.secrets & _SECRETS:
        return None
    if page.sells or facts.owner or facts.tax_codes:
        return None  # a shop names the check among what it takes
    names = (entry.name for form, entry, secret in page.asked if secret in _SECRETS)
    found = _CHECK.search(fold_plain("\n".join((facts.title, *facts.headings[:3], *names))))
    return Finding(found[0], words={"words": found[0].strip(), "host": page.host}) if found else None
