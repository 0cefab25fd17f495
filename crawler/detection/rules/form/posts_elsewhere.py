"""What is typed goes to another site: under a false name, to a host that anybody may have, or in Vietnamese.

Abroad honest firms often sign their clients in on another name of their own, so there that alone says nothing.
"""

from crawler.detection.hosts import host_of, on_free_platform, same_site
from crawler.detection.reading import PageReading
from crawler.detection.rule import Finding, page_rule
from crawler.detection.secrets import Secret
from crawler.detection.services import in_vietnamese, is_entrusted
from crawler.detection.signal import Category, Family

_WORTH = {Secret.PASSWORD, Secret.OTP, Secret.CARD, Secret.CVV, Secret.PIN, Secret.SEED}


@page_rule(
    "form.posts-elsewhere",
    Family.FORM,
    1.2,
    categories=(Category.PHISHING,),
    vi="Mật khẩu hoặc mã nhập vào được gửi sang {host}.",
    en="Passwords or codes typed in are sent to {host}.",
)
def posts_elsewhere(page: PageReading) -> Finding | None:
    if not page.host:
        return None
    for form, _, secret in page.asked:
        host = host_of(form.action)
        if not host or same_site(host, page.host) or same_site(host, page.borrowed_from):
            continue  # a copy that sends to the site whose front it bears harvests nothing
        if is_entrusted(host):
            continue  # a known gateway's or sign-in service's own form: the page itself never sees what is typed
        if not (page.impersonated or on_free_platform(host) or in_vietnamese(page.facts)):
            continue
        if secret in _WORTH and page.index.owner_of(host) is None:
            return Finding(form.action, words={"host": host})
    return None
